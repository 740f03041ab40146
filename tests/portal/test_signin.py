"""Signing in by a mailed code: who gets one, who does not, and that nothing tells them apart."""

import re
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal import signin
from portal.actions import people
from portal.models import Role, User
from portal.rules import person_of_address
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN, CONFIRM = "/accounts/login/", "/accounts/login/code/confirm/"


def ask_code(client: Client, email: str, **data: str) -> Any:
    return client.post(LOGIN, {"login": email, **data})


def mailed_code() -> str:
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found
    return found.group()


def sign_in_by_code(client: Client, email: str, **data: str) -> Any:
    ask_code(client, email)
    return client.post(CONFIRM, {"code": mailed_code(), **data})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- The code -------------------------------------------------------------------------------


def test_a_mailed_code_signs_in(client: Client) -> None:
    noor = factories.person("Noor")
    answer = ask_code(client, noor.email.upper())
    assert answer.headers["Location"] == CONFIRM
    assert [message.to for message in mail.outbox] == [[noor.email]]
    answer = client.post(CONFIRM, {"code": mailed_code()})
    assert answer.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(noor.pk)


def test_a_wrong_code_is_said_and_the_third_ends_it(client: Client) -> None:
    noor = factories.person("Noor")
    ask_code(client, noor.email)
    right = mailed_code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(2):
        answer = client.post(CONFIRM, {"code": wrong})
        assert answer.status_code == 200
        assert wrong in answer.content.decode()  # what was typed stays
    assert client.post(CONFIRM, {"code": wrong}).status_code == 302
    client.post(CONFIRM, {"code": right})
    assert not signed_in(client)


def test_a_code_works_for_five_minutes_and_once(client: Client) -> None:
    noor = factories.person("Noor")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_code(client, noor.email)
        clock.shift(301)
        client.post(CONFIRM, {"code": mailed_code()})
        assert not signed_in(client)
        sign_in_by_code(client, noor.email)
        assert signed_in(client)
    other = Client()
    other.post(CONFIRM, {"code": mailed_code()})
    assert not signed_in(other)


def test_a_code_is_bound_to_the_browser_that_asked() -> None:
    noor = factories.person("Noor")
    one, other = Client(), Client()
    ask_code(one, noor.email)
    first = mailed_code()
    ask_code(other, noor.email)
    assert first != mailed_code()
    other.post(CONFIRM, {"code": first})
    assert not signed_in(other)


def test_the_code_confirms_an_imported_address(client: Client) -> None:
    place, admin = factories.organisation(), factories.person()
    row = people.add_person(
        place,
        by=admin,
        email="Nieuw@Example.org",
        names={"given_name": "Nieuw"},
        role=Role.TRAINEE,
        starts_on=timezone.localdate(),
    )
    assert not EmailAddress.objects.get(user=row.person).verified
    sign_in_by_code(client, "nieuw@example.org")
    assert signed_in(client)
    address = EmailAddress.objects.get(user=row.person)
    assert (address.verified, address.primary) == (True, True)
    assert len(mail.outbox) == 1  # one code, not a second one to confirm the address


def test_the_code_confirms_an_address_without_a_row(client: Client) -> None:
    person = User.objects.create_user("los@example.org")
    sign_in_by_code(client, person.email)
    assert signed_in(client)
    assert EmailAddress.objects.get(user=person).verified
    assert len(mail.outbox) == 1


def test_signing_in_gives_a_new_session_key(client: Client) -> None:
    noor = factories.person("Noor")
    ask_code(client, noor.email)
    before = client.session.session_key
    client.post(CONFIRM, {"code": mailed_code()})
    assert client.session.session_key != before


# --- The same answer for everybody ----------------------------------------------------------


def _nobody() -> str:
    return "niemand@example.org"


def _blocked() -> str:
    person = factories.person()
    people.block(person, by=factories.person(is_staff=True))
    return person.email


def _erased() -> str:
    return factories.person(erased_at=timezone.now()).email


def _guest() -> str:
    return factories.person(is_guest=True).email


def _known() -> str:
    return factories.person().email


