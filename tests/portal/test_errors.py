"""What happened, that nothing is lost, what to do: on every error page, in both languages, whole and in part."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from portal.access import access, require
from portal.readings import Busy
from portal.urls import urlpatterns as ours
from portal.views import errors
from portal.views.errors import typed_text

TEXT = 'Half past four, <b>eight</b> people & "no bed"'
SECRETS = {
    "password": "hunter2-hunter2",
    "code": "417 283",
    "otp": "991 822",
    "credential": "{...}",
    "csrfmiddlewaretoken": "t" * 64,
}


@access.public(methods=["GET", "POST"])
def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a reason that nobody outside may read")


@access.public(methods=["GET", "POST"])
def unreadable(request: HttpRequest) -> HttpResponse:
    raise BadRequest("a reason that nobody outside may read")


@access.public(methods=["GET", "POST"])
def busy(request: HttpRequest) -> HttpResponse:
    raise Busy


@access.signed_in(methods=["GET", "POST"])
def refused(request: HttpRequest) -> HttpResponse:
    require(False, "Only <dr. Maretak> can sign this.")
    return HttpResponse()


@access.signed_in(methods=["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    return errors.conflict(request, typed=[("Note", "<mine>")], stored=[("Note", "theirs")], back="/back/")


@access.public
def destroyed(request: HttpRequest) -> HttpResponse:
    return errors.gone(request, what="It held data of a patient.")


urlpatterns = [
    *ours,
    path("failing/", failing),
    path("unreadable/", unreadable),
    path("busy/", busy),
    path("refused/", refused),
    path("second/", second),
    path("destroyed/", destroyed),
]
handler400, handler403, handler404, handler500 = (
    errors.bad_request,
    errors.permission_denied,
    errors.not_found,
    errors.server_error,
)
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def request_of(method: str = "GET", data: dict[str, str] | None = None, **headers: str) -> HttpRequest:
    request = getattr(RequestFactory(), method.lower())("/where/", data or {}, headers=headers)
    request.htmx = HtmxDetails(request)
    return request


def page(response: HttpResponse) -> str:
    return unescape(response.content.decode())


# --- Every page -----------------------------------------------------------------------------

PAGES = {
    400: "/unreadable/",
    403: "/refused/",
    404: "/absent/",
    409: "/second/",
    410: "/destroyed/",
    500: "/failing/",
    503: "/busy/",
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("status", PAGES)
def test_error_page_has_one_heading_one_main_action_and_no_inner_reason(
    status: int, language: str, cast: SimpleNamespace, sign_in: Callable
) -> None:
    client = sign_in(cast.noor)
    client.raise_request_exception = False
    response = client.get(PAGES[status], headers={"accept-language": language})
    html = page(response)
    assert response.status_code == status
    assert f'<html lang="{language}"' in html
    assert len(re.findall(r"<h1>[^<]+</h1>", html)) == 1
    heading = re.search(r"<h1>([^<]+)</h1>", html)
    assert heading and f"<title>{heading[1]} · Leerlijn</title>" in html
    assert len(re.findall(r'class="btn"', html)) == 1
    assert "nobody outside" not in html
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("status", PAGES)
def test_htmx_gets_the_same_as_a_notice(status: int, cast: SimpleNamespace, sign_in: Callable) -> None:
    client = sign_in(cast.noor)
    client.raise_request_exception = False
    whole = re.search(r"<h1>([^<]+)</h1>", page(client.get(PAGES[status])))
    response = client.get(PAGES[status], headers={"hx-request": "true"})
    part = page(response)
    assert response.status_code == status
    assert whole and f"<h2>{whole[1]}</h2>" in part
    assert "<html" not in part and "<h1" not in part and part.strip().startswith('<div class="note"')


def test_boosted_pages_are_whole(cast: SimpleNamespace, sign_in: Callable) -> None:
    response = sign_in(cast.noor).get("/absent/", headers={"hx-request": "true", "hx-boosted": "true"})
    assert "<html" in page(response)


# --- What was typed -------------------------------------------------------------------------


def test_session_ended_shows_what_was_typed_and_no_secret(db: None) -> None:
    response = Client().post("/refused/", {"situation": TEXT, "title": "KPB", "version": "3", **SECRETS})
    html = response.content.decode()
    assert response.status_code == 401
    assert "&lt;b&gt;eight&lt;/b&gt;" in html and "<b>eight" not in html
    assert TEXT in page(response) and ">KPB</textarea>" in html
    assert not [secret for secret in SECRETS.values() if secret in page(response)]
    assert 'target="_blank"' in html


def test_session_ended_leads_back_to_the_page_it_was_sent_from(db: None) -> None:
    client = Client()
    ours = client.post("/refused/", {"note": "x"}, headers={"referer": "http://testserver/portfolio/new/"})
    assert "next=http%3A//testserver/portfolio/new/" in page(ours) or "next=/portfolio/new/" in page(ours)
    other = client.post("/refused/", {"note": "x"}, headers={"referer": "https://elsewhere.example.org/x"})
    assert "elsewhere" not in page(other)


def test_form_of_an_old_page_comes_back_with_its_text(cast: SimpleNamespace, sign_in: Callable) -> None:
    client = sign_in(cast.noor)
    client.handler.enforce_csrf_checks = True
    response = client.post("/refused/", {"note": TEXT, **SECRETS})
    assert response.status_code == 403
    assert TEXT in page(response) and "<b>eight" not in response.content.decode()
    assert not [secret for secret in SECRETS.values() if secret in page(response)]


@pytest.mark.parametrize("url", ["/failing/", "/busy/", "/unreadable/", "/absent/"])
def test_text_stays_on_screen_whatever_goes_wrong(url: str, visitor: Client, db: None) -> None:
    assert TEXT in page(visitor.post(url, {"note": TEXT}))


def test_typed_text_leaves_out_blanks_numbers_ticks_and_codes() -> None:
    sent = {"a": " ", "b": "42", "c": "on", "d": "k7mq2xw9pzr4", "e": "word", "key": "word", "new_password": "word"}
    assert typed_text(request_of("POST", sent)) == [("E", "word")]
    assert typed_text(request_of("GET", {"e": "word"})) == []


def test_typed_text_uses_the_words_of_the_form() -> None:
    with translation.override("nl"):
        labels = [label for label, _text in typed_text(request_of("POST", {"first_name": "x", "onbekend_veld": "y"}))]
    assert labels == ["Voornaam", "Onbekend veld"]


def test_too_much_to_read_is_a_page_not_a_crash(settings: pytest.FixtureRequest, visitor: Client, db: None) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    visitor.handler.enforce_csrf_checks = True  # so that what was sent is read before any view
    visitor.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    response = visitor.post("/failing/", "note=" + "x" * 1000, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    assert "textarea" not in page(response)


# --- Each on its own ------------------------------------------------------------------------


def test_403_gives_the_reason_escaped(cast: SimpleNamespace, sign_in: Callable) -> None:
    html = sign_in(cast.noor).get("/refused/").content.decode()
    assert "Only &lt;dr. Maretak&gt; can sign this." in html


def test_409_shows_both_texts_and_overwrites_nothing(cast: SimpleNamespace, sign_in: Callable) -> None:
    html = sign_in(cast.noor).get("/second/").content.decode()
    assert "&lt;mine&gt;" in html and "theirs" in html and 'href="/back/"' in html


def test_410_may_say_why(visitor: Client, db: None) -> None:
    assert "It held data of a patient." in page(visitor.get("/destroyed/"))


def test_500_names_the_request_in_the_log(visitor: Client, db: None, caplog: pytest.LogCaptureFixture) -> None:
    reference = re.search(r"<code>(\w{8})</code>", page(visitor.get("/failing/")))
    assert reference and f"'request_id': '{reference[1]}-" in caplog.text


@pytest.mark.parametrize("view", [errors.server_error, errors.unavailable, errors.bad_request])
def test_page_renders_without_a_database(view: Callable) -> None:
    """No `db` fixture: a query would fail here, and no user or session stands on the request."""
    html = page(view(request_of()))
    assert "<h1>" in html and "Leerlijn" in html


def test_503_asks_to_come_back_soon(visitor: Client, db: None) -> None:
    response = visitor.get("/busy/?page=2")
    assert response["Retry-After"] == "1"
    assert 'href="/busy/?page=2"' in page(response)
    assert 'href="/busy/"' not in page(visitor.post("/busy/", {"note": "x"}))


def test_error_page_keeps_the_chosen_theme(visitor: Client, db: None) -> None:
    visitor.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in page(visitor.get("/failing/"))
    visitor.cookies["theme"] = '"><script>'
    assert "data-theme" not in page(visitor.get("/failing/"))
