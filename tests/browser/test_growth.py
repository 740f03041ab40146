"""A SWOT, a goal, evidence, levels and the timeline on a phone, with the eyes of axe (P3, P5, P6)."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mentoring.actions import tracks
from mentoring.models import Point
from portfolios.actions import growth
from portfolios.models import EvidenceLink, Goal, Rating
from tests import factories
from tests.files.corpus import exif, picture

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_from_a_line_to_a_goal_that_is_reached_and_levels_over_time(
    cast: SimpleNamespace,
    page_of: Callable[..., Page],
    faults_of_access: Callable[[Page], list[str]],
) -> None:
    def look() -> None:
        assert faults_of_access(page) == [], page.url
        assert page.evaluate(WIDER) <= 0, f"{page.url} is wider than the screen"

    swot, levels = (factories.section(cast.portfolio, key) for key in ("swot", "competencies"))
    factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    page = page_of(cast.noor, viewport=PHONE)

    page.goto(reverse("portfolios:section", args=[swot.code]))
    look()
    page.get_by_label("Zwak", exact=True).check()
    page.get_by_label("In één regel").fill("Ik vraag laat om hulp")
    page.get_by_role("button", name="Voeg deze regel toe").click()
    look()
    page.get_by_role("button", name="Maak er een doel van").click()
    expect(page.get_by_role("heading", name="Wijzig dit doel")).to_be_visible()
    look()
    page.get_by_label("Waarom?").fill("Dan slaap ik beter.")
    page.get_by_role("button", name="Bewaar de verandering").click()
    expect(page.locator("main")).to_contain_text("Dan slaap ik beter.")
    look()

    page.get_by_role("link", name="Koppel ervaringen").click()
    look()
    page.get_by_role("button", name="Koppel", exact=False).first.click()
    page.get_by_role("link", name="Terug naar “Ik vraag laat om hulp”").click()
    expect(page.locator("main")).to_contain_text("Overdracht")
    assert EvidenceLink.objects.count() == 1

    page.get_by_role("button", name="Ik ben ermee begonnen").click()
    page.get_by_role("link", name="Laat het los").click()
    look()
    page.get_by_role("link", name="Terug", exact=True).click()
    page.get_by_role("button", name="Ik heb het gehaald").click()
    expect(page.locator(".lead")).to_contain_text("gehaald")
    assert Goal.objects.get().state == "reached"

    page.goto(reverse("portfolios:section", args=[levels.code]))
    look()
    page.get_by_role("link", name="Schat jezelf in").first.click()
    look()
    for group in page.get_by_role("group").all():
        group.get_by_label("Met hulp").check()
    page.get_by_role("button", name="Bewaar deze niveaus").click()
    expect(page.get_by_role("heading", name="Door de tijd")).to_be_visible()
    look()
    assert Rating.objects.count() == 2

    page.goto(reverse("portfolios:timeline"))
    look()
    page.get_by_text("Zoek en filter").click()
    page.get_by_label("Soort").select_option("goal")
    page.get_by_role("button", name="Toon deze").click()
    expect(page.locator("ol.line > li")).to_have_count(1)
    look()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_product_with_a_photo_and_what_stands_out_on_the_agenda(
    script: bool,
    cast: SimpleNamespace,
    page_of: Callable[..., Page],
    faults_of_access: Callable[[Page], list[str]],
) -> None:
    def look() -> None:
        if script:
            assert faults_of_access(page) == [], page.url
            assert page.evaluate(WIDER) <= 0, f"{page.url} is wider than the screen"

    profile, levels = factories.profile(cast.portfolio), factories.section(cast.portfolio, "competencies")
    factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    together = cast.portfolio.framework_version.competencies.get(key="together")
    factories.grant(levels, cast.joris, right="assess")
    for person, level in ((cast.noor, 1), (cast.joris, 3)):
        growth.rate(levels, {together: level}, by=person)
    tracks.begin(cast.noor.guides.get(other=cast.joris))
    page = page_of(cast.noor, viewport=PHONE, java_script_enabled=script)

    page.goto(reverse("portfolios:product_new", args=[profile.code]))
    look()
    page.get_by_label("Wat heb je gemaakt?").fill("Een poster over overdragen")
    page.get_by_label("Wat was jouw aandeel?").fill("De opzet.")
    photo = {"name": "poster.jpg", "mimeType": "image/jpeg", "buffer": picture(exif=exif())}
    page.locator("input[type=file]").set_input_files([photo])
    page.locator("input[name=declared]").check()
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("link", name="poster.jpg", exact=True).wait_for()
    look()
    page.get_by_role("link", name="Koppel ervaringen").click()
    look()
    page.get_by_role("button", name="Koppel", exact=False).first.click()
    page.get_by_role("link", name="Terug naar “Onderzoek”").click()
    expect(page.get_by_role("link", name="Overdracht")).to_be_visible()
    look()

    page.goto(reverse("portfolios:section", args=[levels.code]))
    page.get_by_role("button", name="Voor mijn volgende gesprek").first.click()
    expect(page.get_by_label("Waarover wil je het hebben?")).to_have_value(re.compile("Samenwerken"))
    look()
    page.get_by_label("Waarover wil je het hebben?").fill("Samenwerken: wat zie jij?")
    page.get_by_role("button", name="Op de agenda; dr. Proef ziet het").click()
    page.wait_for_url("**/mentoring/conversations/**")
    expect(page.locator("main")).to_contain_text("Samenwerken: wat zie jij?")
    look()
    assert [one.text for one in Point.objects.all()] == ["Samenwerken: wat zie jij?"]
