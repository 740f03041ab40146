"""What guidance keeps about people (portal.md G14)."""

from portal.registry import Data, DataClass, Erase

_OWNER = "conversation__shareable__owner"
_KEPT = "the trainee decides"

DATA = [
    Data(
        "mentoring.ProposedTime", DataClass.PERSONAL, _OWNER, ("starts_at",), Erase.DELETE, keep="until one is picked"
    ),
    Data(
        "mentoring.Point",
        DataClass.CONFIDENTIAL,
        _OWNER,
        ("position", "text"),
        Erase.DELETE,
        confidential=("text",),
        keep=_KEPT,
    ),
    Data(
        "mentoring.Agreement",
        DataClass.CONFIDENTIAL,
        _OWNER,
        ("who", "text", "until", "done_at"),
        Erase.DELETE,
        confidential=("text",),
        keep=_KEPT,
    ),
    Data(
        "mentoring.Signature",
        DataClass.PERSONAL,
        _OWNER,
        ("person", "version", "signed_at", "how"),
        Erase.DELETE,
        keep=_KEPT,
    ),
    Data(
        "mentoring.Addendum",
        DataClass.CONFIDENTIAL,
        _OWNER,
        ("person", "text", "added_at"),
        Erase.DELETE,
        confidential=("text",),
        keep=_KEPT,
    ),
    Data(
        "mentoring.Conversation",
        DataClass.CONFIDENTIAL,
        "shareable__owner",
        ("kind", "state", "due_on", "starts_at", "place", "held_on", "notes", "report", "response", "ended_at"),
        Erase.DELETE,
        confidential=("place", "notes", "report", "response"),
        keep=_KEPT,
    ),
    Data(
        "mentoring.Pause",
        DataClass.PERSONAL,
        "track__relation__person",
        ("starts_on", "ends_on"),
        Erase.DELETE,
        keep="with the relation",
    ),
    Data(
        "mentoring.Track", DataClass.PERSONAL, "relation__person", ("months",), Erase.DELETE, keep="with the relation"
    ),
]
