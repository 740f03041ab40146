"""A portfolio on paper (P17): the sections that were chosen, as one person sees them at one moment."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import pdf
from portal.models import Shareable, StoredFile, User
from portal.pdf_samples import MADE_AT, Sample, charts
from portal.templatetags.portal_tags import day
from portfolios import drawings
from portfolios.models import Experience, Goal, Profile, Section, SwotItem
from portfolios.models.experiences import STARR

TEMPLATE = "portfolios/pdf/portfolio.html"
MOST_ITEMS = 400  # of one section; a document has 120 pages at most


def sections_of(owner: str, codes: Sequence[str], reader: User, at: datetime.datetime) -> list[Section]:
    """Of these sections of this person (by code), in their order, those that `reader` sees at this moment."""
    rows = Section.objects.filter(shareable__code__in=codes, shareable__owner__code=owner)
    return list(rows.visible_to(reader, at, narrow=True).in_order())


def portfolio(sections: Sequence[Section], *, reader: User, at: datetime.datetime) -> tuple[str, pdf.Composed, list]:
    """Its title, what is to be printed in the reader's language, and every piece whose content is in it."""
    owner, language = sections[0].shareable.owner, reader.language
    with translation.override(language):
        name = _("Portfolio of %(name)s") % {"name": owner.full_name}
        parts = [_part(section, reader, at) for section in sections]
        context = {
            "owner": owner.full_name,
            "for_whom": reader.full_name,
            "made_on": timezone.localdate(at),
            "parts": parts,
            "moments": [
                {
                    "on": timezone.localdate(at),
                    "title": _("Made for %(name)s") % {"name": reader.full_name},
                    "state": "now",
                }
            ],
        }
    made = pdf.compose(TEMPLATE, context, language=language, title=name, author=owner.full_name, made_at=at)
    pieces = [piece for part in parts for piece in part["pieces"]]
    return name, made, pieces


def _part(section: Section, reader: User, at: datetime.datetime) -> dict[str, Any]:
    """What the page of the section shows, without what only its owner is told."""
    experiences = section.experiences.visible_to(reader, at, narrow=True).with_competencies().latest_first()
    rows = list(experiences.prefetch_related("shareable__files")[:MOST_ITEMS])
    goals = list(section.goals.visible_to(reader, at, narrow=True).whole().soonest_first()[:MOST_ITEMS])
    profiles = list(section.profiles.visible_to(reader, at, narrow=True).whole().prefetch_related("products__files"))
    lines = list(section.swot_items.on(timezone.localdate(at)).in_order())
    drawn = drawings.of(section, at) if section.key == "competencies" else None
    return {
        "code": section.code,
        "title": section.title,
        "text": section.text,
        "experiences": [_experience(one) for one in rows],
        "goals": [_goal(one) for one in goals],
        "profiles": [_profile(one) for one in profiles],
        "swot": [(kind.label, [one.text for one in lines if one.list == kind]) for kind in SwotItem.List]
        if lines
        else [],
        "radars": drawn.radars if drawn else [],
        "over_time": drawn.over_time if drawn else None,
        "lessons": list(section.lessons.all()[:MOST_ITEMS]),
        "certificates": list(section.certificates.all()[:MOST_ITEMS]),
        "pieces": [section.shareable, *_shareables(rows), *_shareables(goals), *_shareables(profiles)],
    }


def _shareables(rows: Sequence[Experience | Goal | Profile]) -> list[Shareable]:
    return [one.shareable for one in rows]


def _experience(one: Experience) -> dict[str, Any]:
    labels = [_("Situation"), _("Task"), _("Action"), _("Result"), _("Reflection")]
    texts = [(label, getattr(one, name)) for label, name in zip(labels, STARR, strict=True)]
    return {
        "title": one.title,
        "on": one.happened_on,
        "kind": one.get_kind_display(),
        "competencies": ", ".join(str(competency) for competency in one.competencies.all()),
        "texts": [(label, text) for label, text in texts if text],
        "files": _files(one.shareable.files.all()),
    }


def _profile(one: Profile) -> dict[str, Any]:
    products = [
        {"title": made.title, "contribution": made.contribution, "files": _files(made.files.all())}
        for made in one.products.all()
    ]
    return {"title": one.title, "text": one.text, "products": products}


def _files(rows: Iterable[StoredFile]) -> list[tuple[str, str]]:
    return [(file.name, file.sha256) for file in rows if not file.is_hidden]


def _goal(one: Goal) -> dict[str, Any]:
    texts = [(_("Why"), one.why), (_("How"), one.how), (_("Let go because"), one.reason)]
    until = day(one.target_on) if one.target_on else ""
    return {
        "title": one.title,
        "state": one.get_state_display(),
        "until": until,
        "texts": [(a, b) for a, b in texts if b],
    }


def samples() -> list[Sample]:
    """For the style guide and the gate; people are invented."""
    drawn = charts()
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
                "files": [("schema.pdf", "ab" * 32)],
            }
        ],
        "goals": [{"title": "Korter overdragen", "state": _("in progress"), "until": day(MADE_AT.date()), "texts": []}],
        "swot": [(kind.label, ["Vraagt om feedback"]) for kind in SwotItem.List],
    }
    context = {
        "owner": "Noor Lindewater",
        "for_whom": "Dr. Joris Maretak",
        "made_on": MADE_AT.date(),
        "parts": [first, second],
        "moments": [
            {"on": MADE_AT.date(), "title": _("Made for %(name)s") % {"name": "Dr. Joris Maretak"}, "state": "now"}
        ],
    }
    return [Sample(TEMPLATE, _("Portfolio"), context)]
