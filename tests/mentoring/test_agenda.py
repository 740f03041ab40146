"""From the portfolio to the agenda of a next conversation: suggested to its owner alone, who decides (P5, P10)."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mentoring import kinds
from mentoring.actions import conversations, tracks
from mentoring.actions.conversations import Refused
from mentoring.models import Conversation, Point
from portal.models import ToDo
from portfolios import timeshare
from portfolios.actions import education, growth
from portfolios.models import Portfolio, Week
from portfolios.models.quarters import Quarter
from tests import factories

pytestmark = pytest.mark.django_db
HERE = "/mentoring/agenda/"


@pytest.fixture
def talk(cast) -> Conversation:
    tracks.begin(cast.noor.guides.get(other=cast.joris))
    return Conversation.objects.whole().get(track__relation__other=cast.joris)


def points(talk: Conversation) -> list[str]:
    return list(Point.objects.filter(conversation=talk.pk).values_list("text", flat=True))


def page(browser, talk: Conversation) -> str:
    return browser.get(reverse("mentoring:conversation", args=[talk.code])).content.decode()


def log(portfolio: Portfolio, growth: str, *, weeks: int = 4, ago: int = 1) -> Quarter:
    """Weeks of 40 hours in a quarter before this one."""
    section, quarter = factories.standard_section(portfolio, "education"), Quarter.of(timezone.localdate())
    for _step in range(ago):
        quarter = quarter.before
    for number in range(weeks):
        day = quarter.first_day + datetime.timedelta(days=7 + 7 * number)
        education.log_week(section, day, work=Decimal(40) - Decimal(growth), growth=Decimal(growth), by=portfolio.owner)
    return quarter


def subject(quarter: Quarter) -> str:
    return f"Tijd voor mijn eigen ontwikkeling in kwartaal {quarter.number} van {quarter.year}"


def test_little_time_for_development_is_suggested_to_its_owner_alone(cast, talk, sign_in):
    words = subject(log(cast.portfolio, "3"))
    factories.grant(factories.standard_section(cast.portfolio, "education"), cast.joris)
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    shown = page(noor, talk)
    assert words in shown and "dr. Proef ziet het" in shown
    assert words not in page(joris, talk), "who reads the hours is not told what to make of them"
    assert noor.post(HERE, {"text": words, "conversation": talk.code}).url.endswith(f"{talk.code}/")
    assert points(talk) == [words] and words in page(joris, talk)
    assert noor.get(reverse("mentoring:conversation", args=[talk.code])).context["suggestions"] == []
    conversations.set_points(talk, [], by=cast.noor)
    assert words in page(noor, talk), "the owner decides again"
    assert not ToDo.objects.exclude(kind__in=(kinds.PLAN, kinds.SILENT)).exists(), "never an alarm"


@pytest.mark.parametrize(
    ("growth", "weeks", "ago"),
    [("4", 4, 1), ("3", 3, 1), ("3", 4, 0), ("3", 4, 2)],
    ids=["10 %", "3 weeks", "now", "old"],
)
def test_enough_time_or_too_few_weeks_or_another_quarter_suggest_nothing(cast, talk, sign_in, growth, weeks, ago):
    log(cast.portfolio, growth, weeks=weeks, ago=ago)
    answer = sign_in(cast.noor).get(reverse("mentoring:conversation", args=[talk.code]))
    assert answer.context["suggestions"] == []


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=14))
def test_a_topic_is_less_than_a_tenth_of_all_hours_of_four_weeks_or_more(weeks):
    quarter = Quarter(2026, 2)
    rows = [
        Week(monday=quarter.first_day + datetime.timedelta(days=5 + 7 * n), work=Decimal(work), growth=Decimal(grown))
        for n, (work, grown) in enumerate(weeks[:12])
    ]
    found = timeshare.to_talk_about(timeshare.by_quarter(rows), datetime.date(2026, 8, 1))
    grown, total = sum(row.growth for row in rows), sum(row.growth + row.work for row in rows)
    assert (found is not None) == (len(rows) >= 4 and total > 0 and 10 * grown < total)


def test_a_supervisor_with_little_time_reads_nothing_of_it_in_the_conversation_of_another(cast, talk, sign_in):
    words = subject(log(factories.portfolio(cast.joris), "1"))
    conversations.set_points(talk, ["Overdracht"], by=cast.noor)
    assert words not in page(sign_in(cast.joris), talk) and words not in page(sign_in(cast.noor), talk)


def test_what_stands_out_goes_to_the_agenda_by_a_button(cast, talk, sign_in):
    together = cast.portfolio.framework_version.competencies.get(key="together")
    levels, reader = factories.section(cast.portfolio, "competencies"), cast.joris
    factories.grant(levels, reader, right="assess")
    for person, level in ((cast.noor, 1), (reader, 3)):
        growth.rate(levels, {together: level}, by=person)
    noor, address = sign_in(cast.noor), reverse("portfolios:section", args=[levels.code])
    shown = noor.get(address).content.decode()
    heading = noor.get(address).context["findings"][0][0]
    assert f'action="{HERE}"' in shown and f'name="text" value="{heading}"' in shown
    assert HERE not in sign_in(reader).get(address).content.decode()
    asked = noor.post(HERE, {"text": heading}).content.decode()
    assert f'value="{heading}"' in asked and "dr. Proef ziet het" in asked
    assert points(talk) == [], "first who will see it, then the button"
    noor.post(HERE, {"text": "Samenwerken", "conversation": talk.code})
    assert points(talk) == ["Samenwerken"], "in one's own words"


def test_each_coming_conversation_has_a_button_and_others_are_absent(cast, talk, sign_in):
    farah = factories.relation(cast.noor, cast.farah)
    for relation in (factories.relation(cast.teun, cast.joris), farah):
        tracks.begin(relation)
    theirs = Conversation.objects.select_related("shareable").get(shareable__owner=cast.teun)
    noor = sign_in(cast.noor)
    assert {one.other for one in noor.get(HERE).context["page"]} == {cast.joris, cast.farah}
    for code in (theirs.code, "zzzzzzzzzzzz"):
        assert noor.post(HERE, {"text": "Iets", "conversation": code}).status_code == 404
    assert sign_in(cast.joris).post(HERE, {"text": "Iets", "conversation": talk.code}).status_code == 404
    conversations.hold(talk, on=timezone.localdate(), by=cast.noor)
    assert noor.post(HERE, {"text": "Iets", "conversation": talk.code}).status_code == 404, "it is no longer to come"
    assert not Point.objects.exists()


def test_five_are_enough_twice_is_once_and_empty_is_nothing(cast, talk, sign_in):
    noor = sign_in(cast.noor)
    assert noor.post(HERE, {"text": " ", "conversation": talk.code}).status_code == 422
    for number in (1, 2, 2, 3, 4, 5):
        noor.post(HERE, {"text": f"Punt {number}", "conversation": talk.code})
    assert points(talk) == [f"Punt {number}" for number in range(1, 6)]
    answer = noor.post(HERE, {"text": "Punt 6", "conversation": talk.code})
    assert answer.status_code == 422 and "Punt 6" in answer.content.decode() and len(points(talk)) == 5
    words = subject(log(cast.portfolio, "1"))
    assert words not in page(noor, talk), "no room, no suggestion"
    with pytest.raises(Refused):
        conversations.add_point(talk, "Van Joris", by=cast.joris)


def test_who_has_no_conversation_is_told_when_there_will_be_one(cast, sign_in):
    assert "Er komt geen gesprek aan" in sign_in(cast.teun).post(HERE, {"text": "Iets"}).content.decode()


@pytest.mark.both
@pytest.mark.parametrize("many", [1, 3, 300])
def test_of_many_conversations_a_page_is_offered_and_what_was_typed_comes_along(cast, sign_in, many):
    on = timezone.localdate()
    relations = [factories.relation(cast.noor, factories.person(f"Gids{number}")) for number in range(many)]
    for relation in relations:
        tracks.begin(relation)
    for number, one in enumerate(Conversation.objects.order_by("pk")):
        Conversation.objects.filter(pk=one.pk).update(due_on=on + (number % 7) * factories.DAY)
    noor = sign_in(cast.noor)
    with CaptureQueriesContext(connection) as asked:
        first = noor.get(HERE).context["page"]
    assert len(asked) == 4 and first.paginator.count == many and len(first.object_list) == min(many, 20)
    days = [one.due_on for one in first]
    assert days == sorted(days)
    if many == 300:
        last = noor.post(HERE, {"text": "Grenzen stellen", "page": "15"})
        assert last.context["form"]["text"].value() == "Grenzen stellen" and last.context["page"].number == 15
        chosen = last.context["page"][19]
        noor.post(HERE, {"text": "Grenzen stellen", "conversation": chosen.code})
        assert points(chosen) == ["Grenzen stellen"]
