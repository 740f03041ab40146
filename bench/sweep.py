"""Due moments among many: each exactly one row of the outbox, beside the barest sweep that could do it."""

import datetime

from django.db import connection, transaction
from django.utils import timezone

from bench.measure import Row, timed
from portal import jobs, reminders, scale, today, zones
from portal.models import OutboxRow, ToDo, User
from portal.models.outbox import Way
from portal.scale import Scale

MUST = 3.0
BATCH = 1000


def run(*, due: int, among: int) -> list[Row]:
    people = _people(max(10, among // 20))
    zone = zones.zone_of(people[0])
    at = reminders.instant(reminders.local_day(timezone.now(), zone), datetime.time(10), zone)
    _fill(people, due, among, at)
    seconds, made = timed(lambda: today.scan(at=at))
    rows, doubles = OutboxRow.objects.filter(kind=today.REMINDER).count(), made - due
    again = today.scan(at=at)
    _fill(people, due, 0, at)
    bare, count = timed(lambda: _bare(at))
    facts = {"due": f"{due:,}", "among": f"{among:,}", "rows": f"{rows:,}", "too many": doubles, "run again": again}
    facts["bare s"] = round(bare, 1)
    if rows != due or count != due or again:
        raise RuntimeError(f"{rows} rows for {due} moments, {again} when run again, {count} in the bare sweep")
    return [Row("sweep of reminders", seconds * 1000, seconds / bare, must=MUST, facts=facts)]


def _people(many: int) -> list[User]:
    made = Scale(many, 1, timezone.now(), seed=77)
    first = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return list(User.objects.filter(pk__in=scale.people(made, many, first)))


def _fill(people: list[User], due: int, among: int, at: datetime.datetime) -> None:
    """`due` to-dos of which one reminder is due now, and the others of which none is for weeks."""
    zone = zones.zone_of(people[0])
    day = reminders.local_day(at, zone)
    now, later = day + datetime.timedelta(days=3), day + datetime.timedelta(days=60)
    start = ToDo.objects.count()  # what it is about differs from all before
    moments = [reminders.instant(day, reminders.NINE, zone), at + datetime.timedelta(days=40)]

    def row(number: int, is_due: bool) -> ToDo:
        return ToDo(
            kind=jobs.READY,
            receiver=people[number % len(people)],
            about=f"{start}{is_due}{number}",
            opens_on=day,
            due_on=now if is_due else later,
            time_zone=zone,
            asked_at=at,
            next_at=moments[0] if is_due else moments[1],
        )

    for numbers in scale.chunks(range(due), 50_000):
        scale.insert(row(number, True) for number in numbers)
    for numbers in scale.chunks(range(max(0, among - due)), 50_000):
        scale.insert(row(number, False) for number in numbers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _bare(at: datetime.datetime) -> int:
    """Claim, insert, move on; no words, no clocks, no quiet hours."""
    made = 0
    while True:
        with transaction.atomic():
            found = ToDo.objects.filter(next_at__lte=at).order_by("next_at", "pk").select_for_update(skip_locked=True)
            rows = list(found.values_list("pk", "receiver", "code")[:BATCH])
            OutboxRow.objects.bulk_create(
                OutboxRow(
                    kind="bare", key=f"bare {pk} {code}", way=Way.BUNDLED, receiver_id=person, due_at=at, next_at=at
                )
                for pk, person, code in rows
            )
            ToDo.objects.filter(pk__in=[pk for pk, _person, _code in rows]).update(next_at=None)
        made += len(rows)
        if len(rows) < BATCH:
            return made
