"""A due moment is one row, which ends sent or dropped with its reason (G6, M7)."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import outbox, sender, today
from portal.models import Bundle, OutboxRow, Preference, ToDo, User
from portal.models.outbox import MOVES, OPEN, Reason, State, Way
from portal.models.today import Group

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.usefixtures("told")]
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
NOON = datetime.datetime(2027, 3, 9, 11, tzinfo=datetime.UTC)  # 12:00 in Amsterdam, a Tuesday


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime.datetime:
    """By the clock of Amsterdam, in winter time."""
    return datetime.datetime(2027, month, day, hour - 1, minute, tzinfo=datetime.UTC)


def drain(when: datetime.datetime) -> int:
    return sender.drain(now=lambda: when)


def post(person: User, key: str = "plain 1", **fields: Any) -> OutboxRow:
    outbox.post("plain", to=person, key=key, args={"line": f"Er is iets: {key}"}, **fields)
    return OutboxRow.objects.get(key=key)


def write(person: User, due_on: datetime.date | None, *, about: str = "abc", when: datetime.datetime = NOON) -> ToDo:
    link = ("home",)
    args = {"who": person.code, "what": "absent", "on": str(due_on or "2027-03-09")}
    return today.ask("test.write", to=person, about=about, link=link, args=args, due_on=due_on, at=when)


# --- One row --------------------------------------------------------------------------------


def test_saying_it_twice_is_saying_it_once(cast: SimpleNamespace) -> None:
    first, again = post(cast.noor, due_at=NOON), post(cast.noor, due_at=NOON + DAY)
    assert first.pk == again.pk and again.due_at == NOON


def test_what_is_rolled_back_was_never_posted(cast: SimpleNamespace) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post(cast.noor)
        raise ZeroDivisionError
    assert not OutboxRow.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "sent"},
        {"state": "leased", "lease": ""},
        {"lease": "abc"},
        {"ended_at": NOON},
        {"state": "dropped", "ended_at": NOON},
        {"state": "sent", "ended_at": NOON, "reason": "done"},
        {"state": "dropped", "ended_at": NOON, "reason": "no reason"},
        {"state": "lost", "ended_at": NOON},
    ],
)
def test_the_database_refuses_what_cannot_be(cast: SimpleNamespace, wrong: dict[str, Any]) -> None:
    row = post(cast.noor)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxRow.objects.filter(pk=row.pk).update(**wrong)


def test_a_row_holds_no_words(cast: SimpleNamespace) -> None:
    names = {field.name for field in OutboxRow._meta.concrete_fields}
    assert not names & {"subject", "body", "text", "title", "token", "address", "email"}
    assert set(MOVES) == set(State) and not MOVES[State.SENT] and not MOVES[State.DROPPED]


# --- Sending --------------------------------------------------------------------------------


def test_an_urgent_mail_goes_at_once_also_at_night(cast: SimpleNamespace) -> None:
    row = post(cast.noor, urgent=True, due_at=at(9, 23))
    assert drain(at(9, 23)) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.ended_at) == (State.SENT, 1, at(9, 23))
    [message] = mail.outbox
    assert message.to == [cast.noor.email]
    assert message.extra_headers["Message-ID"] == f"<{row.message_id}@localhost>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert drain(at(10, 9)) == 0


def test_a_mail_is_not_sent_before_its_moment(cast: SimpleNamespace) -> None:
    post(cast.noor, urgent=True, due_at=NOON)
    assert drain(NOON - MINUTE) == 0
    assert drain(NOON) == 1


def test_the_reminders_of_a_day_are_one_mail_at_nine(cast: SimpleNamespace) -> None:
    for number in range(3):
        post(cast.noor, f"plain {number}", due_at=at(8, 12 + number))
    post(cast.joris, "plain x", due_at=at(8, 12))
    assert drain(at(9, 8, 59)) == 0
    assert drain(at(9, 9)) == 2
    mine = [message for message in mail.outbox if message.to == [cast.noor.email]]
    assert [message.body.count("Er is iets") for message in mine] == [3]
    rows = OutboxRow.objects.filter(receiver=cast.noor)
    assert {row.state for row in rows} == {State.SENT} and len({row.bundle_id for row in rows}) == 1
    assert mine[0].extra_headers["Message-ID"] == f"<bundle.{Bundle.objects.get(receiver=cast.noor).code}@localhost>"


def test_never_two_bundles_a_day(cast: SimpleNamespace) -> None:
    post(cast.noor, "plain 1", due_at=at(8, 12))
    assert drain(at(9, 9)) == 1
    late = post(cast.noor, "plain 2", due_at=at(8, 13))  # as if it was written too late
    assert drain(at(9, 10)) == 0
    late.refresh_from_db()
    assert (late.state, late.next_at, late.attempts) == (State.WAITING, at(10, 9), 0)
    assert drain(at(10, 9)) == 1


def test_what_missed_its_hour_waits_for_the_end_of_the_night(cast: SimpleNamespace) -> None:
    post(cast.noor, due_at=at(8, 12))
    assert drain(at(9, 22)) == 0
    assert drain(at(10, 6, 59)) == 0
    assert drain(at(10, 7)) == 1


def test_who_wants_it_at_once_gets_it_at_once_but_not_at_night(cast: SimpleNamespace) -> None:
    Preference.objects.create(person=cast.noor, group=Group.REMINDERS, mail=Preference.Mail.AT_ONCE)
    post(cast.noor, "plain day", due_at=at(9, 15), group=Group.REMINDERS)
    post(cast.noor, "plain night", due_at=at(9, 22), group=Group.REMINDERS)
    assert drain(at(9, 15)) == 1
    assert drain(at(9, 22)) == 0
    assert drain(at(10, 7)) == 1


def test_who_does_not_want_it_does_not_get_it(cast: SimpleNamespace) -> None:
    Preference.objects.create(person=cast.noor, group=Group.REMINDERS, mail=Preference.Mail.NEVER)
    row = post(cast.noor, due_at=at(8, 15), group=Group.REMINDERS)
    assert drain(at(9, 9)) == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.DROPPED, Reason.PREFERENCE)


@pytest.mark.parametrize("gone", ["erased_at", "is_active"])
def test_an_erased_or_blocked_person_gets_nothing(cast: SimpleNamespace, gone: str) -> None:
    row = post(cast.noor, urgent=True, due_at=NOON)
    User.objects.filter(pk=cast.noor.pk).update(**{gone: NOON if gone == "erased_at" else False})
    assert drain(NOON) == 0 and not mail.outbox
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.DROPPED, Reason.PERSON_GONE)


def test_mails_speak_the_language_of_who_reads_them(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.noor.pk).update(language="en")
    post(cast.noor, due_at=at(8, 12))
    post(cast.joris, "plain 2", due_at=at(8, 12))
    assert drain(at(9, 9)) == 2
    assert {message.subject for message in mail.outbox} == {
        "What is waiting for you on Leerlijn",
        "Wat er op Leerlijn voor je klaarstaat",
    }


# --- What goes wrong ------------------------------------------------------------------------


def test_a_row_that_cannot_be_made_holds_up_nobody_and_is_set_aside(cast: SimpleNamespace) -> None:
    outbox.post("broken", to=cast.noor, key="broken 1", due_at=at(8, 12))
    post(cast.noor, due_at=at(8, 12))
    when = at(9, 9)
    assert drain(when) == 1
    row = OutboxRow.objects.get(key="broken 1")
    assert (row.state, row.attempts, row.last_error, row.bundle) == (State.WAITING, 1, "LookupError", None)
    for _ in range(3 * outbox.MOST_ATTEMPTS):
        row.refresh_from_db()
        if row.state == State.DEAD:
            break
        assert row.next_at > when
        when = row.next_at
        drain(when)
    assert (row.state, row.attempts) == (State.DEAD, outbox.MOST_ATTEMPTS)
    assert outbox.try_again([row], by=cast.admin, at=when) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.WAITING, 0)


def test_who_dies_while_sending_is_followed_by_somebody_else(cast: SimpleNamespace) -> None:
    row = post(cast.noor, urgent=True, due_at=NOON)
    first = outbox.claim(NOON)
    assert first and outbox.claim(NOON + MINUTE) is None
    second = outbox.claim(first.until)
    assert second and second.message_id == first.message_id
    assert outbox.mark_sent(first, first.rows, at=first.until) == 0, "the first one has lost its say"
    assert outbox.mark_sent(second, second.rows, at=first.until) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.SENT, 2)


def test_a_row_that_kills_its_worker_each_time_is_set_aside(cast: SimpleNamespace) -> None:
    row, when = post(cast.noor, urgent=True, due_at=NOON), NOON
    for _ in range(outbox.MOST_ATTEMPTS):
        parcel = outbox.claim(when)
        assert parcel
        when = parcel.until
    assert outbox.claim(when) is None
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.DEAD, "WorkerLost")


def test_a_bundle_that_is_tried_again_is_the_same_mail(cast: SimpleNamespace) -> None:
    post(cast.noor, "plain 1", due_at=at(8, 12))
    first = outbox.claim(at(9, 9))
    post(cast.noor, "plain 2", due_at=at(8, 13))
    assert first and (second := outbox.claim(first.until))
    assert [row.key for row in second.rows] == ["plain 1"] and second.message_id == first.message_id
    outbox.mark_sent(second, second.rows, at=first.until)
    assert drain(at(9, 12)) == 0 and drain(at(10, 9)) == 1


# --- Reminders ------------------------------------------------------------------------------


def moments_of(todo: ToDo) -> list[tuple[str, str]]:
    rows = OutboxRow.objects.filter(about=todo.code).order_by("due_at")
    return [(f"{timezone.localtime(row.due_at):%d-%m %H:%M}", row.reason or row.state) for row in rows]


def scan_and_drain(when: datetime.datetime) -> int:
    today.scan(at=when)
    return drain(when)


def test_reminders_come_on_their_days_until_it_is_done(cast: SimpleNamespace) -> None:
    todo, days = write(cast.noor, datetime.date(2027, 4, 6)), []
    for number in range(70):
        when = datetime.datetime(2027, 3, 10, 12, tzinfo=datetime.UTC) + number * DAY
        days += [f"{when:%d-%m}"] * scan_and_drain(when)
    assert days == ["23-03", "03-04", "06-04", "13-04", "20-04", "27-04", "04-05"]
    assert {reason for _moment, reason in moments_of(todo)} == {"sent"}
    assert moments_of(todo)[0][0] == "23-03 09:00" and moments_of(todo)[2][0] == "06-04 09:00"
    assert "Er staat iets" in mail.outbox[0].body or "Something waits" in mail.outbox[0].body


def test_nothing_after_it_is_done(cast: SimpleNamespace) -> None:
    todo = write(cast.noor, datetime.date(2027, 4, 6))
    assert today.scan(at=at(23, 9, 1)) == 1
    assert today.done("abc", at=at(23, 9, 2)) == 1
    assert drain(at(23, 9, 3)) == 0
    assert moments_of(todo) == [("23-03 09:00", Reason.DONE)]
    assert today.scan(at=at(23, 9) + 60 * DAY) == 0


def test_done_between_claim_and_send_is_found_out(cast: SimpleNamespace) -> None:
    write(cast.noor, datetime.date(2027, 4, 6))
    today.scan(at=at(23, 9))
    ToDo.objects.update(done_at=at(23, 9), next_at=None)
    assert drain(at(23, 9)) == 0
    assert OutboxRow.objects.get().reason == Reason.DONE


def test_three_days_without_ticks_end_in_one_mail(cast: SimpleNamespace) -> None:
    todo = write(cast.noor, datetime.date(2027, 3, 13))  # moments on the 10th and the 13th
    other = write(cast.joris, datetime.date(2027, 3, 10), about="def")
    assert today.scan(at=at(13, 12)) == 3
    assert moments_of(todo) == [("10-03 09:00", Reason.TOO_LATE), ("13-03 09:00", "waiting")]
    assert drain(at(13, 12)) == 2
    assert moments_of(todo) == [("10-03 09:00", Reason.TOO_LATE), ("13-03 09:00", "sent")]
    assert moments_of(other) == [("10-03 09:00", "sent")]


def test_scanned_but_not_sent_for_days_is_one_mail_too(cast: SimpleNamespace) -> None:
    todo = write(cast.noor, datetime.date(2027, 3, 13))
    for day in (10, 11, 12, 13):
        today.scan(at=at(day, 9))
    assert drain(at(13, 9)) == 1
    assert moments_of(todo) == [("10-03 09:00", Reason.TOO_LATE), ("13-03 09:00", "sent")]


def test_a_reminder_that_is_being_sent_gives_way_to_a_later_one(cast: SimpleNamespace) -> None:
    todo = write(cast.noor, datetime.date(2027, 3, 13))
    today.scan(at=at(10, 9))
    dead = outbox.claim(at(10, 9))  # by a sender that is gone before it sends
    assert dead and today.scan(at=at(13, 9)) == 1
    assert drain(at(13, 9)) == 1, "the bundle of the 10th has nothing left to say"
    assert moments_of(todo) == [("10-03 09:00", Reason.TOO_LATE), ("13-03 09:00", "sent")]


def test_scanning_twice_is_scanning_once(cast: SimpleNamespace) -> None:
    for number in range(25):
        write(cast.noor, datetime.date(2027, 3, 12), about=f"code{number}")
    ToDo.objects.filter(about="code7").update(next_at=at(9, 9))  # as if half a scan was undone
    assert today.scan(at=at(9, 12), batch=10) == 1
    assert today.scan(at=at(12, 12), batch=10) == 25
    before = OutboxRow.objects.count()
    ToDo.objects.update(next_at=at(12, 9))
    today.scan(at=at(12, 12), batch=10)
    assert OutboxRow.objects.count() == before == 26


def test_asking_again_moves_the_dates_and_stays_one(cast: SimpleNamespace) -> None:
    first = write(cast.noor, datetime.date(2027, 3, 12))
    today.scan(at=at(9, 9, 1))
    again = write(cast.noor, datetime.date(2027, 4, 6), when=at(9, 13))
    assert again.pk == first.pk and f"{again.next_at:%d-%m}" == "23-03"
    assert not OutboxRow.objects.filter(state__in=OPEN).exists()
    today.done("abc", at=at(9, 14))
    assert write(cast.noor, None, when=at(9, 15)).pk != first.pk


# --- Appointments and news ------------------------------------------------------------------


def meet(cast: SimpleNamespace, day: int, when: datetime.datetime) -> None:
    starts = at(day, 16)
    today.appoint(
        "test.meet", about="gesprek", organiser=cast.joris, people=[cast.noor], starts_at=starts,
        ends_at=starts + DAY / 24, link=("home",), args={"who": cast.noor.code}, place="Kamer 3.12", at=when,
    )  # fmt: skip


def ways() -> list[str]:
    return list(OutboxRow.objects.filter(state="waiting").order_by("pk").values_list("way", flat=True))


def test_an_appointment_is_told_to_the_others_and_only_the_last_change(cast: SimpleNamespace) -> None:
    meet(cast, 20, NOON)
    meet(cast, 21, NOON)
    rows = OutboxRow.objects.order_by("pk")
    assert [(row.receiver, row.reason) for row in rows] == [(cast.noor, "too late"), (cast.noor, "")]
    assert ways() == [Way.BUNDLED]
    assert drain(at(10, 9)) == 1
    assert cast.joris.full_name not in mail.outbox[0].body


def test_what_is_moved_or_cancelled_today_is_told_at_once(cast: SimpleNamespace) -> None:
    meet(cast, 9, NOON - 3 * DAY)
    assert ways() == [Way.BUNDLED]
    meet(cast, 12, NOON)
    assert ways() == [Way.URGENT]
    assert today.cancel("gesprek", by=cast.noor, at=NOON) == 1
    [row] = OutboxRow.objects.filter(state="waiting")
    assert (row.receiver, row.way) == (cast.joris, Way.URGENT)
    assert drain(at(9, 23)) == 1 and "Kamer 3.12" in mail.outbox[0].body


def test_news_is_told_once_and_not_when_it_was_seen(cast: SimpleNamespace) -> None:
    for _ in range(2):
        today.tell("test.news", to=cast.noor, link=("home",), args={"who": cast.joris.code}, key="abc", at=NOON)
    assert today.news_of(cast.noor).count() == OutboxRow.objects.count() == 1
    assert today.see_all(cast.noor, at=NOON + MINUTE) == 1
    assert drain(at(10, 9)) == 0
    assert OutboxRow.objects.get().reason == Reason.DONE


# --- Cleaning up ----------------------------------------------------------------------------


def test_what_ended_a_year_ago_is_forgotten_and_nothing_else(cast: SimpleNamespace) -> None:
    old, new, dead, waiting = (post(cast.noor, f"plain {n}", urgent=True, due_at=NOON) for n in range(4))
    ends = {old: ("sent", NOON), new: ("sent", NOON + DAY), dead: ("dead", NOON)}
    for row, (state, ended) in ends.items():
        OutboxRow.objects.filter(pk=row.pk).update(state=state, ended_at=ended)
    assert outbox.forget(before=NOON + MINUTE) == 1
    assert set(OutboxRow.objects.all()) == {new, dead, waiting}
