"""A large survey closes, is computed and frozen: 2,000 people and 60 questions, beside the barest copy of the rows."""

import datetime
import random
import uuid

from django.db import connection, transaction
from django.utils import timezone

from bench.measure import Row, timed
from portal.models import Organisation, User
from portal.scale import Scale, build, insert
from surveys.actions import closing, questionnaires, results
from surveys.models import Answer, ClosedAnswer, Survey

MUST = 6.0
DAY = datetime.timedelta(days=1)


def run(*, people: int, questions: int) -> list[Row]:
    made = Scale(30, 1, timezone.now(), seed=5)
    build(made)
    survey = _survey(questions)
    _answer(survey, people)
    at = survey.closes_at
    bare, copied = timed(lambda: _bare(survey))
    closed, _done = timed(lambda: closing.close(survey, by=None, at=at))
    computed, _done = timed(lambda: results.begin(survey, at=at))
    printed, _done = timed(lambda: results.publish(survey.result, at=at))
    facts = {"answers": f"{copied:,}", "questions": questions, "bare s": round(bare, 2)}
    facts |= {"snapshot kB": round(survey.result.document.size / 1000), "two PDFs s": round(printed, 1)}
    return [
        Row("closing", closed * 1000, closed / bare, must=MUST, facts=facts),
        Row("computing and freezing", computed * 1000, computed / bare, must=MUST),
    ]


def _survey(questions: int) -> Survey:
    words = {"nl": "Vraag", "en": "Question"}
    asked = [{"key": f"question-{n}", "type": "likert", "steps": 5, "words": words} for n in range(questions)]
    document = {
        "key": "bench",
        "number": 1,
        "names": words,
        "intro": words,
        "groups": [{"key": key, "names": words} for key in ("trainees", "supervisors", "coordinators")],
        "sections": [
            {"key": f"section-{n}", "names": words, "questions": asked[n : n + 10]} for n in range(0, len(asked), 10)
        ],
    }
    owner, place = User.objects.order_by("pk")[0], Organisation.objects.order_by("pk")[0]
    version = questionnaires.publish(questionnaires.begin(place, document), by=None, at=timezone.now())
    at = timezone.now()
    units = [{"key": f"unit-{n}", "names": words} for n in range(30)]
    return Survey.objects.create(
        organisation=place,
        owner=owner,
        version=version,
        titles=words,
        breakdown={"names": words, "units": units},
        opens_at=at - 2 * DAY,
        closes_at=at - DAY,
        launched_at=at - 3 * DAY,
    )


def _answer(survey: Survey, people: int) -> None:
    chance = random.Random(9)
    keys = [one["key"] for section in survey.document["sections"] for one in section["questions"]]
    insert(
        Answer(
            id=uuid.UUID(int=chance.getrandbits(128), version=4),
            survey=survey,
            group=chance.choice(["trainees", "trainees", "supervisors", "coordinators"]),
            unit=f"unit-{chance.randrange(30)}",
            answers={key: chance.randint(1, 5) for key in keys},
        )
        for _number in range(people)
    )


def _bare(survey: Survey) -> int:
    """Read all rows and write them once more; nothing stays."""
    with transaction.atomic():
        rows = list(Answer.objects.filter(survey=survey).values_list("group", "unit", "answers"))
        copies = [ClosedAnswer(survey=survey, group=group, unit=unit, answers=given) for group, unit, given in rows]
        ClosedAnswer.objects.bulk_create(copies, batch_size=200)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM surveys_closedanswer")
    return len(rows)
