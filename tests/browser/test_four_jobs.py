"""All four jobs in one walk, as the demo's people (product.md): a trainee logs and shares, two people plan their
conversation, a committee member scores, an organiser publishes what a room said."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.models import Report
from mentoring.models import Conversation
from portal import jobs, sender
from portal.demo import accounts
from portal.models import Appointment, Grant, User
from portfolios.models import Experience
from selection.models import Sheet
from tests.pdf_gate import inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"viewport": {"width": 360, "height": 740}}, {"viewport": {"width": 1280, "height": 860}}


@pytest.fixture
def people(settings: Any) -> dict[str, User]:
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    return accounts()


@pytest.fixture
def look(faults_of_access: Callable[[Page], list[str]]) -> Callable[[Page], None]:
    def run(page: Page) -> None:
        assert faults_of_access(page) == [], page.url
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"

    return run


def test_all_four_jobs(people, page_of, new_page, look, mailoutbox):
    noor = page_of(people["noor"], **PHONE)
    _log_and_share(noor, people, look)
    _plan(noor, page_of(people["ilse"], **DESK), people, look)
    _score(page_of(people["ruben"], **DESK), look)
    _publish(page_of(people["joke"], **DESK), new_page(**PHONE), look)
    mailoutbox.clear()
    noon = timezone.localtime().replace(hour=12) + timedelta(days=4)  # in nobody's quiet hours
    assert sender.drain(now=lambda: noon) >= 1
    told = {to for one in mailoutbox for to in one.to}
    assert people["ilse"].email in told
    assert "volle Spoedplein" not in "".join(one.message().as_string() for one in mailoutbox)


def _log_and_share(noor: Page, people: dict[str, User], look: Callable[[Page], None]) -> None:
    noor.goto("/")
    look(noor)
    noor.get_by_role("link", name="Portfolio", exact=True).click()
    noor.get_by_role("link", name="Leg een ervaring vast").first.click()
    noor.get_by_label("Waar ging het over?").fill("Wachten op een volle Spoedplein")
    noor.locator("textarea[name=situation]").fill("Acht mensen wachtten.")
    noor.locator(".pick").nth(1).click()
    noor.locator(".pick").nth(2).click()
    noor.locator("button[name=place]").click()
    noor.get_by_role("button", name=re.compile("Zet in Ervaringen")).click()
    noor.wait_for_load_state()
    look(noor)
    item = Experience.objects.latest("created_at")
    assert (item.title, item.competencies.count(), item.is_draft) == ("Wachten op een volle Spoedplein", 2, False)
    noor.get_by_role("link", name="Deel deze ervaring").click()
    noor.get_by_text("Dr. Joris Maretak").click()
    noor.get_by_role("button", name=re.compile("Bekijk wie wat gaat lezen")).click()
    expect(noor.locator(".crossing")).to_contain_text("Dr. Joris Maretak")
    noor.get_by_role("button", name="Deel met dr. Maretak").click()
    assert Grant.objects.live(timezone.now()).filter(content_object=item.shareable, user=people["joris"]).exists()


def _plan(noor: Page, ilse: Page, people: dict[str, User], look: Callable[[Page], None]) -> None:
    noor.goto("/")
    noor.get_by_role("link", name=re.compile("^Kies een tijd")).first.click()
    look(noor)
    noor.locator("input[name=time]").first.check()
    noor.get_by_role("button", name="Deze tijd past mij").click()
    expect(noor.get_by_role("status").filter(has_text="Gepland")).to_be_visible()
    talk = Conversation.objects.get(shareable__code=noor.url.rstrip("/").rpartition("/")[2])
    assert Appointment.objects.filter(about=talk.shareable.code, cancelled_at=None, people=people["ilse"]).count() == 1
    ilse.goto("/mentoring/mentees/")
    look(ilse)
    ilse.get_by_role("link", name="Noor Lindewater").first.click()
    look(ilse)
    expect(ilse.locator("main")).to_contain_text("gepland")


def _score(ruben: Page, look: Callable[[Page], None]) -> None:
    ruben.goto("/")
    look(ruben)
    ruben.get_by_role("link", name="Naar mijn formulieren").click()
    look(ruben)
    ruben.get_by_role("link", name=re.compile("Ga verder")).first.click()
    ruben.locator("a[href*='/questions/1/']").click()
    ruben.wait_for_url("**/questions/1/")
    look(ruben)
    ruben.keyboard.press("3")
    ruben.keyboard.press("Alt+e")
    ruben.keyboard.type("Vroeg op tijd hulp.")
    ruben.keyboard.press("Alt+n")
    ruben.wait_for_url("**/questions/2/")
    mine = Sheet.objects.get(member__person__given_name="Ruben")
    assert mine.answers.get(criterion="uncertainty").score == 3
    expect(ruben.locator("main")).not_to_contain_text("Belde met een voorstel")  # what a colleague wrote


def _publish(joke: Page, stranger: Page, look: Callable[[Page], None]) -> None:
    report = (
        Report.objects.exclude(state__in=["published", "replaced", "withdrawn"]).select_related("room__event").first()
    )
    assert report is not None
    joke.goto(reverse("events:desk", args=[report.room.event.code]))
    look(joke)
    joke.goto(reverse("events:report_edit", args=[report.code]))
    look(joke)
    joke.get_by_role("button", name="Bewaar het verslag").click()
    joke.get_by_role("button", name="Keur het verslag goed").first.click()
    joke.get_by_role("button", name="Maak openbaar als pdf").first.click()
    joke.wait_for_url("**/jobs/**")
    look(joke)
    assert jobs.work(seconds=60) == 1
    stranger.goto(reverse("events:event", args=[report.room.event.code]))
    look(stranger)
    stranger.get_by_role("link", name=report.room.title).first.click()
    look(stranger)
    with stranger.expect_download() as download:
        stranger.get_by_role("link", name="Download het verslag").click()
    with open(download.value.path(), "rb") as file:
        assert inspect(file.read()).faults == set()
