"""When reminders fall, and when a mail may leave: dates and clocks in, instants out, nothing else (portal.md G6).

All by the wall clock of the person's organisation, so that nine o'clock stays nine o'clock when the clock changes.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

NINE = datetime.time(9)
DAYS_FROM_DUE = (-14, -3, 0, 7, 14, 21, 28)  # mentoring.md M7: then weekly, at most four times
DAY = datetime.timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Quiet:
    """From `starts` until `ends`; the same hour twice: never. With `weekends` Saturday and Sunday too.

    None of them at two o'clock, when clocks change: nobody can choose it.
    """

    starts: datetime.time = datetime.time(21)
    ends: datetime.time = datetime.time(7)
    weekends: bool = False
    daily_at: datetime.time = NINE

    def holds_at(self, hour: datetime.time) -> bool:
        if self.starts <= self.ends:
            return self.starts <= hour < self.ends
        return hour >= self.starts or hour < self.ends

    def holds_on(self, day: datetime.date) -> bool:
        return self.weekends and day.weekday() >= SATURDAY

    @property
    def mailing_time(self) -> datetime.time:
        """When the daily mail leaves: at the hour that was chosen, else when the quiet hours end."""
        return self.ends if self.holds_at(self.daily_at) else self.daily_at


def instant(day: datetime.date, hour: datetime.time, zone: str) -> datetime.datetime:
    """That hour of that day there. The hour in which clocks change is never used: it becomes three o'clock."""
    hour = datetime.time(3) if hour.hour == 2 else hour
    return datetime.datetime.combine(day, hour, ZoneInfo(zone)).astimezone(datetime.UTC)


def moments(opens_on: datetime.date, due_on: datetime.date, zone: str) -> list[datetime.datetime]:
    """The reminders of a to-do, in order; none before it opens."""
    days = [due_on + offset * DAY for offset in DAYS_FROM_DUE]
    return [instant(day, NINE, zone) for day in days if day >= opens_on]


def next_moment(
    opens_on: datetime.date, due_on: datetime.date | None, zone: str, *, after: datetime.datetime
) -> datetime.datetime | None:
    """The first reminder later than `after`."""
    if due_on is None:
        return None
    return next((moment for moment in moments(opens_on, due_on, zone) if moment > after), None)


def is_quiet(at: datetime.datetime, zone: str, quiet: Quiet) -> bool:
    here = at.astimezone(ZoneInfo(zone))
    return quiet.holds_on(here.date()) or quiet.holds_at(here.time())


def after_quiet(at: datetime.datetime, zone: str, quiet: Quiet) -> datetime.datetime:
    """`at`, or when the quiet hours that hold then are over."""
    if not is_quiet(at, zone, quiet):
        return at
    ends = (datetime.time(0), quiet.ends)  # of a weekend, of a night
    found = (instant(day, end, zone) for day in _days(at, zone) for end in ends)
    return next(one for one in found if one > at and not is_quiet(one, zone, quiet))


def daily_mail(at: datetime.datetime, zone: str, quiet: Quiet) -> datetime.datetime:
    """The first moment from `at` on at which the daily mail leaves."""
    found = (instant(day, quiet.mailing_time, zone) for day in _days(at, zone) if not quiet.holds_on(day))
    return next(one for one in found if one >= at)


def local_day(at: datetime.datetime, zone: str) -> datetime.date:
    return at.astimezone(ZoneInfo(zone)).date()


def _days(at: datetime.datetime, zone: str) -> Iterator[datetime.date]:
    """Two weeks hold an end of every kind of quiet."""
    first = local_day(at, zone)
    return (first + number * DAY for number in range(15))
