"""What is typed is never lost: a pause, a dead session, a dropped network, two tabs; nor read by somebody else."""

import json
import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

from portal.models import Draft
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 740}}
SECRET = "Ik was bang dat ik het niet kon."
EVERYTHING = """() => JSON.stringify([
  Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, document.body.innerText,
  [...document.querySelectorAll("input, textarea")].map((one) => one.value)])"""


def state(page: Page):
    return page.locator("[data-autosave-state]")


def kept(page: Page) -> None:
    expect(state(page)).to_have_attribute("data-state", "saved", timeout=15_000)


def write(page: Page, text: str, name: str = "situation") -> None:
    page.locator(f"textarea[name={name}]").fill(text)


def end_session(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def leave_a_copy(page: Page, **texts: str) -> str:
    """A session ends, so what is typed after that stands in this browser alone; gives the address of the form."""
    page.goto("/portfolio/experiences/new/")
    page.locator("input[name=title]").fill("Nacht")
    kept(page)
    end_session(page)
    for name, text in texts.items():
        write(page, text, name)
    expect(state(page)).to_contain_text("afgemeld", timeout=15_000)
    page.wait_for_function("Object.keys(localStorage).some((name) => name.startsWith('leerlijn-copy-'))")
    return "/portfolio/experiences/new/?draft=" + Draft.objects.get().code


def sign_in_again(page: Page, person, sign_in, live_server) -> None:
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": sign_in(person).cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])


def test_a_pause_keeps_it_and_coming_back_shows_it(cast, page_of, faults_of_access):
    page = page_of(cast.noor, **PHONE)
    page.goto("/portfolio/experiences/new/")
    page.locator("input[name=title]").fill("Nacht")
    write(page, SECRET)
    kept(page)
    assert Draft.objects.get().fields["situation"] == SECRET
    expect(page.locator("main")).not_to_contain_text(re.compile("undefined|NaN"))
    assert faults_of_access(page) == []
    page.goto("/drafts/")
    page.get_by_role("link", name=SECRET).click()
    expect(page.locator("textarea[name=situation]")).to_have_value(SECRET)
    assert faults_of_access(page) == []
    page.locator("button[name=place]").click()
    page.wait_for_url("**/place/")
    assert not Draft.objects.exists()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_dropped_network_stops_nobody(cast, page_of, complaints):
    page = page_of(cast.noor, **PHONE)
    page.goto("/portfolio/experiences/new/")
    page.locator("input[name=title]").fill("Nacht")
    write(page, "Eerst.")
    kept(page)
    page.context.set_offline(True)
    write(page, SECRET)
    expect(state(page)).to_have_attribute("data-state", "unsaved", timeout=15_000)
    expect(state(page)).to_contain_text(re.compile(r"sinds \d"))
    page.locator("button[name=place]").click()  # no page of the browser takes the place of the text
    expect(page.locator("textarea[name=situation]")).to_have_value(SECRET)
    page.context.set_offline(False)
    kept(page)
    assert Draft.objects.get().fields["situation"] == SECRET
    complaints.expect("ERR_INTERNET_DISCONNECTED")


def test_a_dead_session_loses_nothing_and_shows_nobody_else(
    cast, page_of, sign_in, live_server, complaints, faults_of_access
):
    factories.portfolio(cast.teun)
    page = page_of(cast.noor, **PHONE)
    address = leave_a_copy(page, situation=SECRET)
    assert faults_of_access(page) == []
    assert Draft.objects.get().fields["situation"] == ""  # it is nowhere but here

    # Somebody else sits down at the same computer, and looks everywhere.
    sign_in_again(page, cast.teun, sign_in, live_server)
    page.goto(address)
    assert page.locator("textarea[name=situation]").input_value() == ""
    everything = page.evaluate(EVERYTHING)
    assert "leerlijn-copy-" in everything  # it is there
    for part in (SECRET, "bang", "Nacht", cast.noor.code, json.dumps(SECRET)):
        assert part not in everything

    end_session(page)
    sign_in_again(page, cast.noor, sign_in, live_server)
    page.goto(address)
    expect(page.locator("textarea[name=situation]")).to_have_value(SECRET)
    expect(page.locator("[data-note=restored]")).to_be_visible()
    assert faults_of_access(page) == []
    kept(page)
    assert Draft.objects.get(person=cast.noor).fields["situation"] == SECRET
    complaints.expect("status of 401")


def test_what_is_typed_before_the_copy_was_read_is_shown_beside_it(cast, page_of, sign_in, live_server, complaints):
    page = page_of(cast.noor, **PHONE)
    address = leave_a_copy(page, situation=SECRET, action="Ik vroeg hulp.")

    sign_in_again(page, cast.noor, sign_in, live_server)
    slow: list[Route] = []
    page.route("**/drafts/key/", lambda route: slow.append(route))
    with page.expect_request("**/drafts/key/"):
        page.goto(address)
    before = page.evaluate("JSON.stringify(localStorage)")
    write(page, "Van nu.")
    slow[0].continue_()
    expect(page.locator("[data-note=earlier] .version .prose")).to_have_text(SECRET)
    expect(page.locator("textarea[name=situation]")).to_have_value("Van nu.")
    expect(page.locator("textarea[name=action]")).to_have_value("Ik vroeg hulp.")

    page.unroute("**/drafts/key/")
    page.wait_for_function("before => JSON.stringify(localStorage) !== before", arg=before)
    page.goto("/accessibility/")  # gone before a choice was made
    page.goto(address)
    expect(page.locator("[data-note=earlier] .version .prose")).to_have_text(SECRET)
    page.locator("[data-take]").click()
    expect(page.locator("textarea[name=situation]")).to_have_value(SECRET)
    kept(page)
    assert Draft.objects.get().fields | {"situation": SECRET, "action": "Ik vroeg hulp."} == Draft.objects.get().fields
    complaints.expect("status of 401")


def test_without_the_key_the_copy_is_not_thrown_away(cast, page_of, sign_in, live_server, complaints):
    page = page_of(cast.noor, **PHONE)
    address = leave_a_copy(page, situation=SECRET)

    sign_in_again(page, cast.noor, sign_in, live_server)
    page.route("**/drafts/key/", lambda route: route.abort())
    page.goto(address)
    write(page, "Ik vroeg hulp.", name="action")
    kept(page)
    page.unroute("**/drafts/key/")
    page.goto(address)
    expect(page.locator("textarea[name=situation]")).to_have_value(SECRET)
    expect(page.locator("textarea[name=action]")).to_have_value("Ik vroeg hulp.")
    complaints.expect("status of 401|ERR_FAILED")


def test_signing_in_again_in_another_tab_goes_on_saving(cast, page_of, sign_in, live_server, complaints):
    page = page_of(cast.noor, **PHONE)
    page.goto("/portfolio/experiences/new/")
    end_session(page)
    write(page, SECRET)
    expect(state(page)).to_contain_text("afgemeld", timeout=15_000)
    sign_in_again(page, cast.noor, sign_in, live_server)
    page.evaluate("dispatchEvent(new Event('focus'))")
    kept(page)
    expect(page.locator("[data-note=signed-out]")).to_have_count(0)
    assert Draft.objects.get().fields["situation"] == SECRET
    complaints.expect("status of 401")


def test_two_tabs(cast, page_of, complaints, faults_of_access):
    one = factories.experience(cast.noor, "Nacht", into=cast.experiences, situation="Het was druk. Ik vroeg hulp.")
    first = page_of(cast.noor)
    second = complaints.watch(first.context.new_page())
    for page in (first, second):
        page.goto(f"/portfolio/experiences/{one.code}/edit/")
    write(first, "Het was vol. Ik vroeg hulp.")
    kept(first)
    write(second, "Het was druk. Ik vroeg hulp. Die kwam.")
    kept(second)
    both = "Het was vol. Ik vroeg hulp. Die kwam."
    expect(second.locator("textarea[name=situation]")).to_have_value(both)
    expect(second.locator("[data-note=woven]")).to_be_visible()

    theirs = "Het was rustig. Ik vroeg hulp. Die kwam."
    write(second, theirs)
    with second.expect_response("**/keep/"):
        pass
    write(first, "Het was <b>stil</b>. Ik vroeg hulp.")
    expect(state(first)).to_have_attribute("data-state", "conflict", timeout=15_000)
    expect(first.locator(".version .prose")).to_have_text(theirs)
    expect(first.locator("textarea[name=situation]")).to_have_value("Het was <b>stil</b>. Ik vroeg hulp.")
    assert Draft.objects.get().fields["situation"] == theirs
    assert faults_of_access(first) == []
    first.locator("[data-keep]").click()
    kept(first)
    assert "stil" in Draft.objects.get().fields["situation"]
    complaints.expect("status of 409")


def test_typing_while_it_is_being_kept_goes_on(cast, page_of):
    page = page_of(cast.noor)
    page.goto("/portfolio/experiences/new/")
    held: list[Route] = []
    page.route("**/keep/", lambda route: held.append(route) if not held else route.continue_())
    write(page, "Eerst.")
    with page.expect_request("**/keep/"):
        pass
    write(page, "Eerst. Toen.")
    with page.expect_response("**/keep/"):
        held[0].continue_()
    with page.expect_response("**/keep/"):
        pass
    kept(page)
    assert Draft.objects.get().fields["situation"] == "Eerst. Toen."
