"""What happens around the portfolios of the world: conversations, selection, meet-ups, surveys."""

from typing import Any

from django.utils import timezone

from events.actions import reports
from events.models import Report
from mentoring.actions import conversations, tracks
from mentoring.actions import reports as talk_reports
from mentoring.models import Addendum, Conversation, State
from portal import documents
from portal.models import (
    Relation,
    User,
)
from selection.actions import sheets
from surveys.actions import answers, results
from surveys.models import ClosedAnswer, Result
from tests import factories
from tests.selection import rows as selection_rows
from tests.site import names as n
from tests.site.world import World
from tests.surveys import rows as survey_rows


def talk(world: World) -> None:
    """The mentor's is reported, the next one waits. The former mentor's grant lives on: only the relation is over."""
    relations = {"relation": n.TALK, n.UNSHARED: n.OTHER_TALK, n.WITHDRAWN: n.FORMER_TALK}
    ended = world.relations[n.WITHDRAWN].ends_on
    Relation.objects.filter(pk=world.relations[n.WITHDRAWN].pk).update(ends_on=None)
    for name, talk in relations.items():
        tracks.begin(world.relations[name])
        world.talks[talk] = _whole(Conversation.objects.get(track=world.relations[name].pk))
    owner = world.people[n.OWNER]
    for name in (n.TALK, n.FORMER_TALK):
        _report(world.talks[name], owner)
    for name, talk in (("relation", n.NEXT_TALK), (n.WITHDRAWN, n.FORMER_NEXT_TALK)):
        world.talks[talk] = Conversation.objects.get(track=world.relations[name].pk, state=State.DUE)
    Relation.objects.filter(pk=world.relations[n.WITHDRAWN].pk).update(ends_on=ended)
    world.talks = {name: _whole(one) for name, one in world.talks.items()}


def _whole(one: Conversation) -> Conversation:
    return Conversation.objects.whole().get(pk=one.pk)


def _report(talk: Conversation, owner: User) -> None:
    today = timezone.localdate()
    conversations.set_points(talk, ["Overdracht"], by=owner)
    conversations.hold(talk, on=today, by=owner)
    texts = {"notes": "Samen.", "report": "Het ging over de overdracht.", "response": "Ja.", "place": "Kamer 3"}
    Conversation.objects.filter(pk=talk.pk).update(**texts)
    talk_reports.agree(talk, who=owner, text="Beginnen bij de zorgen", until=today + 9 * factories.DAY, by=owner)
    talk_reports.report(talk, by=owner)
    Addendum.objects.create(conversation=talk, person=owner, text="Nog iets.", added_at=timezone.now())


def select(world: World) -> None:
    """A committee in the interviews: the chair's sheet is in, the member's is being written, somebody stood back."""
    seats = {"chair": n.CHAIR, "staff": n.RATER, "hrm": n.RECUSED}
    people = {role: world.people[name] for role, name in seats.items()}
    at = selection_rows.committee(world.places["hospital"], people)
    world.procedures[n.PROCEDURE] = at.procedure
    world.candidates = dict(zip((n.CANDIDATE, n.OTHER_CANDIDATE), at.candidates, strict=True))
    sheets.declare(world.candidates[n.CANDIDATE], by=people["hrm"], stands_back=True)
    world.sheets[n.CHAIRS_SHEET] = selection_rows.sheet(world.candidates[n.CANDIDATE], people["chair"])
    for answer in world.sheets[n.CHAIRS_SHEET].answers.all():
        words = {name: f"CNRY-selection.answer-{answer.pk}-{name}" for name in selection_rows.WORDS}
        type(answer).objects.filter(pk=answer.pk).update(score=5, **words)
    sheets.submit(world.sheets[n.CHAIRS_SHEET], by=people["chair"])
    world.sheets[n.RATERS_SHEET] = selection_rows.fill(
        selection_rows.sheet(world.candidates[n.CANDIDATE], people["staff"])
    )


