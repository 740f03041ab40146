"""Who runs a series: the organisers of the organisation that owns it."""

from django.contrib.auth.models import AnonymousUser

from events.models import Event, Report, Room, Series
from events.models.series import organised_by
from portal.models import User


def is_organiser(person: User | AnonymousUser, series: Series) -> bool:
    return person.is_active and organised_by(person).filter(organisation=series.organisation_id).exists()


def may_move(person: User, event: Event, to: str) -> bool:
    return to in Event.MOVES[event.state] and is_organiser(person, event.series)


def lacks_reports(event: Event) -> list[Room]:
    """Rooms of which nothing is published; who closes without them gives a reason."""
    there = Report.objects.public().filter(room__event=event).values("room")
    return list(event.rooms.exclude(pk__in=there).order_by("number"))
