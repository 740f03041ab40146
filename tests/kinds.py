"""Kinds of an app that does not exist, named as an app names its own: dotted names on an AppConfig."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps

from portal import jobs, kinds, mails
from portal.kinds import Kind, MailKind
from portal.models import User
from portal.models.today import Group


def plain(args: Any, person: User, at: datetime.datetime) -> dict[str, Any]:
    return {"line": args["line"], "link": "http://localhost:8000/"}


def broken(args: Any, person: User, at: datetime.datetime) -> dict[str, Any]:
    raise LookupError("what stands in here must not be kept")


KINDS = {
    **jobs.KINDS,
    "test.write": Kind(
        title="Write to %(who)s about %(what)s",
        neutral="Something waits for you, for %(on)s.",
        why="They wait for it.",
        button="Write",
        people=("who",),
        pieces=("what",),
        days=("on",),
    ),
    "test.meet": Kind(title="Meet %(others)s", neutral="a conversation", people=("who", "whom"), group=Group.GUIDANCE),
    "test.news": Kind(title="%(who)s answered", neutral="Somebody answered.", people=("who",), group=Group.FEEDBACK),
}
MAILS = {
    **mails.KINDS,
    "plain": MailKind("portal/mail/line", plain),
    "broken": MailKind("portal/mail/line", broken),
}


def _forget() -> None:
    kinds._kinds.cache_clear()
    kinds._mails.cache_clear()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kinds of this module can be said."""
    ground = apps.get_app_config("portal")
    monkeypatch.setattr(ground, "kinds", "tests.kinds.KINDS", raising=False)
    monkeypatch.setattr(ground, "mails", "tests.kinds.MAILS")
    _forget()
    yield
    monkeypatch.undo()
    _forget()
