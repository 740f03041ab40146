"""Signing in through an institution: OpenID Connect, SURFconext and the like (portal.md G1).

Who the institution says it is becomes one of ours by these rules, in this order:
1. A subject that was linked before is that person. A second factor is still asked here.
2. An address that the institution vouches for, of an invited person who never signed in, links the two.
3. Anybody else with an account signs in by code once and links the institution on their own page: an
   address alone, under another subject or at another institution, opens no account that is in use.
4. An unknown address gets an account only where SIGNUP is "open".

allauth sends state and PKCE; the nonce, the signature of the id_token, and that the user info is of the same
subject are checked here.
"""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from requests import RequestException

from portal import fresh_code
from portal.models.user import User
from portal.names import check_name
from portal.rules import may_sign_in, person_of_address

CLAIMS = ("sub", "email", "email_verified", "given_name", "family_name")  # nothing else is kept


class InstitutionAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return settings.SIGNUP == "open"

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """By setting only: not from the database, where allauth would also look."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        vouched = [row.email.lower() for row in sociallogin.email_addresses if row.verified is True]
        found = {address: person for address in vouched if (person := person_of_address(address))}
        if not found:
            return
        address, person = next(iter(found.items()))
        if len({one.pk for one in found.values()}) > 1 or person.last_login or not may_sign_in(person):
            messages.info(request, _("Sign in with a code first. Then link your institution on your own page."))
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, person)
        row, _created = EmailAddress.objects.get_or_create(user=person, email=address, defaults={"primary": True})
        row.set_verified()

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        person = super().populate_user(request, sociallogin, data)
        person.given_name = _name(data.get("first_name"), 80)
        person.family_name = _name(data.get("last_name"), 120)
        return person


def _name(claim: Any, limit: int) -> str:
    try:
        check_name(str(claim or ""))
    except ValidationError:
        return ""
    return str(claim or "")[:limit]


# --- The protocol ---------------------------------------------------------------------------


class InstitutionOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    nonce = ""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.SITE_URL.rstrip("/") + reverse("openid_connect_callback", args=[self.provider_id])

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self._claims(app, kwargs["response"].get("id_token"))
        if not (self.nonce and constant_time_compare(str(claims.get("nonce", "")), self.nonce)):
            raise OAuth2Error("the nonce is not the one that was sent")
        about = self._fetch_user_info(token.token) if app.settings.get("fetch_userinfo", True) else claims
        if not claims.get("sub") or about.get("sub") != claims["sub"]:
            raise OAuth2Error("the user info is of another subject")
        kept = {name: about[name] for name in (*CLAIMS, app.settings.get("uid_field", "sub")) if name in about}
        return self.get_provider().sociallogin_from_response(request, {"userinfo": kept})

    def _claims(self, app: SocialApp, id_token: Any) -> dict[str, Any]:
        try:
            return jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except KeyError as error:
            raise OAuth2Error("the id_token or the configuration lacks something") from error


class Institution(OpenIDConnectProvider):
    """Named as `provider_class` in SOCIALACCOUNT_PROVIDERS; `package` is where allauth looks for URLs."""

    package = "allauth.socialaccount.providers.openid_connect"
    oauth2_adapter_class = InstitutionOAuth2Adapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        kwargs = super().get_redirect_from_request_kwargs(request)
        nonce = secrets.token_urlsafe(32)
        # Not what the query string asks for: neither scope nor parameters come from a link.
        return kwargs | {
            "scope": self.get_scope(),
            "auth_params": self.get_auth_params() | {"nonce": nonce},
            "nonce": nonce,
        }

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Only a real true vouches: some providers send the word "false"."""
        addresses = super().extract_email_addresses(data)
        for row in addresses:
            row.verified = row.verified is True
        return addresses


class InstitutionCallbackView(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Institution) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the institution. Linking one to an account in use asks for a fresh proof first."""
    process = request.POST.get("process") or request.GET.get("process")
    if process == AuthProcess.CONNECT and request.user.is_authenticated and not fresh_code.has_fresh_proof(request):
        return fresh_code.ask(request)
    adapter = InstitutionOAuth2Adapter(request, provider_id)
    try:
        return OAuth2LoginView.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except RequestException as error:
        return render_authentication_error(request, adapter.get_provider(), exception=error)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return InstitutionCallbackView.adapter_view(InstitutionOAuth2Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
