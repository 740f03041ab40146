"""Signing in (portal.md G1): what we ask of allauth, how a session starts, and the second factor.

The fresh code is in portal/fresh_code.py, signing in through an institution in portal/oidc.py.
"""

import base64
import functools
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from portal.models import Grant, Membership
from portal.models.organisation import SECOND_FACTOR_ROLES
from portal.models.user import User
from portal.rules import may_sign_in, person_of_address
from portal.zones import zone_of

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def safe_path(url: str) -> str | None:
    """`url` when it is a path on this site, else None. Every `next` passes here."""
    if (
        not url.startswith("/")
        or url[1:2] in ("/", "\\")
        or not url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    ):
        return None
    return url


# --- What we ask of allauth -----------------------------------------------------------------


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed at the moment."),
        "cannot_remove_primary_email": _("You sign in with this address. Make the other one your main address first."),
        "duplicate_email": _("This address is already yours."),
        "email_password_mismatch": _(
            "This address and this password do not belong together. Look at both and try again."
        ),
        "email_taken": _("This address cannot be used. Choose another one."),
        "enter_current_password": _("Type the password that you have now."),
        "incorrect_code": _("This is not the code. Look at the newest mail and type it again."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_or_expired_key": _("This link no longer works. Ask for a new one."),
        "invalid_login": _("This does not look like an e-mail address. Type it again."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "max_email_addresses": _("You can have at most %d addresses."),
        "rate_limited": _("That was too often. Wait a minute and try again."),
        "same_as_current": _("This is the address that you have now."),
        "too_many_login_attempts": _("That was too often. Wait a minute, ask for a new code and try again."),
        "unknown_email": _("This address cannot be used. Choose another one."),
        "unverified_primary_email": _("Confirm this address first, with the code in the mail."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open"

    def is_safe_url(self, url: str) -> bool:
        return safe_path(url) is not None

    def new_user(self, request: HttpRequest) -> User:
        return User(language=translation.get_language() or "nl")

    def pre_login(self, request: HttpRequest, user: Any, *, email: str | None, **kwargs: Any) -> HttpResponse | None:
        if not may_sign_in(user):
            clear_login(request)
            return self.respond_user_inactive(request, user)
        if email and _proved_by_code(request, user, email):
            _verify_if_new(self, request, user, email)
        return super().pre_login(request, user, email=email, **kwargs)

    def login(self, request: HttpRequest, user: Any) -> None:
        """The last gate: somebody may have been blocked while they looked for their second factor."""
        if not may_sign_in(user):
            clear_login(request)
            raise ImmediateHttpResponse(redirect("account_inactive"))
        super().login(request, user)
        begin_session(request, user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the receiver's language; links and names of the site from SITE_URL, never from the Host header."""
        with translation.override(_language_of(email, context.get("user"))):
            super().send_mail(template_prefix, email, _with_own_links(context))

    def send_account_already_exists_mail(self, email: str) -> None:
        person = person_of_address(email)
        if person and may_sign_in(person):
            super().send_account_already_exists_mail(email)

    def rehearse_code_mail(self, email: str) -> None:
        """The work of a code's mail without sending it: an unknown address takes the same time as a known one."""
        with translation.override(_language_of(email, None)):
            context = _with_own_links({"code": self.generate_login_code(), "request": self.request, "email": email})
            self.render_mail("account/email/login_code", email, context)


def _proved_by_code(request: HttpRequest, person: User, email: str) -> bool:
    records = get_authentication_records(request, person)
    return any(r["method"] == "code" and r.get("email", "").lower() == email.lower() for r in records)


def _verify_if_new(adapter: AccountAdapter, request: HttpRequest, person: User, email: str) -> None:
    """allauth confirms an address row by a code, but only where the row exists: an account made by hand has none."""
    address, _created = EmailAddress.objects.get_or_create(user=person, email=email.lower())
    if not address.verified:
        adapter.confirm_email(request, address)


def _language_of(email: str, person: User | None) -> str:
    person = person or person_of_address(email)
    return person.language if person else translation.get_language() or settings.LANGUAGE_CODE


def _with_own_links(context: dict[str, Any]) -> dict[str, Any]:
    site = urlsplit(settings.SITE_URL)
    links = {
        name: urlsplit(url)._replace(scheme=site.scheme, netloc=site.netloc).geturl()
        for name, url in context.items()
        if name.endswith("_url") and isinstance(url, str)
    }
    return (
        context | links | {"current_site": {"name": "Leerlijn", "domain": site.netloc}, "site_url": settings.SITE_URL}
    )


# --- The start of a session -----------------------------------------------------------------


def begin_session(request: HttpRequest, person: User) -> None:
    """What every fresh session knows: the local time of the person's organisation, and their language."""
    request.session["time_zone"] = zone_of(person)
    translation.activate(person.language)


def remember_language(response: HttpResponse, language: str) -> None:
    """On this device too, so that the pages before signing in speak it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


# --- The second factor ----------------------------------------------------------------------


def needs_second_factor(person: User) -> bool:
    """Roles that see or decide about others, and everybody from the first grant received (G1). At most one query."""
    return person.is_staff or User.objects.filter(_obliged(), pk=person.pk).exists()


def has_second_factor(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def used_second_factor(request: HttpRequest) -> bool:
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def lacks_second_factor(request: HttpRequest) -> bool:
    """Must this person set up a second factor, or show it, before anything else?

    Asked on every signed-in request: no query for a session that used its factor, one for any other. "Not
    needed" is never remembered, because a grant may arrive at any moment.
    """
    if used_second_factor(request) or (settings.DEMO and request.session.get("demo_sign_in")):
        return False
    person = request.user
    enrolled = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))
    return person.is_staff or User.objects.filter(_obliged() | Q(enrolled), pk=person.pk).exists()


def _obliged() -> Q:
    roles = Membership.objects.live().filter(person=OuterRef("pk"), role__in=SECOND_FACTOR_ROLES)
    received = Grant.objects.filter(user=OuterRef("pk"))
    return Q(Exists(roles)) | Q(Exists(received))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are encrypted at rest, and who is obliged to have a factor cannot remove the last one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "Your work here asks for a second step. Add another one before you remove this one."
        ),
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
        "incorrect_code": _("This is not the code. Wait for the next one in your app and type that."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return _vault(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return others.exists() or not needs_second_factor(authenticator.user)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": "Leerlijn"}


@functools.lru_cache(maxsize=4)
def _vault(*secrets: str) -> MultiFernet:
    """Encrypts with the first secret, decrypts with any; Fernet wants its key in url-safe base64."""
    return MultiFernet([Fernet(_fernet_key(secret)) for secret in secrets])


def _fernet_key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"leerlijn second factor").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
