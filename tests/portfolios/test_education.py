"""Education, certificates and time: light, calm, without an alarm (P10)."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.models import ToDo
from portfolios import timeshare
from portfolios.actions import education as actions
from portfolios.models import Certificate, Lesson, Section, Week
from portfolios.models.quarters import Quarter
from tests import factories

DAY = factories.DAY


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


@pytest.fixture
def section(cast) -> Section:
    return factories.standard_section(cast.portfolio, "education")


def log(section: Section, day: datetime.date, work: float, growth: float) -> Week:
    return actions.log_week(section, day, work=Decimal(work), growth=Decimal(growth), by=section.shareable.owner)


# --- The arithmetic -------------------------------------------------------------------------

weeks = st.lists(
    st.builds(
        Week,
        monday=st.dates(datetime.date(2024, 1, 1), datetime.date(2027, 12, 27)),
        work=st.decimals(0, 84, places=1),
        growth=st.decimals(0, 84, places=1),
    ),
    max_size=30,
)


@given(rows=weeks)
def test_no_hour_is_lost_or_counted_twice(rows):
    shares = timeshare.by_quarter(rows)
    assert sum((one.work for one in shares), Decimal()) == sum((one.work for one in rows), Decimal())
    assert sum((one.growth for one in shares), Decimal()) == sum((one.growth for one in rows), Decimal())
    assert sum(one.weeks for one in shares) == len(rows)
    assert [one.quarter for one in shares] == sorted({Quarter.of(one.monday) for one in rows}, reverse=True)
    for one in shares:
        assert one.part is None if one.total == 0 else 0 <= one.part <= 1


@given(rows=weeks, on=st.dates(datetime.date(2024, 4, 1), datetime.date(2028, 1, 31)))
def test_a_topic_is_of_a_whole_quarter_with_enough_weeks_and_under_a_tenth(rows, on):
    topic = timeshare.to_talk_about(timeshare.by_quarter(rows), on)
    before = Quarter.of(on).before
    there = [one for one in rows if Quarter.of(one.monday) == before]
    work, growth = sum(one.work for one in there), sum(one.growth for one in there)
    expected = len(there) >= 4 and work + growth > 0 and 10 * growth < work + growth
    assert bool(topic) == expected
    assert not topic or topic.quarter.last_day < on


@pytest.mark.parametrize(("growth", "is_topic"), [(3.9, True), (4, False), (8, False), (20, False)])
def test_a_tenth_itself_is_enough(growth, is_topic):
    monday = datetime.date(2027, 1, 4)
    rows = [Week(monday=monday + n * 7 * DAY, work=Decimal(40 - growth), growth=Decimal(growth)) for n in range(4)]
    found = timeshare.to_talk_about(timeshare.by_quarter(rows), datetime.date(2027, 4, 1))
    assert bool(found) == is_topic
    assert not timeshare.to_talk_about(timeshare.by_quarter(rows), datetime.date(2027, 3, 31)), "not before it is over"
    assert not timeshare.to_talk_about(timeshare.by_quarter(rows[:3]), datetime.date(2027, 4, 1)), "too few weeks"


# --- The log --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_two_numbers_a_week_any_day_of_it_and_the_newer_figures_stay(cast, section, sign_in):
    noor, day = sign_in(cast.noor), timezone.localdate()
    noor.post(url("week_log"), {"day": day.isoformat(), "work": "40", "growth": "2"})
    monday = day - day.weekday() * DAY
    noor.post(url("week_log"), {"day": monday.isoformat(), "work": "36", "growth": "4"})
    row = Week.objects.get()
    assert (row.monday, row.work, row.growth) == (monday, 36, 4)
    page = noor.get(url("section", section.code)).content.decode()
    assert "10% van de uren" in page and "<table" in page and "4 van 40 uur" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"work": "169"}, {"work": "-1"}, {"growth": ""}, {"work": "150", "growth": "30"}, {"day": "2999-01-01"}]
)
def test_impossible_hours_are_refused_in_words(cast, section, sign_in, wrong):
    form = {"day": timezone.localdate().isoformat(), "work": "36", "growth": "4"} | wrong
    assert sign_in(cast.noor).post(url("week_log"), form).status_code == 422
    assert not Week.objects.exists()


@pytest.mark.both
@pytest.mark.django_db
def test_the_database_keeps_a_week_within_its_hours_and_once(cast, section):
    log(section, timezone.localdate(), 36, 4)
    monday = Week.objects.get().monday
    bad = [{"monday": monday}, {"work": 150, "growth": 30}, {"work": -1}]
    for fields in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            given_fields = {"monday": monday - 7 * DAY, "work": 36, "growth": 4} | fields
            Week.objects.create(section=section, **given_fields)
    assert Week.objects.count() == 1


@pytest.mark.django_db
def test_a_quarter_below_the_advice_is_a_topic_for_the_owner_alone(cast, section, sign_in):
    before = Quarter.of(timezone.localdate()).before
    for number in range(4):
        log(section, before.first_day + (7 + 7 * number) * DAY, 39, 1)
    factories.grant(section, cast.joris)
    mine = sign_in(cast.noor).get(url("section", section.code)).content.decode()
    theirs = sign_in(cast.joris).get(url("section", section.code)).content.decode()
    assert "volgende gesprek" in mine and "volgende gesprek" not in theirs and "van 160 uur" in theirs
    assert not ToDo.objects.exists(), "never an alarm"


# --- Education and certificates -------------------------------------------------------------


@pytest.mark.django_db
def test_education_is_written_changed_and_taken_away(cast, section, sign_in):
    noor, day = sign_in(cast.noor), timezone.localdate().isoformat()
    form = {"title": "Sepsis", "kind": "patient", "followed_on": day, "learned": ""}
    for _press in range(2):
        noor.post(url("lesson_new"), form)
    row = Lesson.objects.get()
    noor.post(url("lesson_edit", row.code), form | {"kind": "across"})
    assert "DOO" in noor.get(url("section", section.code)).content.decode()
    noor.post(url("lesson_remove", row.code))
    assert not Lesson.objects.exists()
    assert noor.post(url("lesson_new"), form | {"followed_on": "2999-01-01"}).status_code == 422


def paper(section: Section, until: datetime.date | None, **fields) -> Certificate:
    facts = {"title": "Reanimatie", "issuer": "Duinhof", "issued_on": datetime.date(2026, 1, 2), "is_minded": True}
    return actions.keep_certificate(section, facts | {"valid_until": until} | fields, by=section.shareable.owner)


@pytest.mark.django_db
def test_a_certificate_asks_for_a_look_two_months_before_it_ends(cast, section):
    until = timezone.localdate() + 200 * DAY
    one = paper(section, until)
    todo = ToDo.objects.get(about=one.code)
    assert (todo.receiver, todo.opens_on, todo.due_on) == (cast.noor, until - 60 * DAY, None)
    facts = {"valid_until": until + 365 * DAY, "is_minded": True}
    actions.keep_certificate(section, facts, by=cast.noor, certificate=one)
    todo.refresh_from_db()
    assert todo.opens_on == until + 305 * DAY and todo.done_at is None
    actions.keep_certificate(section, facts | {"is_minded": False}, by=cast.noor, certificate=one)
    todo.refresh_from_db()
    assert todo.done_at is not None
    paper(section, None, title="Zonder einde")
    assert ToDo.objects.filter(done_at=None).count() == 0
    again = paper(section, until, title="Weg")
    actions.remove_certificate(again, by=cast.noor)
    assert ToDo.objects.filter(done_at=None).count() == 0


@pytest.mark.django_db
def test_what_ended_is_said_in_the_past(cast, section, sign_in):
    paper(section, timezone.localdate() - DAY)
    page = sign_in(cast.noor).get(url("section", section.code)).content.decode()
    assert "was geldig tot en met" in page
    form = {"title": "BLS", "issuer": "D", "issued_on": "2026-02-01", "valid_until": "2026-01-01"}
    answer = sign_in(cast.noor).post(url("certificate_new"), form)
    assert answer.status_code == 422 and Certificate.objects.count() == 1


@pytest.mark.django_db
def test_who_reads_the_section_has_no_way_to_change_it(cast, section, sign_in):
    one, lesson = (
        paper(section, None),
        actions.keep_lesson(
            section, {"title": "Les", "kind": "theme", "followed_on": timezone.localdate()}, by=cast.noor
        ),
    )
    factories.grant(section, cast.joris)
    joris = sign_in(cast.joris)
    page = joris.get(url("section", section.code)).content.decode()
    assert "Reanimatie" in page and "/edit/" not in page
    for name, code in (("certificate_edit", one.code), ("lesson_edit", lesson.code)):
        assert joris.get(url(name, code)).status_code == 404
    for act in (
        lambda: actions.log_week(section, timezone.localdate(), work=Decimal(1), growth=Decimal(1), by=cast.joris),
        lambda: actions.remove_lesson(lesson, by=cast.joris),
        lambda: actions.remove_certificate(one, by=cast.joris),
    ):
        with pytest.raises(ValueError):
            act()
    assert (Week.objects.count(), Lesson.objects.count(), Certificate.objects.count()) == (0, 1, 1)


@pytest.mark.django_db
def test_the_section_asks_the_same_at_1_3_and_300_rows(cast, section, sign_in):
    browser, asked = sign_in(cast.noor), {}
    monday = timezone.localdate() - timezone.localdate().weekday() * DAY
    for many in (1, 3, 300):
        there = Lesson.objects.count()
        facts = {"section": section, "kind": "theme", "followed_on": monday}
        Lesson.objects.bulk_create(Lesson(title=f"Les {n}", **facts) for n in range(there, many))
        papers = {"section": section, "issuer": "Duinhof", "issued_on": monday}
        Certificate.objects.bulk_create(Certificate(title=f"Bewijs {n}", **papers) for n in range(there, many))
        Week.objects.bulk_create(
            Week(section=section, monday=monday - n * 7 * DAY, work=36, growth=4) for n in range(there, many)
        )
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(url("section", section.code))
        assert len(page.context["lessons"]) == min(many, 20)
        asked[many] = len(queries)
    assert len(set(asked.values())) == 1 and asked[1] <= 16, asked
