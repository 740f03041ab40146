"""Literal numbers, the same for 1 row and for 3 (promises.md: at most 12 a page, 15 a list)."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.models import Report
from mentoring.actions import conversations, reports, tracks
from mentoring.models import Conversation
from portal import readings, today
from portal.models.sharing import Channel
from portfolios.actions import evidence, growth, plan, profiles
from portfolios.models import Comment, Snapshot
from surveys.actions.results import begin
from surveys.models import ClosedAnswer
from tests import factories
from tests.surveys import rows as survey_rows


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def fill(cast, many: int) -> None:
    """Noor has `many` of everything, and shares `many` of everything with Joris."""
    together = cast.portfolio.framework_version.competencies.get(key="together")
    cast.swot, cast.levels = (factories.section(cast.portfolio, key) for key in ("swot", "competencies"))
    cast.profile = factories.profile(cast.portfolio)
    factories.grant(cast.profile, cast.joris)
    for number in range(many):
        item = factories.experience(cast.noor, f"Ervaring {number}", into=cast.experiences, competencies=[together])
        single = factories.experience(cast.noor, f"Los {number}", into=cast.plan, competencies=[together])
        factories.experience(cast.noor, f"Concept {number}", competencies=[together])
        factories.grant(cast.experiences, cast.joris)
        cast.goal = factories.goal(cast.portfolio, f"Doel {number}")
        for target in (cast.goal, cast.profile):
            evidence.link(item.shareable, target.shareable, by=cast.noor)
        made = {"title": f"Product {number}", "made_on": timezone.localdate(), "contribution": "De opzet."}
        profiles.add_product(cast.profile, **made, by=cast.noor)
        plan.add_line(cast.swot, "strength", f"Regel {number}", by=cast.noor)
        factories.grant(cast.goal, cast.joris)
        given = factories.grant(single, cast.joris)
        factories.withdrawn_grant(cast.about, cast.amina)
        factories.grant(cast.about, factories.person(f"Lezer{number}"))
        readings.note(cast.joris, [item.shareable, single.shareable], channel=Channel.PAGE, at=given.given_at)
        owner = factories.person(f"Ander{number}")
        theirs = factories.section(factories.portfolio(owner))
        factories.experience(owner, f"Ervaring van {number}", into=theirs)
        factories.grant(theirs, cast.joris)
        factories.member(factories.person(f"Lid{number}"), cast.duinhof)
        for piece in (item, cast.experiences):
            said = Comment.objects.create(
                piece=piece.shareable, author=cast.joris, text="Ja", written_at=timezone.now()
            )
            answer = {"author": cast.noor, "answers": said, "text": "Goed", "written_at": timezone.now()}
            Comment.objects.create(piece=piece.shareable, **answer)
        wait_for(cast, number, item.code)
        cast.job = factories.ready_job(cast.noor)
        assessor = factories.person(f"Beoordelaar{number}")
        factories.grant(cast.levels, assessor, right="assess")
        for person in (cast.noor, assessor):
            growth.rate(cast.levels, {together: 2}, by=person)
    cast.item = item
    cast.talk = talk_of(cast, many)
    for number in range(many):
        reader, at = factories.person(f"Gelezen{number}"), timezone.now()
        given = {"occasion": cast.talk.shareable, "reader": reader, "frozen_at": at}
        Snapshot.objects.create(document=factories.document(cast.noor, f"{number}".encode()), **given)
    meet(cast, many)
    survey(cast, many)


def survey(cast, many: int) -> None:
    """Joke's organisation has `many` surveys, waves, questionnaires and invited people; Noor is invited."""
    place = cast.meetup.series.organisation
    for number in range(many):
        version = survey_rows.version(place, key=f"every-type-{number}")
        given = {"organisation": place, "version": version, "wave": number + 1, "series": "waveswaves22"}
        cast.survey = survey_rows.survey(cast.joke, **given)
    for number in range(many):
        survey_rows.invited(cast.survey, factories.person(f"Gevraagd{number}"))
    cast.invitation = survey_rows.invited(cast.survey, cast.noor)
    cast.questionnaire = version.questionnaire
    for _number in range(many):
        cast.results = survey_rows.survey(cast.joke, organisation=place, version=version, audience="everybody")
        ClosedAnswer.objects.bulk_create(
            ClosedAnswer(survey=cast.results, group="learners", answers={"yes": "yes"}) for _ in range(4 + many)
        )
        begin(survey_rows.closed(cast.results), at=timezone.now())


