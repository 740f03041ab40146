"""One box over all parts (portal.md G12): each app finds in what `visible_to` gives, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.utils.module_loading import import_string

from portal.models import User

SHORTEST = 2  # characters


@dataclass(frozen=True)
class Hit:
    """A title and where it is. Titles only: a line of text would be a reading."""

    title: str
    url: str
    context: str


@dataclass(frozen=True)
class Found:
    hits: list[Hit]
    total: int


def find(person: User, words: str, *, start: int, stop: int) -> Found:
    """Hits number `start` to `stop` over all parts, with their total; nothing for fewer than SHORTEST characters."""
    words = words.strip()
    if len(words) < SHORTEST:
        return Found([], 0)
    hits: list[Hit] = []
    total = 0
    for app_find in _registered():
        found = app_find(person, words, max(start - total, 0), max(stop - total, 0))
        hits += found.hits
        total += found.total
    return Found(hits, total)


def _registered() -> Iterator:
    for config in apps.get_app_configs():
        if path := getattr(config, "search", None):
            yield import_string(path)
