"""The order of the sections, what is hidden, own sections, and a newer template (P1)."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.models import Shareable, User
from portfolios import rules
from portfolios.actions.sections import add_standard
from portfolios.models import Portfolio, Section, SectionTemplate


def move(section: Section, *, up: bool, by: User) -> bool:
    """One place up or down in the owner's order; False when it is at that end already."""
    _require_owner(section, by)
    with transaction.atomic():
        Portfolio.objects.select_for_update().get(pk=section.portfolio_id)
        order = list(Section.objects.filter(portfolio=section.portfolio_id).order_by("position", "pk"))
        place = next(number for number, one in enumerate(order) if one.pk == section.pk)
        to = place - 1 if up else place + 1
        if not 0 <= to < len(order):
            return False
        order[place], order[to] = order[to], order[place]
        for number, one in enumerate(order):
            one.position = number
        Section.objects.bulk_update(order, ["position"])
    return True


def hide(section: Section, *, by: User, at: datetime.datetime | None = None) -> None:
    """Out of the owner's own list. Nothing in it changes, and no share of it ends."""
    _require_owner(section, by)
    Section.objects.filter(pk=section.pk, hidden_at=None).update(hidden_at=at or timezone.now())


def show(section: Section, *, by: User) -> None:
    _require_owner(section, by)
    Section.objects.filter(pk=section.pk).update(hidden_at=None)


def rename(section: Section, *, title: str, by: User) -> None:
    if not rules.may_rename(by, section):
        raise ValueError("only the owner renames a section of their own")
    Shareable.objects.filter(pk=section.pk).update(title=title)


def remove(section: Section, *, by: User) -> None:
    """An own section in which nothing is or was. Raises ValueError for any other."""
    _require_owner(section, by)
    with transaction.atomic():
        piece = Shareable.objects.select_for_update().get(pk=section.pk)
        fresh = Section.objects.select_for_update().get(pk=section.pk)
        if why := rules.why_kept(fresh):
            raise ValueError(why)
        fresh.delete()
        piece.delete()


# --- A newer template -----------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What taking over a template does: sections that come, whose words change (now, then), that it no longer has."""

    template: SectionTemplate
    added: list[dict]
    reworded: list[tuple[Section, dict]]
    left: list[Section]


def newer(portfolio: Portfolio) -> SectionTemplate | None:
    """The newest template, when it is newer than the portfolio's own."""
    return SectionTemplate.objects.filter(number__gt=portfolio.template_id).order_by("-number").first()


def preview(portfolio: Portfolio, template: SectionTemplate) -> Preview:
    mine = {one.key: one for one in portfolio.sections.in_order() if one.key}
    standard = {one["key"]: one for one in template.sections}
    reworded = [(one, standard[key]) for key, one in mine.items() if key in standard and _differs(one, standard[key])]
    added = [one for key, one in standard.items() if key not in mine]
    return Preview(template, added, reworded, [one for key, one in mine.items() if key not in standard])


def _differs(section: Section, standard: dict) -> bool:
    return section.shareable.template_titles != standard["names"] or section.about != standard["about"]


def adopt(portfolio: Portfolio, template: SectionTemplate, *, by: User, at: datetime.datetime | None = None) -> None:
    """Take over a newer template: new sections come last and private, names and explanations follow. No text, item or
    share moves, and what the template no longer has stays. An older one, or the same again, changes nothing."""
    at = at or timezone.now()
    if portfolio.owner_id != by.pk:
        raise ValueError("only the owner takes over a template")
    with transaction.atomic():
        fresh = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        if template.number <= fresh.template_id:
            return
        plan = preview(fresh, template)
        last = fresh.sections.aggregate(last=Max("position"))["last"] or 0
        for place, standard in enumerate(plan.added, last + 1):
            add_standard(fresh, position=place, at=at, standard=standard)
        for section, standard in plan.reworded:
            Section.objects.filter(pk=section.pk).update(about=standard["about"])
            Shareable.objects.filter(pk=section.pk).update(template_titles=standard["names"])
        Portfolio.objects.filter(pk=fresh.pk).update(template=template)


def _require_owner(section: Section, by: User) -> None:
    if section.shareable.owner_id != by.pk:
        raise ValueError("only the owner arranges sections")
