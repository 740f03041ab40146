"""The thread on real pages: Dutch on a phone of 360 px, English on a desktop; axe on every page, light and dark."""

import datetime
import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from portal.models import Reading
from portfolios.models import Experience

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 860}}


class Person:
    """Somebody at a screen: does what people do, and looks whether each page met is accessible."""

    def __init__(self, page: Page, faults: Callable[[Page], list[str]], language: str) -> None:
        self.page, self.faults, self.language = page, faults, language

    def word(self, text: str, **names: object) -> str:
        with translation.override(self.language):
            return gettext(text) % names if names else gettext(text)

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def click(self, text: str, *, role: str = "link", exact: bool = True, **names: object) -> None:
        self.page.get_by_role(role, name=self.word(text, **names), exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """axe, light and dark; and nothing wider than the screen."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            assert not (found := self.faults(self.page)), (self.page.url, scheme, found)
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the screen"

    def sign_in(self, email: str) -> None:
        mail.outbox.clear()
        self.open("/accounts/login/")
        self.page.get_by_label(self.word("E-mail address"), exact=True).fill(email)
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_url("**/accounts/login/code/confirm/**")
        self.look()
        code = re.search(r"\b\d{6}\b", mail.outbox[-1].body.replace(" ", "")) or re.search(
            r"\d{3} ?\d{3}", mail.outbox[-1].body
        )
        assert code, mail.outbox[-1].body
        self.page.locator("input[name=code]").fill(code.group().replace(" ", ""))
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_load_state()

    def set_up_second_factor(self) -> None:
        self.look()
        self.page.locator("a[href*='totp/activate']").first.click()
        self.page.wait_for_load_state()
        self.look()
        secret = self.page.locator("code").first.inner_text().replace(" ", "")
        counter = int(time.time()) // 30  # the newest: the one before it may have run out when it arrives
        self.page.locator("input[name=code]").fill(format_hotp_value(hotp_value(secret, counter)))
        self.page.locator("main form:has(input[name=code]) button[type=submit]").click()
        self.page.wait_for_load_state()
        self.look()


@pytest.fixture
def at_screen(new_page, live_server, faults_of_access) -> Callable[[dict, str], Person]:
    def _at_screen(screen: dict, language: str) -> Person:
        page = new_page(**screen, locale=language, reduced_motion="reduce")
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        return Person(page, faults_of_access, language)

    return _at_screen


@pytest.mark.parametrize(("screen", "language"), [(PHONE, "nl"), (DESKTOP, "en")], ids=["phone-nl", "desktop-en"])
def test_the_thread(cast, at_screen, complaints, screen, language):
    for person in (cast.noor, cast.joris):
        type(person).objects.filter(pk=person.pk).update(language=language)
    noor, joris = at_screen(screen, language), at_screen(screen, language)

    noor.open("/")
    noor.sign_in(cast.noor.email)
    noor.look()
    noor.page.get_by_role("link", name="Portfolio", exact=True).click()
    noor.look()
    noor.click("Log an experience")
    form = noor.page.locator("main form")
    form.get_by_label(noor.word("What was it about?")).fill("Overdracht op een volle afdeling")
    form.locator("textarea[name=situation]").fill("Acht mensen, twee collega's, een half uur.")
    together = {"nl": "Samenwerken", "en": "Collaborating"}[language]
    form.get_by_text(together).click()
    form.locator("button[name=place]").click()
    noor.page.wait_for_url("**/place/")
    noor.look()
    section = {"nl": "Ervaringen", "en": "Experiences"}[language]
    noor.page.get_by_role("button", name=noor.word("Put in %(section)s", section=section), exact=True).click()
    noor.page.wait_for_load_state()
    noor.look()
    expect(noor.page.locator(".privacy")).to_have_text(noor.word("only me"))
    item = Experience.objects.get()
    assert [c.key for c in item.competencies.all()] == ["together"]

    joris.open(f"/portfolio/experiences/{item.code}/")
    joris.sign_in(cast.joris.email)
    expect(joris.page.locator("main")).not_to_contain_text("Overdracht")

    noor.page.get_by_role("link", name=section).first.click()
    noor.click("Share this section")
    form = noor.page.locator("main form")
    form.get_by_text("Dr. Joris Proef").click()
    form.get_by_text(noor.word("until another day")).click()
    form.get_by_label(noor.word("Another last day")).fill(
        (timezone.localdate() + datetime.timedelta(days=20)).isoformat()
    )
    noor.click("See who will read what", role="button")
    expect(noor.page.locator(".crossing")).to_contain_text("Dr. Joris Proef")
    noor.click("Share with %(name)s", role="button", name="dr. Proef")
    expect(noor.page.locator("main")).to_contain_text("Dr. Joris Proef")

    joris.open("/")
    joris.set_up_second_factor()
    joris.open("/")
    joris.page.get_by_role("link", name="Noor Proef", exact=True).first.click()
    joris.look()
    joris.page.get_by_role("link", name=section, exact=True).first.click()
    joris.look()
    joris.click("Overdracht op een volle afdeling")
    expect(joris.page.locator("main")).to_contain_text("Acht mensen")
    assert Reading.objects.filter(reader=cast.joris, shareable=item.pk).count() == 1

    noor.open("/portfolio/sharing/")
    expect(noor.page.locator("aside")).to_contain_text("Overdracht op een volle afdeling")
    noor.page.get_by_role("button", name=re.compile(re.escape(noor.word("Withdraw now")))).first.click()
    noor.page.wait_for_load_state()
    noor.look()

    answer = joris.page.reload()
    assert answer is not None and answer.status == 404
    complaints.expect("status of 404")
    joris.look()
    expect(joris.page.locator("main")).not_to_contain_text("Acht mensen")


def test_bad_input_says_what_to_do_and_keeps_the_text(cast, at_screen, complaints):
    noor = at_screen(PHONE, "nl")
    noor.open("/")
    noor.sign_in(cast.noor.email)
    noor.open("/portfolio/experiences/new/")
    noor.page.locator("textarea[name=reflection]").fill("Dit mag niet weg.")
    noor.page.locator("main form").evaluate("form => form.noValidate = true")
    noor.page.locator("button[name=place]").click()
    noor.page.wait_for_load_state()
    noor.look()
    expect(noor.page.locator("#errors")).to_be_focused()
    expect(noor.page.locator("textarea[name=reflection]")).to_have_value("Dit mag niet weg.")

    # The session ends while somebody types: what was typed comes back on screen.
    noor.page.context.clear_cookies(name="sessionid")
    noor.page.locator("main form").evaluate("form => form.noValidate = true")
    noor.page.locator("button[name=place]").click()
    noor.page.wait_for_load_state()
    noor.look()
    expect(noor.page.locator("main")).to_contain_text("Dit mag niet weg.")
    complaints.expect("status of 4(01|22)")