def meet(world: World) -> None:
    """The organiser's meet-ups. What is frozen gets its canary here; what is public has none."""
    organiser, writer = world.people[n.ORGANISER], world.people[n.RAPPORTEUR]
    world.meetups[n.MEETUP] = open_ = factories.meetup(organiser)
    world.meetups[n.DRAFT_MEETUP] = factories.meetup(series=open_.series, state="draft")
    world.rooms = {
        n.NOTED_ROOM: factories.room(None, writer, event=open_, title="Zichtbaar beroep"),
        n.PUBLISHED_ROOM: factories.room(None, writer, event=open_, title="Stages"),
        n.WITHDRAWN_ROOM: factories.room(None, writer, event=open_, title="Data"),
        n.DRAFT_ROOM: factories.room(None, writer, event=world.meetups[n.DRAFT_MEETUP], title="Straks"),
    }
    for number, room in enumerate((world.rooms[n.NOTED_ROOM], world.rooms[n.DRAFT_ROOM])):
        factories.note(room, writer, f"CNRY-events.noterevision-{number}-text")
    at = timezone.now()
    world.reports = {
        n.DRAFT_REPORT: factories.report(world.rooms[n.NOTED_ROOM], organiser),
        n.READ_REPORT: factories.report(world.rooms[n.DRAFT_ROOM], organiser, state="correction"),
        n.PUBLISHED_REPORT: factories.report(world.rooms[n.PUBLISHED_ROOM], organiser, state="approved"),
        n.WITHDRAWN_REPORT: factories.report(world.rooms[n.WITHDRAWN_ROOM], organiser, state="approved"),
    }
    for name, text in ((n.PUBLISHED_REPORT, b"%PDF-1.7 verslag"), (n.WITHDRAWN_REPORT, b"%PDF-1.7 weg")):
        report = world.reports[name]
        document = factories.document(None, text, kind="event-report", about=report.code, title=report.title)
        Report.objects.filter(pk=report.pk).update(
            state="published", document=document, text_hash="a" * 64, published_at=at
        )
    withdrawn = Report.objects.get(pk=world.reports[n.WITHDRAWN_REPORT].pk)
    reports.withdraw(withdrawn, kind="mistake", by=organiser, at=at)


def survey(world: World) -> None:
    """The organiser's surveys. Their answers have canaries that nobody may see: they are too few."""
    organiser, owner = world.people[n.ORGANISER], world.meetups[n.MEETUP].series.organisation
    version = survey_rows.version(owner)
    world.questionnaires[n.QUESTIONNAIRE] = version.questionnaire
    given = {"organisation": owner, "version": version}
    world.surveys = {
        n.OPEN_SURVEY: survey_rows.survey(organiser, open_code="openopen2345", **given),
        n.DRAFT_SURVEY: survey_rows.survey(organiser, launched=False, **given),
        n.CLOSED_SURVEY: survey_rows.survey(organiser, **given),
    }
    world.invitations[n.INVITATION] = survey_rows.invited(world.surveys[n.OPEN_SURVEY], world.people[n.OWNER])
    survey_rows.answered(world.surveys[n.OPEN_SURVEY], more="CNRY-surveys.answer-1-answers")
    survey_rows.answered(world.surveys[n.CLOSED_SURVEY], more="CNRY-surveys.closedanswer-1-answers")
    world.surveys[n.CLOSED_SURVEY] = survey_rows.closed(world.surveys[n.CLOSED_SURVEY])
    _answer_with_names(world, given)
    _results(world, given)
    world.ballot = answers.hand_out(world.surveys[n.OPEN_SURVEY], group="learners", at=timezone.now())


def _answer_with_names(world: World, given: dict[str, Any]) -> None:
    """Two people answered a survey with names: each reads the own answers, the organiser both."""
    made = survey_rows.survey(world.people[n.ORGANISER], is_named=True, **given)
    world.surveys[n.NAMED_SURVEY] = made
    for name, who in ((n.ANSWERS, n.OWNER), (n.OTHER_ANSWERS, n.LAB_TRAINEE)):
        found = survey_rows.answered_with_name(made, world.people[who])
        found.answers["more"] = f"CNRY-surveys.namedanswer-{found.pk}-answers"
        found.save()
        world.answers[name] = found
    world.invitations[n.NAMED_INVITATION] = made.invitations.get(person=world.people[n.OWNER])


def _results(world: World, given: dict[str, Any]) -> None:
    """One survey whose results are fixed, and one whose texts nobody has checked yet."""
    at = timezone.now()
    for name, answered in ((n.RESULTS, {}), (n.TEXTS, {"more": "CNRY-surveys.texttocheck-1-words"})):
        made = survey_rows.survey(world.people[n.ORGANISER], audience="invited", **given)
        survey_rows.invited(made, world.people[n.OWNER])
        given_six = [ClosedAnswer(survey=made, group="learners", answers={"yes": "yes"} | answered) for _ in range(6)]
        ClosedAnswer.objects.bulk_create(given_six)
        world.surveys[name] = survey_rows.closed(made)
        results.begin(made, at=at)
    for language in ("nl", "en"):  # the paper itself is made elsewhere: tests/surveys/test_results.py
        documents.freeze(b"%PDF", kind=results.PAPER, about=world.code(n.RESULTS), title="", language=language, at=at)
    Result.objects.filter(survey=world.surveys[n.RESULTS]).update(printed_at=at)
