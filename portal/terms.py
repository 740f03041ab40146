"""When sharing ends: days as people say them, and the placement that a supervisor's share ends with (P12)."""

import datetime
from collections.abc import Collection

from django.utils import timezone

from portal.models.organisation import Placement
from portal.models.user import User


def end_of(day: datetime.date) -> datetime.datetime:
    """The first moment after this local day: "until and including 3 March"."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))


def placement_with(owner: User, supervisor: User, on: datetime.date) -> Placement | None:
    """The live placement of `owner` with this supervisor; of several the last to end, an open one before all."""
    return placements_with(owner, [supervisor], on).get(supervisor.pk)


def placements_with(owner: User, supervisors: Collection[User], on: datetime.date) -> dict[int | None, Placement]:
    """`placement_with` of each of these who has one, by their key: one query."""
    rows = Placement.objects.live(on).filter(person=owner, supervisor__in=supervisors).select_related("organisation")
    return {one.supervisor_id: one for one in sorted(rows, key=lambda row: (row.ends_on or datetime.date.max, row.pk))}


def end_with(placement: Placement) -> datetime.datetime | None:
    """When what was shared for this placement ends: so many days after it, as its organisation sets. None: open."""
    if placement.ends_on is None:
        return None
    return end_of(placement.ends_on - datetime.timedelta(days=1) + grace(placement))


def grace(placement: Placement) -> datetime.timedelta:
    return datetime.timedelta(days=placement.organisation.supervision_grace_days)
