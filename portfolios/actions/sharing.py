"""Sharing pieces of a portfolio with people, each an act of its own (P12)."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import guests, sharing, today
from portal.codes import new_code
from portal.models import Grant, Shareable, User
from portfolios import kinds


def share_pieces(
    pieces: Collection[Shareable],
    *,
    by: User,
    readers: Collection[User],
    right: str = sharing.READ,
    purpose: str,
    until: datetime.datetime,
    at: datetime.datetime | None = None,
) -> list[Grant]:
    """All pieces with all readers or nothing; each reader under a source of their own, and told once. What a reader has
    until that day already, with that right and for that purpose, is not shared a second time.

    Who gets the same relation later gets nothing by this. Raises portal.sharing.NotShareable.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # of two presses the second finds what the first shared
        at = at or timezone.now()  # not before the wait: then what the first shared would lie ahead
        return [grant for reader in readers for grant in _share(pieces, by, reader, right, purpose, until, at)]


def share_by_link(
    pieces: Collection[Shareable],
    *,
    by: User,
    address: str,
    name: str,
    purpose: str,
    until: datetime.datetime,
    at: datetime.datetime | None = None,
) -> list[Grant]:
    """To read, for somebody without an account; the link is mailed to `address`. Raises portal.sharing.NotShareable."""
    source = new_code()
    facts: dict[str, Any] = {"right": sharing.READ, "purpose": purpose, "until": until}
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        at = at or timezone.now()
        link = guests.invite(by, address=address, name=name, at=at)
        fresh = [piece for piece in dict.fromkeys(pieces) if not sharing.has(link.person, piece, at=at, **facts)]
        given = [sharing.share(piece, by=by, reader=link.person, at=at, source=source, **facts) for piece in fresh]
        guests.mail_link(link, key=source)
    return given


def _share(
    pieces: Collection[Shareable],
    by: User,
    reader: User,
    right: str,
    purpose: str,
    until: datetime.datetime,
    at: datetime.datetime,
) -> list[Grant]:
    source = new_code()
    facts: dict[str, Any] = {"right": right, "purpose": purpose, "until": until}
    fresh = [piece for piece in dict.fromkeys(pieces) if not sharing.has(reader, piece, at=at, **facts)]
    given = [sharing.share(piece, by=by, reader=reader, at=at, source=source, **facts) for piece in fresh]
    if not given:
        return []
    link = ("portfolios:shared_with_me",)
    today.tell(kinds.SHARED, to=reader, link=link, args={"who": by.code}, about=source, key=source, at=at)
    return given