def meet(cast, many: int) -> None:
    """Joke organises `many` of everything; Teun takes the notes."""
    cast.joke = factories.person("Joke")
    cast.meetup = factories.meetup(cast.joke)
    for number in range(many):
        factories.meetup(series=cast.meetup.series)
        cast.room = factories.room(None, cast.teun, factories.person(f"Schrijver{number}"), event=cast.meetup)
        for text in ("Eerst.", "Eerst. Toen."):
            cast.note = factories.note(cast.room, cast.teun, text)
        other = factories.room(None, cast.teun, factories.person(f"Tweede{number}"), event=cast.meetup)
        published = factories.report(other, cast.joke, state="approved", actions="Doen | wie")
        body = f"%PDF-1.7 {number}".encode()
        document = factories.document(None, body, kind="event-report", about=published.code)
        facts = {"document": document, "text_hash": "a" * 64, "published_at": timezone.now()}
        Report.objects.filter(pk=published.pk).update(state="published", **facts)
        cast.published = other
        cast.report = factories.report(cast.room, cast.joke)


def talk_of(cast, many: int) -> Conversation:
    """A conversation of Noor and Joris with `many` of everything; Joris guides `many` more."""
    relation = cast.noor.guides.get(other=cast.joris)
    tracks.begin(relation)
    talk = Conversation.objects.whole().get(track=relation.pk)
    conversations.set_points(talk, [f"Punt {number}" for number in range(many)], by=cast.noor)
    conversations.hold(talk, on=timezone.localdate(), by=cast.noor)
    for number in range(many):
        until = timezone.localdate() + 9 * factories.DAY
        reports.agree(talk, who=cast.noor, text=f"Afspraak {number}", until=until, by=cast.noor)
        tracks.begin(factories.relation(factories.person(f"Mentee{number}"), cast.joris))
        tracks.begin(factories.relation(cast.noor, factories.person(f"Gids{number}")))
    return talk


def wait_for(cast, number: int, piece: str) -> None:
    """To-dos, appointments and news of both, which speak of people and of a piece that both may see."""
    now = timezone.now()
    for person, other in ((cast.noor, cast.joris), (cast.joris, cast.noor)):
        code, args = f"{person.code}{number}", {"who": other.code, "what": piece, "on": "2027-03-09"}
        today.ask("test.write", to=person, about=code, link=("home",), args=args)
        term = {"starts_at": now + factories.DAY, "ends_at": now + 2 * factories.DAY}
        today.appoint("test.meet", about=code, organiser=person, people=[], link=("home",), args=args, **term)
        today.tell("test.news", to=person, link=("home",), args=args)


PAGES = {
    ("noor", "home"): 11,
    ("noor", "portfolios:portfolio"): 8,
    ("noor", "portfolios:arrange"): 7,
    ("noor", "portfolios:section"): 8,
    ("noor", "portfolios:experience"): 9,
    ("noor", "portfolios:goal"): 7,
    ("noor", "portfolios:goal_edit"): 6,
    ("noor", "portfolios:evidence"): 7,
    ("noor", "portfolios:profile"): 10,
    ("joris", "portfolios:profile"): 9,
    ("noor", "portfolios:timeline"): 9,
    ("noor", "portfolios:section of competencies"): 10,
    ("noor", "portfolios:section of a plan"): 8,
    ("noor", "portfolios:section of a swot"): 9,
    ("noor", "portfolios:rate"): 7,
    ("joris", "portfolios:goal"): 7,
    ("joris", "portfolios:timeline_of"): 8,
    ("noor", "portfolios:comments"): 7,
    ("noor", "portfolios:snapshots"): 5,
    ("noor", "portfolios:experience_edit"): 11,
    ("noor", "portfolios:experience_place"): 7,
    ("noor", "portfolios:drafts"): 5,
    ("noor", "portfolios:sharing"): 7,
    ("noor", "portfolios:share"): 7,
    ("noor", "portfolios:past"): 5,
    ("noor", "portfolios:readings"): 7,
    ("noor", "portfolios:who"): 6,
    ("noor", "search"): 10,
    ("noor", "notifications"): 6,
    ("noor", "preferences"): 5,
    ("noor", "jobs"): 5,
    ("noor", "job"): 4,
    ("joris", "home"): 11,
    ("joris", "portfolios:shared_with_me"): 5,
    ("joris", "portfolios:shared_by"): 10,
    ("joris", "portfolios:section"): 8,
    ("joris", "portfolios:experience"): 9,
    ("joris", "portfolios:comments"): 9,
    ("joris", "search"): 10,
    ("teun", "events:notes"): 7,
    ("teun", "events:note_history"): 10,
    ("teun", "events:events"): 6,
    ("teun", "events:event"): 9,
    ("joke", "events:desk"): 10,
    ("joke", "events:report_edit"): 8,
    ("joke", "events:report"): 5,
    ("noor", "mentoring:agenda"): 4,
    ("noor", "mentoring:guidance"): 7,
    ("noor", "mentoring:conversation"): 8,
    ("joris", "mentoring:conversation"): 9,
    ("joris", "mentoring:mentees"): 7,
    ("joke", "surveys:surveys"): 6,
    ("joke", "surveys:survey"): 6,
    ("joke", "surveys:survey_edit"): 5,
    ("joke", "surveys:invitations"): 6,
    ("joke", "surveys:questionnaires"): 8,
    ("joke", "surveys:questionnaire"): 7,
    ("noor", "surveys:results_list"): 5,
    ("noor", "surveys:results"): 4,
    ("noor", "surveys:results_section"): 4,
    ("noor", "surveys:results_comparison"): 4,
    ("noor", "surveys:results_csv"): 3,
    ("noor", "surveys:invited"): 3,
    ("admin", "organisations"): 4,
    ("admin", "people"): 8,
}


