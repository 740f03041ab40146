"""From a phone in a breakout room to a file that anybody can check (E6, E7)."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from events.models import Note, NoteRevision, Report
from portal import jobs
from tests import factories
from tests.pdf_gate import inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"viewport": {"width": 360, "height": 740}}, {"viewport": {"width": 1280, "height": 860}}


@pytest.fixture
def meet(db: None) -> SimpleNamespace:
    joke, mila, sami = (factories.person(name) for name in ("Joke", "Mila", "Sami"))
    event = factories.meetup(joke)
    room = factories.room(None, mila, sami, event=event, title="Goede begeleiding van stagiaires")
    return SimpleNamespace(joke=joke, mila=mila, sami=sami, event=event, room=room)


@pytest.fixture
def look(faults_of_access: Callable[[Page], list[str]]) -> Callable[[Page], None]:
    """axe in light and dark; nothing wider than the screen."""

    def run(page: Page) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert faults_of_access(page) == [], (page.url, scheme)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"

    return run


def notes_of(meet: SimpleNamespace) -> str:
    return reverse("events:notes", args=[meet.event.code, meet.room.code])


def section(page: Page, name: str):
    return page.locator("form[data-autosave]").filter(has=page.locator(f"#{name}-text"))


def kept(page: Page, name: str) -> None:
    expect(section(page, name).locator("[data-autosave-state]")).to_have_attribute(
        "data-state", "saved", timeout=15_000
    )


def test_from_a_phone_to_a_file_for_everybody(meet, page_of, new_page, look):
    phone = page_of(meet.mila, **PHONE)
    phone.goto(notes_of(meet))
    look(phone)
    phone.get_by_label("Besproken").fill("Begeleiders hebben weinig tijd.")
    phone.get_by_label("Acties").fill("Rooster delen | Streeklab | Oost | 1 maart")
    phone.get_by_label("Conclusies").fill("Een vast dagdeel helpt.")
    for name in ("discussed", "actions", "conclusions"):
        kept(phone, name)
    look(phone)
    phone.goto(reverse("events:note_history", args=[meet.event.code, meet.room.code, "discussed"]))
    look(phone)

    desk = page_of(meet.joke, **DESK)
    desk.goto(reverse("events:event", args=[meet.event.code]))
    look(desk)
    desk.get_by_role("link", name="Naar de organisatietafel").click()
    look(desk)
    desk.get_by_role("button", name="Maak het verslag").click()
    expect(desk.get_by_label("Het gesprek")).to_have_value("Begeleiders hebben weinig tijd.")
    desk.get_by_label("Deelnemers per groep").fill("Studenten: 5\nDocenten: 7")
    look(desk)
    desk.get_by_role("button", name="Bewaar het verslag").click()
    desk.get_by_role("button", name="Keur het verslag goed").click()
    look(desk)
    desk.get_by_role("button", name="Maak openbaar als pdf").click()
    desk.wait_for_url("**/jobs/**")
    assert jobs.work(seconds=60) == 1

    stranger = new_page(**PHONE)
    stranger.goto(reverse("events:events"))
    look(stranger)
    stranger.get_by_role("link", name=meet.event.title).click()
    look(stranger)
    stranger.get_by_role("link", name=meet.room.title).click()
    look(stranger)
    with stranger.expect_download() as download:
        stranger.get_by_role("link", name="Download het verslag").click()
    assert download.value.suggested_filename.startswith("Goede begeleiding van stagiaires")
    with open(download.value.path(), "rb") as file:
        assert inspect(file.read()).faults == set()
    desk.goto(reverse("events:report_withdraw", args=[Report.objects.get().code]))
    look(desk)


def test_two_phones_in_one_section(meet, page_of, look, complaints):
    factories.note(meet.room, meet.mila, "Eén. Twee.")
    mila, sami = page_of(meet.mila, **PHONE), page_of(meet.sami, **PHONE)
    for page in (mila, sami):
        page.goto(notes_of(meet))
    mila.get_by_label("Besproken").fill("Eén. Twee. Drie.")
    kept(mila, "discussed")
    sami.get_by_label("Besproken").fill("Nul. Twee.")
    kept(sami, "discussed")
    expect(sami.get_by_label("Besproken")).to_have_value("Nul. Twee. Drie.")
    expect(section(sami, "discussed").locator("[data-note=woven]")).to_contain_text("Iemand anders")

    mila.get_by_label("Besproken").fill("Heel <b>anders</b>. Twee. Drie.")
    expect(section(mila, "discussed").locator(".version .prose")).to_have_text("Nul. Twee. Drie.", timeout=15_000)
    look(mila)
    assert Note.objects.get().text == "Nul. Twee. Drie."
    section(mila, "discussed").locator("[data-keep]").click()
    kept(mila, "discussed")
    texts = list(NoteRevision.objects.order_by("number").values_list("text", flat=True))
    assert texts == ["Eén. Twee.", "Eén. Twee. Drie.", "Nul. Twee. Drie.", "Heel <b>anders</b>. Twee. Drie."]
    complaints.expect("status of 409")


def test_without_javascript_each_section_has_its_button(meet, page_of):
    page = page_of(meet.mila, java_script_enabled=False)
    page.goto(notes_of(meet))
    page.get_by_label("Ideeën").fill("Een kijkdag.")
    section(page, "ideas").get_by_role("button", name="Bewaar dit deel").click()
    expect(page.get_by_label("Ideeën")).to_have_value("Een kijkdag.")
    assert Note.objects.get().text == "Een kijkdag."
