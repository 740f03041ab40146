"""The people of an organisation: what its administrator sees and does, and what stays out of sight."""

import datetime
import json
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import audit, sender
from portal.actions import people
from portal.models import AuditPayload, Membership, Organisation, OutboxRow, Placement, Role, User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = datetime.timedelta(days=1)


def today() -> datetime.date:
    return timezone.localdate()


@pytest.fixture
def admin(cast: Any, sign_in: Any) -> Client:
    return sign_in(cast.admin)


@pytest.fixture
def home(cast: Any) -> str:
    return f"/organisations/{cast.duinhof.code}/people/"


def person_page(cast: Any, person: User) -> str:
    return f"/organisations/{cast.duinhof.code}/people/{person.code}/"


def new(**changes: str) -> dict[str, str]:
    data = {"email": "nieuw@example.org", "title": "", "given_name": "Nieuw", "family_name": "Komer", "role": "trainee"}
    return data | {"starts_on": today().isoformat(), "last_on": ""} | changes


def payloads(verb: str) -> list[dict[str, Any]]:
    rows = AuditPayload.objects.filter(entry__verb=verb).order_by("entry")
    return [json.loads(row.body) for row in rows]


# --- Who gets in ----------------------------------------------------------------------------


def test_an_administrator_looks_after_the_organisation_and_its_parts_only(cast: Any, admin: Client) -> None:
    part = factories.organisation("Spoedplein", kind="department", parent=cast.duinhof)
    region = factories.organisation("Regio", kind="region")
    Organisation.objects.filter(pk=cast.duinhof.pk).update(parent=region)
    other_part = factories.organisation("Elders", kind="department", parent=cast.heideberg)
    page = admin.get("/organisations/").content.decode()
    for seen in (cast.duinhof, part):
        assert seen.name in page
        assert admin.get(f"/organisations/{seen.code}/people/").status_code == 200
    for unseen in (cast.heideberg, region, other_part):
        assert f"/organisations/{unseen.code}/" not in page
        assert admin.get(f"/organisations/{unseen.code}/people/").status_code == 404


@pytest.mark.parametrize(
    "tail", ["", "add/", "import/", "import/x/", "import/x/confirm/", "{person}/", "{person}/roles/add/"]
)
def test_everybody_else_finds_nothing(cast: Any, sign_in: Any, home: str, tail: str) -> None:
    url = home + tail.format(person=cast.noor.code)
    former = factories.person()
    factories.member(former, cast.duinhof, Role.ADMINISTRATOR, ends_on=today())
    coming = factories.person()
    factories.member(coming, cast.duinhof, Role.ADMINISTRATOR, starts_on=today() + DAY)
    elsewhere = factories.person()
    factories.member(elsewhere, cast.heideberg, Role.ADMINISTRATOR)
    operator = factories.person(is_staff=True, is_superuser=True)
    absent = sign_in(operator).get("/organisations/bestaatniet/people/")
    for person in (cast.noor, cast.joris, former, coming, elsewhere, operator):
        client = sign_in(person)
        for answer in (client.get(url), client.post(url, new())):
            assert answer.status_code in (404, 405)
            if answer.status_code == 404:
                assert answer.content == absent.content or "Duinhof" not in answer.content.decode()
    assert not User.objects.filter(email="nieuw@example.org").exists()


def test_a_person_of_elsewhere_is_a_404(cast: Any, admin: Client) -> None:
    assert admin.get(person_page(cast, cast.noor)).status_code == 200
    assert admin.get(person_page(cast, cast.farah)).status_code == 404


def test_nothing_of_a_portfolio_shows(cast: Any, admin: Client, home: str) -> None:
    factories.section(cast.portfolio, "about", text="KANARIE-TEKST")
    factories.experience(cast.noor, "KANARIE-TITEL", into=cast.experiences)
    factories.grant(cast.experiences, cast.joris)
    for url in (home, f"{home}?q=KANARIE", person_page(cast, cast.noor), person_page(cast, cast.joris)):
        text = admin.get(url).content.decode().replace("?q=KANARIE", "").replace('value="KANARIE"', "")
        assert "KANARIE" not in text


# --- The list -------------------------------------------------------------------------------


def names(answer: Any) -> list[str]:
    return [person.given_name for person in answer.context["page"].object_list]


