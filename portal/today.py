"""The home page of everybody (portal.md G5): what is new in rows of the ground, and a next step."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.models import Grant, Reading, Shareable, User

SHOWN = 5
RECENT = datetime.timedelta(days=30)


@dataclass(frozen=True)
class NextStep:
    """One thing that helps somebody along: a title, why, and one button."""

    title: str
    why: str
    url: str
    button: str


def page(person: User, *, at: datetime.datetime) -> dict[str, Any]:
    """The context of templates/portal/today.html."""
    return {
        "now": at,
        "day_part": _day_part(timezone.localtime(at).hour),
        "owns_something": Shareable.objects.filter(owner=person).exists(),
        "readings": _readings_of_mine(person, at),
        "received": _received(person, at),
        "steps": [step for give in _registered() for step in give(person, at)],
    }


def _day_part(hour: int) -> str:
    return "night" if hour < 6 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _readings_of_mine(person: User, at: datetime.datetime) -> list[Reading]:
    rows = Reading.objects.filter(shareable__owner=person, read_at__gt=at - RECENT)
    return list(rows.select_related("reader", "shareable").order_by("-read_at")[:SHOWN])


def _received(person: User, at: datetime.datetime) -> list[Grant]:
    rows = Grant.objects.live(at).filter(user=person)
    return list(rows.select_related("content_object__owner").order_by("-given_at", "pk")[:SHOWN])


def _registered() -> Iterator:
    for config in apps.get_app_configs():
        if path := getattr(config, "today", None):
            yield import_string(path)
