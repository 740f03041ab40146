"""When reminders fall and mails leave: for any day, zone and hours of a century's middle (G6, M7)."""

import datetime
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import outbox, reminders
from portal.models.outbox import Way
from portal.outbox import Clock
from portal.reminders import NINE, Quiet

ZONES = ["Europe/Amsterdam", "Europe/Brussels", "Atlantic/Azores", "America/Paramaribo", "Australia/Lord_Howe", "UTC"]
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
days = st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31))
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2060, 12, 31), timezones=st.just(datetime.UTC))
hours = st.sampled_from([datetime.time(hour) for hour in range(24) if hour != 2])  # as on the page
quiets = st.builds(Quiet, hours, hours, st.booleans(), hours)


def local(at: datetime.datetime, zone: str) -> datetime.datetime:
    return at.astimezone(ZoneInfo(zone))


# --- Reminders ------------------------------------------------------------------------------


@given(days, st.integers(0, 60), zones)
def test_reminders_fall_at_nine_on_their_days(due_on: datetime.date, before: int, zone: str) -> None:
    opens_on = due_on - before * DAY
    found = [local(moment, zone) for moment in reminders.moments(opens_on, due_on, zone)]
    wanted = [due_on + n * DAY for n in (-14, -3, 0, 7, 14, 21, 28) if due_on + n * DAY >= opens_on]
    assert [moment.date() for moment in found] == wanted
    assert {moment.time() for moment in found} == {NINE}
    assert found == sorted(found)


@given(days, st.integers(0, 60), zones, instants)
def test_the_next_reminder_is_the_first_later_one(
    due_on: datetime.date, before: int, zone: str, after: datetime.datetime
) -> None:
    opens_on = due_on - before * DAY
    found = reminders.next_moment(opens_on, due_on, zone, after=after)
    later = [moment for moment in reminders.moments(opens_on, due_on, zone) if moment > after]
    assert found == (min(later) if later else None)


def test_walking_from_moment_to_moment_meets_each_once() -> None:
    due_on, zone = datetime.date(2027, 3, 28), "Europe/Amsterdam"  # the clock goes forward that night
    at, met = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC), []
    while moment := reminders.next_moment(due_on - 60 * DAY, due_on, zone, after=at):
        met.append(moment)
        at = moment
    assert met == reminders.moments(due_on - 60 * DAY, due_on, zone) and len(met) == 7


@pytest.mark.parametrize(
    ("day", "utc"),
    [("2027-03-27", 8), ("2027-03-28", 7), ("2027-10-30", 7), ("2027-10-31", 8)],
)
def test_nine_stays_nine_when_the_clock_changes(day: str, utc: int) -> None:
    on = datetime.date.fromisoformat(day)
    assert reminders.instant(on, NINE, "Europe/Amsterdam").hour == utc


@given(days, st.times(datetime.time(1), datetime.time(3, 59)), zones)
def test_nothing_falls_in_the_hour_in_which_clocks_change(day: datetime.date, hour: datetime.time, zone: str) -> None:
    at = reminders.instant(day, hour, zone)
    if zone != "Atlantic/Azores":  # its clocks change between midnight and two
        assert local(at, zone).hour != 2
        assert local(at, zone).date() == day


# --- Quiet hours and the daily mail ---------------------------------------------------------


def is_quiet(at: datetime.datetime, zone: str, quiet: Quiet) -> bool:
    """Said again in other words: walk from the start of the quiet hours to their end."""
    here = local(at, zone)
    if quiet.weekends and here.isoweekday() in (6, 7):
        return True
    length = (quiet.ends.hour - quiet.starts.hour) % 24
    return (here.hour - quiet.starts.hour) % 24 < length


@given(instants, zones, quiets)
def test_nothing_leaves_in_quiet_hours_and_nothing_waits_longer_than_it_must(
    at: datetime.datetime, zone: str, quiet: Quiet
) -> None:
    clock = Clock(zone, quiet)
    alone = outbox.plan(Way.ALONE, at, clock)
    assert alone >= at and not is_quiet(alone, zone, quiet)
    assert (alone == at) == (not is_quiet(at, zone, quiet))
    assert alone - at <= 5 * DAY
    assert outbox.plan(Way.URGENT, at, clock) == at


@given(instants, zones, quiets)
def test_the_daily_mail_leaves_once_a_day_outside_quiet_hours(at: datetime.datetime, zone: str, quiet: Quiet) -> None:
    clock, when, leaves = Clock(zone, quiet), at, []
    for _ in range(10):
        when = outbox.plan(Way.BUNDLED, when, clock)
        leaves.append(when)
        when += datetime.timedelta(seconds=1)
    assert leaves[0] >= at and leaves[0] - at <= 4 * DAY
    assert max(Counter(local(one, zone).date() for one in leaves).values()) == 1
    if zone != "Atlantic/Azores":
        assert not [one for one in leaves if is_quiet(one, zone, quiet)]


@given(instants, st.integers(1, 3 * 24 * 60), zones, quiets)
def test_what_is_due_later_never_leaves_earlier(at: datetime.datetime, minutes: int, zone: str, quiet: Quiet) -> None:
    later, clock = at + datetime.timedelta(minutes=minutes), Clock(zone, quiet)
    for way in Way:
        assert outbox.plan(way, at, clock) <= outbox.plan(way, later, clock)


def test_the_pauses_grow_to_six_hours() -> None:
    pauses = [outbox.pause(number) for number in range(1, outbox.MOST_ATTEMPTS)]
    assert pauses == sorted(pauses) and pauses[0] == datetime.timedelta(minutes=1) and pauses[-1] == 6 * HOUR
    assert DAY < sum(pauses, datetime.timedelta()) < 2 * DAY
