"""What decides which places somebody finds, in one question: the same as the rows themselves say."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from portal import today
from portal.models import Grant, Membership, Role, Shareable, User
from portal.models.sharing import PORTFOLIO
from portal.nav import standing_of
from tests import factories
from tests.factories import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.usefixtures("told")]
NIGHT = datetime.datetime(2027, 3, 27, 23, 30, tzinfo=datetime.UTC)  # the day after, in Amsterdam


def test_somebody_new_has_no_role_and_reads_nothing() -> None:
    found = standing_of(factories.person())
    assert found.roles == frozenset() and not found.reads_along and found.waiting == 0


@pytest.mark.parametrize("ends", [None, -1, 0, 1], ids=str)
@pytest.mark.parametrize("starts", [-2, 0, 1], ids=str)
def test_a_role_counts_on_the_days_of_its_membership(starts: int, ends: int | None) -> None:
    who, on = factories.person(), timezone.localdate()
    factories.member(factories.person(), place := factories.organisation(), Role.CHAIR)
    if ends is None or ends >= starts:
        ends_on = None if ends is None else on + ends * DAY
        factories.member(who, place, Role.MENTOR, starts_on=on + starts * DAY, ends_on=ends_on)
    live = Membership.objects.live().filter(person=who)
    assert standing_of(who).roles == set(live.values_list("role", flat=True))
    assert live.exists() == (starts <= 0 and (ends is None or ends > 0))


def test_the_day_is_the_day_here() -> None:
    with time_machine.travel(NIGHT, tick=False):
        who = factories.person()
        factories.member(who, factories.organisation(), Role.COACH, starts_on=datetime.date(2027, 3, 28))
        assert standing_of(who).roles == {Role.COACH}


def test_what_waits_is_what_stands_on_the_home_page() -> None:
    who, other, on = factories.person(), factories.person(), timezone.localdate()
    for number, opens_on in enumerate((on - DAY, on, on + DAY)):
        todo = today.ask("test.write", to=who, about=f"text{number}", link=("home",), args={}, opens_on=opens_on)
    assert todo.opens_on > on, "one is yet to come"
    today.ask("test.write", to=other, about="text0", link=("home",), args={})
    assert standing_of(who).waiting == today.todos_of(who, on=on).count() == 2
    today.done("text0", to=who)
    assert standing_of(User.objects.get(pk=who.pk)).waiting == 1
    assert standing_of(User.objects.get(pk=other.pk)).waiting == 1


def test_who_reads_along_is_who_has_a_live_grant_on_a_piece_of_a_portfolio() -> None:
    shared = factories.section(factories.portfolio())
    now, readers = timezone.now(), [factories.person() for _ in range(5)]
    live, gone, withdrawn, later, talks = readers
    factories.grant(shared, live)
    factories.expired_grant(shared, gone)
    factories.withdrawn_grant(shared, withdrawn)
    early = factories.grant(shared, later)
    Grant.objects.filter(pk=early.pk).update(starts_at=now + DAY, expires_at=now + 2 * DAY)
    talk = Shareable.objects.create(kind=Shareable.Kind.CONVERSATION, owner=shared.shareable.owner)
    factories.grant(talk, talks)
    for person in readers:
        asked = Grant.objects.live(timezone.now()).filter(user=person, content_object__kind__in=PORTFOLIO).exists()
        assert standing_of(person).reads_along == asked == (person == live)
