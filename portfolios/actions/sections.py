"""Opening a portfolio, and the sections in it (P1)."""

import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from portal.editing import EditedElsewhere
from portal.models import Organisation, Sector, Shareable, User
from portfolios.models import FrameworkVersion, Portfolio, Section, SectionTemplate

DEFAULT_FRAMEWORK = "physician-generic"


def open_portfolio(person: User, *, framework_key: str = "", at: datetime.datetime | None = None) -> Portfolio:
    """The person's portfolio, opened with the standard sections when there is none yet. Safe to call again."""
    existing = Portfolio.objects.filter(owner=person).first()
    if existing:
        return existing
    at = at or timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        template = SectionTemplate.objects.order_by("-number")[0]
        framework = FrameworkVersion.objects.filter(framework=framework_key or framework_for(person)).order_by(
            "-number"
        )[0]
        portfolio, is_new = Portfolio.objects.get_or_create(
            owner=person, defaults={"framework_version": framework, "template": template, "opened_at": at}
        )
        if is_new:
            for position, standard in enumerate(template.sections):
                add_standard(portfolio, position=position, at=at, standard=standard)
    return portfolio


def framework_for(person: User) -> str:
    """The framework of the sector of the person's present work, else the generic one."""
    live = Organisation.objects.filter(memberships__in=person.memberships.live())
    sector = Sector.objects.filter(organisation__in=live).exclude(framework="").order_by("key").first()
    return sector.framework if sector else DEFAULT_FRAMEWORK


def add_standard(portfolio: Portfolio, *, position: int, at: datetime.datetime, standard: dict) -> Section:
    """A section of a template; `standard` is its entry there."""
    shareable = Shareable.objects.create(
        kind=Shareable.Kind.SECTION, owner=portfolio.owner, template_titles=standard["names"]
    )
    return Section.objects.create(
        shareable=shareable,
        portfolio=portfolio,
        key=standard["key"],
        about=standard["about"],
        holds_items=standard["holds_items"],
        position=position,
        updated_at=at,
    )


def leave_first_steps(portfolio: Portfolio, *, by: User, at: datetime.datetime | None = None) -> None:
    """Fold the first ten minutes away. They can be taken up again."""
    _set_left(portfolio, by, at or timezone.now())


def take_up_first_steps(portfolio: Portfolio, *, by: User) -> None:
    _set_left(portfolio, by, None)


def _set_left(portfolio: Portfolio, by: User, at: datetime.datetime | None) -> None:
    if portfolio.owner_id != by.pk:
        raise ValueError("only the owner leaves the first steps")
    Portfolio.objects.filter(pk=portfolio.pk).update(steps_left_at=at)


def add_own(portfolio: Portfolio, *, title: str, by: User, at: datetime.datetime | None = None) -> Section:
    """A section of the owner's own; it starts private like every other. Of one name there is one."""
    at = at or timezone.now()
    if portfolio.owner_id != by.pk:
        raise ValueError("only the owner adds sections")
    with transaction.atomic():
        Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        if there := portfolio.sections.filter(key="", shareable__title=title).select_related("shareable").first():
            return there
        last = portfolio.sections.aggregate(last=Max("position"))["last"] or 0
        shareable = Shareable.objects.create(kind=Shareable.Kind.SECTION, owner=by, title=title)
        return Section.objects.create(shareable=shareable, portfolio=portfolio, position=last + 1, updated_at=at)


def write(section: Section, *, text: str, version: int, by: User, at: datetime.datetime | None = None) -> None:
    """Save the section's own text. Raises EditedElsewhere when `version` is not the newest."""
    at = at or timezone.now()
    if section.shareable.owner_id != by.pk:
        raise ValueError("only the owner writes in a section")
    changed = Section.objects.filter(pk=section.pk, version=version).update(
        text=text, version=F("version") + 1, updated_at=at
    )
    if not changed:
        raise EditedElsewhere(Section.objects.select_related("shareable").get(pk=section.pk))
