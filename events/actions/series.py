"""The life of a meet-up (events.md E1)."""

import datetime

from django.db import transaction

from events.models import Event
from events.rules import series as rules_of_series
from portal import audit
from portal.models import User


class NotNow(Exception):
    """This step cannot be taken in this state, or not without a reason."""


def move(event: Event, to: str, *, by: User, at: datetime.datetime, reason: str = "") -> None:
    """One step of Event.MOVES. Cancelling, and closing while a room has no report, need a reason. Raises NotNow."""
    with transaction.atomic():
        found = Event.objects.select_for_update(of=("self",)).select_related("series__organisation").get(pk=event.pk)
        if not rules_of_series.may_move(by, found, to):
            raise NotNow
        needs = to == Event.State.CANCELLED or (to == Event.State.CLOSED and rules_of_series.lacks_reports(found))
        if needs and not reason.strip():
            raise NotNow
        found.state, found.reason = to, reason.strip()
        found.save(update_fields=["state", "reason"])
        audit.record(audit.EVENT_MOVED, by=by, facts={"event": found.code, "to": to}, at=at, chain=found.series.chain)
    event.state, event.reason = found.state, found.reason
