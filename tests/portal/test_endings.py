"""Roles, placements and relations that end, and what ends with them; adding placements and relations."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal import audit
from portal.actions import people
from portal.models import Grant, Placement, Relation
from tests import factories
from tests.portal.test_people import payloads, person_page, today

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def admin(cast: Any, sign_in: Any) -> Client:
    return sign_in(cast.admin)


# --- Ending ---------------------------------------------------------------------------------


def end(client: Client, cast: Any, row: Any, kind: str = "roles", on: datetime.date | None = None) -> Any:
    return client.post(f"{person_page(cast, row.person)}{kind}/{row.code}/end/", {"on": (on or today()).isoformat()})


def live(grant: Grant) -> bool:
    return Grant.objects.live(timezone.now()).filter(pk=grant.pk).exists()


def test_ending_a_membership_ends_what_was_received_here(cast: Any, admin: Client, sign_in: Any) -> None:
    own, foreign = factories.grant(cast.experiences, cast.joris), factories.portfolio(cast.farah)
    outside = factories.grant(factories.section(foreign), cast.joris)
    other_reader = factories.grant(cast.experiences, cast.amina)
    reader = sign_in(cast.joris)
    url = cast.experiences.get_absolute_url() if hasattr(cast.experiences, "get_absolute_url") else "/"
    assert reader.get(url).status_code == 200
    row = cast.joris.memberships.get()
    assert end(admin, cast, row).headers["Location"] == person_page(cast, cast.joris)
    row.refresh_from_db()
    assert row.ends_on == today()
    assert [live(own), live(outside), live(other_reader)] == [False, True, True]
    [entry] = payloads(audit.MEMBER_ENDED)
    assert (entry["membership"], entry["shares"], entry["by"]) == (row.code, 1, cast.admin.code)
    assert payloads(audit.ENDED)
    assert reader.get("/account/").status_code == 200  # signing in stays


def test_another_role_in_the_house_keeps_it(cast: Any, admin: Client) -> None:
    grant = factories.grant(cast.experiences, cast.joris)
    ward = factories.organisation("Spoedplein", kind="department", parent=cast.duinhof)
    second = factories.member(cast.joris, ward)
    end(admin, cast, cast.joris.memberships.get(organisation=cast.duinhof))
    assert live(grant)
    people.end_membership(second, by=cast.admin, on=today())
    assert not live(grant)


def test_a_placement_keeps_it_and_its_end_ends_it(cast: Any, admin: Client) -> None:
    grant = factories.grant(cast.experiences, cast.teun)
    placement = Placement.objects.create(person=cast.teun, organisation=cast.duinhof)
    end(admin, cast, cast.teun.memberships.get())
    assert live(grant)
    assert end(admin, cast, placement, "placements").status_code == 302
    assert not live(grant)
    assert payloads(audit.PLACEMENT_ENDED)[0]["shares"] == 1


def test_an_end_to_come_moves_the_term(cast: Any, admin: Client) -> None:
    long, short = (
        factories.grant(cast.experiences, cast.joris),
        factories.grant(cast.plan, cast.joris, until=timezone.now() + DAY),
    )
    term = short.expires_at
    on = today() + 7 * DAY
    end(admin, cast, cast.joris.memberships.get(), on=on)
    assert live(long) and live(short)
    long.refresh_from_db()
    short.refresh_from_db()
    assert timezone.localtime(long.expires_at).replace(tzinfo=None) == datetime.datetime.combine(on, datetime.time.min)
    assert short.expires_at == term
    with time_machine.travel(timezone.now() + 8 * DAY):
        assert not live(long)
    assert payloads(audit.TERM_MOVED)[0]["reader"] == cast.joris.code


def test_own_portfolio_and_what_one_shares_stay(cast: Any, admin: Client, sign_in: Any) -> None:
    given = factories.grant(cast.experiences, cast.joris)
    end(admin, cast, cast.noor.memberships.get())
    assert live(given)
    assert sign_in(cast.noor).get("/portfolio/").status_code == 200


@pytest.mark.parametrize("on", ["", "geen dag", "1900-01-01", "9999-12-31"])
def test_a_strange_end_is_said_and_changes_nothing(cast: Any, admin: Client, on: str) -> None:
    row = cast.joris.memberships.get()
    answer = admin.post(f"{person_page(cast, cast.joris)}roles/{row.code}/end/", {"on": on})
    assert answer.status_code == 422
    assert on in answer.content.decode()
    row.refresh_from_db()
    assert row.ends_on is None


def test_an_end_cannot_come_back_to_life(cast: Any) -> None:
    row = cast.joris.memberships.get()
    people.end_membership(row, by=cast.admin, on=today())
    with pytest.raises(people.Refused):
        people.end_membership(row, by=cast.admin, on=today() + DAY)
    with pytest.raises(people.Refused):
        people.end_membership(
            factories.member(cast.joris, cast.duinhof, starts_on=today() + DAY), by=cast.admin, on=today()
        )


@pytest.mark.parametrize("kind", ["roles", "placements", "relations", "grants"])
def test_a_row_of_somebody_else_is_a_404(cast: Any, admin: Client, kind: str) -> None:
    rows = {
        "roles": cast.farah.memberships.get(),
        "placements": Placement.objects.create(person=cast.farah, organisation=cast.heideberg),
        "relations": factories.relation(cast.farah, factories.person()),
        "grants": cast.joris.memberships.get(),
    }
    answer = admin.post(f"{person_page(cast, cast.noor)}{kind}/{rows[kind].code}/end/", {"on": today().isoformat()})
    assert answer.status_code == 404
    rows[kind].refresh_from_db()
    assert rows[kind].ends_on is None


# --- Placements and relations ---------------------------------------------------------------


def test_adding_a_placement(cast: Any, admin: Client) -> None:
    ward = factories.organisation("Spoedplein", kind="department", parent=cast.duinhof)
    data = {
        "department": str(ward.pk),
        "discipline": "Interne",
        "supervisor": cast.joris.email,
        "starts_on": today().isoformat(),
    }
    assert admin.post(person_page(cast, cast.noor) + "placements/add/", data).status_code == 302
    row = cast.noor.placements.get()
    assert (row.organisation, row.department, row.supervisor) == (cast.duinhof, ward, cast.joris)
    assert "Interne" in admin.get(person_page(cast, cast.noor)).content.decode()
    assert payloads(audit.PLACEMENT_ADDED)[0]["placement"] == row.code


def test_a_department_or_supervisor_of_elsewhere_is_refused(cast: Any, admin: Client) -> None:
    ward = factories.organisation("Elders", kind="department", parent=cast.heideberg)
    url = person_page(cast, cast.noor) + "placements/add/"
    for data in ({"department": str(ward.pk)}, {"supervisor": cast.farah.email}, {"supervisor": "niemand@example.org"}):
        answer = admin.post(url, data | {"starts_on": today().isoformat(), "discipline": "Blijft staan"})
        assert answer.status_code == 422
        assert "Blijft staan" in answer.content.decode()
    assert not cast.noor.placements.exists()


def test_adding_and_ending_a_relation(cast: Any, admin: Client) -> None:
    url = person_page(cast, cast.teun) + "relations/add/"
    data = {"kind": "supervisor", "other": cast.amina.email, "starts_on": today().isoformat()}
    assert admin.post(url, data).status_code == 302
    row = Relation.objects.get(person=cast.teun)
    assert (row.other, row.kind) == (cast.amina, "supervisor")
    assert admin.post(url, data).status_code == 422
    grant = factories.grant(cast.experiences, cast.amina)
    end(admin, cast, row, "relations")
    row.refresh_from_db()
    assert row.ends_on == today()
    assert live(grant)  # what somebody shared is theirs to withdraw
    assert [payloads(verb)[0]["relation"] for verb in (audit.RELATION_ADDED, audit.RELATION_ENDED)] == [row.code] * 2


def test_a_coach_is_none_of_the_employers_business(cast: Any, admin: Client) -> None:
    row = factories.relation(cast.noor, cast.amina, Relation.Kind.COACH)
    outside = factories.relation(cast.noor, cast.farah)
    page = admin.get(person_page(cast, cast.noor))
    assert list(page.context["relations"]) == [Relation.objects.get(other=cast.joris)]
    for hidden in (row, outside):
        assert end(admin, cast, hidden, "relations").status_code == 404
    data = {"kind": "coach", "other": cast.amina.email, "starts_on": today().isoformat()}
    assert admin.post(person_page(cast, cast.teun) + "relations/add/", data).status_code == 422
    same = {"kind": "mentor", "other": cast.teun.email, "starts_on": today().isoformat()}
    assert admin.post(person_page(cast, cast.teun) + "relations/add/", same).status_code == 422
