"""Who sees the results of a survey, and who makes them ready (surveys.md Q4)."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q

from portal.models import User
from surveys.models import Invitation, Survey
from surveys.models.questionnaires import organised_by
from surveys.models.waves import SurveyRows
from surveys.rules.waves import may_organise

READY, TO_CHECK = "surveys.results", "surveys.check_texts"  # kinds of news and of a to-do
PARTICLES = frozenset({"and", "den", "der", "drs", "het", "prof", "ten", "ter", "van", "von"})


def seen_by(person: User | AnonymousUser) -> Q:
    """A condition on surveys: of these this person may see the results, once there are any."""
    mine = Q(audience=Survey.Audience.EVERYBODY)
    if person.is_authenticated and person.is_active:
        invited = Invitation.objects.filter(survey=OuterRef("pk"), person=person.pk)
        mine |= Q(organisation__in=organised_by(person).values("organisation"))
        mine |= Q(Exists(invited), audience=Survey.Audience.INVITED)
    return mine


def seen(person: User) -> SurveyRows:
    """The same surveys by key, from a branch for each reason: for a list, where a condition would be asked of every
    survey there is."""
    everybody = Survey.objects.filter(audience=Survey.Audience.EVERYBODY).order_by().values("pk")
    organised = Survey.objects.filter(organisation__in=organised_by(person).values("organisation")).values("pk")
    asked = Invitation.objects.filter(person=person.pk, survey__audience=Survey.Audience.INVITED).values("survey")
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
