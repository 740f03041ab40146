"""A supervisor's share ends with the placement that it was given for (P12)."""

import datetime

import pytest
from django.utils import timezone

from portal import audit, sharing, terms
from portal.actions import people
from portal.models import AuditEntry, Grant, Placement
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = factories.DAY
LONG = 300 * DAY


@pytest.fixture
def today():
    return timezone.localdate()


def placement(cast, **fields) -> Placement:
    given = {"person": cast.noor, "organisation": cast.duinhof, "supervisor": cast.amina} | fields
    given.setdefault("starts_on", timezone.localdate() - 30 * DAY)
    return Placement.objects.create(**given)


def supervised(cast, until=LONG, reader=None, purpose="supervision") -> Grant:
    last = terms.end_of(timezone.localdate() + until)
    return sharing.share(
        cast.plan.shareable, by=cast.noor, reader=reader or cast.amina, right="read", purpose=purpose, until=last
    )


def ends_on(grant: Grant) -> datetime.date:
    grant.refresh_from_db()
    return timezone.localdate(grant.expires_at)


def test_it_ends_fourteen_days_after_the_placement(cast, today):
    placement(cast, ends_on=today + 60 * DAY)
    assert ends_on(supervised(cast)) == today + 74 * DAY


def test_the_organisation_says_how_many_days(cast, today):
    cast.duinhof.supervision_grace_days = 3
    cast.duinhof.save()
    placement(cast, ends_on=today + 60 * DAY)
    assert ends_on(supervised(cast)) == today + 63 * DAY


def test_a_shorter_term_of_the_owner_stays(cast, today):
    there = placement(cast, ends_on=today + 60 * DAY)
    given = supervised(cast, until=10 * DAY)
    people.end_placement(there, by=cast.admin, on=today + 50 * DAY)
    assert ends_on(given) == today + 11 * DAY


def test_only_a_supervisor_of_now_and_only_for_supervision(cast, today):
    placement(cast, ends_on=today + 60 * DAY)
    placement(cast, supervisor=cast.joris, starts_on=today - 90 * DAY, ends_on=today)
    for given in (supervised(cast, purpose="guidance"), supervised(cast, reader=cast.joris)):
        assert (given.placement, ends_on(given)) == (None, today + LONG + DAY)


def test_of_several_placements_the_last_to_end_counts(cast, today):
    for days in (20, 60):
        placement(cast, ends_on=today + days * DAY)
    assert ends_on(supervised(cast)) == today + 74 * DAY


def test_when_the_end_moves_the_term_follows(cast, today):
    there = placement(cast)
    given = supervised(cast)
    assert ends_on(given) == today + LONG + DAY
    people.end_placement(there, by=cast.admin, on=today + 60 * DAY)
    assert ends_on(given) == today + 74 * DAY
    people.end_placement(there, by=cast.admin, on=today + 5 * DAY)
    assert ends_on(given) == today + 19 * DAY
    assert AuditEntry.objects.filter(verb=audit.TERM_MOVED).count() == 2


def test_it_follows_to_a_later_end_when_it_stood_on_the_former(cast, today):
    there = placement(cast, ends_on=today + 60 * DAY)
    follows, shorter = supervised(cast), supervised(cast, until=10 * DAY)
    was, there.ends_on = terms.end_with(there), today + 90 * DAY
    there.save()
    assert sharing.follow_placement(there, was=was, by=cast.admin) == 1
    assert (ends_on(follows), ends_on(shorter)) == (today + 104 * DAY, today + 11 * DAY)


def test_what_ended_longer_ago_than_the_days_of_grace_ends_now(cast, today):
    cast.duinhof.supervision_grace_days = 0
    cast.duinhof.save()
    there, at = placement(cast), timezone.now()
    given = supervised(cast)
    people.end_placement(there, by=cast.admin, on=today - 3 * DAY)
    given.refresh_from_db()
    assert given.withdrawn_at >= at
    assert AuditEntry.objects.filter(verb=audit.ENDED).count() == 1


def test_the_owner_may_let_it_last_longer_and_then_it_no_longer_follows(cast, today):
    there = placement(cast, ends_on=today + 60 * DAY)
    given = supervised(cast)
    sharing.move_term(Grant.objects.filter(pk=given.pk), by=cast.noor, until=terms.end_of(today + 200 * DAY))
    people.end_placement(there, by=cast.admin, on=today + 5 * DAY)
    assert ends_on(given) == today + 201 * DAY and given.placement is None


def test_who_no_longer_supervises_reads_on_for_the_days_of_grace(cast, today):
    there = placement(cast, ends_on=today + 60 * DAY)
    given = supervised(cast)
    was, there.supervisor = terms.end_with(there), cast.joris
    there.save()
    sharing.follow_placement(there, was=was, by=cast.admin)
    assert ends_on(given) == today + 15 * DAY
