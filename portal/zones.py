"""Whose clock counts: that of the sector of the organisation where somebody works, else where they belong."""

from collections.abc import Collection

from django.conf import settings

from portal.models import Membership, Placement, User


def zone_of(person: User) -> str:
    return zones_of([person.pk])[person.pk]


def zones_of(people: Collection[int]) -> dict[int, str]:
    """By primary key; two queries for any number of people."""
    found = dict.fromkeys(people, settings.TIME_ZONE)
    for rows in (Membership.objects, Placement.objects):  # the last one read counts
        live = rows.live().filter(person__in=people).order_by("starts_on", "pk")
        found.update(live.values_list("person", "organisation__sector__time_zone"))
    return found
