"""My account: name, language, theme, addresses, devices."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from portal import rules
from portal.models import Organisation
from tests import factories
from tests.portal.test_signin import sign_in_by_code

pytestmark = pytest.mark.django_db


def test_my_account_changes_name_language_and_theme(cast: Any, sign_in: Any) -> None:
    client = sign_in(cast.noor)
    data = {
        "title": "drs.",
        "given_name": "Noor",
        "family_name": "van den Berg-Özil",
        "language": "en",
        "theme": "dark",
    }
    answer = client.post("/account/", data)
    assert (answer.cookies["theme"].value, answer.cookies["django_language"].value) == ("dark", "en")
    cast.noor.refresh_from_db()
    assert (cast.noor.family_name, cast.noor.language) == ("van den Berg-Özil", "en")
    page = client.get("/account/").content.decode()
    assert 'data-theme="dark"' in page and '<html lang="en"' in page
    assert client.post("/account/", data | {"theme": "auto"}).cookies["theme"].value == ""


def test_my_account_keeps_what_cannot_be_saved_on_screen(cast: Any, sign_in: Any) -> None:
    data = {
        "title": "",
        "given_name": "http://evil.example",
        "family_name": "Blijft",
        "language": "nl",
        "theme": "paars",
    }
    answer = sign_in(cast.noor).post("/account/", data | {"is_staff": "on", "email": "ander@example.org"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "http://evil.example" in page and 'value="Blijft"' in page
    before = cast.noor.email
    cast.noor.refresh_from_db()
    assert (cast.noor.given_name, cast.noor.is_staff, cast.noor.email) == ("Noor", False, before)


def test_a_private_address_is_suggested_while_all_are_of_the_employer(cast: Any, sign_in: Any) -> None:
    Organisation.objects.filter(pk=cast.duinhof.pk).update(mail_domains=["Duinhof.example.org"])
    cast.noor.emailaddress_set.update(email="noor@zorg.duinhof.example.org")
    client = sign_in(cast.noor)
    assert client.get("/account/").context["needs_private_address"]
    cast.noor.emailaddress_set.create(email="noor@thuis.example.org", verified=True)
    assert not client.get("/account/").context["needs_private_address"]


def test_two_addresses_at_most(cast: Any, sign_in: Any) -> None:
    client = sign_in(cast.noor)
    cast.noor.emailaddress_set.create(email="tweede@example.org", verified=True)
    answer = client.post("/accounts/email/", {"email": "derde@example.org", "action_add": ""})
    assert answer.status_code == 200
    assert not mail.outbox
    assert cast.noor.emailaddress_set.count() == 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@duinhof.nl", True),
        ("a@DUINHOF.nl", True),
        ("a@lab.duinhof.nl", True),
        ("a@anderduinhof.nl", False),
        ("a@nl", False),
        ("duinhof.nl@thuis.nl", False),
        ("zonder", False),
    ],
)
def test_whose_domain_it_is(address: str, expected: bool) -> None:
    assert rules.is_employers(address, frozenset({"duinhof.nl"})) is expected


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150 Safari/537.36 Edg/150", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19) AppleWebKit Version/19 Mobile Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/150 Mobile Safari", "Chrome, Android"),
        ("curl/8", ""),
    ],
)
def test_a_device_in_words(user_agent: str, words: str) -> None:
    assert rules.device(user_agent) == words


def test_the_account_page_shows_the_door_to_administrators_only(cast: Any, sign_in: Any) -> None:
    assert 'href="/organisations/"' in sign_in(cast.admin).get("/account/").content.decode()
    assert 'href="/organisations/"' not in sign_in(cast.noor).get("/account/").content.decode()


def test_the_language_switch_is_kept_with_the_person(client: Client) -> None:
    noor = factories.person("Noor")
    sign_in_by_code(client, noor.email)
    client.post("/language/", {"language": "en", "next": "/account/"})
    noor.refresh_from_db()
    assert noor.language == "en"
    client.post("/language/", {"language": "xx"})
    noor.refresh_from_db()
    assert noor.language == "en"


def test_another_session_can_be_ended_from_the_account_page(client: Client) -> None:
    noor, lost = factories.person("Noor"), Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140")
    sign_in_by_code(lost, noor.email)
    sign_in_by_code(client, noor.email)
    page = client.get("/account/").content.decode()
    assert "Firefox, Linux" in page
    key = re.search(r'name="session" value="([^"]+)"', page)
    assert key
    stranger = Client()
    sign_in_by_code(stranger, factories.person().email)
    stranger.post("/account/sessions/end/", {"session": key.group(1)})
    assert lost.get("/account/").status_code == 200
    client.post("/account/sessions/end/", {"session": key.group(1)})
    assert lost.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert client.post("/account/sessions/end/", {"session": "verzonnen"}).status_code == 404
