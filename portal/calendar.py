"""Appointments as calendars want them (portal.md G16): an invitation that updates and cancels, and a feed.

A calendar lives outside the portal: nothing confidential goes in. A stable UID and a SEQUENCE that counts
changes let every program find the entry that it has already.
"""

import datetime
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from portal import mail, tokens, wording, zones
from portal.models import Appointment, CalendarFeed, ToDo, User

PAST = datetime.timedelta(days=90)
MOST = 500  # entries in a feed
TYPE = "text/calendar"


def invitation(appointment: Appointment, receiver: User) -> tuple[str, bytes, str]:
    """(file name, bytes, media type) of the invitation, the change or the cancellation, for this one receiver."""
    method = "CANCEL" if appointment.cancelled_at else "REQUEST"
    made = _calendar(method)
    with translation.override(receiver.language):
        entry = _of_appointment(appointment, zones.zone_of(receiver))
    entry.add("organizer", _address(settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")))
    entry.add("attendee", _address(receiver.email, partstat="NEEDS-ACTION", rsvp="FALSE"))
    made.add_component(entry)
    return "invite.ics", _written(made), f"{TYPE}; method={method}"


def feed(person: User, *, at: datetime.datetime) -> bytes:
    """What this person has before them and had in the last three months; to-dos stand on the day that they are due."""
    made = _calendar("PUBLISH")
    zone = zones.zone_of(person)
    with translation.override(person.language):
        made.add("x-wr-calname", "Leerlijn")
        for appointment in _appointments(person, at):
            made.add_component(_of_appointment(appointment, zone))
        for todo in _todos(person):
            made.add_component(_of_todo(todo))
    return _written(made)


def _appointments(person: User, at: datetime.datetime) -> Iterable[Appointment]:
    return person.appointments.filter(ends_at__gt=at - PAST).order_by("starts_at", "pk")[:MOST]


def _todos(person: User) -> Iterable[ToDo]:
    return ToDo.objects.filter(receiver=person, done_at=None, due_on__isnull=False).order_by("due_on", "pk")[:MOST]


def _calendar(method: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Leerlijn//Leerlijn//NL")
    made.add("version", "2.0")
    made.add("method", method)
    return made


def _of_appointment(appointment: Appointment, zone: str) -> Event:
    here = ZoneInfo(zone)
    entry = _entry(appointment.code, wording.neutral(appointment), appointment.changed_at)
    entry.add("dtstart", appointment.starts_at.astimezone(here))
    entry.add("dtend", appointment.ends_at.astimezone(here))
    entry.add("sequence", appointment.sequence)
    entry.add("status", "CANCELLED" if appointment.cancelled_at else "CONFIRMED")
    entry.add("url", mail.absolute(wording.link_of(appointment)))
    if place := appointment.place or (_("online") if appointment.is_online else ""):
        entry.add("location", vText(place))
    return entry


def _of_todo(todo: ToDo) -> Event:
    assert todo.due_on is not None
    entry = _entry(todo.code, wording.neutral(todo), todo.asked_at)
    entry.add("dtstart", todo.due_on)
    entry.add("transp", "TRANSPARENT")  # a day to do it by takes no time
    entry.add("url", mail.absolute(wording.link_of(todo)))
    return entry


def _entry(code: str, summary: str, stamp: datetime.datetime) -> Event:
    entry = Event()
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    entry.add("uid", f"{code}@{host}")
    entry.add("summary", vText(summary))
    entry.add("dtstamp", stamp.astimezone(datetime.UTC))
    entry.add("class", "PRIVATE")
    return entry


def _address(email: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for name, value in parameters.items():
        address.params[name] = vText(value)
    return address


def _written(made: Calendar) -> bytes:
    made.add_missing_timezones()
    body: bytes = made.to_ical()
    return body


# --- The address of the feed ------------------------------------------------------------------


def open_feed(person: User, *, at: datetime.datetime) -> str:
    """A new address for this person's calendar; the former one no longer works."""
    nonce = tokens.new_nonce()
    row, _new = CalendarFeed.objects.update_or_create(person=person, defaults={"nonce": nonce, "made_at": at})
    return address_of(row)


def address_of(row: CalendarFeed) -> str:
    return mail.link("calendar_feed", row.code, tokens.make(row.code, row.nonce))


def close_feed(person: User) -> None:
    CalendarFeed.objects.filter(person=person).delete()


def person_of(code: str, token: str) -> User | None:
    """Whose calendar this address shows; nobody's when it was replaced, or its person blocked or erased."""
    row = CalendarFeed.objects.select_related("person").filter(code=code).first()
    nonce = row.nonce if row else "none"
    if not tokens.is_of(token, code, nonce) or row is None:
        return None
    person = row.person
    return person if person.is_active and person.erased_at is None else None


def summary(person: User) -> dict[str, Any]:
    """For the page: whether there is an address, and since when."""
    row = CalendarFeed.objects.filter(person=person).first()
    return {"feed": row, "address": address_of(row) if row else ""}
