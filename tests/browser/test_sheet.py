"""A STAR sheet in an interview: by keyboard, through a session that ends, on a laptop and a phone (selection.md S8)."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from selection.models import Sheet
from tests.selection import rows


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_sheet_by_keyboard_alone(cast, page_of, faults_of_access, complaints):
    at = rows.committee(cast.duinhof)
    page = page_of(at.staff, viewport={"width": 1280, "height": 800})
    page.goto(reverse("selection:procedure", args=[at.procedure.code]))
    page.get_by_role("link", name="Begin").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Geen band: open mijn formulier").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/1/")
    mine = Sheet.objects.get()
    page.keyboard.press("4")
    expect(page.locator("[name=score][value='4']")).to_be_checked()
    page.keyboard.press("Alt+s")
    page.keyboard.type("Nacht, 3 opnames.")
    page.keyboard.press("Alt+e")
    page.keyboard.type("Zei de volgorde hardop.")
    expect(page.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved", timeout=15_000)
    row = rows.answer(mine, "calm")
    assert (row.score, row.situation, row.evidence) == (4, "Nacht, 3 opnames.", "Zei de volgorde hardop.")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert faults_of_access(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.type(" En vroeg het na.")
    expect(page.locator("[data-autosave-state]")).to_contain_text("afgemeld", timeout=15_000)
    complaints.expect("status of 401")
    back = page_of(at.staff).context.cookies()
    page.context.add_cookies(back)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved", timeout=15_000)
    assert rows.answer(mine, "calm").evidence == "Zei de volgorde hardop. En vroeg het na."

    page.keyboard.press("Alt+n")
    page.wait_for_url("**/questions/2/")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("0")
    page.locator("summary", has_text="Niet gezien?").click()
    page.locator("[name=reason]").fill("De tijd was op.")
    page.locator("button[type=submit]").last.click()
    page.wait_for_url("**/sheets/*/")
    assert faults_of_access(page) == []
    page.get_by_role("button", name="Dien dit formulier in").click()
    page.wait_for_url(f"**/selection/{at.procedure.code}/")
    mine.refresh_from_db()
    assert not mine.is_open
    assert faults_of_access(page) == []
