"""What the search box finds in portfolios: own pieces and what others share."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import User
from portal.models.user import NAMES
from portal.search import Found, Hit
from portal.sharing import Shared
from portfolios.models import Experience, Goal, Profile, Section
from portfolios.models.sections import TITLE

IN_EXPERIENCE = ("shareable__title", "situation", "task", "action", "result", "reflection")
IN_HIT = (*TITLE, *(f"shareable__owner__{name}" for name in NAMES))
_IN_PROFILE = ("shareable__title", "text")
IN_GOAL = ("shareable__title", "why", "how", "reason")


def find(person: User, words: str, start: int, stop: int) -> Found:
    """Sections, goals, profiles, experiences, in this order; asked only for what falls on this page."""
    at, hits, total = timezone.now(), list[Hit](), 0
    sections = Section.objects.visible_to(person, at).filter(anywhere(("shareable__title", "text"), words)).in_order()
    goals = Goal.objects.visible_to(person, at).filter(anywhere(IN_GOAL, words)).whole().soonest_first()
    experiences = Experience.objects.visible_to(person, at).filter(anywhere(IN_EXPERIENCE, words))
    logged = experiences.select_related("shareable__owner").only(*IN_HIT).latest_first()
    chosen = (
        Profile.objects.visible_to(person, at)
        .filter(anywhere(_IN_PROFILE, words))
        .whole()
        .order_by("-chosen_at", "-pk")
    )
    kinds: tuple[tuple[str, Shared], ...] = (
        ("section", sections),
        ("goal", goals),
        ("profile", chosen),
        ("experience", logged),
    )
    for kind, rows in kinds:
        many = rows.count()
        there = rows[max(start - total, 0) : max(stop - total, 0)] if total < stop and start < total + many else ()
        hits += [_hit(row, kind, person) for row in there]
        total += many
    return Found(hits, total)


def anywhere(fields: tuple[str, ...], words: str) -> Q:
    anywhere = Q()
    for field in fields:
        anywhere |= Q(**{f"{field}__icontains": words})
    return anywhere


def _hit(row: Any, kind: str, person: User) -> Hit:
    owner = row.shareable.owner
    whose = _("from your own portfolio") if owner == person else _("shared by %(name)s") % {"name": owner.full_name}
    return Hit(row.title, reverse(f"portfolios:{kind}", args=[row.code]), whose)
