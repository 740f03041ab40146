"""The surveys of the demo (demo mode only): a closed evaluation, one on placements that asks the demo people, and one
with names before a training.

That 94.4 % wanted a sequel is public; the 17 of 18 behind it, and every other answer, is invented.
"""

import datetime
import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from portal import readings
from portal.demo import accounts, day
from portal.models import Organisation, User
from portal.models.sharing import Channel
from surveys.actions import answers, closing, named, results, waves
from surveys.models import QuestionnaireVersion, Survey
from surveys.rules.named import acts

DATA = Path(__file__).resolve().parent / "data" / "demo" / "surveys.json"


def load() -> None:
    """Add those that are not there, through the real actions; one query when all are."""
    there = list(Survey.objects.filter(is_demo=True).values_list("titles", flat=True))
    missing = [row for row in json.loads(DATA.read_text(encoding="utf-8")) if row["titles"] not in there]
    if not missing:
        return
    users = accounts()
    made = [(row, _survey(row, users)) for row in missing]
    for row, survey in made:
        _answer(survey, row.get("answers", []))
    at = timezone.now()
    waves.send_invitations(at=at)
    for row, survey in made:
        _answer_with_names(survey, row.get("named_answers", {}), users, at)


def _instant(on: str | int) -> datetime.datetime:
    """Nine in the morning of a date, or of the day that is so many days from now."""
    given = datetime.date.fromisoformat(on) if isinstance(on, str) else day(on)
    assert given is not None
    return timezone.make_aware(datetime.datetime.combine(given, datetime.time(9)))


def _survey(row: dict[str, Any], users: dict[str, User]) -> Survey:
    version = QuestionnaireVersion.objects.get(questionnaire__key=row["questionnaire"], number=1)
    opens_at, closes_at = _instant(row["opens"]), _instant(row["closes"])
    made = Survey.objects.create(
        organisation=Organisation.objects.get(name=row["organisation"]),
        owner=users[row["owner"]],
        version=version,
        titles=row["titles"],
        opens_at=opens_at,
        closes_at=closes_at,
        audience=row["audience"],
        is_named=row.get("is_named", False),
        open_code=row.get("open_code", ""),
        remind_on=[str(day(offset)) for offset in row.get("remind", [])],
        is_demo=True,
    )
    for group, keys in row.get("invited", {}).items():
        waves.invite(made, [users[key] for key in keys], group=group, at=opens_at)
    waves.launch(made, by=made.owner, at=opens_at)
    return made


def _answer(survey: Survey, given: list[dict[str, Any]]) -> None:
    """Sent on the days after it opened, then closed."""
    if not given:
        return
    group = survey.document["groups"][0]["key"]
    for number, one in enumerate(given):
        at = survey.opens_at + (number + 1) * datetime.timedelta(hours=3)
        answers.submit(answers.hand_out(survey, group=group, at=at), one, at=at)
    at = survey.closes_at
    closing.close(survey, by=survey.owner, at=at)
    results.begin(survey, at=at)
    if texts := list(survey.texts.all()):
        results.check(survey, {text.code: text.words for text in texts})
        results.freeze(survey, by=survey.owner, at=at)


def _answer_with_names(
    survey: Survey, given: dict[str, dict[str, Any]], users: dict[str, User], at: datetime.datetime
) -> None:
    """As the people themselves did, after their invitations left; who made it read them."""
    for key, answers_of_one in given.items():
        sent = named.send(survey.invitations.get(person=users[key]), answers_of_one, version=0, at=at)
        readings.note(survey.owner, [sent.shareable], channel=Channel.PAGE, at=at, acts=acts)
