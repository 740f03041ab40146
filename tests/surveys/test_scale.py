"""2,000 people and 60 questions: invited, answered and closed in a few queries (surveys.md, Shown when done)."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal import jobs
from portal.models import Job, OutboxRow, ToDo, User
from surveys import tasks
from surveys.actions import waves
from surveys.models import Answer, ClosedAnswer, Survey
from surveys.rules import answers as rules
from tests import factories
from tests.surveys import rows

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PEOPLE, QUESTIONS = 2000, 60


def sixty() -> dict:
    """Six sections of ten."""
    asked = [
        {"key": f"question-{number}", "type": "likert", "steps": 5, "words": rows.line(f"Vraag {number}")}
        for number in range(QUESTIONS)
    ]
    sections = [
        {"key": f"section-{start}", "names": rows.line("Deel"), "questions": asked[start : start + 10]}
        for start in range(0, QUESTIONS, 10)
    ]
    return rows.document(sections=sections)


def test_two_thousand_times_sixty_closes_in_the_background():
    joke, place = factories.person("Joke"), factories.organisation(kind="association")
    survey = rows.survey(joke, organisation=place, version=rows.version(place, **sixty()))
    at = timezone.now()
    with CaptureQueriesContext(connection) as inviting:
        addresses = [f"iemand{number}@example.org" for number in range(PEOPLE)]
        assert waves.invite_addresses(survey, addresses, group="learners", at=at) == PEOPLE
    with CaptureQueriesContext(connection) as sending:
        assert waves.send_invitations(at=at) == PEOPLE
    assert len(inviting) < 100 and len(sending) < 100, "not one for each person"
    assert OutboxRow.objects.count() == PEOPLE and not ToDo.objects.exists() and User.objects.count() > PEOPLE
    given = {f"question-{number}": number % 5 + 1 for number in range(QUESTIONS)}
    assert rules.kept(survey.document, "learners", given) == given
    Answer.objects.bulk_create(
        [Answer(id=uuid.uuid4(), survey=survey, group="learners", answers=given) for _number in range(PEOPLE)],
        batch_size=200,
    )
    Survey.objects.update(closes_at=at)
    jobs.start(tasks.CLOSE, by=joke, args={"survey": survey.code}, at=at)
    with CaptureQueriesContext(connection) as closing:
        assert jobs.work(seconds=60) == 1
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == ("ready", 2, 2)
    assert ClosedAnswer.objects.count() == PEOPLE and not Answer.objects.exists()
    assert len(closing) < 200, "not one for each answer"
