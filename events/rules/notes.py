"""Who reads and writes the notes of a room, and when (events.md E6)."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from events.models import Event, Room
from events.rules.series import is_organiser
from portal.models import User
from portal.templatetags.portal_tags import moment


def is_rapporteur(person: User | AnonymousUser, room: Room) -> bool:
    return person.is_active and any(role.person_id == person.pk for role in room.roles.all())


def may_read(person: User | AnonymousUser, room: Room) -> bool:
    """Notes are confidential: who wrote them, and who makes the report of them."""
    return is_rapporteur(person, room) or is_organiser(person, room.event.series)


def may_write(person: User, room: Room, at: datetime.datetime) -> tuple[bool, str]:
    """Whether, and why not: the rapporteurs of the room, from 24 hours before until 72 hours after."""
    if not is_rapporteur(person, room):
        return False, _("Only the rapporteurs of this room write here.")
    if room.event.state in (Event.State.CANCELLED, Event.State.CLOSED):
        return False, _("This meet-up is over. The notes stay as they are.")
    if at < room.notes_open_at:
        return False, _("The notes open on %(when)s.") % {"when": moment(room.notes_open_at)}
    if not room.is_open_for_notes(at):
        return False, _("The notes closed on %(when)s. The organiser can open them again.") % {
            "when": moment(room.notes_close_at)
        }
    return True, ""
