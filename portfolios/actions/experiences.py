"""Logging an experience and putting it in the portfolio (P2)."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal import files, sharing
from portal.codes import new_code
from portal.editing import EditedElsewhere
from portal.models import Placement, Shareable, User
from portfolios.actions import evidence
from portfolios.models import Competency, Experience, Section


@dataclass(frozen=True)
class Content:
    """What the owner wrote; any text may stay empty."""

    title: str
    happened_on: datetime.date
    kind: str = ""
    placement: Placement | None = None
    situation: str = ""
    task: str = ""
    action: str = ""
    result: str = ""
    reflection: str = ""
    competencies: Collection[Competency] = ()
    targets: Collection[Shareable] | None = None  # goals and profiles that it is evidence of; None: as it was

    def columns(self) -> dict:
        names = ("happened_on", "kind", "placement", "situation", "task", "action", "result", "reflection")
        return {name: getattr(self, name) for name in names}


def create(content: Content, *, by: User, code: str = "", at: datetime.datetime | None = None) -> Experience:
    """A new draft: seen by its owner alone until it is put in the portfolio.

    A form gives the `code` that it was born with: sent twice, it makes one experience.
    """
    at = at or timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if code and (made := Experience.objects.filter(shareable__owner=by, shareable__code=code).first()):
            return made
        if not code or Shareable.objects.filter(code=code).exists():
            code = new_code()
        shareable = Shareable.objects.create(code=code, kind=Shareable.Kind.DRAFT, owner=by, title=content.title)
        experience = Experience.objects.create(shareable=shareable, created_at=at, updated_at=at, **content.columns())
        experience.competencies.set(content.competencies)
        evidence.choose(shareable, content.targets, by=by, at=at)
    return experience


def change(
    experience: Experience, content: Content, *, version: int, by: User, at: datetime.datetime | None = None
) -> None:
    """Save. Raises EditedElsewhere when `version` is not the newest, and then changes nothing."""
    at = at or timezone.now()
    _require_owner(experience, by)
    with transaction.atomic():
        same = Experience.objects.filter(pk=experience.pk, version=version)
        if not same.update(version=F("version") + 1, updated_at=at, **content.columns()):
            raise EditedElsewhere(Experience.objects.with_competencies().get(pk=experience.pk))
        Shareable.objects.filter(pk=experience.pk).update(title=content.title)
        experience.competencies.set(content.competencies)
        evidence.choose(experience.shareable, content.targets, by=by, at=at)


def place(experience: Experience, *, section: Section, by: User, at: datetime.datetime | None = None) -> None:
    """Put it in this section, or move it there: whoever reads the section reads it from now on."""
    at = at or timezone.now()
    _require_owner(experience, by)
    if not section.holds_items:
        raise ValueError("this section holds text only")
    with transaction.atomic():
        sharing.file_under(experience.shareable, section.shareable, by=by, at=at)
        Experience.objects.filter(pk=experience.pk).update(section=section)


def remove_draft(experience: Experience, *, by: User) -> None:
    """Throw a draft away. What is in the portfolio is never deleted this way."""
    _require_owner(experience, by)
    with transaction.atomic():
        shareable = Shareable.objects.select_for_update().get(pk=experience.pk)
        if shareable.kind != Shareable.Kind.DRAFT:
            raise ValueError("only a draft can be thrown away")
        files.remove_of(shareable)
        Experience.objects.get(pk=experience.pk).delete()
        shareable.delete()


def _require_owner(experience: Experience, by: User) -> None:
    if experience.shareable.owner_id != by.pk:
        raise ValueError("only the owner changes an experience")