@pytest.mark.parametrize("page", [LOGIN, "/accounts/login/code/"])
@pytest.mark.parametrize("who", [_nobody, _blocked, _erased, _guest])
def test_the_screen_does_not_tell_who_has_an_account(who: Any, page: str) -> None:
    def answers(email: str) -> list[tuple[int, str, str]]:
        client, told = Client(), []
        field = "login" if page == LOGIN else "email"
        for response in (
            client.post(page, {field: email}),
            client.get(CONFIRM),
            client.post(CONFIRM, {"code": "12345"}),
            client.post(CONFIRM, {"code": "12345"}),
            client.post(CONFIRM, {"code": "12345"}),
            client.get(LOGIN),
        ):
            text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
            text = re.sub(r'"X-CSRFToken": "\w+"', "", text)
            told.append((response.status_code, response.headers.get("Location", ""), text.replace(email, "ADDRESS")))
        return told

    known = _known()
    assert answers(who()) == answers(known)
    assert [message.to for message in mail.outbox] == [[known]]


def test_unknown_address_does_the_work_of_a_mail(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same templates are rendered, so that the time does not tell."""
    rendered: list[str] = []
    original = signin.AccountAdapter.render_mail

    def noting(self: Any, template: str, *args: Any, **kwargs: Any) -> Any:
        rendered.append(template)
        return original(self, template, *args, **kwargs)

    monkeypatch.setattr(signin.AccountAdapter, "render_mail", noting)
    ask_code(client, "niemand@example.org")
    ask_code(Client(), factories.person().email)
    assert rendered == ["account/email/login_code"] * 2
    assert len(mail.outbox) == 1


def test_too_often_is_the_same_for_known_and_unknown() -> None:
    known = factories.person().email

    def fourth(email: str) -> tuple[int, str]:
        answers = [ask_code(Client(), email) for _ in range(4)]
        text = re.sub(r'value="\w+"', "", answers[-1].content.decode())
        return answers[-1].status_code, text.replace(email, "ADDRESS")

    assert fourth("niemand@example.org") == fourth(known)
    assert len(mail.outbox) == 3


def test_sign_up_is_closed_without_invitation(client: Client) -> None:
    answer = client.post("/accounts/signup/", {"email": "vreemd@example.org"})
    assert not User.objects.filter(email="vreemd@example.org").exists()
    assert answer.status_code == 200
    assert not mail.outbox


def test_open_sign_up_makes_an_account_by_code(client: Client, settings: Any) -> None:
    settings.SIGNUP = "open"
    client.post("/accounts/signup/", {"email": "Nieuw@example.org"})
    client.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert signed_in(client)
    assert EmailAddress.objects.get(email="nieuw@example.org").verified


def test_open_sign_up_with_a_closed_account_mails_nothing(client: Client, settings: Any) -> None:
    settings.SIGNUP = "open"
    for email in (_blocked(), _guest()):
        client.post("/accounts/signup/", {"email": email})
    assert not mail.outbox
    Client().post("/accounts/signup/", {"email": _known()})
    assert len(mail.outbox) == 1


# --- Blocked, and sessions ------------------------------------------------------------------


def test_blocking_ends_every_session_and_unblocking_revives_none(client: Client) -> None:
    noor, operator = factories.person("Noor"), factories.person(is_staff=True)
    sign_in_by_code(client, noor.email)
    untracked = Client()
    untracked.force_login(noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/account/").status_code == untracked.get("/account/").status_code == 200
    people.block(noor, by=operator)
    for browser in (client, untracked):
        assert browser.get("/account/").headers["Location"].startswith(LOGIN)
    assert not UserSession.objects.filter(user=noor).exists()
    people.unblock(noor, by=operator)
    for browser in (client, untracked):
        assert browser.get("/account/").headers["Location"].startswith(LOGIN)


def test_blocked_between_code_and_entry_does_not_get_in(client: Client) -> None:
    noor = factories.person("Noor")
    ask_code(client, noor.email)
    people.block(noor, by=factories.person(is_staff=True))
    answer = client.post(CONFIRM, {"code": mailed_code()})
    assert answer.headers["Location"] == reverse("account_inactive")
    assert not signed_in(client)


def test_nobody_blocks_themselves() -> None:
    operator = factories.person(is_staff=True)
    with pytest.raises(people.Refused):
        people.block(operator, by=operator)
    operator.refresh_from_db()
    assert operator.is_active


def test_signing_out_clears_pages(client: Client) -> None:
    sign_in_by_code(client, factories.person().email)
    answer = client.post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not signed_in(client)


# --- The start of a session -----------------------------------------------------------------


def test_language_and_time_zone_come_with_the_person(client: Client) -> None:
    farah = factories.person("Farah", language="en")
    place = factories.organisation()
    place.sector.time_zone = "Europe/Lisbon"
    place.sector.save()
    factories.member(farah, place)
    answer = sign_in_by_code(client, farah.email)
    assert client.session["time_zone"] == "Europe/Lisbon"
    assert answer.cookies["django_language"].value == "en"
    assert '<html lang="en"' in client.get("/account/").content.decode()


def test_a_mail_speaks_the_language_of_its_reader(client: Client) -> None:
    nl, en = factories.person(), factories.person(language="en")
    client.get("/", headers={"accept-language": "en"})
    ask_code(client, nl.email)
    ask_code(Client(), en.email)
    assert ['lang="nl"' in str(message.message()) for message in mail.outbox] == [True, False]
    assert ['lang="en"' in str(message.message()) for message in mail.outbox] == [False, True]


# --- Passwords ------------------------------------------------------------------------------

PASSWORD_PAGES = [
    "/accounts/password/change/",
    "/accounts/password/set/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-abc-def/",
    "/accounts/password/reset/key/done/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("url", PASSWORD_PAGES)
def test_pages_for_passwords_exist_only_by_setting(sign_in: Any, settings: Any, url: str) -> None:
    client = sign_in(factories.person())
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404
    settings.PASSWORDS = True
    assert client.get(url).status_code in (200, 302, 403)


def test_a_password_signs_in_where_the_setting_asks(client: Client, settings: Any) -> None:
    settings.PASSWORDS, settings.ACCOUNT_SIGNUP_FIELDS = True, ["email*", "password1*"]
    noor = factories.person("Noor", password="paard-batterij-nietje")
    answer = client.post(LOGIN, {"login": noor.email, "password": "paard-batterij-fout"})
    assert noor.email in answer.content.decode()
    assert not signed_in(client)
    client.post(LOGIN, {"login": noor.email, "password": "paard-batterij-nietje"})
    assert signed_in(client)


def test_no_password_field_without_the_setting(client: Client) -> None:
    assert 'type="password"' not in client.get(LOGIN).content.decode()
    noor = factories.person("Noor", password="paard-batterij-nietje")
    client.post(LOGIN, {"login": noor.email, "password": "paard-batterij-nietje"})
    assert not signed_in(client)


# --- Limits ---------------------------------------------------------------------------------


def test_a_forged_forwarded_address_does_not_escape_the_limit() -> None:
    """Without a trusted proxy the header is only text that a client wrote."""
    answers = [
        Client(headers={"x-forwarded-for": f"10.0.0.{n}"}).post(LOGIN, {"login": f"wie{n}@example.org"})
        for n in range(25)
    ]
    assert [a.status_code for a in answers][:20] == [302] * 20
    assert {a.status_code for a in answers[20:]} == {200}


def test_behind_one_trusted_proxy_each_network_counts_for_itself(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def from_(address: str, n: int) -> int:
        return (
            Client(headers={"x-forwarded-for": f"1.2.3.4, {address}"})
            .post(LOGIN, {"login": f"wie{n}@example.org"})
            .status_code
        )

    assert {from_("10.0.0.1", n) for n in range(20)} == {302}
    assert from_("10.0.0.1", 21) == 200
    assert from_("10.0.0.2", 22) == 302


# --- Rules ----------------------------------------------------------------------------------


def test_an_address_belongs_to_who_confirmed_it() -> None:
    noor, teun = factories.person("Noor"), factories.person("Teun")
    EmailAddress.objects.create(user=noor, email="tweede@example.org", verified=True)
    EmailAddress.objects.create(user=teun, email="derde@example.org", verified=False)
    assert person_of_address("Tweede@example.org ") == noor
    assert person_of_address("derde@example.org") is None
    assert person_of_address(teun.email) == teun


def test_the_sign_in_page_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    client = Client()
    with django_assert_num_queries(0):
        client.get(LOGIN)


def test_the_request_factory_has_no_session_to_trust() -> None:
    request = RequestFactory().get("/")
    request.session, request.user = {}, factories.person()  # type: ignore[assignment]
    assert not signin.used_second_factor(request)