def test_the_list_filters_by_name_role_and_time(cast: Any, admin: Client, home: str) -> None:
    gone = factories.person("Weg")
    factories.member(gone, cast.duinhof, ends_on=today())
    later = factories.person("Later")
    factories.member(later, cast.duinhof, starts_on=today() + DAY)
    assert set(names(admin.get(home))) == {"Noor", "Teun", "Joris", "Amina", "Beheer", "Later"}
    assert names(admin.get(home, {"q": "nOO pro"})) == ["Noor"]
    assert names(admin.get(home, {"role": "mentor"})) == ["Joris"]
    assert names(admin.get(home, {"when": "ended"})) == ["Weg"]
    assert set(names(admin.get(home, {"role": "verzonnen", "q": "\x00"}))) >= {"Noor", "Teun"}
    assert names(admin.get(home, {"q": "niemand"})) == []


def test_the_list_has_pages(cast: Any, admin: Client, home: str) -> None:
    people_ = User.objects.bulk_create(User(email=f"veel{n}@example.org", family_name=f"V{n:03}") for n in range(60))
    Membership.objects.bulk_create(Membership(person=p, organisation=cast.duinhof, role=Role.MEMBER) for p in people_)
    first, second = admin.get(home), admin.get(home, {"page": "2"})
    assert (len(names(first)), len(names(second))) == (50, 15)
    assert names(admin.get(home, {"page": "99999"})) == names(second)
    assert names(admin.get(home, {"page": "x"})) == names(first)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(sign_in: Any, django_assert_num_queries: Any, count: int) -> None:
    place, admin = factories.organisation(), factories.person()
    factories.member(admin, factories.organisation("Boven"), Role.ADMINISTRATOR)
    Organisation.objects.filter(pk=place.pk).update(parent=Organisation.objects.get(name="Boven"))
    for _ in range(count):
        person = factories.person()
        factories.member(person, place)
        factories.member(person, place, Role.MENTOR)
    client = sign_in(admin)
    with django_assert_num_queries(8):  # session, me, organisation, count, people, roles, addresses, the menu
        answer = client.get(f"/organisations/{place.code}/people/")
    assert len(names(answer)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_person_page_costs_the_same_for_one_and_three(
    cast: Any, admin: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        factories.member(cast.noor, cast.duinhof, Role.MENTOR, ends_on=today())
        mentor = factories.person()
        factories.member(mentor, cast.duinhof)
        factories.relation(cast.noor, mentor)
        Placement.objects.create(person=cast.noor, organisation=cast.duinhof, supervisor=cast.joris)
    with django_assert_num_queries(10):
        answer = admin.get(person_page(cast, cast.noor))
    assert len(answer.context["placements"]) == count


def test_the_organisation_sees_its_own_address_not_the_private_one(cast: Any, admin: Client, home: str) -> None:
    Organisation.objects.filter(pk=cast.duinhof.pk).update(mail_domains=["duinhof.example.org"])
    EmailAddress.objects.create(user=cast.noor, email="noor@mail.duinhof.example.org", verified=True)
    for url in (home, person_page(cast, cast.noor)):
        page = admin.get(url).content.decode()
        assert "noor@mail.duinhof.example.org" in page
        assert cast.noor.email not in page
    assert names(admin.get(home, {"q": cast.noor.email.partition("@")[0] + "@"})) == []


# --- Adding ---------------------------------------------------------------------------------


def test_adding_somebody_new(cast: Any, admin: Client, home: str, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(home + "add/", new(email="Nieuw@Example.org", last_on=(today() + DAY).isoformat()))
    person = User.objects.get(email="nieuw@example.org")
    assert answer.headers["Location"] == person_page(cast, person)
    row = person.memberships.get()
    assert (row.organisation, row.role, row.ends_on) == (cast.duinhof, "trainee", today() + 2 * DAY)
    assert not person.has_usable_password()
    assert not EmailAddress.objects.get(user=person).verified
    sender.drain()
    [message] = mail.outbox
    assert message.to == ["nieuw@example.org"]
    assert "http://localhost:8000/accounts/login/" in message.body
    [due] = OutboxRow.objects.all()
    assert due.key == f"added {row.code}" and message.extra_headers["Message-ID"] == f"<{due.message_id}@localhost>"
    [entry] = payloads(audit.MEMBER_ADDED)
    assert (entry["membership"], entry["by"], entry["subject"]) == (row.code, cast.admin.code, person.code)


def test_adding_somebody_known_keeps_their_name(cast: Any, admin: Client, home: str, mailoutbox: Any) -> None:
    EmailAddress.objects.create(user=cast.farah, email="tweede@example.org", verified=True)
    admin.post(home + "add/", new(email="TWEEDE@example.org", given_name="Andere", role="mentor"))
    cast.farah.refresh_from_db()
    assert cast.farah.given_name == "Farah"
    assert cast.farah.memberships.filter(organisation=cast.duinhof, role="mentor").exists()
    assert User.objects.filter(email="tweede@example.org").count() == 0


def test_a_blocked_person_may_be_added_but_is_not_mailed(cast: Any, django_capture_on_commit_callbacks: Any) -> None:
    people.block(cast.farah, by=factories.person(is_staff=True))
    with django_capture_on_commit_callbacks(execute=True):
        people.add_person(
            cast.duinhof, by=cast.admin, email=cast.farah.email, names={}, role="member", starts_on=today()
        )
    assert sender.drain() == 0 and not mail.outbox


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "geen adres"),
        ("email", "a@example.org\nBcc: b@example.org"),
        ("role", "koning"),
        ("given_name", ""),
        ("given_name", "x" * 81),
        ("given_name", "<b>Noor</b>"),
        ("given_name", "Klik op evil.example"),
        ("family_name", "https://evil.example"),
        ("family_name", "Noor\nBcc: b@example.org"),
        ("family_name", "=cmd"),
        ("family_name", "Noor\u202e"),
        ("title", "\x00"),
        ("starts_on", "31-02-2027"),
        ("starts_on", "0001-01-01"),
        ("starts_on", "9999-12-31"),
        ("last_on", "1999-01-01"),
        ("last_on", "9999-12-31"),
    ],
)
def test_what_cannot_be_stays_on_screen_with_what_to_do(admin: Client, home: str, field: str, value: str) -> None:
    typed = new(**{field: value})
    answer = admin.post(home + "add/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert answer.context["form"].errors[field]
    for name in {"email", "given_name", "family_name"} - {field}:
        assert typed[name] in page
    assert not User.objects.filter(email="nieuw@example.org").exists()


def test_the_same_role_twice_is_refused_and_said(cast: Any, admin: Client, home: str) -> None:
    assert admin.post(home + "add/", new()).status_code == 302
    answer = admin.post(home + "add/", new())
    assert answer.status_code == 422
    assert "nieuw@example.org" in answer.content.decode()
    assert Membership.objects.filter(person__email="nieuw@example.org").count() == 1
    assert admin.post(home + "add/", new(role="mentor")).status_code == 302


def test_nobody_gives_a_role_to_themselves(cast: Any, admin: Client, home: str) -> None:
    """A role can open what was shared with a department, so an administrator cannot let themselves in."""
    before = cast.admin.memberships.count()
    assert admin.post(home + "add/", new(email=cast.admin.email)).status_code == 422
    assert admin.post(person_page(cast, cast.admin) + "roles/add/", new(role="mentor")).status_code == 422
    assert admin.post(person_page(cast, cast.admin) + "placements/add/", new()).status_code == 422
    assert (cast.admin.memberships.count(), cast.admin.placements.count()) == (before, 0)
    assert "roles/add/" not in admin.get(person_page(cast, cast.admin)).content.decode()


@pytest.mark.parametrize(
    "name", ["Klik\r\nBcc: wie@evil.example", "<script>alert(1)</script>", "evil.example", "{{ 7|add:7 }}"]
)
def test_hostile_names_of_organisations_stay_text_in_mails(
    cast: Any, name: str, django_capture_on_commit_callbacks: Any
) -> None:
    Organisation.objects.filter(pk=cast.duinhof.pk).update(name=name)
    cast.duinhof.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        people.add_person(
            cast.duinhof, by=cast.admin, email="nieuw@example.org", names={}, role="member", starts_on=today()
        )
    sender.drain()
    parsed = mail.outbox[0].message()
    assert "\n" not in parsed["Subject"]
    assert parsed["Bcc"] is None and mail.outbox[0].recipients() == ["nieuw@example.org"]
    assert "<script>" not in str(parsed.get_payload()[1].get_payload(decode=True))


def test_no_two_fields_of_the_person_page_share_an_id(cast: Any, admin: Client) -> None:
    page = admin.get(person_page(cast, cast.noor)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids)
    row = cast.noor.memberships.get()
    refused = admin.post(f"{person_page(cast, cast.noor)}roles/{row.code}/end/", {"on": "geen dag"}).content.decode()
    assert f'href="#on_{row.code}"' in refused and f'id="on_{row.code}"' in refused
