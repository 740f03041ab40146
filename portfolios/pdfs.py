"""A portfolio on paper (P17): the sections that were chosen, as one person sees them at one moment."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import pdf, sharing
from portal.models import Shareable, StoredFile, User
from portal.pdf_samples import MADE_AT, Sample, charts
from portal.published import in_language
from portfolios import drawings, rules
from portfolios.models import (
    Certificate,
    EvidenceLink,
    Experience,
    Goal,
    Lesson,
    Profile,
    Section,
    SupervisionCard,
    SwotItem,
)
from portfolios.models.experiences import STARR

TEMPLATE = "portfolios/pdf/portfolio.html"
MOST_PLACES = 4  # of the past, on the cover
MOST_ITEMS = 400  # of one kind in one section; what is not printed is said


def sections_of(owner: str, codes: Sequence[str], reader: User, at: datetime.datetime) -> list[Section]:
    """Of these sections of this person (by code), in their order, those that `reader` sees at this moment."""
    rows = Section.objects.filter(shareable__code__in=codes, shareable__owner__code=owner)
    return list(rows.visible_to(reader, at, narrow=True).in_order())


def portfolio(sections: Sequence[Section], *, reader: User, at: datetime.datetime) -> tuple[str, pdf.Composed, list]:
    """Its title, what is to be printed in the reader's language, and every piece whose content is in it."""
    owner, language = sections[0].shareable.owner, reader.language
    with translation.override(language):
        name = _("Portfolio of %(name)s") % {"name": owner.full_name}
        _fetch(sections, reader, at)
        shown_by = _shown_by(sections, reader, at)
        parts = [_part(section, shown_by, reader, at) for section in sections]
        context = {
            "owner": owner.full_name,
            "for_whom": reader.full_name,
            "is_own": owner.pk == reader.pk,
            "made_on": timezone.localdate(at),
            "parts": [one for one in parts if not one["is_empty"]],
            "empty": [one["title"] for one in parts if one["is_empty"]],
            "files": [file for one in parts for file in one["files"]],
            "moments": _moments(owner, reader, timezone.localdate(at)),
        }
        made = pdf.compose(TEMPLATE, context, language=language, title=name, author=owner.full_name, made_at=at)
    pieces = [piece for part in parts for piece in part["pieces"]]
    return name, made, pieces


def _moments(owner: User, reader: User, on: datetime.date) -> list[dict[str, Any]]:
    """The line of the cover: for whom it was made; before and after it, for the owner alone, where they work."""
    now = {"on": on, "title": _("Made for %(name)s") % {"name": reader.full_name}, "state": "now"}
    if owner.pk != reader.pk:  # where somebody worked is theirs to tell
        return [now]
    places = owner.placements.select_related("organisation", "department").order_by("starts_on", "pk")
    rows = [{"on": one.starts_on, "title": str(one)} for one in places]
    before = [one for one in rows if one["on"] <= on][-MOST_PLACES:]
    return [*before, now, *({**one, "state": "coming"} for one in rows if one["on"] > on)]


def _fetch(sections: Sequence[Section], reader: User, at: datetime.datetime) -> None:
    """Beside each section what lies in it and `reader` sees, of each kind at most one more than is printed: one query a
    kind, however many sections."""
    experiences = Experience.objects.visible_to(reader, at, narrow=True).with_competencies().latest_first()
    goals = Goal.objects.visible_to(reader, at, narrow=True).whole().soonest_first()
    profiles = Profile.objects.visible_to(reader, at, narrow=True).whole().prefetch_related("products__files")
    rows = {
        "experiences": experiences.prefetch_related("shareable__files")[: MOST_ITEMS + 1],
        "goals": goals[: MOST_ITEMS + 1],
        "profiles": profiles,
        "lessons": Lesson.objects.all()[: MOST_ITEMS + 1],
        "certificates": Certificate.objects.all()[: MOST_ITEMS + 1],
        "swot_items": SwotItem.objects.on(timezone.localdate(at)).in_order(),
    }
    fetched = (Prefetch(name, found, to_attr=f"printed_{name}") for name, found in rows.items())
    prefetch_related_objects(sections, *fetched)


def _part(section: Section, shown_by: Mapping[int, list[str]], reader: User, at: datetime.datetime) -> dict[str, Any]:
    """What the page of the section shows, without what only its owner is told."""
    rows, more = _first(section.printed_experiences)
    goals, more_goals = _first(section.printed_goals)
    lessons, more_lessons = _first(section.printed_lessons)
    certificates, more_certificates = _first(section.printed_certificates)
    profiles = list(section.printed_profiles)
    content = {
        "text": section.text,
        "experiences": [_experience(one) for one in rows],
        "goals": [_goal(one, shown_by) for one in goals],
        "profiles": [_profile(one, shown_by) for one in profiles],
        "swot": _swot(section),
        "levels": _levels(section, reader, at),
        "lessons": lessons,
        "certificates": certificates,
        **_drawn(section, at),
    }
    products = [product for one in content["profiles"] for product in one["products"]]
    return content | {
        "code": section.code,
        "title": section.title,
        "is_empty": not any(content.values()),
        "most": MOST_ITEMS if more or more_goals or more_lessons or more_certificates else None,
        "files": [(file, one["title"]) for one in [*content["experiences"], *products] for file in one["files"]],
        "pieces": [section.shareable, *_shareables(rows), *_shareables(goals), *_shareables(profiles)],
    }


def _first(rows: Any) -> tuple[list[Any], bool]:
    """As many as are printed, and whether there are more."""
    found = list(rows)
    return found[:MOST_ITEMS], len(found) > MOST_ITEMS


