"""Today (portal.md G5): what waits for somebody, what is coming, what is new, and a next step.

The apps say `ask`, `done`, `appoint`, `cancel` and `tell` inside their own transaction. What they say it with is a
kind (portal/kinds.py), codes and days; reminders and mails follow by themselves (docs/reminders.md).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from portal import kinds, outbox, reminders, wording, zones
from portal.models import (
    Appointment,
    Attendance,
    Grant,
    Notification,
    OutboxRow,
    Preference,
    Reading,
    Shareable,
    ToDo,
    User,
)
from portal.models.outbox import Reason, State
from portal.models.sharing import PORTFOLIO
from portal.outbox import Due
from portal.paging import page_of

Args = Mapping[str, Any]
Link = tuple[str, *tuple[str, ...]]  # a URL's name and its arguments
REMINDER, NEWS, APPOINTMENT = "reminder", "news", "appointment"  # kinds of mail, in portal/mails.py
BATCH = 1000


# --- To-dos ---------------------------------------------------------------------------------


def ask(
    kind: str,
    *,
    to: User,
    about: str,
    link: Link,
    args: Args | None = None,
    opens_on: datetime.date | None = None,
    due_on: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> ToDo:
    """`to` is to act on what has the code `about`. Asking again while it is open changes its dates and words.

    Reminders come 14 and 3 days before `due_on`, on the day, then weekly four times; without a date, none.
    """
    at = at or timezone.now()
    zone = zones.zone_of(to)
    opens_on = opens_on or reminders.local_day(at, zone)
    said = {"args": dict(args or {}), "url_name": link[0], "url_args": list(link[1:])}
    dates: dict[str, Any] = {"opens_on": opens_on, "due_on": due_on, "time_zone": zone}
    dates["next_at"] = reminders.next_moment(opens_on, due_on, zone, after=at)
    kinds.said(kind)  # an unknown kind fails here, not on somebody's page
    with transaction.atomic():
        row, is_new = ToDo.objects.get_or_create(
            receiver=to, kind=kind, about=about, done_at=None, defaults={**said, **dates, "asked_at": at}
        )
        if not is_new:
            moved = (row.opens_on, row.due_on, row.time_zone) != (opens_on, due_on, zone)
            ToDo.objects.filter(pk=row.pk, done_at=None).update(**said, **(dates if moved else {}))
            if moved:
                outbox.drop(Reason.TOO_LATE, about=[row.code], at=at)
            row.refresh_from_db()
    return row


@dataclass(frozen=True)
class Asked:
    """One person of many who are asked the same thing, without a date."""

    to: User
    about: str
    link: Link
    args: Args


def ask_all(kind: str, asked: Collection[Asked], *, at: datetime.datetime) -> None:
    """As `ask` without a date, in a handful of queries for any number of people; what is open stays as it is."""
    kinds.said(kind)
    clocks = zones.zones_of({one.to.pk for one in asked})
    rows = [
        ToDo(
            receiver=one.to,
            kind=kind,
            about=one.about,
            args=dict(one.args),
            url_name=one.link[0],
            url_args=list(one.link[1:]),
            opens_on=reminders.local_day(at, clocks[one.to.pk]),
            time_zone=clocks[one.to.pk],
            asked_at=at,
        )
        for one in asked
    ]
    ToDo.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def done(about: str, *, kind: str = "", to: User | None = None, at: datetime.datetime | None = None) -> int:
    """What was asked about this is done, or no longer asked: of this kind, of this person, when given."""
    at = at or timezone.now()
    rows = ToDo.objects.filter(about=about, done_at=None)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(receiver=to) if to else rows
    with transaction.atomic():
        codes = list(rows.select_for_update().values_list("code", flat=True))
        ToDo.objects.filter(code__in=codes, done_at=None).update(done_at=at, next_at=None)
        outbox.drop(Reason.DONE, about=codes, at=at)
    return len(codes)


def scan(*, at: datetime.datetime, batch: int = BATCH) -> int:
    """Make a row of the outbox of every reminder that came due; returns how many. Any number may run at once.

    Of several that came due together (nobody scanned for a while) the last is mailed, the others end "too late".
    """
    made = 0
    while True:
        with transaction.atomic():
            due = ToDo.objects.filter(next_at__lte=at).order_by("next_at", "pk")
            rows = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("receiver")[:batch])
            made += _due_moments(rows, at)
        if len(rows) < batch:
            return made


def _due_moments(rows: list[ToDo], at: datetime.datetime) -> int:
    dues: list[Due] = []
    late: set[str] = set()
    following: dict[datetime.datetime | None, list[int]] = defaultdict(list)  # rows by their next moment
    for row in rows:
        assert row.due_on is not None and row.next_at is not None
        moments = reminders.moments(row.opens_on, row.due_on, row.time_zone)
        mine = [_reminder(row, moment) for moment in moments if row.next_at <= moment <= at]
        late.update(due.key for due in mine[:-1])
        dues += mine
        following[next((moment for moment in moments if moment > at), None)].append(row.pk)
    outbox.drop(Reason.TOO_LATE, about=[row.code for row in rows], kind=REMINDER, at=at)
    made = outbox.rows_for(REMINDER, dues)
    for one in made:
        if one.key in late:
            one.state, one.reason, one.ended_at = State.DROPPED, Reason.TOO_LATE, at
    OutboxRow.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    for next_at, found in following.items():
        ToDo.objects.filter(pk__in=found).update(next_at=next_at)
    return len(made)


def _reminder(row: ToDo, moment: datetime.datetime) -> Due:
    key = f"{REMINDER} {row.code} {moment:%Y-%m-%dT%H:%MZ} {row.receiver.code}"
    args = {"todo": row.code, "moment": moment.isoformat()}
    return Due(row.receiver, key, moment, args, about=row.code, group=kinds.said(row.kind).group)


# --- Appointments ---------------------------------------------------------------------------


def appoint(
    kind: str,
    *,
    about: str,
    organiser: User,
    people: Collection[User],
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    link: Link,
    args: Args | None = None,
    place: str = "",
    is_online: bool = False,
    by: User | None = None,
    at: datetime.datetime | None = None,
) -> Appointment:
    """These people (and the organiser) meet; `about` is the code of what it is for. Saying it again moves it.

    Everybody but `by` (the organiser, when not given) is told by mail; at once when it is today, or was to be.
    """
    at, by = at or timezone.now(), by or organiser
    kinds.said(kind)
    facts: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "place": place, "is_online": is_online}
    said = {"organiser": organiser, "args": dict(args or {}), "url_name": link[0], "url_args": list(link[1:])}
    with transaction.atomic():
        row, is_new = Appointment.objects.select_for_update(of=("self",)).get_or_create(
            kind=kind, about=about, cancelled_at=None, defaults={**facts, **said, "changed_at": at}
        )
        before = row.starts_at
        moved = not is_new and any(getattr(row, name) != value for name, value in facts.items())
        if not is_new:
            number = row.sequence + moved
            Appointment.objects.filter(pk=row.pk).update(**facts, **said, sequence=number, changed_at=at)
            row.refresh_from_db()
        new = _attend(row, {organiser, *people})
        told = {person for person in {organiser, *people} if person != by and (moved or person.pk in new)}
        _mail_about(row, told, what="moved" if moved else "made", moments=[before, starts_at], at=at)
    return row


def _attend(row: Appointment, people: set[User]) -> set[int]:
    """Make these the people of the appointment; returns who is new."""
    there = set(Attendance.objects.filter(appointment=row).values_list("person", flat=True))
    wanted = {person.pk for person in people}
    Attendance.objects.filter(appointment=row, person__in=there - wanted).delete()
    new = [Attendance(appointment=row, person_id=pk) for pk in sorted(wanted - there)]
    Attendance.objects.bulk_create(new, ignore_conflicts=True)
    return wanted - there


def cancel(about: str, *, by: User | None, kind: str = "", at: datetime.datetime | None = None) -> int:
    """What was appointed about this does not take place. The others are told at once, at any hour; all of them
    when nobody did it (a date passed)."""
    at = at or timezone.now()
    with transaction.atomic():
        rows = Appointment.objects.filter(about=about, cancelled_at=None).select_for_update()
        found = [row for row in rows if not kind or row.kind == kind]
        for row in found:
            row.cancelled_at = row.changed_at = at
            row.sequence += 1
            row.save(update_fields=["cancelled_at", "changed_at", "sequence"])
            if row.ends_at > at:
                told = {person for person in row.people.all() if person != by}
                _mail_about(row, told, what="cancelled", moments=[], at=at)
    return len(found)


def _mail_about(
    row: Appointment, people: set[User], *, what: str, moments: list[datetime.datetime], at: datetime.datetime
) -> None:
    outbox.drop(Reason.TOO_LATE, about=[row.code], at=at)  # an earlier change that was not mailed yet
    clocks = zones.zones_of({person.pk for person in people})
    dues = []
    for person in sorted(people, key=lambda one: one.pk):
        zone = clocks[person.pk]
        today = reminders.local_day(at, zone)
        urgent = what == "cancelled" or any(reminders.local_day(moment, zone) == today for moment in moments)
        key = f"{APPOINTMENT} {row.code} {row.sequence} {person.code}"
        args = {"appointment": row.code, "what": what, "sequence": row.sequence}
        dues.append(Due(person, key, at, args, row.code, kinds.said(row.kind).group, urgent))
    outbox.post_all(APPOINTMENT, dues)


# --- News -----------------------------------------------------------------------------------


def tell(
    kind: str,
    *,
    to: User,
    link: Link,
    args: Args | None = None,
    about: str = "",
    key: str = "",
    urgent: bool = False,
    at: datetime.datetime | None = None,
) -> None:
    """Something is new for `to`: on their home page and by mail, as they prefer. With a `key`, once for ever."""
    at = at or timezone.now()
    group = kinds.said(kind).group
    hidden = Preference.objects.filter(person=to, group=group, in_portal=False).exists()
    row = Notification(
        receiver=to,
        kind=kind,
        args=dict(args or {}),
        about=about,
        url_name=link[0],
        url_args=list(link[1:]),
        created_at=at,
        is_shown=not hidden,
    )
    row.key = f"{kind} {key}" if key else row.code
    with transaction.atomic():
        Notification.objects.bulk_create([row], ignore_conflicts=True)
        code = Notification.objects.values_list("code", flat=True).get(receiver=to, key=row.key)
        mail_key = f"{NEWS} {code} {to.code}"
        outbox.post(NEWS, to=to, key=mail_key, due_at=at, args={"news": code}, about=code, group=group, urgent=urgent)


def see_all(person: User, *, at: datetime.datetime) -> int:
    """Everything new was seen; what was seen needs no mail."""
    rows = Notification.objects.filter(receiver=person, seen_at=None, created_at__lte=at)
    with transaction.atomic():
        codes = list(rows.values_list("code", flat=True))
        OutboxRow.objects.filter(receiver=person, about__in=codes, state=State.WAITING).update(
            state=State.DROPPED, reason=Reason.DONE, ended_at=at
        )
        return rows.update(seen_at=at)


def forget(*, before: datetime.datetime) -> None:
    """Delete what was over before that moment."""
    ToDo.objects.filter(done_at__lt=before).delete()
    Notification.objects.filter(seen_at__lt=before).delete()
    Appointment.objects.filter(ends_at__lt=before).delete()


# --- The page -------------------------------------------------------------------------------

SHOWN = 5
TODOS_SHOWN = 10
RECENT = datetime.timedelta(days=30)
AHEAD = datetime.timedelta(days=92)


@dataclass(frozen=True)
class NextStep:
    """One thing that helps somebody along: a title, why, and one button. `is_main`: the button alone, beside the
    greeting, for what somebody does again and again."""

    title: str
    why: str
    url: str
    button: str
    is_main: bool = False


def page(person: User, *, at: datetime.datetime, number: str | None = None) -> dict[str, Any]:
    """The context of templates/portal/today.html."""
    today = timezone.localdate(at)
    todos = page_of(todos_of(person, on=today), TODOS_SHOWN, number)
    coming = list(
        appointments_of(person).filter(ends_at__gt=at, starts_at__lt=at + AHEAD).order_by("starts_at")[:SHOWN]
    )
    news = list(news_of(person).filter(seen_at=None)[:SHOWN])
    readings, received = _readings_of_mine(person, at), _received(person, at)
    said = wording.words([*todos, *coming, *news], reader=person, at=at)
    number_of_todos, until = len(todos), len(todos) + len(coming)
    steps = [step for give in _registered() for step in give(person, at)]
    return {
        "now": at,
        "today": today,
        "day_part": _day_part(timezone.localtime(at).hour),
        "page": todos,
        "todos": said[:number_of_todos],
        "coming": said[number_of_todos:until],
        "news": said[until:],
        # What this list is for is told to who owns something and was never read, unless others fill the page.
        "owns_something": bool(readings) or (not received and Shareable.objects.filter(owner=person).exists()),
        "readings": readings,
        "received": received,
        "steps": [step for step in steps if not step.is_main],
        "main": next((step for step in steps if step.is_main), None),
    }


def todos_of(person: User, *, on: datetime.date) -> QuerySet[ToDo]:
    """What waits for them, what is due first on top; without a date last."""
    return ToDo.objects.filter(receiver=person, done_at=None, opens_on__lte=on).order_by(
        F("due_on").asc(nulls_last=True), "pk"
    )


def appointments_of(person: User) -> QuerySet[Appointment]:
    return Appointment.objects.filter(attendances__person=person, cancelled_at=None)


def news_of(person: User) -> QuerySet[Notification]:
    return Notification.objects.filter(receiver=person, is_shown=True).order_by("-created_at", "-pk")


def _day_part(hour: int) -> str:
    return "night" if hour < 6 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _readings_of_mine(person: User, at: datetime.datetime) -> list[Reading]:
    rows = Reading.objects.filter(shareable__owner=person, read_at__gt=at - RECENT)
    return list(rows.select_related("reader", "shareable").order_by("-read_at")[:SHOWN])


def _received(person: User, at: datetime.datetime) -> list[Grant]:
    rows = Grant.objects.live(at).filter(user=person, content_object__kind__in=PORTFOLIO)
    return list(rows.select_related("content_object__owner").order_by("-given_at", "pk")[:SHOWN])


def _registered() -> Iterator:
    for config in apps.get_app_configs():
        if path := getattr(config, "today", None):
            yield import_string(path)
