"""The home page, what is new and the preferences, as a browser shows them: axe, 360 px, light and dark, by keyboard."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal import today
from portal.models import Preference, ToDo
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("told")]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def fill(cast: SimpleNamespace) -> None:
    now, on = timezone.now(), timezone.localdate()
    for number in range(today.TODOS_SHOWN + 1):
        args = {"who": cast.joris.code, "what": "", "on": on.isoformat()}
        today.ask("test.write", to=cast.noor, about=f"code{number}", link=("portfolios:portfolio",), args=args,
                  opens_on=on - factories.DAY, due_on=on + (number - 1) * factories.DAY)  # fmt: skip
    term = {"starts_at": now + factories.DAY, "ends_at": now + 2 * factories.DAY, "place": "Kamer 3.12"}
    today.appoint("test.meet", about="gesprek", organiser=cast.joris, people=[cast.noor], link=("home",),
                  args={"who": cast.joris.code}, **term)  # fmt: skip
    today.tell("test.news", to=cast.noor, link=("home",), args={"who": cast.joris.code})


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_axe_finds_nothing(
    cast: Any, page_of: Callable[..., Page], faults_of_access: Callable[[Page], list[str]], size: Any, scheme: str
) -> None:
    fill(cast)
    page, faults = page_of(cast.noor, viewport=size, color_scheme=scheme), []
    for path in ("/", "/?page=2", "/notifications/", "/account/preferences/"):
        page.goto(path)
        faults += [f"{path} {fault}" for fault in faults_of_access(page)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
    assert not faults, "\n".join(faults)


def test_preferences_are_chosen_by_keyboard(cast: Any, page_of: Callable[..., Page]) -> None:
    page = page_of(cast.noor, viewport=PHONE)
    page.goto("/account/preferences/")
    page.locator("input[name=mail_sharing][value=daily]").focus()
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("input[name=mail_sharing][value=never]")).to_be_checked()
    assert Preference.objects.get(person=cast.noor, group="sharing").mail == Preference.Mail.NEVER
    assert not ToDo.objects.exists()
