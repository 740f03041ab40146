"""What the meet-ups keep about people (portal.md G14)."""

from events.models.reports import TEXTS
from portal.registry import Data, DataClass, Erase

_OF_THE_ROOM = "of the conversation in a room, not of a person; who wrote it becomes a person without a name"

DATA = [
    Data(
        "events.NoteRevision",
        DataClass.INTERNAL,
        confidential=("text",),
        keep="with the meet-up",
        why=_OF_THE_ROOM,
    ),
    Data("events.Note", DataClass.INTERNAL, confidential=("text",), keep="with the meet-up", why=_OF_THE_ROOM),
    Data(
        "events.Report",
        DataClass.INTERNAL,
        confidential=TEXTS,
        keep="for good once published; withdrawing empties it",
        why=_OF_THE_ROOM,
    ),
    Data(
        "events.RoomRole",
        DataClass.PERSONAL,
        "person",
        ("room", "is_named"),
        Erase.DELETE,
        keep="with the meet-up",
    ),
    Data("events.Room", DataClass.PUBLIC, why="no person"),
    Data("events.Event", DataClass.PUBLIC, why="no person"),
    Data("events.Series", DataClass.PUBLIC, why="no person"),
]
