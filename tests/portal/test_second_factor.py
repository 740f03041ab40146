"""The second factor: who owes one, enrolling, using it, keeping it; and the fresh code before it."""

import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.webauthn.internal.auth import get_server
from cryptography.fernet import InvalidToken
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone

from portal import fresh_code, signin
from portal.models import Membership, Role, User
from portal.models.organisation import SECOND_FACTOR_ROLES
from tests import factories
from tests.portal.test_signin import mailed_code, sign_in_by_code, signed_in

pytestmark = pytest.mark.django_db
SEED = "JBSWY3DPEHPK3PXP"
WAIT = "/account/second-factor/"
ACTIVATE = "/accounts/2fa/totp/activate/"
# Pages of allauth that change how somebody signs in. Each asks for a fresh proof.
GUARDED = [
    ACTIVATE,
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/email/",
    "/accounts/3rdparty/",
]


def totp_now(seed: str = SEED) -> str:
    return format_hotp_value(hotp_value(seed, int(time.time()) // 30))


def with_totp(person: User) -> User:
    TOTP.activate(person, SEED)
    return person


def force(person: User) -> Client:
    """Signed in without any proof that allauth noted: as a session of long ago."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def obliged() -> User:
    person = factories.person()
    factories.member(person, factories.organisation(), Role.ADMINISTRATOR)
    return person


# --- Who owes one ---------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize("role", Role.values)
def test_a_role_that_decides_about_others_needs_a_second_factor(role: str) -> None:
    person = factories.person()
    factories.member(person, factories.organisation(), role)
    assert signin.needs_second_factor(person) == (role in SECOND_FACTOR_ROLES)
    Membership.objects.update(ends_on=timezone.localdate())
    assert not signin.needs_second_factor(person)


@pytest.mark.both
def test_the_first_share_received_asks_for_it_on_the_next_request(cast: Any) -> None:
    client = Client()
    sign_in_by_code(client, cast.joris.email)
    assert client.get("/").status_code == 200
    assert client.get("/portfolio/").headers.get("Location") != WAIT
    factories.grant(cast.experiences, cast.joris)
    assert client.get("/portfolio/").headers["Location"].startswith(WAIT)
    factories.withdrawn_grant(cast.plan, cast.teun)
    assert signin.needs_second_factor(cast.teun)  # from the first one on, also when it is over
    assert not signin.needs_second_factor(cast.noor)


def test_staff_needs_it() -> None:
    assert signin.needs_second_factor(factories.person(is_staff=True))


def test_the_page_says_why_and_leaves_only_ways_out(client: Client) -> None:
    sign_in_by_code(client, obliged().email)
    assert client.get("/organisations/").headers["Location"].startswith(WAIT)
    page = client.get(WAIT).content.decode()
    for way in (ACTIVATE, "/accounts/2fa/webauthn/add/", "/accounts/logout/", "/account/"):
        assert f'="{way}"' in page
    assert client.get("/account/").status_code == 200


def test_who_owes_nothing_is_sent_on(client: Client) -> None:
    sign_in_by_code(client, factories.person().email)
    assert client.get(WAIT).headers["Location"] == "/"


@pytest.mark.both
def test_asking_costs_one_query_at_most(django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.session, request.user = {}, obliged()  # type: ignore[assignment]
    with django_assert_num_queries(1):
        assert signin.lacks_second_factor(request)
    request.session = {  # type: ignore[assignment]
        "account_authentication_methods": [{"method": "mfa", "at": 0}],
        "account_authentication_methods_user": str(request.user.pk),
    }
    with django_assert_num_queries(0):
        assert not signin.lacks_second_factor(request)
    request.user = obliged()  # type: ignore[assignment]  another person's proof in the same session is none
    assert signin.lacks_second_factor(request)


# --- Enrolling ------------------------------------------------------------------------------


def enrol(client: Client) -> str:
    page = client.get(ACTIVATE).content.decode()
    seed = re.search(r"\b[A-Z2-7]{32}\b", page)
    assert seed
    answer = client.post(ACTIVATE, {"code": totp_now(seed.group())})
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    return seed.group()


@pytest.mark.django_db(transaction=True)  # allauth tells by mail on the commit, while the request goes on
def test_enrolling_after_a_mailed_code_opens_the_way(client: Client) -> None:
    person = obliged()
    sign_in_by_code(client, person.email)
    enrol(client)
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()  # shown at once, without asking again
    assert len(re.findall(r"\b\d{8}\b", codes)) == 10
    assert client.get("/organisations/").status_code == 200
    assert [message.to for message in mail.outbox] == [[person.email]] * 2  # the code, and that a step was added


def test_seeds_are_encrypted_at_rest(client: Client, settings: Any) -> None:
    person = obliged()
    sign_in_by_code(client, person.email)
    seed = enrol(client)
    stored = [row.data for row in Authenticator.objects.all()]
    assert seed not in str(stored)
    totp = Authenticator.objects.get(type="totp")
    assert totp.wrap().validate_code(totp_now(seed))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another-key-of-forty-characters-or-more!",
    )
    assert signin.SecondFactorAdapter().decrypt(totp.data["secret"]) == seed
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        signin.SecondFactorAdapter().decrypt(totp.data["secret"])
    assert Authenticator.objects.get(type="recovery_codes").data["seed"].startswith("gAAAA")


def test_the_relying_party_is_the_site_not_the_host_header(settings: Any) -> None:
    settings.SITE_URL = "https://leerlijn.example.org"
    assert get_server().rp.id == "leerlijn.example.org"


# --- Using it -------------------------------------------------------------------------------


def test_a_code_alone_does_not_sign_in_somebody_with_a_factor(client: Client) -> None:
    joris = with_totp(factories.person("Joris"))
    answer = sign_in_by_code(client, joris.email)
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    assert client.get("/account/").headers["Location"].startswith("/accounts/login/")
    answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert answer.status_code == 200 and "000000" in answer.content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": totp_now()})
    assert signed_in(client)
    assert client.get(WAIT).headers["Location"] == "/"


def test_blocked_at_the_second_step_does_not_get_in(client: Client) -> None:
    joris = with_totp(factories.person("Joris"))
    sign_in_by_code(client, joris.email)
    User.objects.filter(pk=joris.pk).update(is_active=False)
    answer = client.post("/accounts/2fa/authenticate/", {"code": totp_now()})
    assert answer.headers["Location"] == "/accounts/inactive/"
    assert not signed_in(client)


def test_an_older_session_shows_the_factor_before_it_goes_on() -> None:
    """Somebody enrols on one device while another one is still signed in."""
    person = obliged()
    old = force(person)
    with_totp(person)
    assert old.get("/organisations/").headers["Location"].startswith(WAIT)
    page = old.get(WAIT).content.decode()
    assert "/accounts/2fa/reauthenticate/?next=" in page
    assert ACTIVATE not in page
    old.post("/accounts/2fa/reauthenticate/", {"code": totp_now(), "next": "/organisations/"})
    assert old.get("/organisations/").status_code == 200


def test_a_recovery_code_works_once(client: Client) -> None:
    person = factories.person()
    sign_in_by_code(client, person.email)
    enrol(client)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (True, False):
        other = Client()
        sign_in_by_code(other, person.email)
        other.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(other) is expected


# --- Keeping it -----------------------------------------------------------------------------


def test_who_is_obliged_keeps_the_last_factor(sign_in: Any) -> None:
    person = with_totp(obliged())
    client = force(person)
    client.post("/accounts/2fa/reauthenticate/", {"code": totp_now()})
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert answer.headers["Location"] == "/accounts/2fa/"
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_without_a_factor_no_session_goes_on_as_if_it_had_one() -> None:
    person = with_totp(factories.person())
    client, other = force(person), force(person)
    client.post("/accounts/2fa/reauthenticate/", {"code": totp_now()})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=person).exists()
    factories.member(person, factories.organisation(), Role.DIRECTOR)
    for browser in (client, other):
        assert browser.get("/organisations/").headers["Location"].startswith(WAIT)


# --- The fresh code -------------------------------------------------------------------------


@pytest.mark.parametrize("url", GUARDED)
def test_an_older_session_confirms_first(url: str) -> None:
    """allauth itself asks people without password and factor for nothing here."""
    client = force(factories.person())
    for answer in (client.get(url), client.post(url, {"email": "dief@example.org", "action_add": ""})):
        assert answer.headers["Location"].startswith("/account/confirm/?next=")
    assert not mail.outbox
    client.post("/account/confirm/", {"send": "1", "next": url})
    answer = client.post("/account/confirm/", {"code": mailed_code(), "next": url})
    assert answer.headers["Location"] == url
    assert not client.get(url).headers.get("Location", "").startswith("/account/confirm/")


def test_signing_in_by_code_is_fresh_for_a_quarter_of_an_hour() -> None:
    client, person = Client(), factories.person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in_by_code(client, person.email)
        assert client.get(ACTIVATE).status_code == 200
        clock.shift(16 * 60)
        assert client.get(ACTIVATE).status_code == 302


def test_a_page_opened_with_a_fresh_code_may_still_be_sent() -> None:
    client, person = Client(), factories.person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in_by_code(client, person.email)
        assert client.get("/accounts/email/").status_code == 200
        clock.shift(40 * 60)
        answer = client.post("/accounts/email/", {"email": "tweede@example.org", "action_add": ""})
        assert answer.headers["Location"] == "/accounts/confirm-email/"
        assert client.post("/accounts/3rdparty/", {"account": "1"}).headers["Location"].startswith("/account/confirm/")
        clock.shift(30 * 60)
        answer = client.post("/accounts/email/", {"email": "derde@example.org", "action_add": ""})
        assert answer.headers["Location"].startswith("/account/confirm/")


def test_the_page_mails_nothing_until_somebody_asks() -> None:
    client = force(factories.person())
    for _ in range(5):
        client.get("/account/confirm/?next=/accounts/email/")
        client.head("/account/confirm/?next=/accounts/email/")
    assert not mail.outbox


def _wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


@pytest.mark.both
def test_three_tries_then_only_a_new_code_helps() -> None:
    client = force(factories.person())
    client.post("/account/confirm/", {"send": "1"})
    right = mailed_code()
    for _ in range(3):
        answer = client.post("/account/confirm/", {"code": _wrong(right)})
        assert answer.status_code == 422
        assert _wrong(right) in answer.content.decode()
    assert client.post("/account/confirm/", {"code": right}).status_code == 422
    client.post("/account/confirm/", {"send": "1"})
    assert client.post("/account/confirm/", {"code": mailed_code()}).status_code == 302


def test_an_earlier_code_and_an_old_code_do_not_work() -> None:
    client = force(factories.person())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post("/account/confirm/", {"send": "1"})
        first = mailed_code()
        client.post("/account/confirm/", {"send": "1"})
        if first != mailed_code():
            assert client.post("/account/confirm/", {"code": first}).status_code == 422
        clock.shift(601)
        assert client.post("/account/confirm/", {"code": mailed_code()}).status_code == 422
        assert client.get(ACTIVATE).status_code == 302


@pytest.mark.both
def test_three_codes_an_hour() -> None:
    client = force(factories.person())
    for _ in range(3):
        assert client.post("/account/confirm/", {"send": "1"}).status_code == 200
    assert client.post("/account/confirm/", {"send": "1"}).status_code == 422
    assert len(mail.outbox) == 3


def test_a_code_with_spaces_is_the_same_code_and_each_session_has_its_own() -> None:
    person = factories.person()
    one, other = force(person), force(person)
    one.post("/account/confirm/", {"send": "1"})
    code = mailed_code()
    assert other.post("/account/confirm/", {"code": code}).status_code == 422
    assert one.post("/account/confirm/", {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def test_the_session_holds_no_code() -> None:
    client = force(factories.person())
    answer = client.post("/account/confirm/", {"send": "1"})
    code = mailed_code()
    assert code not in str(dict(client.session.items()))
    assert code not in answer.content.decode()
    assert code not in mail.outbox[-1].subject


@pytest.mark.parametrize("typed", ["", " ", "１２３４５６", "é", "\x00", "1" * 21, "12345é"])
def test_strange_input_is_only_wrong(typed: str) -> None:
    client = force(factories.person())
    client.post("/account/confirm/", {"send": "1"})
    assert client.post("/account/confirm/", {"code": typed}).status_code == 422


def test_who_has_a_factor_shows_that_and_gets_no_code() -> None:
    person = with_totp(factories.person())
    client = force(person)
    page = client.get("/account/confirm/?next=/accounts/email/").content.decode()
    assert "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Femail%2F" in page
    client.post("/account/confirm/", {"send": "1"})
    assert not mail.outbox
    answer = client.post("/accounts/2fa/reauthenticate/?next=%2Faccounts%2Femail%2F", {"code": totp_now()})
    assert answer.headers["Location"] == "/accounts/email/"
    assert client.get("/accounts/email/").status_code == 200


def test_a_mailed_code_is_no_fresh_proof_for_who_has_a_factor() -> None:
    person = factories.person()
    client = Client()
    sign_in_by_code(client, person.email)
    request = RequestFactory().get("/")
    request.session, request.user = client.session, person  # type: ignore[assignment]
    assert fresh_code.has_fresh_proof(request)
    with_totp(person)
    assert not fresh_code.has_fresh_proof(request)


def test_the_mail_goes_to_the_confirmed_main_address() -> None:
    person = factories.person()
    person.emailaddress_set.update(primary=False)
    person.emailaddress_set.create(email="hoofd@example.org", verified=True, primary=True)
    person.emailaddress_set.create(email="nooit@example.org", verified=False)
    client = force(person)
    client.post("/account/confirm/", {"send": "1"})
    assert mail.outbox[-1].to == ["hoofd@example.org"]


def test_what_was_typed_when_a_share_arrived_stays_on_screen(cast: Any) -> None:
    client = Client()
    sign_in_by_code(client, cast.admin.email)
    url = f"/organisations/{cast.duinhof.code}/people/add/"
    answer = client.post(url, {"given_name": "Zojuist getypt"})
    assert answer.status_code == 403
    assert "Zojuist getypt" in answer.content.decode()
    assert WAIT in answer.content.decode()
    part = client.post(url, {"given_name": "Zojuist getypt"}, headers={"HX-Request": "true"})
    assert part.status_code == 403  # shown beside the form, which keeps its text
    assert "<html" not in part.content.decode() and WAIT in part.content.decode()


def test_a_part_of_a_page_goes_to_the_step_as_a_whole_page(cast: Any) -> None:
    client = Client()
    sign_in_by_code(client, cast.admin.email)
    answer = client.get("/organisations/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"{WAIT}?next=%2Forganisations%2F"
