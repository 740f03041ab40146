"""Long work as somebody sees it: the page follows by itself, and the result is there. Drawings in every scheme."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal import jobs
from portal.models import Job
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def test_the_page_follows_by_itself_until_the_result_is_there(
    cast: Any, page_of: Callable[..., Page], faults_of_access: Callable[[Page], list[str]]
) -> None:
    job = factories.job(cast.noor)
    page = page_of(cast.noor, viewport=PHONE)
    page.goto(reverse("job", args=[job.code]))
    expect(page.locator("#progress")).to_contain_text("Het wacht op zijn beurt.")
    assert faults_of_access(page) == []
    Job.objects.filter(pk=job.pk).update(done=9, total=14)
    expect(page.locator("#progress")).to_contain_text("9 van 14")
    assert jobs.work(seconds=60) == 1
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    assert faults_of_access(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "Voorbeelddocumenten in beide talen.zip"


def test_without_javascript_it_is_followed_and_stopped_by_hand(cast: Any, page_of: Callable[..., Page]) -> None:
    job = factories.job(cast.noor)
    page = page_of(cast.noor, java_script_enabled=False)
    page.goto(reverse("job", args=[job.code]))
    Job.objects.filter(pk=job.pk).update(done=9, total=14)
    page.get_by_role("link", name="Kijk hoe ver het is").click()
    expect(page.locator("#progress")).to_contain_text("9 van 14")
    page.get_by_role("button", name="Maak het niet meer").click()
    expect(page.locator("#progress")).to_contain_text("gestopt")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_drawings_and_lists_can_be_read_by_everybody(
    cast: Any,
    page_of: Callable[..., Page],
    faults_of_access: Callable[[Page], list[str]],
    settings: Any,
    scheme: str,
    viewport: dict[str, int],
) -> None:
    settings.DEMO = True
    factories.ready_job(cast.noor)
    page = page_of(cast.noor, viewport=viewport, color_scheme=scheme)
    page.goto(reverse("styleguide"))
    expect(page.locator("figure.chart")).to_have_count(8)
    expect(page.locator("figure.chart:has(svg.plot)")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing pushes the page wider"
    page.locator("details.fold summary", has_text="cijfers").first.click()
    assert faults_of_access(page) == []
    page.goto(reverse("jobs"))
    assert faults_of_access(page) == []
