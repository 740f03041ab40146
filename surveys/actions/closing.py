"""Closing a survey (surveys.md Q3): the answers are copied in random order, and what could tell something goes.

Of a named survey the answers stay where they are; nobody can change them any more.
"""

import datetime
import random

from django.db import transaction

from portal import audit
from portal.models import OutboxRow, ToDo, User
from surveys.actions.waves import NotNow, note_undeliverable
from surveys.models import Answer, Ballot, ClosedAnswer, Invitation, Survey
from surveys.rules import named
from surveys.rules.waves import FILL_IN, REMINDER

BATCH = 200
_chance = random.SystemRandom()


def end(survey: Survey, *, by: User, at: datetime.datetime) -> None:
    """Take no more answers from now on, before its time. Raises NotNow when it is not open."""
    with transaction.atomic():
        if not Survey.objects.accepting(at).filter(pk=survey.pk, opens_at__lt=at).update(closes_at=at):
            raise NotNow
    survey.refresh_from_db()


def close(survey: Survey, *, by: User | None, at: datetime.datetime) -> bool:
    """Copy, empty, close; all or nothing. Done twice, it is done once. Raises NotNow before its end.

    One transaction, so that no backup holds the answers in both orders.
    """
    with transaction.atomic():
        found = Survey.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=survey.pk)
        if found.closed_at:
            return False
        if not found.launched_at or at < found.closes_at:
            raise NotNow
        note_undeliverable(found)
        _copy(found)
        Ballot.objects.filter(survey=found).delete()
        _empty_invitations(found)
        OutboxRow.objects.filter(kind=REMINDER, about=found.code).delete()
        Survey.objects.filter(pk=found.pk).update(closed_at=at, counts={}, counted_on=None)
        audit.record(audit.SURVEY_CLOSED, by=by, at=at, facts={"survey": found.code}, chain=found.chain)
    survey.refresh_from_db()
    return True


def _copy(survey: Survey) -> None:
    """Random order, new random ids: neither the place of a row nor its key tells when it came."""
    rows = list(Answer.objects.filter(survey=survey).values_list("group", "unit", "answers"))
    _chance.shuffle(rows)
    copies = [ClosedAnswer(survey=survey, group=group, unit=unit, answers=given) for group, unit, given in rows]
    ClosedAnswer.objects.bulk_create(copies, batch_size=BATCH)
    Answer.objects.filter(survey=survey).delete()


def _empty_invitations(survey: Survey) -> None:
    """Written anew in random order: a database that writes a changed row at its end, or a new one in the room of an old
    one, would otherwise tell the order in which they were spent. Links open nothing any more; who took part is not
    known any more."""
    rows = list(survey.invitations.all())
    _chance.shuffle(rows)
    ToDo.objects.filter(kind__in=(FILL_IN, named.FILL_IN), about__in=[row.code for row in rows]).delete()
    survey.invitations.all().delete()
    for row in rows:
        row.nonce, row.is_spent = "", False
    Invitation.objects.bulk_create(rows, batch_size=BATCH)
