"""The portfolios of an invented country (portal/scale.py)."""

from collections.abc import Sequence

from django.contrib.auth.models import Permission

from portal import scale as ground
from portal import sharing
from portal.models import Shareable
from portal.scale import DAY, Scale
from portfolios.actions.sections import DEFAULT_FRAMEWORK
from portfolios.models import Competency, Experience, FrameworkVersion, Portfolio, Section, SectionTemplate

TEXT = "Druk op de afdeling: eerst gekeken, toen gebeld en daarna pas geschreven. " * 4  # as long as people write
LINKED = 4  # one in so many items has a competency


def seed(scale: Scale) -> None:
    """Every trainee has the standard sections and `items` experiences; the mentor reads a section and an item."""
    framework = FrameworkVersion.objects.filter(framework=DEFAULT_FRAMEWORK).order_by("-number")[0]
    template = SectionTemplate.objects.order_by("-number")[0]
    competencies = list(Competency.objects.filter(version=framework).values_list("pk", flat=True))
    right = Permission.objects.get(codename=sharing.READ, content_type__app_label="portal")
    numbered = list(enumerate(scale.people))
    for chunk in ground.chunks(numbered):
        ground.insert(Portfolio(owner_id=pk, framework_version=framework, template=template) for _number, pk in chunk)
        sections = _sections(scale, chunk, template)
        items = _items(scale, [one for one in sections if one[1]], competencies)
        per_owner, which = len(template.sections), [one["key"] for one in template.sections].index("experiences")
        shared = [(sections[number * per_owner + which][0], at) for number, at in enumerate(chunk)]
        shared += [(items[number * scale.items], at) for number, at in enumerate(chunk)]
        ground.grants(scale, [(piece, scale.mentor_of(number)) for piece, (number, _pk) in shared], right=right)


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
