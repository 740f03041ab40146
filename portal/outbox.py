"""The outbox: every due moment is one row, which ends sent or dropped with its reason (portal.md G6).

The apps call `post` inside their own transaction: no row without the change, no change without the row. Queues
only ring. docs/reminders.md has the table of states; portal/sender.py does the mailing.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from portal import audit, celery, kinds, reminders, zones
from portal.codes import new_code
from portal.models import Bundle, OutboxRow, Preference, QuietHours, User
from portal.models.outbox import OPEN, Reason, State, Way
from portal.reminders import Quiet

MOST_ATTEMPTS = 13  # with the pauses below, a little more than a day
LONGEST_PAUSE = datetime.timedelta(hours=6)
WAYS = {Preference.Mail.AT_ONCE: Way.ALONE, Preference.Mail.DAILY: Way.BUNDLED, Preference.Mail.NEVER: Way.BUNDLED}


@dataclass(frozen=True)
class Due:
    """One moment of one person. `key` is unique for ever: kind, subject, moment, receiver."""

    to: User
    key: str
    due_at: datetime.datetime
    args: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    group: str = ""  # instead of the kind's own
    urgent: bool = False


# --- Writing --------------------------------------------------------------------------------


def post(
    kind: str,
    *,
    to: User,
    key: str,
    due_at: datetime.datetime | None = None,
    args: Mapping[str, Any] | None = None,
    about: str = "",
    group: str = "",
    urgent: bool = False,
) -> None:
    """Have a mail of this kind sent at `due_at` (now, when not given). Saying it twice is saying it once.

    `args` are codes, dates and numbers; never a text, a title or a token.
    """
    post_all(kind, [Due(to, key, due_at or timezone.now(), args or {}, about, group, urgent)])


def post_all(kind: str, dues: Collection[Due]) -> None:
    """As `post`; a handful of queries for any number."""
    if not dues:
        return
    OutboxRow.objects.bulk_create(rows_for(kind, dues), batch_size=1000, ignore_conflicts=True)
    rung = any(entry[1] is ring for entry in connection.run_on_commit)  # once is enough
    if not rung and any(due.urgent or kinds.mail(kind).way == Way.URGENT for due in dues):
        transaction.on_commit(ring, robust=True)


def rows_for(kind: str, dues: Collection[Due]) -> list[OutboxRow]:
    """Planned by each receiver's clock, quiet hours and preferences; not yet written."""
    what, people = kinds.mail(kind), {due.to.pk for due in dues}
    clocks, wanted = clocks_of(people), _wanted(people)
    rows = []
    for due in dues:
        group = due.group or what.group
        way = Way.URGENT if due.urgent else wanted.get((due.to.pk, group), what.way)
        rows.append(
            OutboxRow(
                key=due.key,
                kind=kind,
                version=what.version,
                group=group,
                way=way,
                receiver=due.to,
                about=due.about,
                args=dict(due.args),
                due_at=due.due_at,
                next_at=plan(way, due.due_at, clocks[due.to.pk]),
            )
        )
    return rows


@dataclass(frozen=True)
class Clock:
    zone: str
    quiet: Quiet


def clocks_of(people: Collection[int]) -> dict[int, Clock]:
    quiet = {
        row.person_id: Quiet(row.starts, row.ends, row.weekends, row.daily_at)
        for row in QuietHours.objects.filter(person__in=people)
    }
    return {pk: Clock(zone, quiet.get(pk, Quiet())) for pk, zone in zones.zones_of(people).items()}


def _wanted(people: Collection[int]) -> dict[tuple[int, str], Way]:
    rows = Preference.objects.filter(person__in=people).values_list("person", "group", "mail")
    return {(person, group): WAYS[Preference.Mail(mail)] for person, group, mail in rows}


def plan(way: str, due_at: datetime.datetime, clock: Clock) -> datetime.datetime:
    """When a mail that is due at this moment may leave."""
    if way == Way.URGENT:
        return due_at
    if way == Way.ALONE:
        return reminders.after_quiet(due_at, clock.zone, clock.quiet)
    return reminders.daily_mail(due_at, clock.zone, clock.quiet)


def ring() -> None:
    """Have the outbox looked at now."""
    celery.ring("portal.tasks.drain_outbox")


def drop(reason: Reason, *, about: Collection[str], kind: str = "", at: datetime.datetime) -> int:
    """What was still to be mailed about these is not needed any more; what is being sent now is asked again then."""
    rows = OutboxRow.objects.filter(about__in=about, state=State.WAITING)
    rows = rows.filter(kind=kind) if kind else rows
    return rows.update(state=State.DROPPED, reason=reason, ended_at=at)


