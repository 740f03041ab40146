"""A conversation every three months, on the right day in every year (mentoring.md M4)."""

import calendar
import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal import cadence
from portal.cadence import Pause

DATES = st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31))
NUMBERS = st.integers(0, 200)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


GOLDEN = [
    # anchor, then the next ones
    ("2026-11-30", ["2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30", "2028-02-29"]),
    ("2027-11-30", ["2028-02-29", "2028-05-30", "2028-08-30", "2028-11-30", "2029-02-28"]),
    ("2027-08-31", ["2027-11-30", "2028-02-29", "2028-05-31", "2028-08-31"]),
    ("2027-12-31", ["2028-03-31", "2028-06-30", "2028-09-30", "2028-12-31"]),
    ("2028-02-29", ["2028-05-29", "2028-08-29", "2028-11-29", "2029-02-28", "2029-05-29"]),
    ("2099-11-30", ["2100-02-28", "2100-05-30"]),  # no leap year
    ("2027-01-01", ["2027-04-01", "2027-07-01", "2027-10-01", "2028-01-01"]),
    ("2026-12-28", ["2027-03-28", "2027-06-28"]),  # the night in which the clock goes forward
    ("2027-07-31", ["2027-10-31", "2028-01-31"]),  # the night in which it goes back
]


@pytest.mark.parametrize(("anchor", "following"), GOLDEN)
def test_the_golden_table(anchor, following):
    assert [str(cadence.nth(day(anchor), number)) for number in range(1, len(following) + 1)] == following


@given(DATES, NUMBERS)
def test_always_counted_from_the_anchor(anchor, number):
    due = cadence.nth(anchor, number)
    months = (due.year - anchor.year) * 12 + due.month - anchor.month
    assert months == 3 * number
    last = calendar.monthrange(due.year, due.month)[1]
    assert due.day == min(anchor.day, last)  # the same day, or the last of a shorter month


@given(DATES, NUMBERS, st.integers(1, 24))
def test_later_numbers_are_later(anchor, number, months):
    assert cadence.nth(anchor, number, months=months) < cadence.nth(anchor, number + 1, months=months)


@given(DATES, DATES)
def test_the_following_one_is_the_first_after(anchor, after):
    assume(after >= anchor)
    due = cadence.following(anchor, after)
    earlier = [cadence.nth(anchor, number) for number in range(1, 400)]
    assert due == min(one for one in earlier if one > after)


PAUSES = st.lists(st.tuples(DATES, st.integers(-5, 200)), max_size=4).map(
    lambda rows: [Pause(start, start + datetime.timedelta(days=length)) for start, length in rows]
)


@given(DATES, st.integers(1, 12), PAUSES)
def test_a_pause_moves_by_the_days_that_it_took_and_never_forward(anchor, number, pauses):
    plain, moved = cadence.nth(anchor, number), cadence.nth(anchor, number, pauses=pauses)
    away = {one for pause in pauses for one in _days(pause) if one >= anchor}
    assert plain <= moved <= plain + datetime.timedelta(days=len(away))
    counted = {one for one in away if one < moved}
    assert (moved - plain).days >= len({one for one in counted if one < plain})
    assert cadence.nth(anchor, number, pauses=pauses[::-1]) == moved  # their order says nothing


def _days(pause: Pause) -> list[datetime.date]:
    return [pause.starts_on + datetime.timedelta(days=n) for n in range((pause.ends_on - pause.starts_on).days)]


def test_leave_before_the_anchor_or_after_the_day_changes_nothing():
    anchor = day("2027-01-15")
    before, after = Pause(day("2026-11-01"), day("2026-12-01")), Pause(day("2027-05-01"), day("2027-06-01"))
    assert cadence.nth(anchor, 1, pauses=[before, after]) == day("2027-04-15")
    assert cadence.nth(anchor, 2, pauses=[before, after]) == day("2027-08-15")
    assert cadence.nth(anchor, 1, pauses=[Pause(day("2027-02-01"), day("2027-03-01"))]) == day("2027-05-13")


@pytest.mark.parametrize(
    ("country", "start", "count", "expected"),
    [
        ("NL", "2027-03-24", 5, "2027-04-02"),  # Good Friday and Easter Monday (Algemene termijnenwet)
        ("BE", "2027-07-20", 2, "2027-07-23"),  # the Belgian national day
        ("NL", "2027-07-20", 2, "2027-07-22"),
        ("NL", "2026-12-24", 1, "2026-12-28"),  # Christmas, Boxing Day, Sunday
        ("BE", "2026-12-24", 1, "2026-12-28"),
        ("NL", "2027-04-26", 1, "2027-04-28"),  # King's Day
        ("XX", "2027-04-26", 1, "2027-04-27"),
    ],
)
def test_working_days(country, start, count, expected):
    assert str(cadence.working_days_later(day(start), count, country)) == expected


@given(DATES, st.integers(1, 30), st.sampled_from(["NL", "BE"]))
def test_a_term_ends_on_a_working_day_after_so_many(start, count, country):
    end = cadence.working_days_later(start, count, country)
    between = [start + datetime.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(cadence.is_working_day(one, country) for one in between) == count
    assert cadence.is_working_day(end, country)
