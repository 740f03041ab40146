from events.models.notes import Note, NoteRevision
from events.models.reports import Report
from events.models.rooms import Room, RoomRole
from events.models.series import Event, Series

__all__ = ["Event", "Note", "NoteRevision", "Report", "Room", "RoomRole", "Series"]