def plan_again(person: User, *, at: datetime.datetime) -> None:
    """After new quiet hours or preferences: what still waits leaves by them."""
    clock, wanted = clocks_of([person.pk])[person.pk], _wanted([person.pk])
    with transaction.atomic():
        rows = OutboxRow.objects.filter(receiver=person, state=State.WAITING, bundle=None).exclude(way=Way.URGENT)
        changed = list(rows.select_for_update())
        for row in changed:
            row.way = wanted.get((person.pk, row.group), kinds.mail(row.kind).way)
            row.next_at = plan(row.way, max(row.due_at, at), clock)
        OutboxRow.objects.bulk_update(changed, ["way", "next_at"], batch_size=500)


def try_again(rows: Iterable[OutboxRow], *, by: User, at: datetime.datetime) -> int:
    """What was set aside starts anew, in no bundle: its own may have been sent without it."""
    found = OutboxRow.objects.filter(pk__in=[row.pk for row in rows], state=State.DEAD)
    with transaction.atomic():
        number = found.update(state=State.WAITING, ended_at=None, attempts=0, bundle=None, next_at=at)
        if number:
            facts = {"model": OutboxRow._meta.label, "number": number, "act": "try again"}
            audit.record(audit.ADMIN_CHANGED, by=by, at=at, facts=facts)
    return number


# --- Claiming -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parcel:
    """What goes out as one mail: one row, or those of a bundle. `until` is the end of the lease."""

    rows: tuple[OutboxRow, ...]
    lease: str
    until: datetime.datetime
    bundle: Bundle | None = None

    @property
    def receiver(self) -> User:
        return self.rows[0].receiver

    @property
    def message_id(self) -> str:
        return self.bundle.message_id if self.bundle else self.rows[0].message_id


def _due(at: datetime.datetime, way: str) -> Any:
    """Of a leased row `next_at` is the end of its lease."""
    return OutboxRow.objects.filter(way=way, state__in=OPEN, next_at__lte=at).order_by("next_at", "pk")


def something_is_due(at: datetime.datetime) -> bool:
    return any(_due(at, way).exists() for way in Way)


def claim(at: datetime.datetime) -> Parcel | None:
    """The next mail to send, for nobody else until its lease ends; None when nothing is due.

    The urgent come first. Nothing waits for a lock: what somebody else holds is passed over.
    """
    passed: set[int] = set()  # people whose bundle somebody else looks at
    for way in Way:
        while True:
            with transaction.atomic():
                head = _head(at, way, passed)
                if head is None:
                    break
                rows, bundle = _together(head, at, passed)
                parcel = _lease(rows, bundle, at)
            if parcel:
                return parcel
    return None


def _head(at: datetime.datetime, way: str, passed: set[int]) -> OutboxRow | None:
    rows = _due(at, way)
    if way == Way.BUNDLED:
        return rows.exclude(receiver__in=passed).first()
    return rows.select_for_update(skip_locked=True).first()


def _together(head: OutboxRow, at: datetime.datetime, passed: set[int]) -> tuple[list[OutboxRow], Bundle | None]:
    """The rows that leave with this one. None when now is not the time: then they have a new one."""
    if head.way == Way.URGENT:
        return [head], None
    if head.way == Way.BUNDLED and not _hold(head.receiver_id):
        passed.add(head.receiver_id)
        return [], None
    clock = clocks_of([head.receiver_id])[head.receiver_id]
    if head.way == Way.ALONE:
        rows, bundle = [head], None
        later = plan(Way.ALONE, at, clock)
    else:
        rows, bundle, later = _bundle(head, at, clock)
    if later > at:
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.WAITING, lease="", next_at=later)
        return [], None
    return rows, bundle


def _hold(person: int) -> bool:
    """Whoever holds the receiver's row decides about their bundles; who does not get it goes on without waiting."""
    return User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=person).exists()


