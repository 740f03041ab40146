"""The frame around every page: what it holds, what it never holds, and that no library shows its own face."""

import gzip
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import allauth
import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django_htmx.middleware import HtmxDetails

from portal import htmx
from portal.views.styleguide import ERRORS
from tests import factories

TEMPLATES = Path(settings.BASE_DIR / "templates")
SHIPPED = Path(allauth.__file__).parent / "templates"


def page(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


# --- Templates ------------------------------------------------------------------------------

PAGES = sorted(TEMPLATES.rglob("*.html"))
MAILS = [path for path in PAGES if path.parent.name in ("email", "mail")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_is_short_and_brings_no_style_or_script_of_its_own(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 150
    if path in MAILS:
        return  # a mail has no style sheet; it is no page under our policy
    assert not re.search(r"\sstyle=|<style|\shx-on|\son\w+=|javascript:", source)
    assert not [
        tag for tag in re.findall(r"<script[^>]*>", source) if "src=" not in tag and "application/json" not in tag
    ]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', source)


# Pages that our settings do not give an address to.
WITHOUT_ADDRESS = {"phone", "email_change.html", "signup_by_passkey.html"}
FRAMES = {"base_entrance.html", "base_manage.html", "base_manage_email.html", "base_manage_password.html", "base.html"}


def test_every_page_of_allauth_is_our_own() -> None:
    shipped = [
        path.relative_to(SHIPPED)
        for app in ("account", "allauth", "mfa", "usersessions", "socialaccount")
        for path in (SHIPPED / app).rglob("*.html")
        if not any(word in path.name for word in WITHOUT_ADDRESS)
    ]
    assert len(shipped) > 60
    theirs = {name for name in shipped if TEMPLATES not in Path(get_template(str(name)).origin.name).parents}
    # What is left only passes on to our frame, or is drawn by our elements.
    assert {name.name for name in theirs} <= FRAMES | {"provider_list.html", "login_extra.html"}


def test_every_word_of_allauth_in_mails_and_messages_is_our_own() -> None:
    shipped = [
        path.relative_to(SHIPPED)
        for app in ("account", "mfa", "usersessions", "socialaccount")
        for path in (SHIPPED / app).rglob("*.txt")
        if "phone" not in path.name
    ]
    assert len(shipped) > 50
    theirs = {str(name) for name in shipped if TEMPLATES not in Path(get_template(str(name)).origin.name).parents}
    assert theirs <= {"mfa/recovery_codes/download.txt", "socialaccount/messages/account_connected_updated.txt"}


# --- Weight ---------------------------------------------------------------------------------


LAYERS = ["tokens", "base", "layout", "components", "print"]


def packed(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


def test_styles_and_scripts_are_light() -> None:
    assert packed([settings.BASE_DIR / "static/css" / f"{layer}.css" for layer in LAYERS]) <= 40_000
    scripts = sorted((settings.BASE_DIR / "static/js").glob("*.js"))
    assert packed([*scripts, Path(str(finders.find("django_htmx/htmx-2.min.js")))]) <= 60_000


def test_colours_live_in_the_tokens_only() -> None:
    for layer in LAYERS:
        css = (settings.BASE_DIR / "static/css" / f"{layer}.css").read_text()
        assert (layer == "tokens") == bool(re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", css)), layer


LIGHT_DARK = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)")


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: relative luminance of the lighter against the darker."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ["paper", "surface", "sunk", "action-bg", "share-bg", "turn-bg", "danger-bg", "ok-bg"]
TEXTS = ["ink", "ink-2", "ink-3", "action", "action-deep", "share", "turn", "danger", "ok"]
ON_COLOUR = [
    ("action-ink", "action"),
    ("action-ink", "action-deep"),
    ("share-ink", "share"),
    ("share-ink", "share-deep"),
]
ON_COLOUR += [("danger-ink", "danger"), ("danger-ink", "danger-deep")]


def test_every_pair_of_text_and_ground_can_be_read_in_light_and_dark() -> None:
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    tokens = {name: (light, dark) for name, light, dark in LIGHT_DARK.findall(css)}
    pairs = [(text, ground, 4.5) for text in TEXTS for ground in GROUNDS] + [(a, b, 4.5) for a, b in ON_COLOUR]
    pairs += [("edge", ground, 3.0) for ground in ("paper", "surface", "sunk")]
    weak = [
        (text, ground, scheme)
        for text, ground, least in pairs
        for scheme in (0, 1)
        if contrast(tokens[text][scheme], tokens[ground][scheme]) < least
    ]
    assert weak == []


# --- The frame ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/privacy/", "/accessibility/", "/accounts/login/", "/accounts/signup/"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_public_page_has_title_heading_skip_link_language_and_notices(url: str, language: str) -> None:
    html = page(Client().get(url, headers={"accept-language": language}))
    assert f'<html lang="{language}">' in html
    assert len(re.findall("<h1[ >]", html)) == 1 and re.search(r"<title>\S.* · Leerlijn</title>", html)
    assert 'class="skip" href="#main"' in html and 'id="main"' in html
    other = {"nl": "en", "en": "nl"}[language]
    assert f'name="language" value="{other}"' in html and f'name="language" value="{language}"' not in html
    assert 'href="/privacy/"' in html and 'href="/accessibility/"' in html
    assert 'class="nav"' not in html and "htmx" not in html


def test_signed_in_frame_has_places_tools_and_protected_htmx(cast: SimpleNamespace, sign_in: Callable) -> None:
    html = page(sign_in(cast.noor).get("/"))
    assert '<a href="/" aria-current="page">' in html
    assert 'href="/portfolio/"' in html and 'href="/search/"' in html and 'href="/account/"' in html
    assert "Noor Proef" in html and ">NP</span>" in html
    config = re.search(r"<meta name=\"htmx-config\" content='([^']+)'>", html)
    assert config and '"allowEval": false' in config[1] and '"selfRequestsOnly": true' in config[1]
    assert re.search(r"hx-headers='\{\"X-CSRFToken\": \"\w{64}\"\}'", html)
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "attribute"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_theme_follows_the_cookie(cookie: str, attribute: str) -> None:
    client = Client()
    assert "data-theme" not in page(client.get("/"))
    client.cookies["theme"] = cookie
    assert attribute in page(client.get("/"))
    client.cookies["theme"] = "neon"
    assert "data-theme" not in page(client.get("/"))


@pytest.mark.django_db
def test_demo_is_said_in_demo_only(settings: pytest.FixtureRequest) -> None:
    with translation.override("nl"):
        said = translation.gettext("Demo: all names and texts are invented.")
    assert said not in page(Client().get("/"))
    settings.DEMO = True
    assert said in page(Client().get("/"))


@pytest.mark.django_db
def test_privacy_notice_names_who_is_responsible() -> None:
    factories.organisation(
        "Duinhof", controller="Stichting <Duinhof>", legal_basis="Overeenkomst", privacy_text="Bel ons."
    )
    factories.organisation("Zwijgzaam")
    html = Client().get("/privacy/").content.decode()
    assert "Stichting &lt;Duinhof&gt;" in html and "Overeenkomst" in html and "Bel ons." in html
    assert "Zwijgzaam" not in html


@pytest.mark.django_db
def test_style_guide_shows_every_error_and_exists_in_demo_only(settings: pytest.FixtureRequest) -> None:
    assert Client().get("/styleguide/").status_code == 404
    settings.DEMO = True
    for language in ("nl", "en"):
        html = page(Client().get("/styleguide/", headers={"accept-language": language}))
        assert len(re.findall("<h1[ >]", html)) == 1
        assert html.count('<div class="note" data-kind="danger">') >= len(ERRORS)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)) > 20


# --- Mails ----------------------------------------------------------------------------------

PREFIXES = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt") for path in TEMPLATES.rglob("*/email/*_subject.txt")
)

WITH_CODE = {"login_code", "email_confirmation", "email_confirmation_signup", "password_reset_code"}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_mail_of_signing_in_says_the_same_in_text_and_html(prefix: str, language: str) -> None:
    context = {
        "code": "417283",
        "email": "noor@example.org",
        "current_site": SimpleNamespace(domain="leerlijn.example.org"),
        "user_agent": "<script>Firefox",
        "ip": "192.0.2.7",
        "timestamp": timezone.now(),
        "provider": "<i>Instelling</i>",
    }
    with translation.override(language):
        subject = render_to_string(f"{prefix}_subject.txt", context).strip()
        text = render_to_string(f"{prefix}_message.txt", context).strip()
        html = render_to_string(f"{prefix}_message.html", context)
    assert 5 < len(subject) < 70 and "\n" not in subject and not subject.endswith("!")
    assert "leerlijn.example.org" in text and "!" not in text and "{" not in text
    assert text.count("417283") <= 1 and ("417283" in text) == (prefix.rpartition("/")[2] in WITH_CODE)
    assert f'<html lang="{language}">' in html and "<script" not in html and "<i>" not in html
    body = re.sub(r"<[^>]+>", "", html.split("<main>")[1])
    for line in text.splitlines():
        assert line.strip() in unescape(body)


# --- htmx -----------------------------------------------------------------------------------


def asked(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        ({"hx-request": "true"}, True),
        ({"hx-request": "true", "hx-boosted": "true"}, False),
        ({"hx-request": "true", "hx-history-restore-request": "true"}, False),
    ],
)
def test_only_htmx_itself_wants_a_part(headers: dict[str, str], part: bool) -> None:
    assert htmx.wants_part(asked(**headers)) is part


def test_going_elsewhere_from_a_part_leaves_the_page() -> None:
    assert htmx.go(asked(), "/there/").headers["Location"] == "/there/"
    answer = htmx.go(asked(**{"hx-request": "true"}), "/there/")
    assert answer.headers["HX-Redirect"] == "/there/" and "Location" not in answer.headers


def test_part_comes_with_the_waiting_messages(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    (tmp_path / "rows.html").write_text(
        "<h1>Whole</h1>{% load partials %}{% partialdef rows inline %}<p>{{ word }}</p>{% endpartialdef %}"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    request = asked(**{"hx-request": "true"})
    request.session = {}
    request._messages = FallbackStorage(request)
    messages.success(request, "Done <b>.")
    answer = htmx.render_page_or_part(request, "rows.html", "rows", {"word": "part"}, status=422)
    html = answer.content.decode()
    assert answer.status_code == 422 and "<p>part</p>" in html and "Whole" not in html
    assert 'hx-swap-oob="true"' in html and "Done &lt;b&gt;." in html
    whole = htmx.render_page_or_part(asked(), "rows.html", "rows", {"word": "part"}).content.decode()
    assert "<h1>Whole</h1>" in whole and "<p>part</p>" in whole and "hx-swap-oob" not in whole
