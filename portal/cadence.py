"""Dates that come back: every so many months from an anchor, and working days. Dates in, dates out (portal.md G6).

Always anchor + n times the months, never the former date + the months: 30 November, 28 February, 30 May.
"""

import calendar
import datetime
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import holidays

DAY = datetime.timedelta(days=1)
MONTHS = 3  # mentoring.md M4: a conversation every three months
SATURDAY = 5


@dataclass(frozen=True)
class Pause:
    """Leave: from `starts_on` until `ends_on`, the latter not included. No reason is kept."""

    starts_on: datetime.date
    ends_on: datetime.date


def months_later(anchor: datetime.date, months: int) -> datetime.date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


def nth(anchor: datetime.date, number: int, *, months: int = MONTHS, pauses: Iterable[Pause] = ()) -> datetime.date:
    """When the `number`-th is due, 1 being the first after the anchor. A pause that began by then moves it by its days.

    Raises ValueError for a number below 0 or months below 1.
    """
    if number < 0 or months < 1:
        raise ValueError("counting starts at the anchor and goes forward")
    due = months_later(anchor, number * months)
    for pause in _apart(pauses):
        if pause.starts_on <= due and pause.ends_on > anchor:
            due += pause.ends_on - max(pause.starts_on, anchor)
    return due


def following(
    anchor: datetime.date, after: datetime.date, *, months: int = MONTHS, pauses: Iterable[Pause] = ()
) -> datetime.date:
    """The first due date later than `after`; never the anchor itself."""
    number, pauses = 1, list(pauses)
    while (due := nth(anchor, number, months=months, pauses=pauses)) <= after:
        number += 1
    return due


def _apart(pauses: Iterable[Pause]) -> Iterator[Pause]:
    """In order, those that overlap or touch as one: a day counts once."""
    current: Pause | None = None
    for pause in sorted(pauses, key=lambda one: one.starts_on):
        if pause.ends_on <= pause.starts_on:
            continue
        if current and pause.starts_on <= current.ends_on:
            current = Pause(current.starts_on, max(current.ends_on, pause.ends_on))
            continue
        if current:
            yield current
        current = pause
    if current:
        yield current


# --- Working days -----------------------------------------------------------------------------


@functools.cache
def public_holidays(country: str, year: int) -> frozenset[datetime.date]:
    """Of "NL" or "BE"; of other countries none are known."""
    known = holidays.country_holidays(country, years=year) if country in ("NL", "BE") else {}
    return frozenset(known)


def is_working_day(day: datetime.date, country: str) -> bool:
    return day.weekday() < SATURDAY and day not in public_holidays(country, day.year)


def working_days_later(day: datetime.date, count: int, country: str) -> datetime.date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += DAY
        count -= is_working_day(day, country)
    return day
