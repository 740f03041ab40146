from mentoring.models.conversations import (
    Addendum,
    Agreement,
    Conversation,
    Point,
    ProposedTime,
    Signature,
    State,
)
from mentoring.models.tracks import Pause, Track

__all__ = [
    "Addendum",
    "Agreement",
    "Conversation",
    "Pause",
    "Point",
    "ProposedTime",
    "Signature",
    "State",
    "Track",
]
