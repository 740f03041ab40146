"""Where `next` may lead: a page of this site, and nowhere else."""

import pytest
from django.test import Client

from portal import signin
from tests import factories
from tests.portal.test_signin import CONFIRM, ask_code, mailed_code, sign_in_by_code, signed_in

pytestmark = pytest.mark.django_db

# What no `next` may lead to: other hosts in every spelling that browsers repair, schemes, broken text.
ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example/",
    "HTTPS://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example/",
    "//evil.example",
    "/\\evil.example/",
    "\\\\evil.example/",
    "\\/evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\t//evil.example/",
    " //evil.example/",
    "\x00//evil.example/",
    "\x08//evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "mailto:x@evil.example",
    "ftp://evil.example/",
    "file:///etc/passwd",
    "blob:https://evil.example/",
    "http://localhost@evil.example/",
    "http://localhost:8000@evil.example/",
    "//localhost@evil.example/",
    "https://localhost.evil.example/",
    "http://testserver.evil.example/",
    "http://[::1]evil.example/",
    "http://[",
    "//[",
    "http://evil.example\\@localhost/",
    "http://evil.example#@localhost/",
    "http://evil.example?@localhost/",
    "evil.example",
    "evil.example/account/",
    "@evil.example",
    ".evil.example",
    "account/",
    "?next=//evil.example",
    "#//evil.example",
    "http://",
    "//",
    "///",
    ":",
    "://evil.example",
    "h\tttps://evil.example",
    "https://evil.example/account/",
    "／／evil.example/",
    "http：//evil.example/",
    "\u2028//evil.example",
    "//evil%2eexample/",
    "//evil。example/",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_next_never_leaves_the_site(url: str) -> None:
    assert signin.safe_path(url) is None
    client = Client()
    ask_code(client, factories.person().email, next=url)
    answer = client.post(CONFIRM, {"code": mailed_code(), "next": url})
    assert answer.headers["Location"] == "/"
    assert signed_in(client)
    answer = client.post("/account/confirm/", {"next": url})
    assert answer.headers["Location"] == "/"
    assert client.get("/account/second-factor/", {"next": url}).headers["Location"] == "/"
    answer = client.post("/accounts/logout/", {"next": url})
    assert answer.headers["Location"] == "/"


def test_next_brings_back_to_the_page(client: Client) -> None:
    noor = factories.person("Noor")
    answer = client.get("/account/?a=1")
    assert answer.headers["Location"] == "/accounts/login/?next=/account/%3Fa%3D1"
    answer = sign_in_by_code(client, noor.email, next="/account/?a=1")
    assert answer.headers["Location"] == "/account/?a=1"
