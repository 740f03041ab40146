"""Giving levels per competency: the owner of themselves, an assessor with that right (P5)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import today
from portal.models import User
from portfolios import kinds, rules
from portfolios.models import Competency, Rating, Section


class Refused(Exception):
    """Between opening the page and sending it the share ended, or became one without that right."""


def rate(
    section: Section, levels: Mapping[Competency, int], *, by: User, at: datetime.datetime | None = None
) -> list[Rating]:
    """These levels as of today; a second time on one day the last counts. The owner is told of an assessor's.

    Levels count from 1. Raises Refused, and ValueError for a level that the framework does not have.
    """
    at = at or timezone.now()
    with transaction.atomic():
        section = Section.objects.select_for_update(of=("self",)).select_related("shareable__owner").get(pk=section.pk)
        if not (rules.may_edit(by, section.shareable) or rules.may_assess(by, section.shareable, at)):
            raise Refused
        made = []
        for competency, level in levels.items():
            if not 1 <= level <= len(competency.version.levels):
                raise ValueError("the framework has no such level")
            key: dict[str, Any] = {
                "section": section,
                "competency": competency,
                "by": by,
                "rated_on": timezone.localdate(at),
            }
            made.append(Rating.objects.update_or_create(**key, defaults={"level": level})[0])
        if made and by != section.shareable.owner:
            _tell(section, by, at)
    return made


def _tell(section: Section, by: User, at: datetime.datetime) -> None:
    key = f"{section.code} {by.code} {timezone.localdate(at)}"
    args, link = {"who": by.code}, ("portfolios:section", section.code)
    owner = section.shareable.owner
    today.tell(kinds.ASSESSED, to=owner, link=link, args=args, about=section.code, key=key, at=at)
