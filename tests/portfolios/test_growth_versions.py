"""After going over to another version of the framework: levels stand where they were given, or where a published
mapping says what their competency became (P4, P5)."""

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.charts import Levels
from portfolios import drawings, growth, pdfs
from portfolios.actions import adopting
from portfolios.actions import growth as actions
from portfolios.models import Competency, FrameworkMapping, FrameworkVersion, Rating
from tests import factories
from tests.factories import DAY
from tests.portfolios.test_growth import ROWS

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OLD = ("Samenwerken", "Communiceren")  # of the version that the portfolio opened with, with three levels
Becomes = dict[str, list[str]]


@pytest.fixture
def here(cast):
    cast.levels = factories.section(cast.portfolio, "competencies")
    cast.older = cast.portfolio.framework_version
    cast.together, cast.words = cast.older.competencies.order_by("position")
    return cast


def go_over(here: SimpleNamespace, becomes: Becomes, *, number: int = 2, levels: int = 3) -> FrameworkVersion:
    """To a version with the competencies nieuw-1 to nieuw-3 and so many levels."""
    here.portfolio.refresh_from_db()
    before = here.portfolio.framework_version
    facts = {"framework": before.framework, "digest": "0" * 64, "source": {}, "published_at": timezone.now()}
    scale = (here.older.levels * 2)[:levels]
    newer = FrameworkVersion.objects.create(number=number, levels=scale, size=3, **facts)
    for place in range(3):
        words = {"nl": f"Nieuw {place + 1} van {number}", "en": "New"}
        Competency.objects.create(version=newer, key=f"new-{place + 1}", names=words, position=place)
    map_to(before, newer, becomes)
    adopting.adopt(here.portfolio, newer, by=here.noor)
    return newer


def map_to(older: FrameworkVersion, newer: FrameworkVersion, becomes: Becomes) -> None:
    source = {"entries": [{"from": key, "to": to} for key, to in becomes.items()]}
    facts = {"digest": "0" * 64, "published_at": timezone.now()}
    FrameworkMapping.objects.create(older=older, newer=newer, source=source, **facts)


def tracks(chart: Levels | None) -> list[str]:
    return [one.label for one in chart.tracks] if chart else []


def drawn(here: SimpleNamespace) -> drawings.Drawn:
    return drawings.of(here.levels, timezone.now())


def test_what_became_exactly_one_other_comes_over_with_its_levels(here):
    actions.rate(here.levels, {here.together: 2, here.words: 1}, by=here.noor, at=timezone.now() - 100 * DAY)
    newer = go_over(here, {"together": ["new-1"], "words": []})
    first = newer.competencies.get(key="new-1")
    actions.rate(here.levels, {first: 3}, by=here.noor)
    found = drawn(here)
    assert tracks(found.over_time) == ["Nieuw 1 van 2"]
    assert [level for level in found.over_time.tracks[0].own if level is not None] == [2, 3]
    assert [(one.framework, tracks(one.over_time)) for one in found.earlier] == [(here.older, ["Communiceren"])]
    assert found.carried == [here.older]
    assert Rating.objects.count() == 3, "nothing is rewritten"


@pytest.mark.parametrize(
    ("becomes", "levels"),
    [
        ({"together": ["new-1", "new-2"], "words": []}, 3),  # one level would become two
        ({"together": ["new-1"], "words": ["new-1"]}, 3),  # two levels would become one
        ({"together": ["new-1"], "words": ["new-2"]}, 2),  # a 3 is no level of the new scale
        ({"together": ["new-1"], "words": ["new-2"]}, 4),  # and 3 of 3 is not 3 of 4
    ],
)
def test_what_is_split_merged_or_on_another_scale_stands_apart_on_its_own_scale(here, sign_in, becomes, levels):
    actions.rate(here.levels, {here.together: 3, here.words: 3}, by=here.noor)
    newer = go_over(here, becomes, levels=levels)
    found = drawn(here)
    assert found.over_time is None and not found.radars and not found.carried
    assert [(tracks(one.over_time), one.over_time.most) for one in found.earlier] == [(list(OLD), 3)]
    page = sign_in(here.noor).get(reverse("portfolios:section", args=[here.levels.code])).content.decode()
    assert f"Niveaus in {here.older}" in page and "Communiceren" in page
    assert "Niveaus in" not in page.replace(f"Niveaus in {here.older}", ""), str(newer)