def _bundle(
    head: OutboxRow, at: datetime.datetime, clock: Clock
) -> tuple[list[OutboxRow], Bundle | None, datetime.datetime]:
    """Rows, bundle and when it may leave. The caller holds the receiver's row, so nobody else decides this now.

    A bundle that was begun keeps its rows and its day: a second try must be the same mail.
    """
    later = reminders.after_quiet(at, clock.zone, clock.quiet)
    mine = OutboxRow.objects.filter(receiver=head.receiver_id, way=Way.BUNDLED, state__in=OPEN, next_at__lte=at)
    begun = mine.exclude(bundle=None).order_by("pk").first()
    if begun:
        return list(mine.filter(bundle=begun.bundle_id).order_by("due_at", "pk")), begun.bundle, later
    rows = list(mine.filter(bundle=None).order_by("due_at", "pk"))
    if later > at:
        return rows, None, later
    today = reminders.local_day(at, clock.zone)
    bundle, is_new = Bundle.objects.get_or_create(receiver_id=head.receiver_id, on=today)
    if is_new:
        return rows, bundle, at
    tomorrow = reminders.instant(today + reminders.DAY, datetime.time(0), clock.zone)
    return rows, None, reminders.daily_mail(tomorrow, clock.zone, clock.quiet)


def _lease(rows: list[OutboxRow], bundle: Bundle | None, at: datetime.datetime) -> Parcel | None:
    """Attempts are counted before sending: a row that takes its worker down is set aside too."""
    worn = [row.pk for row in rows if row.attempts >= MOST_ATTEMPTS]
    OutboxRow.objects.filter(pk__in=worn, state__in=OPEN).update(
        state=State.DEAD, lease="", ended_at=at, last_error="WorkerLost"
    )
    lease, until = new_code(), at + settings.LEASE
    taken = []
    for row in rows:
        if row.pk in worn:
            continue
        free = OutboxRow.objects.filter(pk=row.pk, state=row.state, lease=row.lease, next_at=row.next_at)
        if free.update(state=State.LEASED, lease=lease, next_at=until, attempts=row.attempts + 1, bundle=bundle):
            taken.append(row.pk)
    if not taken:
        return None
    kept = OutboxRow.objects.filter(pk__in=taken).select_related("receiver").order_by("due_at", "pk")
    return Parcel(tuple(kept), lease, until, bundle)


# --- Ending ---------------------------------------------------------------------------------


def _mine(parcel: Parcel, rows: Iterable[OutboxRow]) -> Any:
    """Only while the lease is ours: who was too slow changes nothing any more."""
    return OutboxRow.objects.filter(pk__in=[row.pk for row in rows], state=State.LEASED, lease=parcel.lease)


def mark_sent(parcel: Parcel, rows: Iterable[OutboxRow], *, at: datetime.datetime) -> int:
    return _mine(parcel, rows).update(state=State.SENT, lease="", ended_at=at, last_error="")


def mark_discreet(parcel: Parcel) -> int:
    """Of a discreet kind: all rows of a moment end alike, to the second and to the attempt."""
    same = {"ended_at": F("due_at"), "next_at": F("due_at"), "attempts": 1}
    return _mine(parcel, parcel.rows).update(state=State.SENT, lease="", last_error="", **same)


def mark_dropped(parcel: Parcel, rows: Iterable[OutboxRow], reason: Reason, *, at: datetime.datetime) -> int:
    return _mine(parcel, rows).update(state=State.DROPPED, lease="", reason=reason, ended_at=at)


def mark_failed(
    parcel: Parcel, rows: Iterable[OutboxRow], error: BaseException, *, at: datetime.datetime, for_good: bool = False
) -> None:
    """Wait longer after each failure; set aside at the last, or at once when it can never succeed (`for_good`).

    A row that could not be put into words leaves its bundle: the others go without it.
    """
    name = type(error).__name__[:60]
    for row in rows:
        mine = _mine(parcel, [row])
        if for_good or row.attempts >= MOST_ATTEMPTS:
            mine.update(state=State.DEAD, lease="", ended_at=at, last_error=name)
        else:
            mine.update(state=State.WAITING, lease="", next_at=at + pause(row.attempts), last_error=name)


def leave_bundle(parcel: Parcel, row: OutboxRow) -> None:
    _mine(parcel, [row]).update(bundle=None)


def pause(attempts: int) -> datetime.timedelta:
    """1, 2, 4 ... minutes after the 1st, 2nd, 3rd failure, six hours at most."""
    return min(datetime.timedelta(minutes=2 ** min(attempts - 1, 16)), LONGEST_PAUSE)


# --- Cleaning up ----------------------------------------------------------------------------


def forget(*, before: datetime.datetime) -> int:
    """Delete what ended before that moment; what was set aside stays until somebody looked at it."""
    ended = Q(state__in=(State.SENT, State.DROPPED), ended_at__lt=before)
    number, _each = OutboxRow.objects.filter(ended).delete()
    Bundle.objects.filter(on__lt=timezone.localdate(before), rows=None).delete()
    return number
