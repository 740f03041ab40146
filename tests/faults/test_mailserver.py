"""The mail server refuses, hangs, cuts the line, is away: nobody's mail is lost, and nobody waits for another's."""

import datetime
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from portal import health, outbox, sender
from portal.models import OutboxRow
from portal.models.outbox import State
from tests import factories
from tests.faults.mailserver import MailServer, listening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with listening(MailServer()) as server:
        settings.EMAIL_BACKEND = "portal.mail.Background"  # as in production: the outbox goes around it
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


def post(number: int, at: datetime.datetime) -> list[OutboxRow]:
    for n in range(number):
        outbox.post("plain", to=factories.person(), key=f"plain {n}", args={"line": "Iets."}, due_at=at, urgent=True)
    return list(OutboxRow.objects.select_related("receiver").order_by("pk"))


def drain_until_ended(at: datetime.datetime) -> None:
    """Time goes on to the next try, until nothing is open."""
    for _ in range(100):
        sender.drain(now=lambda at=at: at)
        following = OutboxRow.objects.filter(state__in=("waiting", "leased")).order_by("next_at").first()
        if following is None:
            return
        at = max(at, following.next_at)
    raise AssertionError("some rows never end")


@pytest.mark.parametrize("answer", ["550 no such person", "450 come back later"])
def test_one_refused_address_stops_nobody(server: MailServer, answer: str) -> None:
    now = timezone.now()
    rows = post(5, now)
    server.refused[rows[2].receiver.email] = answer
    assert sender.drain(now=lambda: now) == 4
    rows[2].refresh_from_db()
    assert rows[2].last_error == "SMTPRecipientsRefused"
    assert rows[2].state == (State.DEAD if answer.startswith("5") else State.WAITING)
    assert health.mail_server()["ok"] and "failures" in health.mail_server()
    drain_until_ended(now)
    rows[2].refresh_from_db()
    assert (rows[2].state, rows[2].attempts) == (State.DEAD, 1 if answer.startswith("5") else outbox.MOST_ATTEMPTS)
    assert set(server.times_taken().values()) == {1} and len(server.taken) == 4


@pytest.mark.parametrize("mood", ["cut", "hang", "451 busy", "421 going down"])
def test_what_was_not_confirmed_is_sent_again_with_the_same_message_id(server: MailServer, mood: str) -> None:
    now = timezone.now()
    rows = post(3, now)
    server.moods = [mood]
    assert sender.drain(now=lambda: now) == 2, "the others go on over a new line"
    drain_until_ended(now)
    assert set(OutboxRow.objects.values_list("state", flat=True)) == {State.SENT}
    times = server.times_taken()
    assert set(times) == {f"<{row.message_id}@localhost>" for row in rows}
    assert sorted(times.values()) == ([1, 1, 2] if mood == "cut" else [1, 1, 1])


def test_a_mail_server_that_is_away_wears_no_row_and_shows(settings: Any) -> None:
    settings.EMAIL_BACKEND = "portal.mail.Background"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1  # nobody listens there
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    now = timezone.now()
    post(3, now)
    for number in range(1, 1000):
        assert sender.drain(now=lambda: now) == 0
        if number == health.TRIES - 1:
            assert health.mail_server()["ok"] is True
        if number == health.TRIES:
            break
    assert health.mail_server() == {"ok": False, "failures": health.TRIES, "error": "ConnectionRefusedError"}
    assert set(OutboxRow.objects.values_list("state", "attempts")) == {(State.WAITING, 0)}
    with listening(MailServer()) as server:
        settings.EMAIL_PORT = server.port
        assert sender.drain(now=lambda: now) == 3
    assert health.mail_server() == {"ok": True, "failures": 0}


def test_what_is_overdue_shows(cast: SimpleNamespace, settings: Any) -> None:
    now = timezone.now()
    post(1, now)
    late = datetime.timedelta(seconds=settings.OVERDUE)
    assert health.outbox(now + late) == {"ok": True, "overdue": settings.OVERDUE, "set_aside": 0}
    assert health.outbox(now + late + datetime.timedelta(seconds=1))["ok"] is False
    OutboxRow.objects.update(state=State.DEAD, ended_at=now)
    assert health.outbox(now + late * 2) == {"ok": True, "overdue": 0, "set_aside": 1}
