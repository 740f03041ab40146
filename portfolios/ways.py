"""How somebody reads another's pieces: signed in, by a guest's link, or the owner looking as they do (P12).

The pages, queries and templates are the same on each way; only whose sight counts, where links lead and whether it
is a reading differ.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse

from portal import readings
from portal.access import visible_or_404
from portal.addresses import address
from portal.models import GuestLink, Shareable, User
from portal.sharing import Shared


@dataclass(frozen=True)
class Way:
    """`reader` is whose sight counts; `owner` whose pieces alone are on this way, where that is one person's."""

    reader: User
    prefix: str = ""  # of URL names: "as_section"
    args: tuple[str, ...] = ()
    owner: User | None = None
    frame: str = "base.html"
    is_reading: bool = True  # the owner who looks as somebody else reads nothing for them
    files: str = "file"  # URL name
    up: str = "portfolios:shared_with_me"  # URL name of what lies above the list of what is shared; empty: nothing

    def address(self, page: str, code: str = "") -> str:
        if page == "file":
            return address(self.files, code)
        if page == "shared_by" and self.owner:  # there is only one
            return reverse(f"portfolios:{self.prefix}reader", args=self.args)
        name = f"portfolios:{self.prefix}{page}"
        return reverse(name, args=[*self.args, code]) if self.args else address(name, code)

    def find(self, rows: Shared, code: str) -> Any:
        """The one of this code, if this reader sees it on this way."""
        found = visible_or_404(rows, self.reader, code)
        if self.owner and found.shareable.owner_id != self.owner.pk:
            raise Http404
        return found

    def note(self, pieces: Sequence[Shareable], *, channel: str, at: datetime.datetime) -> None:
        if self.is_reading:
            readings.note(self.reader, pieces, channel=channel, at=at)


def own(person: User) -> Way:
    return Way(person)


def guest(link: GuestLink) -> Way:
    """What the owner of this link shares with its guest."""
    frame, files = "portfolios/guest_frame.html", "guest_file"
    return Way(link.person, "guest_", (), link.owner, frame, files=files, up="")


def as_reader(reader: User, owner: User) -> Way:
    """What `reader` gets of `owner`, shown to the owner."""
    frame, up = "portfolios/as_frame.html", "portfolios:sharing"
    return Way(reader, "as_", (reader.code,), owner, frame, is_reading=False, up=up)