def test_the_radar_shows_the_competencies_of_now_alone_on_the_scale_of_now(here):
    actions.rate(here.levels, {here.together: 3, here.words: 3}, by=here.noor)
    newer = go_over(here, {"together": [], "words": []}, levels=2)
    actions.rate(here.levels, dict.fromkeys(newer.competencies.all(), 2), by=here.noor)
    radar = drawn(here).radars[0][1]
    assert [axis.label for axis in radar.axes] == [f"Nieuw {n} van 2" for n in (1, 2, 3)] and radar.most == 2
    assert all((axis.own or 0) <= radar.most for axis in radar.axes)


def test_two_versions_back_comes_over_only_by_a_mapping_of_its_own(here):
    actions.rate(here.levels, {here.together: 2}, by=here.noor)
    go_over(here, {"together": ["new-1"], "words": []})
    newest = go_over(here, {f"new-{n}": [f"new-{n}"] for n in (1, 2, 3)}, number=3)
    assert [one.framework for one in drawn(here).earlier] == [here.older]
    map_to(here.older, newest, {"together": ["new-2"], "words": []})
    found = drawn(here)
    assert tracks(found.over_time) == ["Nieuw 2 van 3"] and not found.earlier


def test_both_on_one_day_counts_what_was_given_in_the_version_of_now(here):
    for person in (here.noor, here.joris):
        factories.grant(here.levels, here.joris, right="assess")
        actions.rate(here.levels, {here.together: 3}, by=person)
    newer = go_over(here, {"together": ["new-1"], "words": []})
    for person in (here.noor, here.joris):
        actions.rate(here.levels, {newer.competencies.get(key="new-1"): 1}, by=person)
    track = drawn(here).over_time.tracks[0]
    assert (track.own[-1], track.other[-1]) == (1, 1)


def test_page_and_paper_show_the_same(here, sign_in):
    actions.rate(here.levels, {here.together: 2, here.words: 1}, by=here.noor)
    go_over(here, {"together": ["new-1"], "words": []})
    page = sign_in(here.noor).get(reverse("portfolios:section", args=[here.levels.code])).content.decode()
    paper = pdfs.portfolio([here.levels], reader=here.noor, at=timezone.now())[1].html
    for shown in (page, paper):
        assert "Nieuw 1 van 2" in shown and f"Niveaus in {here.older}" in shown and "Communiceren" in shown
        assert f"Ook de niveaus uit {here.older}" in shown
        assert "Samenwerken" not in shown.partition(f"Niveaus in {here.older}")[2], "it came over"


@given(ROWS, st.dictionaries(st.integers(1, 3), st.integers(2, 4), max_size=2))
def test_coming_over_invents_no_level(rows, becomes):
    moved = growth.as_now(rows, becomes)
    assert {(one.level, one.who, one.on, one.is_own) for one in moved} <= {
        (one.level, one.who, one.on, one.is_own) for one in rows
    }
    keys = [(one.competency, one.who, one.is_own, one.on) for one in moved]
    assert len(keys) == len(set(keys)), "one level a day of each person"
    as_given: Any = [one for one in rows if one.competency not in becomes]
    assert all(one in moved for one in as_given), "what was given in the version of now stays"


@pytest.mark.parametrize("many", [1, 3, 300])
def test_earlier_levels_ask_as_much_at_each_number(here, sign_in, many):
    people = [factories.person(f"Beoordelaar{n}") for n in range(min(many, 30))]
    Rating.objects.bulk_create(
        Rating(section=here.levels, competency=one, by=who, level=2, rated_on=timezone.localdate() - n * DAY)
        for (n, who), one in itertools.product(
            itertools.islice(enumerate(itertools.cycle(people)), many), (here.together, here.words)
        )
    )
    go_over(here, {"together": ["new-1"], "words": []})
    browser = sign_in(here.noor)
    browser.get("/")
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(reverse("portfolios:section", args=[here.levels.code])).content.decode()
    assert "Nieuw 1 van 2" in page and "Communiceren" in page
    assert len(asked) == 12
