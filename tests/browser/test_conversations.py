"""A conversation as two people in two browsers have it: plan, pick, notes, report, both sign, the PDF (M4)."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mentoring.actions import papers, tracks
from mentoring.models import Conversation, State
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def kept(page: Page) -> None:
    expect(page.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved", timeout=15_000)


def look(page: Page, faults_of_access: Callable[[Page], list[str]]) -> None:
    assert faults_of_access(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"


def test_two_people_plan_talk_write_and_sign(
    cast: Any, page_of: Callable[..., Page], faults_of_access: Callable[[Page], list[str]]
) -> None:
    tracks.begin(cast.noor.guides.get())
    talk = Conversation.objects.whole().get()
    where = f"/mentoring/conversations/{talk.code}/"
    noor = page_of(cast.noor, viewport=PHONE)
    joris = page_of(cast.joris, viewport=DESK, color_scheme="dark")
    noor.goto("/mentoring/")
    look(noor, faults_of_access)
    noor.get_by_role("link", name=re.compile("Mentorgesprek")).click()
    for number, name in enumerate(("first", "second", "third"), start=2):
        on = timezone.localdate() + datetime.timedelta(days=number)
        noor.locator(f"input[name={name}]").fill(f"{on.isoformat()}T16:00")
    noor.locator("input[name=place]").fill("Kamer 3.12")
    look(noor, faults_of_access)
    noor.get_by_role("button", name="Laat dr. Proef kiezen").click()
    joris.goto("/mentoring/mentees/")
    look(joris, faults_of_access)
    joris.get_by_role("link", name="Noor Proef").click()
    look(joris, faults_of_access)
    joris.locator("input[name=time]").nth(1).check()
    joris.get_by_role("button", name="Deze tijd past mij").click()
    expect(joris.get_by_role("status").filter(has_text="Gepland")).to_be_visible()
    noor.goto(where)
    noor.locator("input[name=point1]").fill("Overdracht als het druk is")
    look(noor, faults_of_access)
    noor.get_by_role("button", name="Deel de punten met dr. Proef").click()
    noor.get_by_role("button", name="Ja, we spraken elkaar").click()
    noor.locator("textarea[name=notes]").fill("Beginnen bij de zorgen.")
    kept(noor)
    joris.goto(where)
    expect(joris.locator("textarea[name=notes]")).to_have_value("Beginnen bij de zorgen.")
    joris.locator("textarea[name=response]").fill("Noor ziet scherp waar het wringt.")
    kept(joris)
    look(joris, faults_of_access)
    noor.locator("textarea[name=report]").fill("Het ging over de overdracht.")
    kept(noor)
    noor.locator("textarea[name=report]").fill("Het ging over de overdracht van woensdag.")  # sent before it is kept
    look(noor, faults_of_access)
    noor.get_by_role("button", name="Het verslag is klaar om te tekenen").click()
    expect(noor.get_by_role("status").filter(has_text="beide handtekeningen")).to_be_visible()
    for page in (noor, joris):
        page.goto(where)
        look(page, faults_of_access)
        page.get_by_role("link", name="Lees en teken").click()
        expect(page.locator("main")).to_contain_text("Het ging over de overdracht van woensdag.")
        look(page, faults_of_access)
        page.get_by_role("button", name="Onderteken het verslag").click()
        expect(page.get_by_role("status").filter(has_text="Ondertekend.")).to_be_visible()
    assert Conversation.objects.get(pk=talk.pk).state == State.SIGNED
    assert papers.freeze_reports(at=timezone.now()) == 1
    joris.reload()
    look(joris, faults_of_access)
    link = joris.get_by_role("link", name="Het verslag als pdf")
    answer = joris.request.get(str(link.get_attribute("href")))
    assert answer.body().startswith(b"%PDF") and answer.headers["content-type"] == "application/pdf"


def test_all_places_of_a_guide_are_on_a_phone(cast: Any, page_of: Callable[..., Page]) -> None:
    """The bar is fixed: what hangs out of it is cut off and makes no page wider."""
    factories.grant(cast.plan, cast.joris)
    joris = page_of(cast.joris, viewport=PHONE)
    joris.goto("/meet-ups/")  # the longest word, and bold because one is there
    expect(joris.locator(".nav li")).to_have_count(6)
    edges = "Math.max(...[...document.querySelectorAll('.nav li')].map(one => one.getBoundingClientRect().right))"
    assert joris.evaluate(edges) <= PHONE["width"]
