"""Filling in and making a survey in a real browser: by keyboard, on a phone, without JavaScript (surveys.md Q1-Q3)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from portal import tokens
from portal.models import Role
from surveys.actions import questionnaires, results, waves
from surveys.models import Answer, ClosedAnswer, Invitation, NamedAnswer, Questionnaire, Survey
from tests import factories
from tests.surveys import rows

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def link(row: Invitation) -> str:
    return reverse("surveys:invitation", args=[row.code, tokens.make(row.code, row.nonce)])


def look(page: Page, faults_of_access: Callable[[Page], list[str]]) -> None:
    assert faults_of_access(page) == []
    assert page.evaluate(WIDER) <= 0, "the page is wider than the screen"


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the control with this name has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || ''")
        if name in " ".join(here.split()):
            return
    raise AssertionError(f"Tab never comes to {name!r}")


def test_by_keyboard_on_a_phone_leaving_and_coming_back(
    new_page: Callable[..., Page], faults_of_access: Callable[[Page], list[str]]
) -> None:
    survey = rows.survey()
    row = rows.invited(survey)
    page = new_page(viewport=PHONE)
    page.goto(link(row))
    look(page, faults_of_access)
    tab_to(page, "Begin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Het begin")).to_be_visible()
    expect(page.locator("#where")).to_have_text("Deel 1 van 2")
    look(page, faults_of_access)
    why = page.locator("[data-waits-for]")
    expect(why).to_be_hidden()
    tab_to(page, "Ja")
    page.keyboard.press("ArrowDown")  # from yes to no
    expect(why).to_be_visible()
    tab_to(page, "Waarom niet?")
    page.keyboard.type("Geen tijd")
    page.goto("/accessibility/")
    page.goto(reverse("surveys:fill", args=[survey.code]))
    expect(page.locator("[data-restored]")).to_be_visible()
    expect(page.get_by_label(re.compile("Waarom niet"))).to_have_value("Geen tijd")
    look(page, faults_of_access)
    page.get_by_label("stap 4").check()
    page.locator(".bar").get_by_role("button", name="Ga verder").click()
    expect(page.locator("#where")).to_have_text("Deel 2 van 2")
    look(page, faults_of_access)
    page.get_by_label("Iets anders, namelijk").first.fill("thuis")
    page.get_by_role("group", name=re.compile("Raad je het aan")).get_by_label("0", exact=True).check()
    page.goto(reverse("surveys:fill", args=[survey.code]))  # back at the first page: what is behind it travels along
    page.locator(".bar").get_by_role("button", name="Ga verder").click()
    page.get_by_role("button", name="Kijk je antwoorden na").click()
    expect(page.locator("main")).to_contain_text("Iets anders: thuis")
    look(page, faults_of_access)
    page.get_by_role("button", name="Stuur mijn antwoorden").click()
    expect(page.get_by_role("heading", name="Dank je wel")).to_be_visible()
    look(page, faults_of_access)
    assert page.evaluate("sessionStorage.length") == 0
    given = Answer.objects.get().answers
    assert given == {"yes": "no", "why": "Geen tijd", "fit": 4, "advise": 0, "place": "other", "place:other": "thuis"}


def test_what_is_typed_before_the_script_is_there_stays(new_page: Callable[..., Page]) -> None:
    survey = rows.survey()
    page = new_page(viewport=PHONE)
    page.goto(link(rows.invited(survey)))
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("stap 3").check()
    page.wait_for_function("sessionStorage.length === 1")
    slow: list[Route] = []
    page.route("**/survey*.js", lambda route: slow.append(route))
    with page.expect_request("**/survey*.js"):
        page.goto(reverse("surveys:fill", args=[survey.code]), wait_until="commit")
    page.get_by_label("Nee", exact=True).check()
    page.get_by_label(re.compile("Waarom niet")).fill("Geen tijd")
    slow[0].continue_()
    expect(page.get_by_label("stap 3")).to_be_checked()
    expect(page.get_by_label("Nee", exact=True)).to_be_checked()
    expect(page.get_by_label(re.compile("Waarom niet"))).to_have_value("Geen tijd")
    page.unroute("**/survey*.js")
    page.goto(reverse("surveys:fill", args=[survey.code]))
    expect(page.get_by_label(re.compile("Waarom niet"))).to_have_value("Geen tijd")


def test_without_javascript_in_the_dark(new_page: Callable[..., Page], complaints: Any) -> None:
    survey = rows.survey()
    page = new_page(viewport=PHONE, java_script_enabled=False, color_scheme="dark")
    page.goto(link(rows.invited(survey)))
    page.get_by_role("button", name="Begin", exact=True).click()
    page.locator(".bar").get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("alert")).to_contain_text("Beantwoord deze vraag")
    page.get_by_label("Nee", exact=True).check()
    page.get_by_label(re.compile("Waarom niet")).fill("Geen tijd")
    page.locator(".bar").get_by_role("button", name="Ga verder").click()
    page.get_by_label(re.compile("Hoeveel uur")).fill("2,5")
    page.get_by_role("button", name="Terug").click()
    expect(page.get_by_label(re.compile("Waarom niet"))).to_have_value("Geen tijd")
    page.locator(".bar").get_by_role("button", name="Ga verder").click()
    page.get_by_role("button", name="Kijk je antwoorden na").click()
    page.get_by_role("button", name="Stuur mijn antwoorden").click()
    expect(page.get_by_role("heading", name="Dank je wel")).to_be_visible()
    assert Answer.objects.get().answers == {"yes": "no", "why": "Geen tijd", "hours": "2.5"}
    complaints.expect("422")  # the page that said what was missing


def test_another_in_the_same_browser_finds_nothing(new_page: Callable[..., Page], complaints: Any) -> None:
    survey = rows.survey()
    page = new_page()
    page.goto(link(rows.invited(survey)))
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_label("Nee", exact=True).check()
    page.get_by_label(re.compile("Waarom niet")).fill("Alleen van mij")
    page.wait_for_function("sessionStorage.length === 1")  # kept, so that finding nothing says something
    page.goto(link(rows.invited(survey)))  # the next person, in the same tab
    page.get_by_role("button", name="Begin", exact=True).click()
    page.wait_for_function("sessionStorage.length === 0")
    expect(page.locator("[data-restored]")).to_be_hidden()
    expect(page.get_by_label("Nee", exact=True)).not_to_be_checked()
    assert "Alleen van mij" not in page.content()
    shared = new_page()
    shared.goto(link(rows.invited(survey)))
    shared.get_by_role("button", name="Begin, dit is niet mijn toestel").click()
    shared.wait_for_load_state()
    shared.get_by_label("Nee", exact=True).check()
    shared.get_by_label(re.compile("Waarom niet")).fill("Op de afdeling")
    assert shared.evaluate("sessionStorage.length + localStorage.length") == 0
    assert not [one for one in shared.context.cookies() if one["name"].startswith("ballot")]
    shared.goto(reverse("surveys:fill", args=[survey.code]))
    expect(shared.get_by_role("heading", name="Hoe is je stage?")).to_be_visible()
    assert "Op de afdeling" not in shared.content()
    complaints.expect("409")


def test_with_a_name_what_is_typed_is_kept_and_both_read_it(
    page_of: Callable[..., Page], faults_of_access: Callable[[Page], list[str]]
) -> None:
    noor, survey = factories.person("Noor"), rows.survey(is_named=True)
    row = rows.invited(survey, noor)
    page = page_of(noor, viewport=PHONE)
    page.goto(reverse("surveys:named", args=[row.code]))
    expect(page.get_by_role("heading", name="Je naam staat bij je antwoorden")).to_be_visible()
    look(page, faults_of_access)
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Nee", exact=True).check()
    page.get_by_label(re.compile("Waarom niet")).fill("Geen tijd")
    page.locator(".bar").get_by_role("button", name="Ga verder").click()
    page.get_by_label("Read", exact=True).check()
    expect(page.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved", timeout=15_000)
    assert not NamedAnswer.objects.exists(), "a draft counts for nothing"
    page.goto(reverse("surveys:named_fill", args=[row.code]))  # back at the first part
    expect(page.get_by_label(re.compile("Waarom niet"))).to_have_value("Geen tijd")
    look(page, faults_of_access)
    page.locator(".bar").get_by_role("button", name="Ga verder").click()
    expect(page.get_by_label("Read", exact=True)).to_be_checked()
    page.get_by_role("button", name="Kijk je antwoorden na").click()
    look(page, faults_of_access)
    page.get_by_role("button", name="Stuur mijn antwoorden").click()
    expect(page.get_by_role("heading", name="Je antwoorden")).to_be_visible()
    look(page, faults_of_access)
    assert NamedAnswer.objects.get().answers == {"yes": "no", "why": "Geen tijd", "ways": ["read"]}
    page.wait_for_function("!Object.keys(localStorage).some((name) => name.startsWith('leerlijn-copy-'))")
    reader = page_of(survey.owner, viewport=PHONE, color_scheme="dark")
    reader.goto(reverse("surveys:invitations", args=[survey.code]))
    look(reader, faults_of_access)
    reader.get_by_role("link", name="Lees de antwoorden").click()
    expect(reader.locator("main")).to_contain_text("Geen tijd")
    look(reader, faults_of_access)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_who_makes_surveys(
    page_of: Callable[..., Page], faults_of_access: Callable[[Page], list[str]], scheme: str
) -> None:
    joke, place = factories.person("Joke"), factories.organisation("De Pipet", kind="association")
    factories.member(joke, place, Role.ORGANISER)
    survey = rows.survey(joke, organisation=place, open_code="openopen2345")
    waves.invite_addresses(survey, ["a@example.org"], group="guides", at=survey.opens_at)
    made = Questionnaire.objects.get(organisation=place)
    questionnaires.revise(made)
    page = page_of(joke, viewport=PHONE if scheme == "dark" else {"width": 1280, "height": 800}, color_scheme=scheme)
    for name, args in (
        ("surveys", []),
        ("survey", [survey.code]),
        ("survey_edit", [survey.code]),
        ("survey_new", []),
        ("invite", [survey.code]),
        ("invitations", [survey.code]),
        ("survey_preview", [survey.code, "guides"]),
        ("open_survey", ["openopen2345"]),
        ("questionnaires", []),
        ("questionnaire", [made.code]),
        ("questionnaire_edit", [made.code]),
        ("questionnaire_import", []),
        ("question_new", [made.code, "first", "matrix"]),
        ("question_edit", [made.code, "why"]),
    ):
        page.goto(reverse(f"surveys:{name}", args=args))
        look(page, faults_of_access)
    edges = "Math.max(...[...document.querySelectorAll('.nav li')].map(one => one.getBoundingClientRect().right))"
    assert page.evaluate(edges) <= page.viewport_size["width"]
    assert Survey.objects.count() == 1


def test_results_are_read_on_a_phone_and_wide_in_light_and_dark(
    new_page: Callable[..., Page], faults_of_access: Callable[[Page], list[str]]
) -> None:
    survey = rows.survey(audience="everybody")
    given = [("learners", 4 if n else 2, "yes" if n else "no") for n in range(12)] + [("guides", 2, "no")] * 9
    ClosedAnswer.objects.bulk_create(
        ClosedAnswer(survey=survey, group=group, answers={"yes": yes, "fit": fit, "more": "Meer tijd."})
        for group, fit, yes in given
    )
    rows.closed(survey)
    at = timezone.now()
    results.begin(survey, at=at)
    results.check(survey, {text.code: text.words for text in survey.texts.all()})
    results.freeze(survey, by=survey.owner, at=at)
    for size, scheme in ((PHONE, "dark"), ({"width": 1280, "height": 800}, "light")):
        page = new_page(viewport=size, color_scheme=scheme)
        page.goto(reverse("surveys:results", args=[survey.code]))
        expect(page.get_by_role("heading", name="Waar kijken jullie anders?")).to_be_visible()
        look(page, faults_of_access)
        page.get_by_role("link", name="Het begin").click()
        expect(page.locator(".strips").get_by_text("11 van 12 (91,7%)").first).to_be_visible()
        page.get_by_text("De cijfers als tabel").first.click()
        look(page, faults_of_access)
