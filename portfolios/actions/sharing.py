"""Sharing pieces of a portfolio with somebody, as one act (P12)."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from portal import sharing, today
from portal.codes import new_code
from portal.models import Grant, Shareable, User
from portfolios import kinds


def share_pieces(
    pieces: Iterable[Shareable],
    *,
    by: User,
    reader: User,
    purpose: str,
    until: datetime.datetime,
    at: datetime.datetime | None = None,
) -> list[Grant]:
    """All of them or none, under one source; the reader is told once. Raises portal.sharing.NotShareable."""
    at, source = at or timezone.now(), new_code()
    with transaction.atomic():
        given = [
            sharing.share(
                piece, by=by, reader=reader, right=sharing.READ, purpose=purpose, until=until, at=at, source=source
            )
            for piece in pieces
        ]
        link = ("portfolios:shared_with_me",)
        today.tell(kinds.SHARED, to=reader, link=link, args={"who": by.code}, about=source, key=source, at=at)
    return given
