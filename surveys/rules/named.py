"""Named surveys: who can be asked, who has answered (docs/surveys.md)."""

import datetime
from collections.abc import Collection, Sequence

from allauth.account.models import EmailAddress

from portal.models import Organisation, Shareable, User
from portal.rules import belongs_to, house_of
from surveys.models import Invitation, NamedAnswer, Survey
from surveys.models.named import reads

FILL_IN = "surveys.fill_in_named"  # kind of to-do


def people_here(organisation: Organisation, addresses: Collection[str], on: datetime.date) -> dict[str, int]:
    """By address (in small letters), who of this house has an account with it. Of others nothing is told: an organiser
    must not learn who has an account elsewhere."""
    here = User.objects.filter(belongs_to(house_of(organisation), on), is_active=True, is_guest=False, erased_at=None)
    wanted = {address.strip().lower() for address in addresses}
    found = dict(here.filter(email__in=wanted).values_list("email", "pk"))
    rows = EmailAddress.objects.filter(email__in=wanted, verified=True, user__in=here)
    return found | dict(rows.values_list("email", "user"))


def asks_guests(survey: Survey) -> bool:
    """Somebody without an account is invited: whose name would stand with their answers?"""
    return survey.invitations.filter(person__is_guest=True).exists()


def answered_by(invitation: Invitation) -> NamedAnswer | None:
    """What who is invited has sent."""
    rows = NamedAnswer.objects.filter(survey=invitation.survey_id, person=invitation.person_id)
    return rows.select_related("shareable").first()


def answers_of(survey: Survey, people: Collection[int]) -> dict[int, NamedAnswer]:
    """By person, what they sent; nothing of an anonymous survey, whose answers are nobody's."""
    if not survey.is_named:
        return {}
    rows = survey.named_answers.filter(person__in=people).select_related("shareable").defer("answers")
    return {row.person_id: row for row in rows}


def may_read(person: User, survey: Survey) -> bool:
    """Whether they read what others answered with their name."""
    return person.is_active and Survey.objects.filter(reads(person), pk=survey.pk, is_named=True).exists()


def acts(reader: User, pieces: Sequence[Shareable], at: datetime.datetime) -> dict[int, str]:
    """For readings of answers (portal/readings.py): what lets somebody read them is the survey that they were sent to,
    as its page says beforehand who reads."""
    rows = NamedAnswer.objects.visible_to(reader).filter(pk__in=[one.pk for one in pieces])
    return dict(rows.values_list("pk", "survey__code"))
