"""What only a browser can show of people: passkeys, axe, the administration under our policy."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.models import Placement, Role, User
from tests import factories
from tests.portal.test_second_factor import force
from tests.portal.test_signin import mailed_code

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture
def passkeys(page: Page) -> Any:
    """A phone or laptop that holds passkeys and knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    return session


def sign_in_by_code(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("form:has(input[name=login]) button[type=submit]").first.click()
    page.wait_for_url("**/login/code/confirm/**")
    page.locator("input[name=code]").fill(mailed_code())
    page.locator("main form button[type=submit]").first.click()


def test_a_passkey_is_set_up_and_signs_in(page: Page, passkeys: Any, live_server: LiveServer, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    admin = factories.person("Beheer")
    place = factories.organisation("Duinhof")
    factories.member(admin, place, Role.ADMINISTRATOR)
    sign_in_by_code(page, admin)
    page.goto("/organisations/")
    expect(page).to_have_url(re.compile("/account/second-factor/"))
    page.locator("a[href$='/webauthn/add/']").click()
    page.locator("input[name=name]").fill("Mijn laptop")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user=admin, type="webauthn").count() == 1
    page.goto("/organisations/")
    expect(page.locator("main")).to_contain_text("Duinhof")

    page.goto("/account/")
    page.locator("aside form[action='/accounts/logout/'] button").click()
    page.goto("/organisations/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/organisations/")
    expect(page.locator("main")).to_contain_text("Duinhof")


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_pages_of_people(
    cast: Any,
    page_of: Callable[..., Page],
    faults_of_access: Callable[[Page], list[str]],
    complaints: Any,
    size: Any,
    scheme: str,
) -> None:
    cast.duinhof.mail_domains = ["example.org"]
    cast.duinhof.save()
    Placement.objects.create(person=cast.noor, organisation=cast.duinhof, supervisor=cast.joris, discipline="Interne")
    page = page_of(cast.admin, viewport=size, color_scheme=scheme)
    people = f"/organisations/{cast.duinhof.code}/people/"
    person = f"{people}{cast.noor.code}/"
    faults = []
    for path in (
        "/account/",
        "/organisations/",
        people,
        f"{people}?q=niemand",
        f"{people}add/",
        f"{people}import/",
        person,
    ):
        page.goto(path)
        faults += [f"{path} {fault}" for fault in faults_of_access(page)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
    page.goto(f"{people}add/")
    page.locator("main form[method=post] button[type=submit]").click()
    faults += [f"add, refused: {fault}" for fault in faults_of_access(page)]
    page.goto(f"{people}import/")
    lines = b"e-mail;rol\nnieuw@example.org;trainee\nfout;koning\n"
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": lines})
    page.locator("main form[method=post] button[type=submit]").click()
    expect(page.locator("main table")).to_contain_text("nieuw@example.org")
    faults += [f"check: {fault}" for fault in faults_of_access(page)]
    assert not faults, "\n".join(faults)
    complaints.expect("422")  # the form that was refused


def test_axe_finds_nothing_on_the_steps_for_safety(
    page: Page, live_server: LiveServer, faults_of_access: Callable[[Page], list[str]], complaints: Any
) -> None:
    admin = factories.person("Beheer")
    factories.member(admin, factories.organisation(), Role.ADMINISTRATOR)
    cookie = force(admin).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto("/organisations/")
    faults = faults_of_access(page)
    page.locator("a[href$='/totp/activate/']").click()
    expect(page).to_have_url(re.compile("/account/confirm/"))
    faults += faults_of_access(page)
    page.locator("button[name=send]").click()
    page.locator("input[name=code]").fill("12")
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    expect(page.locator("input[name=code]")).to_have_value("12")
    faults += faults_of_access(page)
    page.locator("input[name=code]").fill(mailed_code())
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    expect(page).to_have_url(re.compile("/2fa/totp/activate/"))
    assert not faults, "\n".join(faults)
    complaints.expect("422")  # the code that was refused


def test_the_administration_works_under_our_policy(cast: Any, page_of: Callable[..., Page]) -> None:
    """The search for a person in a form is Django's largest script; what the policy refuses fails the test."""
    operator = factories.person("Operator", is_staff=True)
    page = page_of(operator, viewport=DESK)
    page.goto("/admin/portal/membership/add/")
    page.locator("#id_person + .select2 .select2-selection").click()
    page.locator(".select2-search__field").fill("Noor")
    page.locator(".select2-results__option", has_text="Noor").first.click()
    page.locator("#id_organisation + .select2 .select2-selection").click()
    page.locator(".select2-search__field").fill("Heide")
    page.locator(".select2-results__option", has_text="Heideberg").first.click()
    page.locator("#id_role").select_option("mentor")
    page.locator("input[name=_save]").click()
    page.wait_for_url("**/admin/portal/membership/")
    assert cast.noor.memberships.filter(organisation=cast.heideberg, role=Role.MENTOR).exists()
    for path in ("/admin/", "/admin/portal/user/", f"/admin/portal/user/{cast.noor.pk}/change/"):
        page.goto(path)
        expect(page.locator("#site-name")).to_contain_text("Leerlijn")
