"""Signing in through an institution, against a provider on the loopback that says what a test makes it say."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.test import Client

from portal.actions import people
from portal.models import User
from tests import factories
from tests.portal.test_second_factor import SEED, force, totp_now
from tests.portal.test_signin import mailed_code, sign_in_by_code, signed_in

pytestmark = pytest.mark.django_db
LOGIN, CALLBACK = "/accounts/oidc/instelling/login/", "/accounts/oidc/instelling/login/callback/"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FORGED = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Answers as a provider does; `claims`, `userinfo` and `key` are what a test changes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.key: Any = KEY
        self.nonce = ""
        self.token_requests: list[dict[str, str]] = []
        self.person()

    def person(self, sub: str = "s-1", **about: Any) -> None:
        self.userinfo = {"sub": sub, "email": "noor@example.org", "email_verified": True} | about
        self.userinfo = {name: value for name, value in self.userinfo.items() if value is not None}
        self.claims = {"sub": sub}

    def answer(self, path: str, body: str) -> Any:
        if path == "/.well-known/openid-configuration":
            names = ("authorize", "token", "userinfo")
            return {f"{n if n != 'authorize' else 'authorization'}_endpoint": f"{self.url}/{n}" for n in names} | {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return {"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}
        if path == "/userinfo":
            return self.userinfo
        self.token_requests.append({name: values[0] for name, values in parse_qs(body).items()})
        return {"access_token": "toegang", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token()}

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": "leerlijn", "iat": now, "exp": now + 60, "nonce": self.nonce} | self.claims
        return jwt.encode({k: v for k, v in claims.items() if v is not None}, self.key, "RS256", headers={"kid": "k1"})


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            answer = json.dumps(made.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Provider(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        app = {"provider_id": "instelling", "name": "Instelling", "client_id": "leerlijn", "secret": "s3cret"}
        app["settings"] = {"server_url": made.url, "token_auth_method": "client_secret_basic"}  # type: ignore[assignment]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield made
        server.shutdown()
        thread.join()


def leave(client: Client, **data: str) -> dict[str, str]:
    """To the provider; gives the parameters that it was sent."""
    answer = client.post(LOGIN, data)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def come_back(client: Client, provider: Provider, sent: dict[str, str], **changes: Any) -> Any:
    provider.nonce = sent["nonce"]
    return client.get(CALLBACK, {"code": "c0de", "state": sent["state"]} | changes)


def sign_in(client: Client, provider: Provider, **data: str) -> Any:
    return come_back(client, provider, leave(client, **data))


def invited(email: str = "noor@example.org") -> User:
    person = User.objects.create_user(email, given_name="Noor")
    EmailAddress.objects.create(user=person, email=email, primary=True)
    return person


# --- The protocol ---------------------------------------------------------------------------


def test_state_nonce_and_pkce_are_sent(client: Client, provider: Provider) -> None:
    invited()
    sent = leave(client)
    assert sent["redirect_uri"] == "http://localhost:8000" + CALLBACK
    assert (sent["response_type"], sent["client_id"], sent["code_challenge_method"]) == ("code", "leerlijn", "S256")
    assert set(sent["scope"].split()) == {"openid", "profile", "email"}
    assert len(sent["state"]) >= 16 and len(sent["nonce"]) >= 32
    come_back(client, provider, sent)
    verifier = provider.token_requests[0]["code_verifier"]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert challenge == sent["code_challenge"]
    assert signed_in(client)


def test_every_time_new_values(provider: Provider) -> None:
    one, other = leave(Client()), leave(Client())
    assert not {one[n] for n in ("state", "nonce", "code_challenge")} & {
        other[n] for n in ("state", "nonce", "code_challenge")
    }


def test_a_link_cannot_ask_for_other_parameters(client: Client, provider: Provider) -> None:
    answer = client.post(f"{LOGIN}?auth_params=nonce%3Dx%26prompt%3Dnone&scope=offline_access")
    sent = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert sent["nonce"] != ["x"] and "prompt" not in sent and "offline_access" not in sent["scope"][0]


def test_getting_the_page_does_not_leave_the_site(client: Client, provider: Provider) -> None:
    answer = client.get(LOGIN)
    assert answer.status_code == 200
    assert "Instelling" in client.get("/accounts/login/").content.decode()


WRONG: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody-else"},
    "another issuer": {"iss": "https://evil.example"},
    "too old": {"exp": 1},
    "no subject": {"sub": None},
    "another subject than the user info": {"sub": "s-2"},
}


@pytest.mark.parametrize("name", WRONG)
def test_an_id_token_that_is_not_ours_signs_nobody_in(client: Client, provider: Provider, name: str) -> None:
    invited()
    sent = leave(client)
    provider.claims |= WRONG[name]
    answer = come_back(client, provider, sent)
    assert answer.status_code == 401
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


def test_a_forged_signature_signs_nobody_in(client: Client, provider: Provider) -> None:
    invited()
    provider.key = FORGED
    assert sign_in(client, provider).status_code == 401
    assert not signed_in(client)


def test_a_key_that_is_not_published_signs_nobody_in(client: Client, provider: Provider, monkeypatch: Any) -> None:
    invited()
    monkeypatch.setattr(provider, "id_token", lambda: jwt.encode({"sub": "s-1"}, "x" * 32, "HS256"))
    assert sign_in(client, provider).status_code == 401
    assert not signed_in(client)


def test_a_state_is_of_this_browser_and_works_once(client: Client, provider: Provider) -> None:
    invited()
    sent = leave(client)
    other = Client()
    assert come_back(other, provider, sent).status_code == 401
    assert come_back(client, provider, sent, state="verzonnen").status_code == 401
    assert come_back(client, provider, sent).status_code == 302
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert come_back(client, provider, sent).status_code == 401
    assert not signed_in(client) and not signed_in(other)


def test_saying_no_there_is_said_here(client: Client, provider: Provider) -> None:
    sent = leave(client)
    answer = client.get(CALLBACK, {"error": "access_denied", "state": sent["state"]})
    assert client.get(answer.headers["Location"]).status_code == 200
    assert not signed_in(client)


def test_a_provider_that_is_away_is_said(client: Client, provider: Provider, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    assert client.post(LOGIN).status_code == 401


def test_an_unknown_provider_is_a_404(client: Client, provider: Provider) -> None:
    for method in (client.get, client.post):
        assert method("/accounts/oidc/anders/login/").status_code == 404
        assert method("/accounts/oidc/anders/login/callback/").status_code == 404


# --- Who it is here -------------------------------------------------------------------------


def test_an_invited_person_is_linked_by_an_address_that_is_vouched_for(client: Client, provider: Provider) -> None:
    noor = invited()
    provider.person(email="Noor@Example.org", name="Noor L", phone_number="+31 6 12345678", given_name="Noor")
    answer = sign_in(client, provider, next="/account/")
    assert answer.headers["Location"] == "/account/"
    assert client.session["_auth_user_id"] == str(noor.pk)
    assert EmailAddress.objects.get(user=noor).verified
    account = SocialAccount.objects.get()
    assert (account.uid, account.user) == ("s-1", noor)
    assert "phone_number" not in str(account.extra_data) and "Noor L" not in str(account.extra_data)
    assert not any(mailed.subject and "code" in mailed.subject.lower() for mailed in mail.outbox)


def test_the_same_subject_comes_back_with_another_address(provider: Provider) -> None:
    noor = invited()
    sign_in(Client(), provider)
    provider.person(email="nieuwe.naam@example.org")
    client = Client()
    sign_in(client, provider)
    assert client.session["_auth_user_id"] == str(noor.pk)


def test_the_same_address_under_another_subject_is_not_signed_in(provider: Provider) -> None:
    invited()
    sign_in(Client(), provider)
    provider.person(sub="s-2")
    client = Client()
    answer = sign_in(client, provider)
    assert answer.headers["Location"] == "/accounts/login/"
    assert not signed_in(client)
    assert SocialAccount.objects.count() == 1


def test_an_account_in_use_is_not_opened_by_an_address(client: Client, provider: Provider) -> None:
    person = invited()
    sign_in_by_code(Client(), person.email)
    assert sign_in(client, provider).headers["Location"] == "/accounts/login/"
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("vouched", [False, None, "false", "true", 0, 1])
def test_an_address_that_nobody_vouches_for_opens_nothing(client: Client, provider: Provider, vouched: Any) -> None:
    invited()
    provider.person(email_verified=vouched)
    sign_in(client, provider)
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.get().verified


def test_a_setting_can_vouch_for_an_institution(client: Client, provider: Provider, settings: Any) -> None:
    noor = invited()
    provider.person(email_verified=None)
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["verified_email"] = ["example.org"]
    sign_in(client, provider)
    assert client.session["_auth_user_id"] == str(noor.pk)


@pytest.mark.parametrize("about", [{"email": "onbekend@example.org"}, {"email": None}, {"email": "geen adres"}])
def test_who_was_not_invited_gets_no_account(client: Client, provider: Provider, about: dict[str, Any]) -> None:
    invited()
    provider.person(**about)
    answer = sign_in(client, provider)
    assert answer.status_code == 200
    assert not signed_in(client)
    assert User.objects.count() == 1


def test_open_sign_up_makes_an_account_with_a_plain_name(client: Client, provider: Provider, settings: Any) -> None:
    settings.SIGNUP = "open"
    provider.person(given_name="Zoë", family_name="http://evil.example")
    sign_in(client, provider)
    person = User.objects.get(email="noor@example.org")
    assert signed_in(client)
    assert (person.given_name, person.family_name, person.has_usable_password()) == ("Zoë", "", False)


@pytest.mark.parametrize("closed", ["blocked", "guest"])
def test_a_closed_account_stays_closed(provider: Provider, closed: str) -> None:
    person = invited()
    if closed == "guest":
        User.objects.filter(pk=person.pk).update(is_guest=True)
    else:
        people.block(person, by=factories.person(is_staff=True))
    client = Client()
    sign_in(client, provider)
    assert not signed_in(client)


def test_blocked_after_linking(provider: Provider) -> None:
    person = invited()
    sign_in(Client(), provider)
    people.block(person, by=factories.person(is_staff=True))
    client = Client()
    assert sign_in(client, provider).headers["Location"] == "/accounts/inactive/"
    assert not signed_in(client)


def test_a_second_factor_is_still_asked_here(client: Client, provider: Provider) -> None:
    person = invited()
    TOTP.activate(person, SEED)
    assert sign_in(client, provider).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp_now()})
    assert signed_in(client)


def test_signing_in_there_is_no_fresh_code_here(client: Client, provider: Provider) -> None:
    invited()
    sign_in(client, provider)
    assert client.get("/accounts/email/").headers["Location"].startswith("/account/confirm/")


def test_next_of_the_institution_stays_on_the_site(client: Client, provider: Provider) -> None:
    invited()
    assert sign_in(client, provider, next="//evil.example/").headers["Location"] == "/"


# --- Linking on one's own page --------------------------------------------------------------


def test_linking_asks_for_a_fresh_code_and_then_signs_in(provider: Provider) -> None:
    noor = factories.person("Noor", email="noor@example.org")
    client = force(noor)
    answer = client.post(LOGIN, {"process": "connect"})
    assert answer.headers["Location"].startswith("/account/confirm/")
    client.post("/account/confirm/", {"send": "1"})
    client.post("/account/confirm/", {"code": mailed_code()})
    provider.person(email="anders@werk.example.org")
    sign_in(client, provider, process="connect")
    assert SocialAccount.objects.get().user == noor
    other = Client()
    sign_in(other, provider)
    assert other.session["_auth_user_id"] == str(noor.pk)


def test_what_is_linked_to_another_cannot_be_taken(provider: Provider) -> None:
    invited()
    sign_in(Client(), provider)
    thief = Client()
    sign_in_by_code(thief, factories.person().email)
    sign_in(thief, provider, process="connect")
    assert SocialAccount.objects.get().user.email == "noor@example.org"


def test_the_last_link_can_be_removed_because_a_code_always_signs_in(client: Client, provider: Provider) -> None:
    noor = invited()
    sign_in(client, provider)
    client.post("/accounts/logout/")
    sign_in_by_code(client, noor.email)
    client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
