"""A real Chromium on a live server. What the page complains about fails the test."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal.models import User

CHROMIUM = shutil.which("chromium")
MISSING = "There is no chromium. Run as root:  apt-get install -y --no-install-recommends chromium"
LISTEN = """
addEventListener("securitypolicyviolation", (e) =>
  reportViolation(`${e.violatedDirective} refused ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`));
"""

AT_REST = "() => document.getAnimations().forEach(one => { try { one.finish() } catch { one.cancel() } })"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _chromium_is_there() -> None:
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(MISSING)
    # Playwright keeps an event loop in this thread, in which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    return {**browser_context_args, "base_url": live_server.url, "locale": "nl-NL", "timezone_id": "Europe/Amsterdam"}


class Complaints(list[str]):
    """What pages said in the console, threw, or were refused by the content security policy."""

    def watch(self, page: Page) -> Page:
        page.on("console", lambda said: self.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.expose_binding("reportViolation", lambda source, text: self.append(f"policy: {text}"))
        page.add_init_script(LISTEN)
        return page

    def expect(self, pattern: str) -> None:
        """There was at least one complaint like this, and those are meant to be."""
        kept = [said for said in self if not re.search(pattern, said)]
        assert len(kept) < len(self), f"No complaint like {pattern!r} among {list(self)}"
        self[:] = kept


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    heard = Complaints()
    yield heard
    assert not heard, "\n".join(heard)


@pytest.fixture
def new_page(
    browser: Browser, browser_context_args: dict[str, Any], complaints: Complaints
) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own: `new_page(viewport={"width": 360, "height": 740})`."""
    contexts = []

    def open_page(**context: Any) -> Page:
        contexts.append(browser.new_context(**{**browser_context_args, **context}))
        return complaints.watch(contexts[-1].new_page())

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def page_of(
    new_page: Callable[..., Page], sign_in: Callable[[User], Client], live_server: LiveServer
) -> Callable[..., Page]:
    """The page of a signed-in person: `page_of(cast.noor, color_scheme="dark")`."""

    def open_page(person: User, **context: Any) -> Page:
        page = new_page(**context)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": sign_in(person).cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return open_page


@pytest.fixture(scope="session")
def faults_of_access() -> Callable[[Page], list[str]]:
    """What axe finds on the page as it stands: one line for each element."""
    axe = Axe()

    def run(page: Page) -> list[str]:
        page.wait_for_load_state()  # a click ends when the next page is begun, perhaps before it has an element
        page.evaluate(AT_REST)  # a button that fades into another colour has no contrast to speak of
        violations = axe.run(page).response["violations"]
        return [f"{found['id']}: {node['html'][:160]}" for found in violations for node in found["nodes"]]

    return run
