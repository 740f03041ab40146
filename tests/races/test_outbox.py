"""Many senders and scanners at once: each row is claimed by one, each moment is one row, and nobody waits."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from portal import erasure, outbox, sender, today
from portal.models import Bundle, OutboxRow, ToDo
from portal.models.outbox import Reason, State
from tests import factories
from tests.races.test_races import at_once

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("told")]
CLAIMERS, ROWS = 6, 200
DAY = datetime.timedelta(days=1)


def plant(rows: int, people: int, **fields: Any) -> datetime.datetime:
    """Due since yesterday noon, when nobody's hours are quiet."""
    noon = (timezone.now() - DAY).replace(hour=11, minute=0)
    receivers = [factories.person() for _ in range(people)]
    for number in range(rows):
        to = receivers[number % people]
        outbox.post("plain", to=to, key=f"plain {number}", args={"line": "Iets."}, due_at=noon, **fields)
    return noon


def claim_all(at: datetime.datetime) -> Callable[[], list[int]]:
    def run() -> list[int]:
        mine = []
        while parcel := outbox.claim(at):
            mine += [row.pk for row in parcel.rows]
        return mine

    return run


def test_six_claimers_of_two_hundred_rows_claim_each_once() -> None:
    at = plant(ROWS, 7, urgent=True)
    results = at_once(*[claim_all(at)] * CLAIMERS)
    claimed = [pk for result in results for pk in result]
    assert len(claimed) == len(set(claimed)) == ROWS
    assert set(OutboxRow.objects.values_list("state", "attempts")) == {(State.LEASED, 1)}


def test_bundles_are_claimed_whole_and_once() -> None:
    at = plant(ROWS, 7) + DAY
    results = at_once(*[claim_all(at)] * CLAIMERS)
    claimed = [pk for result in results for pk in result]
    claimed += claim_all(at)()  # what everybody passed over because somebody else held it
    assert len(claimed) == len(set(claimed)) == ROWS
    assert Bundle.objects.count() == 7


def test_many_scanners_make_each_moment_one_row() -> None:
    now = timezone.now()
    due_on = timezone.localdate(now)
    for number in range(60):
        person = factories.person()
        today.ask("test.write", to=person, about=f"code{number}", link=("home",), opens_on=due_on - 30 * DAY,
                  due_on=due_on, at=now - 20 * DAY)  # fmt: skip
    at = now + DAY
    results = at_once(*[lambda: today.scan(at=at, batch=10)] * CLAIMERS)
    assert not [result for result in results if not isinstance(result, int)], results
    today.scan(at=at, batch=10)
    rows = OutboxRow.objects.all()
    assert rows.count() == 180 and rows.filter(reason=Reason.TOO_LATE).count() == 120
    assert not ToDo.objects.filter(next_at__lte=at).exists()


def test_an_erased_person_is_not_mailed_whoever_comes_first() -> None:
    for number in range(12):
        person = factories.person()
        address = person.email
        at = timezone.now()
        outbox.post("plain", to=person, key=f"erased {number}", args={"line": "Iets."}, due_at=at, urgent=True)
        assert not isinstance(at_once(lambda p=person: erasure.erase(p), sender.drain)[0], Exception)
        sender.drain()
        row = OutboxRow.objects.get(key=f"erased {number}")
        mails = [message for message in mail.outbox if message.to == [address]]
        assert (row.state, row.reason, len(mails)) in (("sent", "", 1), ("dropped", Reason.PERSON_GONE, 0))
        assert not [message for message in mail.outbox if "erased.invalid" in message.to[0]]


def test_done_while_it_is_scanned_mails_nothing_afterwards() -> None:
    for number in range(12):
        now, person = timezone.now(), factories.person()
        today.ask("test.write", to=person, about=f"race{number}", link=("home",), due_on=timezone.localdate(now),
                  opens_on=timezone.localdate(now) - 30 * DAY, at=now - 2 * DAY)  # fmt: skip
        at = now + DAY
        results = at_once(
            lambda number=number, at=at: today.done(f"race{number}", at=at), lambda at=at: today.scan(at=at)
        )
        assert not [result for result in results if isinstance(result, Exception)], results
        today.scan(at=at)
        assert sender.drain(now=lambda at=at: at + DAY) == 0
        todo = ToDo.objects.get(about=f"race{number}")
        assert todo.done_at and todo.next_at is None
    assert not mail.outbox
