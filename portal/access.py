"""Every URL declares its rule; what declares none is refused (portal.md G3).

A view says who may knock (`@access.public`, `@access.signed_in`, `@access.demo`); what it then shows
comes from a queryset's `visible_to`, through `visible_or_404`; what it then does from `require`.
"""

import ipaddress
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise

from portal.models.user import User
from portal.sharing import Shared

M = TypeVar("M", bound=Model)
View = Callable[..., HttpResponse]
PUBLIC, SIGNED_IN, GUEST, DEMO, OPERATOR = "public", "signed in", "guest", "demo", "operator"


@dataclass(frozen=True)
class Rule:
    who: str
    methods: frozenset[str]
    second_factor: bool = True  # False on the pages that somebody needs to set one up, and to leave


# Views of libraries cannot carry our decorator: their rules stand here, by URL name or namespace.
_READ, _FORM = frozenset({"GET", "HEAD", "OPTIONS"}), frozenset({"GET", "HEAD", "OPTIONS", "POST"})
_ENTRANCE = Rule(PUBLIC, _FORM)
_OWN_ACCOUNT = Rule(SIGNED_IN, _FORM, second_factor=False)
LIBRARY_RULES: dict[str, Rule] = {
    **dict.fromkeys(
        [
            "account_login",
            "account_signup",
            "account_request_login_code",
            "account_confirm_login_code",
            "account_email_verification_sent",
            "account_confirm_email",
            "account_logout",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "account_signup_by_passkey",
            "mfa_authenticate",
            "mfa_login_webauthn",
            "mfa_signup_webauthn",
            "mfa_trust",
            "socialaccount_signup",
            "openid_connect_login",
            "openid_connect_callback",
            "set_language",
            "javascript-catalog",
        ],
        _ENTRANCE,
    ),
    **dict.fromkeys(
        [
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_generate_recovery_codes",
            "mfa_add_webauthn",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
            "socialaccount_connections",
            "usersessions_list",
        ],
        _OWN_ACCOUNT,
    ),
    **dict.fromkeys(
        ["account_inactive", "socialaccount_login_cancelled", "socialaccount_login_error"], Rule(PUBLIC, _READ)
    ),
    **dict.fromkeys(
        ["mfa_index", "mfa_list_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes"],
        Rule(SIGNED_IN, _READ, second_factor=False),
    ),
    "admin:": Rule(OPERATOR, _FORM),
}


def _declare(who: str, methods: Collection[str], second_factor: bool) -> Callable[[View], View]:
    allowed = frozenset(methods) | {"HEAD", "OPTIONS"} if "GET" in methods else frozenset(methods) | {"OPTIONS"}

    def mark(view: View) -> View:
        view.rule = Rule(who, frozenset(allowed), second_factor)  # type: ignore[attr-defined]
        return view

    return mark


class access:
    """Decorators that declare a view's rule: `@access.signed_in`, or with methods
    `@access.signed_in(methods=["POST"])`."""

    @staticmethod
    def _rule(who: str, view: View | None, methods: Collection[str], second_factor: bool = True) -> Any:
        mark = _declare(who, methods, second_factor)
        return mark(view) if view else mark

    @staticmethod
    def public(view: View | None = None, *, methods: Collection[str] = ("GET",)) -> Any:
        return access._rule(PUBLIC, view, methods)

    @staticmethod
    def signed_in(view: View | None = None, *, methods: Collection[str] = ("GET",), second_factor: bool = True) -> Any:
        return access._rule(SIGNED_IN, view, methods, second_factor)

    @staticmethod
    def guest(view: View | None = None, *, methods: Collection[str] = ("GET",)) -> Any:
        """For who came in by a link and a code; the view finds them as `request.guest`, a GuestLink."""
        return access._rule(GUEST, view, methods)

    @staticmethod
    def demo(view: View | None = None, *, methods: Collection[str] = ("GET",)) -> Any:
        return access._rule(DEMO, view, methods)


def rule_of(view: View, name: str, namespace: str = "") -> Rule | None:
    declared = getattr(view, "rule", None)
    return declared or LIBRARY_RULES.get(f"{namespace}:" if namespace else name)


def is_loopback(request: HttpRequest) -> bool:
    """Nobody stands between: the demo's one-click sign-in must never answer through a proxy."""
    if any(header in request.META for header in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def visible_or_404(rows: Shared, person: User | AnonymousUser, code: str) -> Any:
    """The one of this code, if `person` may see it. To a stranger it is as absent as one that never was."""
    return get_object_or_404(rows.visible_to(person, narrow=True), shareable__code=code)


def require(allowed: bool, reason: str | Promise = "") -> None:
    """Who may see but not act gets a 403 whose page gives the reason."""
    if not allowed:
        raise PermissionDenied(reason)
