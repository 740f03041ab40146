"""Rows for tests of surveys: a questionnaire of every type, a survey that is open, invitations that were sent."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from portal.models import Organisation, QuietHours, Role, Shareable, User
from surveys.actions import answers, closing, named, questionnaires
from surveys.models import Invitation, NamedAnswer, QuestionnaireVersion, Survey
from tests import factories

DAY = datetime.timedelta(days=1)


def line(text: str) -> dict[str, str]:
    return {"nl": text, "en": f"{text} (en)"}


def options(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "names": line(key.capitalize())} for key in keys]


EVERY_TYPE: list[dict[str, Any]] = [
    {"key": "yes", "type": "yes-no", "words": line("Wil je een vervolg?"), "required": True, "dont_know": True},
    {
        "key": "why",
        "type": "short-text",
        "words": line("Waarom niet?"),
        "shown_if": {"question": "yes", "any_of": ["no"]},
    },
    {
        "key": "fit",
        "type": "likert",
        "steps": 5,
        "labels": [line(f"stap {number}") for number in range(1, 6)],
        "not_applicable": True,
        "words": line("De begeleiding past bij mij."),
        "group_words": {"guides": line("Mijn begeleiding past bij wie leert.")},
    },
    {
        "key": "parts",
        "type": "matrix",
        "steps": 4,
        "not_applicable": True,
        "words": line("Hoe waren de delen?"),
        "rows": [{"key": "one", "words": line("Het eerste")}, {"key": "two", "words": line("Het tweede")}],
    },
]
MORE: list[dict[str, Any]] = [
    {"key": "advise", "type": "zero-ten", "words": line("Raad je het aan?"), "labels": [line("nooit"), line("altijd")]},
    {"key": "place", "type": "single", "words": line("Waar?"), "options": options("ward", "lab"), "other": True},
    {"key": "ways", "type": "multiple", "words": line("Hoe?"), "options": options("talk", "read"), "other": True},
    {"key": "top", "type": "ranking", "words": line("Wat eerst?"), "options": options("aaa", "bbb", "ccc"), "top": 2},
    {
        "key": "hours",
        "type": "number",
        "words": line("Hoeveel uur?"),
        "minimum": "0",
        "maximum": "40",
        "decimals": 1,
        "unit": line("uur"),
    },
    {"key": "own", "type": "yes-no", "words": line("Leid je zelf op?"), "only_for": ["guides"]},
    {"key": "more", "type": "long-text", "words": line("Wat nog?")},
]


def document(**changes: Any) -> dict[str, Any]:
    """Two groups, two sections, every type."""
    return {
        "key": "every-type",
        "number": 1,
        "names": line("Van alles"),
        "intro": line("Elf vragen."),
        "groups": [{"key": "learners", "names": line("Wie leert")}, {"key": "guides", "names": line("Wie begeleidt")}],
        "sections": [
            {"key": "first", "names": line("Het begin"), "help": line("Over nu."), "questions": EVERY_TYPE},
            {"key": "second", "names": line("Het vervolg"), "questions": MORE},
        ],
    } | changes


ANSWERS: dict[str, Any] = {
    "yes": "no",
    "why": "Geen tijd",
    "fit": 4,
    "parts": {"one": 1, "two": "na"},
    "advise": 0,
    "place": "other",
    "place:other": "thuis",
    "ways": ["read", "other"],
    "ways:other": "doen",
    "top": ["ccc", "aaa"],
    "hours": "2.5",
    "more": "Niets.",
}


def version(organisation: Organisation, **changes: Any) -> QuestionnaireVersion:
    made = questionnaires.begin(organisation, document(**changes))
    return questionnaires.publish(made, by=None, at=timezone.now())


def survey(organiser: User | None = None, *, launched: bool = True, **fields: Any) -> Survey:
    """Open for the last hour, of an organisation of its own."""
    now = timezone.now()
    organisation = fields.pop("organisation", None) or factories.organisation(kind="association")
    organiser = organiser or factories.person()
    if not organiser.memberships.filter(organisation=organisation).exists():
        factories.member(organiser, organisation, Role.ORGANISER)
    made = fields.pop("version", None) or version(organisation)
    term = {"opens_at": now - DAY / 24, "closes_at": now + DAY}
    titles = {"nl": "Hoe is je stage?", "en": "How is your placement?"}
    given: dict[str, Any] = {"titles": titles, "version": made, **term} | fields
    if launched:
        given.setdefault("launched_at", now - DAY / 12)
    return Survey.objects.create(organisation=organisation, owner=organiser, **given)


def invited(
    to: Survey, person: User | None = None, *, group: str = "learners", unit: str = "", **fields: Any
) -> Invitation:
    person = person or factories.person()
    return Invitation.objects.create(survey=to, person=person, group=group, unit=unit, **{"is_sent": True} | fields)


def answered(to: Survey, *, group: str = "learners", unit: str = "", **changes: Any) -> Invitation:
    """Somebody who was invited, began and sent."""
    row = invited(to, group=group, unit=unit)
    at = timezone.now()
    answers.submit(answers.exchange(row, at=at), {"yes": "yes"} | changes, at=at)
    return row


def answered_with_name(to: Survey, person: User | None = None, **changes: Any) -> NamedAnswer:
    """Somebody who was invited to a survey with names, and sent."""
    row = invited(to, person)
    return named.send(row, {"yes": "yes"} | changes, version=0, at=timezone.now())


def pieces(people: Sequence[User]) -> list[Shareable]:
    """For answers with names that are made in bulk."""
    return Shareable.objects.bulk_create(Shareable(kind="answers", owner=one, title="Enquête") for one in people)


def closed(to: Survey) -> Survey:
    """Over since now, and closed."""
    at = timezone.now()
    Survey.objects.filter(pk=to.pk).update(closes_at=at)
    closing.close(to, by=None, at=at)
    return to


def sheet_of(given: dict[str, Any]) -> dict[str, Any]:
    """Answers as the fields of a form hold them."""
    fields: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(value, dict):
            fields |= {f"{key}:{row}": str(one) for row, one in value.items()}
        elif key == "top":
            fields |= {f"{key}:{place}": one for place, one in enumerate(value, 1)}
        else:
            fields[key] = value if isinstance(value, list) else str(value)
    return fields


def awake(person: User) -> None:
    """Whatever the hour is: the same hour twice is no quiet hour."""
    QuietHours.objects.create(person=person, starts=datetime.time(0), ends=datetime.time(0))
