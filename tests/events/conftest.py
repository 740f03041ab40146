from types import SimpleNamespace

import pytest

from tests import factories


@pytest.fixture
def meet(db: None) -> SimpleNamespace:
    """Joke organises; Mila and Sami take the notes of one room, Bo is a stranger."""
    joke, mila, sami, bo = (factories.person(name) for name in ("Joke", "Mila", "Sami", "Bo"))
    event = factories.meetup(joke)
    room = factories.room(None, mila, sami, event=event)
    return SimpleNamespace(joke=joke, mila=mila, sami=sami, bo=bo, event=event, room=room)
