"""Guests read by a link and a mailed code, without an account (portal.md G4).

Opening the link does nothing. Asking for the code mails six digits to the address that the owner gave; typed within
ten minutes they open a short session in which this guest's sight counts, and nobody else's. For a link that is wrong,
over or withdrawn the same pages answer the same way, and no mail is sent.
"""

import datetime
import time
from typing import Any

from allauth.core import ratelimit
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from portal import erasure, mails, outbox, sharing, six_digits, tokens
from portal.codes import new_code
from portal.models import Grant, GuestLink, User

SESSION_SECONDS = 30 * 60
KEPT = datetime.timedelta(days=30)  # after the last share ended, so that sharing again asks no retyping
_ASKED, _READS = "guest_asked", "guest_reads"  # keys in the session


class Refused(Exception):
    """No code was asked or it is not this one; after `over` only a new code helps."""

    def __init__(self, *, over: bool) -> None:
        super().__init__("refused")
        self.over = over


class TooOften(Exception):
    """Too many codes were asked for this link, or from this network."""


# --- Inviting ---------------------------------------------------------------------------------


def invite(owner: User, *, address: str, name: str, at: datetime.datetime) -> GuestLink:
    """The guest of this owner at this address, made if there was none. Mails nothing: see `mail_link`."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)
        found = GuestLink.objects.filter(owner=owner, address=address.lower()).select_related("person").first()
        if found:
            User.objects.filter(pk=found.person_id).update(given_name=name)
            found.person.given_name = name
            return found
        code = new_code()
        # No address on the person's row: who has an account at this address, or another guest, is another row.
        person = User.objects.create_user(
            f"{code}@guest.invalid", code=code, given_name=name, is_guest=True, language=owner.language
        )
        return GuestLink.objects.create(person=person, owner=owner, address=address.lower(), made_at=at)


def mail_link(link: GuestLink, *, key: str) -> None:
    """Have the link mailed; `key` is of the act that it is mailed for. Call inside the act's transaction."""
    outbox.post("guest-link", to=link.person, key=f"guest-link {key}", args={"link": link.code}, urgent=True)


# --- Coming in --------------------------------------------------------------------------------


def ask(request: HttpRequest, code: str, token: str) -> None:
    """Mail the code of six digits if this link opens something now; tells nobody whether it does. Raises TooOften."""
    if not ratelimit.consume(request, action="guest_code", key=code):
        raise TooOften
    digits = six_digits.make(request, _ASKED, link=code)  # for any link: what is answered tells nothing
    link = _open_link(code)
    if link and tokens.is_of(token, link.code, link.nonce):
        mails.guest_code(link, code=digits)


def has_asked(request: HttpRequest) -> bool:
    return six_digits.are_open(request, _ASKED)


def enter(request: HttpRequest, typed: str) -> None:
    """Open the guest's session when `typed` is the code. Raises Refused."""
    try:
        asked = six_digits.check(request, _ASKED, typed)
    except six_digits.NotTheDigits as fault:
        raise Refused(over=fault.why != six_digits.Why.WRONG) from None
    link = _open_link(asked["link"])
    if not link:
        raise Refused(over=False)
    request.session.cycle_key()
    request.session[_READS] = {"link": link.code, "nonce": link.nonce, "until": time.time() + SESSION_SECONDS}


def of(request: HttpRequest) -> GuestLink | None:
    """The guest who reads in this session, while their time lasts and something is shared with them."""
    reads: dict[str, Any] = request.session.get(_READS, {})
    if time.time() >= reads.get("until", 0):
        return None
    link = _open_link(reads["link"])
    return link if link and link.nonce == reads["nonce"] else None


def leave(request: HttpRequest) -> None:
    request.session.pop(_READS, None)


def _open_link(code: str) -> GuestLink | None:
    """The link of this code, if its guest may read something now."""
    live = sharing.grants_of_row(OuterRef("person"), timezone.now())
    rows = GuestLink.objects.filter(Exists(live), code=code, person__is_active=True, person__erased_at=None)
    return rows.select_related("person", "owner").first()


# --- Forgetting -------------------------------------------------------------------------------


def forget_old(*, at: datetime.datetime) -> int:
    """Empty the guests whose last share ended KEPT ago; their rows stay. Returns how many."""
    kept = Grant.objects.filter(user=OuterRef("pk"), expires_at__gt=at - KEPT).exclude(withdrawn_at__lte=at - KEPT)
    over = User.objects.filter(is_guest=True, erased_at=None, joined_at__lte=at - KEPT).exclude(Exists(kept))
    for guest in over:
        erasure.erase(guest, at=at)
    return len(over)
