"""Guests read by a link and a mailed code, without an account (portal.md G4).

Opening the link does nothing. Asking for the code mails six digits to the address that the owner gave; typed within
ten minutes they open a short session in which this guest's sight counts, and nobody else's. For a link that is wrong,
over or withdrawn the same pages answer the same way, and no mail is sent.
"""

import datetime
import secrets
import time
from typing import Any

from allauth.core import ratelimit
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from portal import erasure, mails, outbox, sharing, tokens
from portal.codes import new_code
from portal.models import Grant, GuestLink, User

CODE_SECONDS = 10 * 60
SESSION_SECONDS = 30 * 60
TRIES = 3
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
    digits, salt = f"{secrets.randbelow(10**6):06}", secrets.token_hex(16)
    request.session[_ASKED] = {"link": code, "digest": _digest(salt, digits), "salt": salt, "at": time.time()}
    cache.set(_tries_key(salt), 0, CODE_SECONDS)
    link = _open_link(code)
    if link and tokens.is_of(token, link.code, link.nonce):
        mails.guest_code(link, code=digits)


def has_asked(request: HttpRequest) -> bool:
    return time.time() - request.session.get(_ASKED, {}).get("at", 0) < CODE_SECONDS


def enter(request: HttpRequest, typed: str) -> None:
    """Open the guest's session when `typed` is the code. Raises Refused."""
    asked = request.session.get(_ASKED)
    if not asked or not has_asked(request) or _count_try(asked["salt"]) > TRIES:
        raise Refused(over=True)
    link = _open_link(asked["link"])
    if not constant_time_compare(_digest(asked["salt"], "".join(typed.split())), asked["digest"]) or not link:
        raise Refused(over=False)
    cache.delete(_tries_key(asked["salt"]))
    del request.session[_ASKED]
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


def _digest(salt: str, digits: str) -> str:
    """Keyed with SECRET_KEY: a copy of the session table alone does not give six digits away."""
    return salted_hmac(f"guest code {salt}", digits, algorithm="sha256").hexdigest()


def _tries_key(salt: str) -> str:
    return f"guest-code-tries:{salt}"


def _count_try(salt: str) -> int:
    try:
        return cache.incr(_tries_key(salt))
    except ValueError:  # the count is gone, so nobody knows how many there were
        return TRIES + 1


# --- Forgetting -------------------------------------------------------------------------------


def forget_old(*, at: datetime.datetime) -> int:
    """Empty the guests whose last share ended KEPT ago; their rows stay. Returns how many."""
    kept = Grant.objects.filter(user=OuterRef("pk"), expires_at__gt=at - KEPT).exclude(withdrawn_at__lte=at - KEPT)
    over = User.objects.filter(is_guest=True, erased_at=None, joined_at__lte=at - KEPT).exclude(Exists(kept))
    for guest in over:
        erasure.erase(guest, at=at)
    return len(over)
