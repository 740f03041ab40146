"""The portfolios of an invented country (portal/scale.py)."""

from collections.abc import Sequence

from django.contrib.auth.models import Permission

from portal import scale as ground
from portal import sharing
from portal.models import Shareable
from portal.scale import DAY, Scale
from portfolios.actions.sections import DEFAULT_FRAMEWORK
from portfolios.models import (
    Competency,
    Experience,
    FrameworkVersion,
    Goal,
    Portfolio,
    Rating,
    Section,
    SectionTemplate,
)
from portfolios.models.plan import State

TEXT = "Druk op de afdeling: eerst gekeken, toen gebeld en daarna pas geschreven. " * 4  # as long as people write
ALREADY_OPEN = 200 * DAY
LONG = 5000  # experiences of one person, for the timeline
LINKED = 4  # one in so many items has a competency


def seed(scale: Scale) -> None:
    """Every trainee has the standard sections and `items` experiences; the mentor reads a section and an item."""
    framework = FrameworkVersion.objects.filter(framework=DEFAULT_FRAMEWORK).order_by("-number")[0]
    template = SectionTemplate.objects.order_by("-number")[0]
    competencies = list(Competency.objects.filter(version=framework).values_list("pk", flat=True))
    right = Permission.objects.get(codename=sharing.READ, content_type__app_label="portal")
    numbered = list(enumerate(scale.people))
    for chunk in ground.chunks(numbered):
        of_all = {"framework_version": framework, "template": template, "opened_at": scale.at - ALREADY_OPEN}
        ground.insert(Portfolio(owner_id=pk, **of_all) for _number, pk in chunk)
        sections = _sections(scale, chunk, template)
        items = _items(scale, [one for one in sections if one[1]], competencies)
        per_owner, which = len(template.sections), [one["key"] for one in template.sections].index("experiences")
        shared = [(sections[number * per_owner + which][0], at) for number, at in enumerate(chunk)]
        shared += [(items[number * scale.items], at) for number, at in enumerate(chunk)]
        ground.grants(scale, [(piece, scale.mentor_of(number)) for piece, (number, _pk) in shared], right=right)
        _goals(scale, chunk, sections, [one["key"] for one in template.sections])
        _ratings(scale, chunk, competencies)
    _long_line(scale, competencies)


def _goals(
    scale: Scale, chunk: Sequence[tuple[int, int]], sections: list[tuple[Shareable, bool]], keys: list[str]
) -> None:
    """Two for each trainee, one of them over."""
    place, wanted = keys.index("plan"), [(at, number) for at in range(len(chunk)) for number in range(2)]
    plans = [sections[at * len(keys) + place][0] for at, _number in wanted]
    rows = ground.insert(
        Shareable(code=scale.code(), kind="item", owner_id=plan.owner_id, parent=plan, title=f"Doel {number}")
        for plan, (_at, number) in zip(plans, wanted, strict=True)
    )
    over = {"state": State.REACHED, "closed_on": scale.today - 10 * DAY}
    ground.insert(
        Goal(shareable=row, section_id=row.parent_id, why=TEXT, how=TEXT, **(over if number else {}))
        for row, (_at, number) in zip(rows, wanted, strict=True)
    )


def _ratings(scale: Scale, chunk: Sequence[tuple[int, int]], competencies: list[int]) -> None:
    """Of themselves every half year, and of the mentor once."""
    mentors = {pk: scale.mentor_of(number) for number, pk in chunk}
    levels = Section.objects.filter(portfolio__in=mentors, key="competencies").values_list("pk", "portfolio_id")
    ground.insert(
        Rating(
            section_id=section,
            competency_id=competency,
            by_id=owner if months else mentors[owner],
            level=1 + (competency + months) % 5,
            rated_on=scale.today - 30 * months * DAY,
        )
        for section, owner in levels
        for competency in competencies
        for months in (0, 1, 7, 13)
    )


def _long_line(scale: Scale, competencies: list[int]) -> None:
    """The first trainee logged LONG more: somebody's whole career."""
    section = Section.objects.select_related("shareable").get(portfolio=scale.people[0], key="experiences")
    kind = {"kind": Shareable.Kind.ITEM, "owner_id": scale.people[0], "parent": section.shareable}
    rows = ground.insert(Shareable(code=scale.code(), title=f"Moment {number}", **kind) for number in range(LONG))
    made = ground.insert(
        Experience(
            shareable=row,
            section=section,
            kind=("work", "learning", "")[number % 3],
            happened_on=scale.today - number * DAY,
            situation=TEXT,
            reflection=TEXT,
        )
        for number, row in enumerate(rows)
    )
    through = Experience.competencies.through
    ground.insert(
        through(experience_id=one.pk, competency_id=competencies[number % len(competencies)])
        for number, one in enumerate(made)
        if number % LINKED == 0
    )


def _sections(
    scale: Scale, chunk: Sequence[tuple[int, int]], template: SectionTemplate
) -> list[tuple[Shareable, bool]]:
    """Each with whether items belong in it."""
    wanted = [(pk, place, one) for _number, pk in chunk for place, one in enumerate(template.sections)]
    rows = ground.insert(
        Shareable(code=scale.code(), kind=Shareable.Kind.SECTION, owner_id=pk, template_titles=one["names"])
        for pk, _place, one in wanted
    )
    ground.insert(
        Section(
            shareable=row,
            portfolio_id=pk,
            key=one["key"],
            about=one["about"],
            holds_items=one["holds_items"],
            position=place,
            text=TEXT,
        )
        for row, (pk, place, one) in zip(rows, wanted, strict=True)
    )
    return [(row, one["holds_items"]) for row, (_pk, _place, one) in zip(rows, wanted, strict=True)]


def _items(scale: Scale, sections: list[tuple[Shareable, bool]], competencies: list[int]) -> list[Shareable]:
    """`scale.items` for each owner, spread over the sections, most in the first; one in forty is a draft."""
    by_owner: dict[int, list[Shareable]] = {}
    for row, _holds in sections:
        by_owner.setdefault(row.owner_id, []).append(row)
    places = [
        (rows[0 if number % 3 else number % len(rows)], number)
        for rows in by_owner.values()
        for number in range(scale.items)
    ]
    rows = ground.insert(
        Shareable(
            code=scale.code(),
            kind=Shareable.Kind.ITEM if number % 40 != 39 else Shareable.Kind.DRAFT,
            owner_id=section.owner_id,
            parent=section if number % 40 != 39 else None,
            title=f"Ervaring {number}",
        )
        for section, number in places
    )
    made = ground.insert(
        Experience(
            shareable=row,
            section_id=row.parent_id,
            happened_on=scale.today - number % 1500 * DAY,
            situation=TEXT,
            reflection=TEXT,
            updated_at=scale.at - number * DAY / 24,
        )
        for row, (_section, number) in zip(rows, places, strict=True)
    )
    through = Experience.competencies.through
    ground.insert(
        through(experience_id=one.pk, competency_id=competencies[number % len(competencies)])
        for number, one in enumerate(made)
        if number % LINKED == 0
    )
    return rows
