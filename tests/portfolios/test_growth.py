"""Levels of the owner and of assessors, apart, over time (P5)."""

import datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.models import Notification
from portfolios import growth
from portfolios.actions import growth as actions
from portfolios.growth import Given
from portfolios.models import Rating
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ON = datetime.date(2027, 1, 31)


def url(name: str, *codes: str) -> str:
    return reverse(f"portfolios:{name}", args=codes)


@pytest.fixture
def here(cast):
    cast.competencies = factories.section(cast.portfolio, "competencies")
    cast.together, cast.words = cast.portfolio.framework_version.competencies.order_by("position")
    return cast


def test_the_owner_rates_and_sees_it_in_a_drawing_and_a_table(here, sign_in):
    noor = sign_in(here.noor)
    page = noor.post(url("rate", here.competencies.code), {f"c{here.together.pk}": "2", f"c{here.words.pk}": ""})
    assert page.status_code == 302
    assert list(Rating.objects.values_list("competency", "level", "by")) == [(here.together.pk, 2, here.noor.pk)]
    shown = noor.get(url("section", here.competencies.code)).content.decode()
    assert "<svg" in shown and "Samenwerken" in shown and "<td" in shown and "2,0" in shown
    assert "Kijkt mee" in shown, "the words of the levels"
    noor.post(url("rate", here.competencies.code), {f"c{here.together.pk}": "3"})
    assert [one.level for one in Rating.objects.all()] == [3], "once a day: the last counts"


def test_nothing_chosen_says_so_and_nothing_is_kept(here, sign_in):
    page = sign_in(here.noor).post(url("rate", here.competencies.code), {f"c{here.together.pk}": ""})
    assert page.status_code == 422 and not Rating.objects.exists()
    page = sign_in(here.noor).post(url("rate", here.competencies.code), {f"c{here.together.pk}": "4"})
    assert page.status_code == 422 and not Rating.objects.exists(), "the framework has three levels"
    with pytest.raises(ValueError, match="level"):
        actions.rate(here.competencies, {here.together: 4}, by=here.noor)


def test_only_who_may_assess_gives_levels_and_the_owner_is_told(here, sign_in):
    factories.grant(here.competencies, here.joris, right="assess")
    factories.grant(here.competencies, here.amina, right="comment")
    sent = {f"c{here.together.pk}": "3"}
    for person, status in ((here.joris, 302), (here.amina, 403), (here.teun, 404)):
        assert sign_in(person).post(url("rate", here.competencies.code), sent).status_code == status
    assert Rating.objects.get().by == here.joris
    told = Notification.objects.get(receiver=here.noor, kind="portfolios.assessed")
    assert told.args == {"who": here.joris.code}
    with pytest.raises(actions.Refused):
        actions.rate(here.competencies, {here.together: 1}, by=here.amina)
    factories.withdrawn_grant(here.competencies, here.teun)
    with pytest.raises(actions.Refused):
        actions.rate(here.competencies, {here.together: 1}, by=here.teun)


def test_a_reader_sees_both_apart_but_not_who_gave_what_nor_what_is_said_to_the_owner(here, sign_in):
    factories.grant(here.competencies, here.joris, right="assess")
    factories.grant(here.competencies, here.amina)
    actions.rate(here.competencies, {here.together: 1}, by=here.noor)
    actions.rate(here.competencies, {here.together: 3}, by=here.joris)
    noor = sign_in(here.noor).get(url("section", here.competencies.code)).content.decode()
    amina = sign_in(here.amina).get(url("section", here.competencies.code)).content.decode()
    assert "beoordelaars zien meer dan jij" in noor and here.joris.full_name in noor
    assert "1,0" in amina and "3,0" in amina
    assert here.joris.full_name not in amina and "Wat opvalt" not in amina
    assert "%" not in noor.split("<main")[1].split("</main")[0], "no percentage anywhere"


def test_other_sections_have_no_levels(here, sign_in):
    assert sign_in(here.noor).get(url("rate", here.plan.code)).status_code == 404


# --- Figures --------------------------------------------------------------------------------

GIVEN = st.builds(
    Given,
    competency=st.integers(1, 3),
    level=st.integers(1, 5),
    on=st.dates(ON - datetime.timedelta(days=900), ON),
    who=st.integers(1, 3),
    is_own=st.booleans(),
)
# One level a day of each person for each competency, as the database has it.
ROWS = st.lists(
    GIVEN, max_size=40, unique_by=lambda one: (one.is_own, 0 if one.is_own else one.who, one.competency, one.on)
)


@given(ROWS)
def test_own_and_others_are_never_mixed(rows):
    quarters = growth.periods(rows)
    alone = {one.competency: one for one in growth.courses([row for row in rows if row.is_own], quarters, ON)}
    for course in growth.courses(rows, quarters, ON):
        mine = alone.get(course.competency)
        assert course.own == (mine.own if mine else None)
        assert course.own_by_period == (mine.own_by_period if mine else (None,) * len(quarters))
        assert len(course.other_by_period) == len(quarters) <= growth.PERIODS
        for level in (course.own, course.other, *course.own_by_period, *course.other_by_period):
            assert level is None or 1 <= level <= 5
        assert (course.other is None) == (course.sources == 0)


@given(ROWS)
def test_what_stands_out_is_little_and_true(rows):
    found = growth.findings(rows, ON)
    assert len(found) <= 3 and len({(one.kind, one.competency) for one in found}) == len(found)
    for one in found:
        mine = sorted((row for row in rows if row.is_own and row.competency == one.competency), key=lambda row: row.on)
        assert one.now == max(mine, key=lambda row: row.on).level
        if one.kind == "more":
            assert one.other - one.now >= growth.APART
        elif one.kind == "less":
            assert one.now - one.other >= growth.APART
        elif one.kind == "grown":
            assert one.now > one.before and one.since == mine[0].on
        else:
            assert {row.level for row in mine} == {one.now} and mine[-1].on - mine[0].on >= growth.YEAR


def test_an_assessor_counts_once_and_not_for_ever():
    day = datetime.timedelta(days=1)
    rows = [
        Given(1, 1, ON - 20 * day, 7, False),
        Given(1, 3, ON - 10 * day, 7, False),
        Given(1, 5, ON - 5 * day, 8, False),
        Given(1, 1, ON - 400 * day, 9, False),
    ]
    course = growth.courses(rows, [], ON)[0]
    assert (course.other, course.sources) == (4, 2)