def address(cast, name: str) -> str:
    code = {
        "portfolios:section": cast.experiences.code,
        "portfolios:comments": cast.experiences.code,
        "portfolios:who": cast.experiences.code,
        "portfolios:shared_by": cast.noor.code,
        "portfolios:timeline_of": cast.noor.code,
        "portfolios:section of competencies": cast.levels.code,
        "portfolios:section of a plan": cast.plan.code,
        "portfolios:section of a swot": cast.swot.code,
        "portfolios:rate": cast.levels.code,
        "portfolios:profile": cast.profile.code,
        **dict.fromkeys(("portfolios:goal", "portfolios:goal_edit", "portfolios:evidence"), cast.goal.code),
        "people": cast.duinhof.code,
        "job": cast.job.code,
        "mentoring:conversation": cast.talk.code,
        "events:event": cast.meetup.code,
        "events:desk": cast.meetup.code,
        "events:report_edit": cast.report.code,
        "surveys:questionnaire": cast.questionnaire.code,
        "surveys:invited": cast.invitation.code,
        **dict.fromkeys(("surveys:survey", "surveys:survey_edit", "surveys:invitations"), cast.survey.code),
    }
    if name.startswith("surveys:results") and name != "surveys:results_list":
        return reverse(name, args=[cast.results.code, *(["first"] if name == "surveys:results_section" else [])])
    room = {"events:notes": [], "events:note_history": ["discussed"]}
    if name in room:
        return reverse(name, args=[cast.meetup.code, cast.room.code, *room[name]])
    if name == "events:report":
        return reverse(name, args=[cast.meetup.code, cast.published.code])
    if name == "search":
        return reverse("search") + "?q=ervaring"
    if name.startswith("portfolios:experience"):
        return reverse(name, args=[cast.item.code])
    return reverse(name.partition(" ")[0], args=[code[name]] if name in code else [])


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.usefixtures("told")
def test_each_page_asks_the_same_few_questions(cast, sign_in, many):
    fill(cast, many)
    asked = {}
    for who, name in PAGES:
        browser = sign_in(getattr(cast, who))
        browser.get(address(cast, name))  # the reading of this quarter is noted
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address(cast, name)).status_code == 200
        asked[who, name] = len(queries)
    assert asked == PAGES
    assert max(PAGES.values()) <= 12


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 3, 300])
def test_the_sharing_centre_asks_the_same_whatever_is_shared(cast, sign_in, many):
    """Of many, a page is shown; both ways of looking at it."""
    pieces = [cast.about, cast.plan, cast.experiences]
    for number in range(many):
        factories.grant(pieces[number % 3], factories.person(f"Lezer{number}") if number % 2 else cast.joris)
    browser, asked = sign_in(cast.noor), {}
    for by in ("person", "section"):
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(reverse("portfolios:sharing"), {"by": by})
        assert len(page.context["page"]) == min(many, 50)
        asked[by] = len(queries)
    assert asked == {"person": 7, "section": 7}
