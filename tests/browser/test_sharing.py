"""Sharing on real pages, 360 px wide: by link, as a reader, with comments; the note about patient data while typing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal import guests, sender
from portal.models import Grant, GuestLink
from portfolios.actions import comments
from portfolios.models import Comment
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
TABLE = json.loads((Path(__file__).parents[1] / "portal" / "patient_data.json").read_text(encoding="utf-8"))


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


@pytest.fixture
def look(faults_of_access: Callable[[Page], list[str]]) -> Callable[[Page, str], None]:
    def _look(page: Page, address: str = "") -> None:
        """axe, light and dark; and nothing wider than the screen."""
        if address:
            page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert not (found := faults_of_access(page)), (page.url, scheme, found)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"

    return _look


def test_by_link_from_the_form_to_the_closed_door(cast, page_of, new_page, look, complaints):
    item = factories.experience(cast.noor, "Klinische les", into=cast.experiences, situation="Over sepsis.")
    noor = page_of(cast.noor, **PHONE)
    look(noor, f"{url('share')}?what={item.code}")
    look(noor, f"{url('share_by_link')}?what={item.code}")
    noor.locator("input[name=name]").fill("Pim Duindoorn")
    noor.locator("input[name=email]").fill("pim@elders.example")
    noor.locator("main button[type=submit]").last.click()
    noor.locator("button[name=confirm]").wait_for()
    look(noor)
    noor.locator("button[name=confirm]").click()
    noor.wait_for_url(f"**{url('sharing')}")
    look(noor)
    assert sender.drain() == 1
    path = re.search(r"/links/\S+", mail.outbox[-1].body)[0]

    guest = new_page(**PHONE)
    look(guest, path)
    guest.locator("main button[type=submit]").click()
    guest.wait_for_url("**/guest/code/")
    look(guest)
    guest.locator("input[name=code]").fill(re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0])
    guest.locator("main button[type=submit]").click()
    guest.wait_for_url(f"**{url('guest_reader')}")
    look(guest)
    guest.get_by_role("link", name="Klinische les").click()
    expect(guest.get_by_text("Over sepsis.")).to_be_visible()
    look(guest)

    noor.reload()
    noor.locator("form[action$='/withdraw/'] button").first.click()
    noor.wait_for_load_state()
    guest.reload()
    expect(guest.get_by_text("Over sepsis.")).to_have_count(0)
    look(guest)
    complaints.expect("403")


def test_the_centre_and_looking_as_a_reader(cast, page_of, look):
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences, situation="Druk.")
    factories.grant(cast.experiences, cast.joris, right="comment")
    factories.grant(item, cast.amina)
    link = guests.invite(cast.noor, address="pim@elders.example", name="Pim", at=timezone.now())
    factories.grant(cast.plan, link.person)
    said = comments.comment(item.shareable, "Mooi opgeschreven.", by=cast.joris)
    noor = page_of(cast.noor, **PHONE)
    for address in (
        url("sharing"),
        f"{url('sharing')}?by=section",
        url("who", item.code),
        url("readings"),
        url("snapshots"),
        url("as_reader", cast.joris.code),
        url("as_section", cast.joris.code, cast.experiences.code),
        url("as_experience", cast.joris.code, item.code),
        url("comments", item.code),
    ):
        look(noor, address)
    noor.locator(f"#c-{said.code} summary").click()
    look(noor)
    noor.locator(f"#c-{said.code} textarea").fill("Dank je.")
    noor.locator(f"#c-{said.code} button").first.click()
    expect(noor.get_by_text("Dank je.")).to_be_visible()
    assert Comment.objects.get(answers=said).author == cast.noor
    assert Grant.objects.count() == 3 and GuestLink.objects.count() == 1


def test_while_typing_a_quiet_note_stands_beside_the_text_and_nothing_stops(cast, page_of, look):
    noor = page_of(cast.noor, **PHONE)
    noor.goto(url("experience_new"))
    note = noor.locator("[data-patient-note=id_situation]")
    expect(note).to_be_hidden()
    noor.locator("#id_situation").fill("Mw. Lindewater, 123456782, viel.")
    expect(note).to_be_visible()
    expect(note).to_contain_text("burgerservicenummer")
    look(noor)
    noor.locator("#id_situation").fill("Iemand viel.")
    expect(note).to_be_hidden()


def test_the_browser_and_the_server_find_the_same(cast, page_of):
    noor = page_of(cast.noor)
    noor.goto(url("experience_new"))
    found = noor.evaluate(
        """async (texts) => {
            const script = document.querySelector('script[src*="patient-data"]').src;
            const { kinds } = await import(script);
            return texts.map(kinds);
        }""",
        [row["text"] for row in TABLE],
    )
    wrong = [(row, kinds) for row, kinds in zip(TABLE, found, strict=True) if row["kinds"] != kinds]
    assert wrong == []
