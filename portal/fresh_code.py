"""A fresh proof that it is really you (portal.md G1), before MFA enrolment, address change, sharing by link, export.

Signing in by code, or using a second factor, in the last quarter of an hour counts. Who has a second factor
shows that; who has none gets a code by mail. allauth asks people without password and factor for nothing here.
"""

import functools
import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal import mails, six_digits
from portal.access import View
from portal.htmx import go
from portal.models.user import User
from portal.signin import has_second_factor

FRESH_SECONDS = 15 * 60
OPEN_SECONDS = 60 * 60  # a page opened with a fresh proof may be sent this long
_SENT, _OPENED = "fresh_code", "opened_fresh"  # keys in the session


class Refused(Exception):
    """Not confirmed; the message says what to do. After `over` only a new code helps."""

    def __init__(self, message: str, *, over: bool = False) -> None:
        super().__init__(message)
        self.over = over


def has_fresh_proof(request: HttpRequest) -> bool:
    now = time.time()
    records = get_authentication_records(request, request.user)
    fresh = {record["method"] for record in records if now - record["at"] < FRESH_SECONDS}
    return "mfa" in fresh or ("code" in fresh and not has_second_factor(request.user))


def fresh_code_required(view: View) -> View:
    """The page asks for a fresh proof when it is opened, so that sending it is not interrupted.

    What is sent needs a proof of the last quarter of an hour too, or that this page was opened with one in
    the last hour, in the same session. Otherwise nothing is done and the person confirms first.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not _may_go_on(request):
            return ask(request)
        return view(request, *args, **kwargs)

    return guarded


def ask(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the proof, and from there back here."""
    return go(request, f"{reverse('confirm_identity')}?{urlencode({'next': request.get_full_path()})}")


def _may_go_on(request: HttpRequest) -> bool:
    now, fresh = time.time(), has_fresh_proof(request)
    opened = {path: at for path, at in request.session.get(_OPENED, {}).items() if now - at < OPEN_SECONDS}
    if request.method not in ("GET", "HEAD"):
        return fresh or request.path in opened
    if fresh:
        request.session[_OPENED] = opened | {request.path: now}
    return fresh


def other_proofs(request: HttpRequest, goal: str) -> list[dict[str, Any]]:
    """Where somebody with a second factor shows it: allauth's pages, which then go on to `goal`."""
    methods = get_adapter().get_reauthentication_methods(request.user) if has_second_factor(request.user) else []
    return [
        {"url": f"{method['url']}?{urlencode({'next': goal})}", "words": method["description"]}
        for method in methods
        if method["id"] != "reauthenticate"  # a password is not fresh
    ]


# --- The code by mail -----------------------------------------------------------------------


def address_for_code(person: User) -> str:
    """Where codes go: the main address that the person confirmed."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk").first()
    return confirmed.email if confirmed else person.email


def code_was_sent(request: HttpRequest) -> bool:
    return six_digits.are_open(request, _SENT)


def send(request: HttpRequest) -> None:
    """Mail six digits, which replace those sent before. Raises Refused after three in an hour."""
    person = request.user
    if not ratelimit.consume(request, action="confirm_identity", user=person):
        raise Refused(
            _("You asked for three codes in this hour. Nothing was changed. Try again in an hour."), over=True
        )
    address = address_for_code(person)
    mails.fresh_code(person, address=address, code=six_digits.make(request, _SENT, address=address))


def check(request: HttpRequest, typed: str) -> None:
    """Confirm the session when `typed` is the code. Raises Refused with what to do."""
    try:
        sent = six_digits.check(request, _SENT, typed)
    except six_digits.NotTheDigits as fault:
        raise Refused(_what_to_do(fault.why), over=fault.why != six_digits.Why.WRONG) from None
    record_authentication(request, request.user, "code", email=sent["address"], reauthenticated=True)


def _what_to_do(why: six_digits.Why) -> str:
    return {
        six_digits.Why.OVER: _("This code is over ten minutes old. Ask for a new one."),
        six_digits.Why.TRIES: _("Those were three tries. Ask for a new code."),
        six_digits.Why.WRONG: _("This is not the code. Look at the newest mail and type its six digits."),
    }[why]
