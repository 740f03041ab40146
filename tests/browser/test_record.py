"""An experience with two competencies and a photo on a phone, counted in taps; with and without JavaScript (P2, G8)."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Locator, Page

from portal.models import User
from portfolios.actions import frameworks, sections
from portfolios.models import Experience, Portfolio
from tests import factories
from tests.files.corpus import WORD, exif, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


class Thumb:
    """Counts what a thumb does besides typing."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_signing_in_to_an_experience_with_a_photo_in_nine_taps(
    script: bool, new_page: Callable[..., Page], mailoutbox: list[Any], faults_of_access: Callable[[Page], list[str]]
) -> None:
    noor = factories.person("Noor")
    portfolio: Portfolio = factories.portfolio(noor)
    page, thumb = new_page(**PHONE, java_script_enabled=script), Thumb()
    page.goto("/accounts/login/?next=/portfolio/")
    page.locator("input[name=login]").fill(noor.email)  # the field has the focus: typing only
    thumb.tap(page.locator("main form button[type=submit]").first)
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").fill(re.findall(r"\b\d{6}\b", mailoutbox[-1].body)[0])
    thumb.tap(page.locator("main form button[type=submit]").first)
    page.wait_for_url("**/portfolio/")
    thumb.tap(page.get_by_role("link", name="Leg een ervaring vast").first)
    page.get_by_label("Waar ging het over?").fill("Overdracht")
    thumb.tap(page.locator(".pick", has_text="Samenwerken"))
    thumb.tap(page.locator(".pick", has_text="Communiceren"))
    photo = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": picture(exif=exif())}
    assert WORD.encode() in photo["buffer"], "there is something to take out"
    thumb.taps += 1  # choosing the file opens the phone's own sheet
    page.locator("input[type=file]").set_input_files([photo])
    thumb.tap(page.locator("label", has=page.locator("input[name=declared]")))
    if script:
        assert faults_of_access(page) == []
    thumb.tap(page.locator("button[name=place]"))
    thumb.tap(page.get_by_role("button", name=re.compile("Zet in Ervaringen")))
    page.wait_for_url("**/experiences/**")
    page.get_by_role("link", name="foto.jpg").first.wait_for()
    if script:
        assert faults_of_access(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert thumb.taps == 9
    item = Experience.objects.get()
    keys = {one.key for one in item.competencies.all()}
    assert (keys, item.section_id) == ({"together", "words"}, factories.section(portfolio).pk)
    with default_storage.open(item.shareable.files.get().stored_as) as file:
        kept = file.read()
    assert WORD.encode() not in kept and not dict(Image.open(io.BytesIO(kept)).getexif())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_photo_that_is_refused_costs_no_word_and_no_other_photo(
    script: bool, page_of: Callable[..., Page], faults_of_access: Callable[[Page], list[str]], complaints: Any
) -> None:
    noor = factories.person("Noor")
    factories.portfolio(noor)
    page = page_of(noor, **PHONE, java_script_enabled=script)
    page.goto(reverse("portfolios:experience_new"))
    page.get_by_label("Waar ging het over?").fill("Overdracht")
    good = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    bad = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" + b"\0" * 20}
    if script:
        page.locator("input[type=file]").set_input_files([good] * 6)
        words = page.locator("input[type=file]").evaluate("(one) => one.validationMessage")
        assert "hoogstens vijf" in words and "25 MB" in words
    page.locator("input[type=file]").set_input_files([good, bad])
    if script:  # the browser itself asks for the tick, so that no chosen file is lost for want of it
        assert page.locator("input[name=declared]").evaluate("(one) => one.required")
        page.locator("button[name=place]").tap()
        assert page.locator("input[name=declared]").evaluate("(one) => one.matches(':invalid')")
        assert not Experience.objects.exists()
    page.locator("input[name=declared]").check()
    page.locator("button[name=place]").tap()
    page.get_by_text("Wat je schreef is bewaard").wait_for()
    assert "JPEG" in page.locator("#id_files_error").inner_text()
    assert page.get_by_label("Waar ging het over?").input_value() == "Overdracht"
    assert page.get_by_text("foto.jpg").is_visible()
    if script:
        assert page.evaluate("document.activeElement.id") == "id_files"
        assert faults_of_access(page) == []
    complaints.expect("status of 422")
    page.locator("input[type=file]").set_input_files([good | {"name": "IMG_1.jpg", "buffer": picture(size=(90, 60))}])
    page.locator("button[name=place]").tap()
    page.get_by_role("button", name=re.compile("Zet in Ervaringen")).tap()
    page.get_by_role("link", name="IMG_1.jpg").first.wait_for()
    assert Experience.objects.get().shareable.files.count() == 2


def test_sections_are_moved_and_hidden_by_keyboard(page_of: Callable[..., Page]) -> None:
    noor = factories.person("Noor")
    portfolio = factories.portfolio(noor)
    page = page_of(noor, **PHONE)
    page.goto(reverse("portfolios:arrange"))
    first, second = list(portfolio.sections.in_order())[:2]
    page.get_by_role("button", name=re.compile(rf"^Omlaag\s*: {first.title}$")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{first.code}")
    assert [one.pk for one in portfolio.sections.in_order()][:2] == [second.pk, first.pk]
    page.get_by_role("button", name=re.compile(rf"^Verberg\s*: {second.title}$")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile(rf"^Laat weer zien\s*: {second.title}$")).wait_for()
    second.refresh_from_db()
    assert second.hidden_at is not None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_record_are_accessible_on_a_phone(
    scheme: str, page_of: Callable[..., Page], faults_of_access: Callable[[Page], list[str]]
) -> None:
    noor: User = factories.person("Noor")
    frameworks.load_shipped()
    portfolio = sections.open_portfolio(noor)
    profile, education = factories.profile(portfolio), factories.standard_section(portfolio, "education")
    page = page_of(noor, **PHONE, color_scheme=scheme)
    own = [("first_steps",), ("arrange",), ("framework",), ("template_adopt",), ("week_log",), ("lesson_new",)]
    own += [("certificate_new",), ("profile", profile.code), ("profile_edit", profile.code)]
    own += [("product_new", profile.code), ("section", education.code), ("section", profile.section.code)]
    for name, *args in own:
        page.goto(reverse(f"portfolios:{name}", args=args))
        assert faults_of_access(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
