"""The meet-ups of an invented country (portal/scale.py): a series in each place, a meet-up in each of ten years."""

from events.models import Event, Note, NoteRevision, Room, RoomRole, Series
from portal import scale as ground
from portal.models import Membership, Organisation, Role
from portal.scale import DAY, Scale

EDITIONS, ROOMS, REVISIONS = 10, 4, 6
TEXT = "Begeleiders zoeken tijd voor wie leert. In drie labs staat een dagdeel in het rooster. " * 5


def seed(scale: Scale) -> None:
    """Each meet-up has four rooms, each room notes in six sections with six revisions by one rapporteur."""
    owners = list(Organisation.objects.filter(pk__in=scale.places))
    ground.insert(
        Membership(
            code=scale.code(),
            person_id=scale.mentors[number % len(scale.mentors)],
            organisation=owner,
            role=Role.ORGANISER,
            starts_on=scale.today - 400 * DAY,
        )
        for number, owner in enumerate(owners)
    )
    series = ground.insert(
        Series(code=scale.code(), title=f"Reeks {number}", organisation=owner) for number, owner in enumerate(owners)
    )
    for one in series:
        _meetups(scale, one)


def _meetups(scale: Scale, series: Series) -> None:
    events = ground.insert(
        Event(
            code=scale.code(),
            series=series,
            number=number + 1,
            title=f"Bijeenkomst {number + 1}",
            starts_at=scale.at - 365 * number * DAY - DAY / 24,
            ends_at=scale.at - 365 * number * DAY + DAY / 24,
            state=Event.State.REPORTING if number else Event.State.PUBLISHED,
        )
        for number in range(EDITIONS)
    )
    rooms = ground.insert(
        Room(code=scale.code(), event=event, number=number + 1, title=f"Thema {number + 1}")
        for event in events
        for number in range(ROOMS)
    )
    roles = ground.insert(RoomRole(room=room, person_id=scale.dice.choice(scale.people)) for room in rooms)
    notes = ground.insert(
        Note(room=room, section=section, text=TEXT, version=REVISIONS, updated_at=scale.at)
        for room in rooms
        for section in Note.Section.values
    )
    by = {role.room_id: role.person_id for role in roles}
    ground.insert(
        NoteRevision(note=note, number=number + 1, text=TEXT, by_id=by[note.room_id], at=scale.at - number * DAY / 1440)
        for note in notes
        for number in range(REVISIONS)
    )
