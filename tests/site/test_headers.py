"""promises.md: what every answer carries, over all URLs, signed in or not."""

import logging
import subprocess

import pytest
from django.test import Client
from django.urls import reverse

from portal import serving
from portal.models import Reading
from scripts.lint import PRODUCTION
from scripts.processes import PYTHON, ROOT, clean_environment
from tests import factories
from tests.site import building, walk
from tests.site import names as n
from tests.site.policy import TABLE
from tests.site.world import World

pytestmark = pytest.mark.django_db
FILES = ("/static/",)


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def every_answer(here: World, actor: str):
    client = here.browser(actor)
    for key, line in TABLE.items():
        cell = line.cells[0]
        path = walk.path_of(key, cell.args(here), cell.query)
        for method in ("GET", "POST"):
            response = walk.ask(client, method, path).response
            assert response is not None, f"{method} {path}"
            yield f"{method} {path}", response


@pytest.mark.parametrize("actor", [n.ANONYMOUS, n.OWNER, n.MENTOR, n.SUPERUSER])
def test_every_answer_carries_the_headers(actor):
    here, many = building.build(), 0
    for where, response in every_answer(here, actor):
        many += 1
        if response["Content-Security-Policy"] == serving.ATTACHED:
            assert response["X-Content-Type-Options"] == "nosniff", where
            continue
        policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
        assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'", where
        assert policy["object-src"] == policy["frame-ancestors"] == "'none'", where
        assert "unsafe" not in response["Content-Security-Policy"], where
        assert response["X-Content-Type-Options"] == "nosniff", where
        assert response["X-Frame-Options"] == "DENY", where
        assert response["Referrer-Policy"] == "same-origin", where
        assert "camera=()" in response["Permissions-Policy"], where
        assert "Cookie" in response["Vary"], where
        if actor != n.ANONYMOUS:
            kept = response.headers.get("Cache-Control", "")
            assert "no-store" in kept and "private" in kept, where
    assert many == 2 * len(TABLE)


def test_no_answer_carries_a_script_or_a_style_of_its_own():
    here = building.build()
    for where, response in every_answer(here, n.OWNER):
        if response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            assert " style=" not in page and "<style" not in page, where
            assert " onclick=" not in page and " onsubmit=" not in page and "javascript:" not in page, where
            assert "<script>" not in page, where


def test_private_pages_are_not_kept_for_whoever_is_sent_away():
    answer = Client().get(reverse("portfolios:portfolio"))
    assert answer.status_code == 302 and "no-store" in answer["Cache-Control"]


def test_in_production_cookies_and_transport_are_closed():
    """Asked of Django itself with settings like those of docker-compose.yml."""
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_HTTPONLY, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 10**7, s.DEBUG, s.DEMO)"
    )
    command = [PYTHON, "-c", f"import django; django.setup(); {code}"]
    environment = clean_environment(DJANGO_SETTINGS_MODULE="portal.settings", **PRODUCTION)
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert said == ["__Host-session", "__Host-csrf", *["True"] * 5, "False", "False"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL"])
def test_a_missing_secret_stops_the_start(missing):
    settings = {name: value for name, value in PRODUCTION.items() if name != missing}
    environment = clean_environment(DJANGO_SETTINGS_MODULE="portal.settings", **settings)
    done = subprocess.run([PYTHON, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0 and "Set SECRET_KEY and SITE_URL" in done.stderr


def test_private_pages_are_never_fetched_ahead(cast, sign_in):
    """A browser that looks ahead would leave a reading that nobody did."""
    factories.grant(cast.plan, cast.joris)
    page, ahead = reverse("portfolios:section", args=[cast.plan.code]), {"Sec-Purpose": "prefetch;prerender"}
    joris = sign_in(cast.joris)
    assert joris.get(page, headers=ahead).status_code == 503 and not Reading.objects.exists()
    assert joris.get(page).status_code == 200 and Reading.objects.count() == 1
