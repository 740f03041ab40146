"""What can be said to people: the kinds that the apps name on their AppConfig, as dotted names.

mails = "mentoring.mails.KINDS"    {kind: MailKind}, what may stand in the outbox
kinds = "mentoring.kinds.KINDS"    {kind: Kind}, to-dos, appointments and news
"""

import datetime
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from portal.models.outbox import Reason, Way
from portal.models.today import Group
from portal.models.user import User

Args = Mapping[str, Any]
Words = str | Promise
Build = Callable[[Args, User, datetime.datetime], "dict[str, Any] | Reason"]
# Is it still to be done, and may this person still see it? None: yes; else why not.
Still = Callable[[Args, User], Reason | None]


@dataclass(frozen=True)
class MailKind:
    """`template` is a path without ending. `build(args, receiver, at)` runs when the mail is sent, in the receiver's
    language and zone, and gives the template's context, or the reason why there is nothing to send any more.

    What can be bundled gives `line` (one sentence without names or content) and `link` in its context.

    `is_discreet`: nobody may learn from its rows whether a mail went out (survey reminders). A context with `is_silent`
    then mails nothing, and every row ends as sent at its due moment, whatever the mail server said.
    """

    template: str
    build: Build
    version: int = 1
    group: str = ""
    way: Way = Way.BUNDLED
    is_discreet: bool = False

    def __post_init__(self) -> None:
        assert not self.is_discreet or (self.way == Way.ALONE and not self.group), "a bundle or a preference would tell"


@dataclass(frozen=True)
class Kind:
    """The words of a to-do, an appointment or a piece of news.

    `title`, `why` may use %(name)s for the arguments of the row. `people`, `pieces`, `days` say which of those are
    codes of people (shown by name), codes of shareables (shown by title to who may see them) and ISO days; %(others)s
    are the `people` without the reader.
    `neutral` goes into mails and calendars: it may use days, nothing else.
    `still(args, receiver)` is asked before a reminder is mailed.
    """

    title: Words
    neutral: Words
    why: Words = ""
    button: Words = ""
    group: Group = Group.REMINDERS
    people: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    still: Still | None = None


def _collected(attribute: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        if path := getattr(config, attribute, None):
            mine = import_string(path)
            assert not found.keys() & mine.keys(), f"two apps name the same kind: {found.keys() & mine.keys()}"
            found.update(mine)
    return found


@functools.cache
def _mails() -> dict[str, MailKind]:
    return _collected("mails")


@functools.cache
def _kinds() -> dict[str, Kind]:
    return _collected("kinds")


def mail(kind: str) -> MailKind:
    """Raises KeyError for a kind that no app names."""
    return _mails()[kind]


def said(kind: str) -> Kind:
    """Raises KeyError for a kind that no app names."""
    return _kinds()[kind]


def groups() -> list[Group]:
    """Those of which something can come, in their order."""
    used = {one.group for one in _mails().values()} | {str(one.group) for one in _kinds().values()}
    return [group for group in Group if group in used]
