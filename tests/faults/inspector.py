"""Runs beside worker and beat on the same database, does what it reads line by line, and answers in JSON.

plant <number>     so many people, each with two mails alone, two in a bundle, and a to-do whose reminders came
                   due meanwhile (mailed alone: what comes after a day's bundle would wait for tomorrow)
rows               [kind, state, reason, attempts, Message-ID, bundle's Message-ID] of each row of the outbox
expected           how many rows there must be
health             what /healthz says
writable           whether nobody holds the one pen of SQLite
"""

import datetime
import json
import sys
from typing import Any

import django

django.setup()

from django.db import OperationalError, connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal import health, outbox, reminders, today  # noqa: E402
from portal.models import OutboxRow, Preference, QuietHours, ToDo, User  # noqa: E402
from portal.models.outbox import OPEN  # noqa: E402
from portal.models.today import Group  # noqa: E402

MIDNIGHT = datetime.time(0)
DAY = datetime.timedelta(days=1)


def plant(number: int) -> int:
    now = timezone.now()
    with transaction.atomic():
        first = User.objects.count()
        people = User.objects.bulk_create(
            User(email=f"mens{n}@example.org", given_name=f"Mens{n}", password="!")
            for n in range(first, first + number)
        )
        QuietHours.objects.bulk_create(
            QuietHours(person=person, starts=MIDNIGHT, ends=MIDNIGHT, daily_at=MIDNIGHT) for person in people
        )
        Preference.objects.bulk_create(
            Preference(person=person, group=Group.REMINDERS, mail=Preference.Mail.AT_ONCE) for person in people
        )
        for n, person in enumerate(people):
            _give(person, n, now)
    return len(people)


def _give(person: User, n: int, now: datetime.datetime) -> None:
    about = f"{person.code[:6]}{'gone' if n % 5 == 0 else 'stay'}"
    long_ago = now - 40 * DAY
    due_on = timezone.localdate(now) - DAY
    todo = today.ask("faults.act", to=person, about=about, link=("home",), due_on=due_on, opens_on=due_on - 20 * DAY,
                     at=long_ago)  # fmt: skip
    assert todo.next_at and todo.next_at < now
    for number in range(2):
        due_at = now + datetime.timedelta(milliseconds=100 * (n % 60))
        outbox.post("faults.plain", to=person, key=f"urgent {number} {person.code}", due_at=due_at, urgent=True)
        outbox.post("faults.plain", to=person, key=f"bundled {number} {person.code}", due_at=now - DAY)


def expected(_argument: str) -> int:
    """Four mails a person, and one row for each moment of a to-do that has passed."""
    now = timezone.now()
    moments = [
        moment
        for row in ToDo.objects.all()
        for moment in reminders.moments(row.opens_on, row.due_on, row.time_zone)
        if row.asked_at < moment <= now
    ]
    return 4 * User.objects.count() + len(moments)


def rows(_argument: str) -> list[list[Any]]:
    return [
        [row.kind, row.state, row.reason, row.attempts, row.message_id, row.bundle.message_id if row.bundle else ""]
        for row in OutboxRow.objects.select_related("bundle")
    ]


def still_open(_argument: str) -> int:
    return OutboxRow.objects.filter(state__in=OPEN).count() + ToDo.objects.filter(next_at__lte=timezone.now()).count()


def writable(_argument: str) -> bool:
    try:
        with transaction.atomic():  # takes the pen (IMMEDIATE)
            return True
    except OperationalError:
        return False


COMMANDS = {
    "plant": lambda argument: plant(int(argument)),
    "rows": rows,
    "expected": expected,
    "open": still_open,
    "health": lambda argument: health.report(timezone.now()),
    "writable": writable,
}

if __name__ == "__main__":
    for line in sys.stdin:
        command, _space, argument = line.strip().partition(" ")
        connection.close_if_unusable_or_obsolete()
        print(json.dumps(COMMANDS[command](argument)), flush=True)
