"""Who may do what with a survey, and what its page may say while it is open (surveys.md Q2, Q3)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser

from portal.models import Membership, Organisation, User
from surveys.models import Survey
from surveys.models.questionnaires import organised_by
from surveys.models.waves import State
from surveys.rules.named import asks_guests

INVITATION, REMINDER = "surveys.invitation", "surveys.reminder"  # kinds of mail
FILL_IN = "surveys.fill_in"  # kind of to-do
DAY = datetime.timedelta(days=1)
STEP = 5  # counts of an open survey are rounded down to this


def organisations_of(person: User) -> list[Organisation]:
    """Where they may make surveys."""
    rows = organised_by(person).select_related("organisation__sector").order_by("organisation__name")
    return list({row.organisation_id: row.organisation for row in rows}.values())


def may_organise(person: User | AnonymousUser, organisation: Organisation | int) -> bool:
    """Organisers, coordinators and administrators of the organisation."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    return person.is_active and organised_by(person).filter(organisation=pk).exists()


def may_launch(survey: Survey, at: datetime.datetime) -> bool:
    """There is somebody to answer it, and time to do so; with names, only people who have one here."""
    if survey.state(at) != State.DRAFT or survey.closes_at <= at or (survey.is_named and asks_guests(survey)):
        return False
    return bool(survey.open_code) or survey.invitations.exists()


def may_invite(survey: Survey, at: datetime.datetime) -> bool:
    return survey.state(at) in (State.DRAFT, State.PLANNED, State.OPEN)


def groups(survey: Survey) -> list[Mapping[str, Any]]:
    return list(survey.document["groups"])


def units(survey: Survey) -> list[Mapping[str, Any]]:
    """The lowest units of the breakdown: each answer belongs to one. Nothing when there is none."""
    there = survey.breakdown.get("units", [])
    parents = {one.get("parent") for one in there}
    return [one for one in there if one["key"] not in parents]


def is_group(survey: Survey, group: str, unit: str) -> bool:
    """Whether somebody can be of this group and unit in this survey."""
    lowest = [one["key"] for one in units(survey)]
    return any(one["key"] == group for one in groups(survey)) and (unit in lowest if lowest else unit == "")


def rounded(number: int) -> int:
    return number - number % STEP


def with_role(organisation: Organisation, role: str, on: datetime.date) -> list[User]:
    """Who has this role here, and can sign in."""
    rows = Membership.objects.live(on).filter(organisation=organisation, role=role, person__is_active=True)
    return [row.person for row in rows.select_related("person").order_by("person_id")]
