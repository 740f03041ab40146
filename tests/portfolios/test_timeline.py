"""One line of all that one has, or that somebody shares, with search and filters."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.models import Placement, Reading, Shareable
from portfolios.actions import plan
from portfolios.models import Experience
from tests import factories
from tests.factories import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def url(name: str, *codes: str) -> str:
    return reverse(f"portfolios:{name}", args=codes)


@pytest.fixture
def filled(cast):
    """Four experiences and two goals of Noor; one experience of Teun, which must never show."""
    today = timezone.localdate()
    cast.place = Placement.objects.create(person=cast.noor, organisation=cast.duinhof, starts_on=today - 90 * DAY)
    together = cast.portfolio.framework_version.competencies.get(key="together")
    give = {"into": cast.experiences}
    factories.experience(cast.noor, "Oud", happened_on=today - 40 * DAY, kind="work", **give)
    factories.experience(cast.noor, "Plek", happened_on=today - 30 * DAY, placement=cast.place, **give)
    factories.experience(cast.noor, "Samen", happened_on=today - 20 * DAY, competencies=[together], **give)
    factories.experience(cast.noor, "Concept", happened_on=today - 10 * DAY, reflection="Een zeldzaam woord")
    cast.goal = factories.goal(cast.portfolio, "Doel nu", why="Een zeldzaam woord")
    cast.reached = factories.goal(cast.portfolio, "Doel gehaald")
    plan.reach(cast.reached, by=cast.noor)
    cast.together, cast.today = together, today
    factories.experience(cast.teun, "Van Teun")
    return cast


def titles(page) -> list[str]:
    return [one["piece"].title for one in page.context["moments"]]


def test_competencies_stand_beside_each_in_the_order_of_their_framework(filled, sign_in):
    """However they were linked, in the reader's language; and none beside what has none."""
    words = filled.portfolio.framework_version.competencies.get(key="words")
    both = factories.experience(filled.noor, "Beide", into=filled.experiences, competencies=[words, filled.together])
    rows = {one.title: one.tags for one in Experience.objects.filter(section=filled.experiences.pk).for_list()}
    assert rows == {"Beide": [filled.together.names, words.names], "Samen": [filled.together.names]} | dict.fromkeys(
        ("Oud", "Plek")
    )
    noor = sign_in(filled.noor)
    shown = '<li class="tag">Samenwerken</li><li class="tag">Communiceren</li>'
    for page in (url("timeline"), url("section", filled.experiences.code), url("experience", both.code)):
        assert shown in noor.get(page).content.decode(), page


def test_everything_stands_on_one_line_the_latest_first(filled, sign_in):
    page = sign_in(filled.noor).get(url("timeline"))
    assert titles(page) == ["Doel gehaald", "Doel nu", "Concept", "Samen", "Plek", "Oud"]
    assert "6 momenten" in page.content.decode()


def test_each_filter_leaves_out_what_does_not_fit(filled, sign_in):
    noor, day = sign_in(filled.noor), lambda back: (filled.today - back * DAY).isoformat()
    asked = {
        "kind=work": ["Oud"],
        "kind=goal": ["Doel gehaald", "Doel nu"],
        f"competency={filled.together.pk}": ["Samen"],
        f"placement={filled.place.pk}": ["Plek"],
        f"since={day(20)}": ["Doel gehaald", "Doel nu", "Concept", "Samen"],
        f"until={day(30)}": ["Plek", "Oud"],
        f"since={day(30)}&until={day(20)}": ["Samen", "Plek"],
        "q=ZELDZAAM": ["Doel nu", "Concept"],
        "q=zeldzaam&kind=goal": ["Doel nu"],
        f"kind=goal&competency={filled.together.pk}": [],
        "q=nergens": [],
        "kind=nonsense&since=gisteren&competency=x": ["Doel gehaald", "Doel nu", "Concept", "Samen", "Plek", "Oud"],
    }
    assert {words: titles(noor.get(f"{url('timeline')}?{words}")) for words in asked} == asked


def test_of_another_one_sees_what_is_shared_and_it_is_no_reading(filled, sign_in):
    joris, there = sign_in(filled.joris), url("timeline_of", filled.noor.code)
    assert joris.get(there).status_code == 404
    factories.grant(filled.goal, filled.joris)
    assert titles(joris.get(there)) == ["Doel nu"]
    factories.grant(filled.experiences, filled.joris)
    page = joris.get(there)
    assert titles(page) == ["Doel nu", "Samen", "Plek", "Oud"]
    assert "placement" not in page.context["form"].fields and "loose" not in page.context
    assert titles(joris.get(there, {"kind": "loose"})) == ["Doel nu", "Samen", "Plek", "Oud"], "not theirs to ask"
    assert not Reading.objects.exists()
    assert sign_in(filled.teun).get(there).status_code == 404


@pytest.mark.parametrize("many", [5, 5000])
def test_the_same_questions_for_five_and_for_five_thousand(cast, sign_in, many):
    factories.goal(cast.portfolio)
    first = factories.experience(cast.noor, "Eerste", into=cast.experiences)
    kind = {"kind": "item", "owner": cast.noor, "parent": cast.experiences.shareable}
    pieces = Shareable.objects.bulk_create(Shareable(title=f"Ervaring {n}", **kind) for n in range(many - 1))
    Experience.objects.bulk_create(
        Experience(shareable=one, section=cast.experiences, happened_on=first.happened_on - number % 900 * DAY)
        for number, one in enumerate(pieces)
    )
    noor, asked = sign_in(cast.noor), {}
    for words in ("", "?q=ervaring", "?kind=loose"):
        with CaptureQueriesContext(connection) as queries:
            page = noor.get(url("timeline") + words)
        assert page.context["page"].paginator.count >= many - 1
        asked[words] = len(queries)
    assert asked == {"": 9, "?q=ervaring": 8, "?kind=loose": 8}


def test_what_was_changed_last_comes_first_wherever_it_lies(cast):
    """Of the owner alone, drafts and placed ones together."""
    now = timezone.now()
    rows = [
        factories.experience(cast.noor, f"Ding {n}", into=(cast.experiences, cast.plan, None)[n % 3]) for n in range(7)
    ]
    for number, one in enumerate(rows):
        Experience.objects.filter(pk=one.pk).update(updated_at=now - number * DAY)
    factories.experience(cast.teun, "Van Teun")
    found = Experience.objects.select_related("shareable").last_changed(cast.noor, 5)
    assert [one.title for one in found] == [f"Ding {n}" for n in range(5)]
