"""Who sees the results of a survey, and who makes them ready (surveys.md Q4)."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser

from portal.models import User
from surveys.models import Invitation, Survey
from surveys.models.questionnaires import organised_by
from surveys.models.waves import SurveyRows
from surveys.rules.waves import may_organise

READY, TO_CHECK = "surveys.results", "surveys.check_texts"  # kinds of news and of a to-do
PARTICLES = frozenset({"and", "den", "der", "drs", "het", "prof", "ten", "ter", "van", "von"})


def seen(person: User | AnonymousUser, **only: Any) -> SurveyRows:
    """The surveys of which this person may see the results, once there are any; `only` narrows them by fields.

    A branch for each reason, each with an index of its own: one condition with an OR would be asked of every survey.
    """
    everybody = Survey.objects.filter(audience=Survey.Audience.EVERYBODY, **only).order_by().values("pk")
    if not person.is_authenticated or not person.is_active:
        return Survey.objects.filter(pk__in=everybody)
    organised = Survey.objects.filter(organisation__in=organised_by(person).values("organisation"), **only).values("pk")
    invited = {f"survey__{name}": value for name, value in {"audience": Survey.Audience.INVITED, **only}.items()}
    asked = Invitation.objects.filter(person=person.pk, **invited).values("survey")
    return Survey.objects.filter(pk__in=everybody.union(organised, asked, all=True))


def may_check(person: User | AnonymousUser, survey: Survey) -> bool:
    """Who organises it reads the texts for names before anybody else sees them."""
    return may_organise(person, survey.organisation_id)


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of these names of people stand in the text, as it writes them: whole words of three letters or more."""
    wanted = {part.lower() for name in names for part in re.findall(r"\w{3,}", name)} - PARTICLES
    return list(dict.fromkeys(word for word in re.findall(r"\w+", text) if word.lower() in wanted))


def waiting(survey: Survey) -> int:
    """How many texts are still to be checked."""
    return survey.texts.filter(is_checked=False).count()


def is_ready(result: Any) -> bool:
    return result is not None and result.document_id is not None
