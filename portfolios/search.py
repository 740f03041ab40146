"""What the search box finds in portfolios: own pieces and what others share."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import User
from portal.search import Found, Hit
from portfolios.models import Experience, Section

_IN_EXPERIENCE = ("shareable__title", "situation", "task", "action", "result", "reflection")


def find(person: User, words: str, start: int, stop: int) -> Found:
    at = timezone.now()
    sections = Section.objects.visible_to(person, at).filter(_anywhere(("shareable__title", "text"), words)).in_order()
    experiences = (
        Experience.objects.visible_to(person, at)
        .filter(_anywhere(_IN_EXPERIENCE, words))
        .select_related("shareable__owner")
        .latest_first()
    )
    many, total = sections.count(), experiences.count()
    hits = [_hit(row, "section", person) for row in sections[start:stop]]
    hits += [_hit(row, "experience", person) for row in experiences[max(start - many, 0) : max(stop - many, 0)]]
    return Found(hits, many + total)


def _anywhere(fields: tuple[str, ...], words: str) -> Q:
    anywhere = Q()
    for field in fields:
        anywhere |= Q(**{f"{field}__icontains": words})
    return anywhere


def _hit(row: Any, kind: str, person: User) -> Hit:
    owner = row.shareable.owner
    whose = _("from your own portfolio") if owner == person else _("shared by %(name)s") % {"name": owner.full_name}
    return Hit(row.title, reverse(f"portfolios:{kind}", args=[row.code]), whose)
