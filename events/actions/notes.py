"""Writing notes together (events.md E6): what is accepted is in the history for good."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.http import QueryDict

from events.models import Note, NoteRevision, Room
from events.models.notes import LONGEST
from events.rules import notes as rules
from events.rules.series import is_organiser
from portal import audit, drafts
from portal.models import User

REOPENED_FOR = datetime.timedelta(hours=72)


class Closed(Exception):
    """These notes cannot be written now, or not by this person; `reason` says it to the reader."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Kept:
    note: Note
    woven: bool  # what somebody else wrote meanwhile is in it too


def save(room: Room, section: str, *, typed: QueryDict, by: User, at: datetime.datetime) -> Kept:
    """Keep what was typed in one section; `typed` is as the autosave component sends it.

    Locks the section's row: two rapporteurs take turns, and no other section is touched. Raises Closed,
    drafts.Clash when both changed the same sentence (nothing is stored then), drafts.TooMuch.
    """
    with transaction.atomic():
        _require_open(room, by, at)
        note = _locked(room, section)
        values, woven = drafts.weave({"text": note.text}, note.version, typed)
        text = str(values.get("text", ""))
        if len(text) > LONGEST:
            raise drafts.TooMuch
        if text != note.text:
            _accept(note, text, by=by, at=at, woven=woven)
    return Kept(note, woven)


def restore(room: Room, section: str, *, number: int, by: User, at: datetime.datetime) -> Note:
    """Put an earlier text back, as a new revision: what stood there stays in the history too. Raises Closed."""
    with transaction.atomic():
        _require_open(room, by, at)
        note = _locked(room, section)
        former = NoteRevision.objects.get(note=note, number=number)
        if former.text != note.text:
            _accept(note, former.text, by=by, at=at, restored=number)
    return note


def reopen(room: Room, *, reason: str, by: User, at: datetime.datetime) -> None:
    """The organiser opens closed notes for another 72 hours and says why."""
    if not reason.strip() or not is_organiser(by, room.event.series):
        raise ValueError("notes are opened again by an organiser, with a reason")
    with transaction.atomic():
        Room.objects.filter(pk=room.pk).update(reopened_until=at + REOPENED_FOR, reopening=reason.strip())
        audit.record(audit.NOTES_REOPENED, by=by, facts={"room": room.code}, at=at, chain=room.event.series.chain)
    room.refresh_from_db(fields=["reopened_until", "reopening"])


def _locked(room: Room, section: str) -> Note:
    Note.objects.get_or_create(room=room, section=section)
    return Note.objects.select_for_update().get(room=room, section=section)


def _require_open(room: Room, by: User, at: datetime.datetime) -> None:
    allowed, reason = rules.may_write(by, room, at)
    if not allowed:
        raise Closed(reason)


def _accept(
    note: Note, text: str, *, by: User, at: datetime.datetime, woven: bool = False, restored: int | None = None
) -> None:
    note.text, note.version, note.updated_at = text, note.version + 1, at
    note.save(update_fields=["text", "version", "updated_at"])
    NoteRevision.objects.create(
        note=note, number=note.version, text=text, by=by, at=at, is_woven=woven, restored=restored
    )