def _drawn(section: Section, at: datetime.datetime) -> dict[str, Any]:
    """The drawings of this section."""
    drawn = drawings.of(section, at) if section.key == "competencies" else None
    time = drawings.time_of(section, at) if section.key == "education" else None
    return {
        "radars": drawn.radars if drawn else [],
        "over_time": drawn.over_time if drawn else None,
        "earlier": [(one.framework, one.over_time) for one in drawn.earlier] if drawn else [],
        "carried": drawn.carried if drawn else [],
        "ring": time.ring if time else None,
        "shares": time.shares if time else [],
    }


def _swot(section: Section) -> list[tuple[str, list[str]]]:
    lines = list(section.printed_swot_items)
    by_list = [(kind.label, [one.text for one in lines if one.list == kind]) for kind in SwotItem.List]
    return by_list if lines else []


def _levels(section: Section, reader: User, at: datetime.datetime) -> list[dict[str, Any]]:
    """What the owner may do at each place where they work now; a card is not shared with its section."""
    if section.key != "supervision" or section.shareable.owner_id != reader.pk:
        return []
    on = timezone.localdate(at)
    cards = SupervisionCard.objects.whole().filter(shareable__owner=reader).prefetch_related("levels__decided_by")
    rows = [
        {"place": str(card), "rows": rules.holding(card.levels.all(), on)}
        for card in cards.order_by("opened_at", "pk")
        if card.placement.is_live(on)
    ]
    return [one for one in rows if one["rows"]]


def _shown_by(sections: Sequence[Section], reader: User, at: datetime.datetime) -> dict[int, list[str]]:
    """By key of a goal or profile in these: the titles of what shows it, of those that `reader` sees."""
    targets = [one.pk for section in sections for one in (*section.printed_goals, *section.printed_profiles)]
    links = EvidenceLink.objects.filter(sharing.sight(reader, at, path="item__"), target__in=targets)
    found: dict[int, list[str]] = {}
    for link in links.select_related("item").order_by("linked_at", "pk"):
        found.setdefault(link.target_id, []).append(str(link.item))
    return found


def _shareables(rows: Sequence[Experience | Goal | Profile]) -> list[Shareable]:
    return [one.shareable for one in rows]


def _experience(one: Experience) -> dict[str, Any]:
    labels = [_("Situation"), _("Task"), _("Action"), _("Result"), _("Reflection")]
    texts = [(label, getattr(one, name)) for label, name in zip(labels, STARR, strict=True)]
    return {
        "title": one.title,
        "on": one.happened_on,
        "kind": one.get_kind_display(),
        "competencies": ", ".join(in_language(names) for names in one.tags or ()),
        "texts": [(label, text) for label, text in texts if text],
        "files": _files(one.shareable.files.all()),
    }


def _profile(one: Profile, shown_by: Mapping[int, list[str]]) -> dict[str, Any]:
    products = [
        {
            "title": made.title,
            "on": made.made_on,
            "contribution": made.contribution,
            "files": _files(made.files.all()),
        }
        for made in one.products.all()
    ]
    return {"title": one.title, "text": one.text, "products": products, "shown_by": shown_by.get(one.pk, [])}


def _files(rows: Iterable[StoredFile]) -> list[StoredFile]:
    return [file for file in rows if not file.is_hidden]


def _goal(one: Goal, shown_by: Mapping[int, list[str]]) -> dict[str, Any]:
    texts = [(_("Why"), one.why), (_("How"), one.how), (_("Let go because"), one.reason)]
    return {
        "title": one.title,
        "state": one.get_state_display(),
        "closed_on": one.closed_on,
        "target_on": one.target_on,
        "texts": [(label, text) for label, text in texts if text],
        "shown_by": shown_by.get(one.pk, []),
    }


def samples() -> list[Sample]:
    """For the style guide and the gate; people are invented."""
    drawn, drawing = charts(), StoredFile(name="schema.pdf", size=96_000, sha256="ab" * 32)
    first = {
        "code": "one",
        "title": _("Competencies"),
        "text": "Ik let dit jaar op overdragen.",
        "radars": [(_("Themes"), drawn["radar"])],
        "over_time": drawn["levels"],
    }
    second = {
        "code": "two",
        "title": _("Experiences"),
        "text": "",
        "experiences": [
            {
                "title": "Overdracht op een volle afdeling",
                "on": MADE_AT.date(),
                "kind": _("work task"),
                "competencies": _("Collaborating"),
                "texts": [(_("Situation"), "Er was weinig tijd."), (_("Reflection"), "Beginnen bij de zorgen helpt.")],
                "files": [drawing],
            }
        ],
        "goals": [
            {
                "title": "Korter overdragen",
                "state": _("in progress"),
                "target_on": MADE_AT.date(),
                "texts": [(_("Why"), "Collega's raken de draad kwijt.")],
                "shown_by": ["Overdracht op een volle afdeling"],
            }
        ],
        "swot": [(kind.label, ["Vraagt om feedback"]) for kind in SwotItem.List],
    }
    third = {"code": "three", "title": _("Education and time"), "ring": drawn["ring"]}
    context = {
        "owner": "Noor Lindewater",
        "for_whom": "Dr. Joris Maretak",
        "made_on": MADE_AT.date(),
        "parts": [first, second, third],
        "empty": [_("Reflections")],
        "files": [(drawing, "Overdracht op een volle afdeling")],
        "moments": [
            {"on": MADE_AT.date(), "title": _("Made for %(name)s") % {"name": "Dr. Joris Maretak"}, "state": "now"}
        ],
    }
    return [Sample(TEMPLATE, _("Portfolio"), context)]
