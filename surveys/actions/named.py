"""Answering a named survey: the answers of one person, changed until it closes. Nothing here knows a ballot."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal import today
from portal.editing import EditedElsewhere
from portal.models import Shareable
from surveys.actions.answers import Refused, is_open, whole
from surveys.models import Invitation, NamedAnswer, Survey
from surveys.rules.named import FILL_IN


def send(invitation: Invitation, answers: Mapping[str, Any], *, version: int, at: datetime.datetime) -> NamedAnswer:
    """Keep these answers with the name of who is invited, in the place of those sent before (`version`; 0: none).

    The same sent twice is sent once. Raises Refused when it is not open, Incomplete, EditedElsewhere when other
    answers were sent from another page meanwhile.
    """
    with transaction.atomic():
        # Closing waits for this lock, or has it: then it is refused. Two pages of one person take turns.
        survey = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=invitation.survey_id)
        if not survey.is_named or not is_open(survey, at):
            raise Refused("closed")
        kept = whole(survey.document, invitation.group, answers)
        of_person = {"survey": survey, "person": invitation.person}
        there = NamedAnswer.objects.filter(**of_person).first()
        if there and there.answers == kept:
            return there
        if there and there.version != version:
            raise EditedElsewhere(there)
        sent = there or NamedAnswer(
            shareable=_piece(invitation), group=invitation.group, unit=invitation.unit, version=0, **of_person
        )
        sent.answers, sent.answered_at, sent.version = kept, at, sent.version + 1
        sent.save(force_insert=there is None)
        today.done(invitation.code, kind=FILL_IN, to=invitation.person, at=at)
    return sent


def _piece(invitation: Invitation) -> Shareable:
    """What readings of the answers point at, and what they are called in the list of what was read."""
    titles = invitation.survey.titles
    return Shareable.objects.create(kind=Shareable.Kind.ANSWERS, owner=invitation.person, template_titles=titles)
