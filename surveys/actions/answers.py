"""Answering an anonymous survey in two steps that nothing joins (surveys.md Q3).

Neither writes an audit entry, a reading, a mail, a time or a line in the log with a name.
"""

import datetime
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.models import ToDo
from surveys.models import Answer, Ballot, Invitation, Survey
from surveys.rules import answers as rules
from surveys.rules.questionnaires import Document
from surveys.rules.waves import FILL_IN, is_group


class Refused(Exception):
    """`code`: "spent" the invitation was used, "used" the ballot was used, "closed" it is not open, "none" no ballot
    has this key."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Incomplete(Exception):
    """Required questions without an answer, or an answer that is none; `keys` of the questions."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def is_open(survey: Survey, at: datetime.datetime) -> bool:
    return Survey.objects.accepting(at).filter(pk=survey.pk).exists()


def exchange(invitation: Invitation, *, at: datetime.datetime) -> str:
    """Spend the invitation, and give the key of a ballot that nothing ties to it. Raises Refused."""
    with transaction.atomic():
        if invitation.survey.is_named or not is_open(invitation.survey, at):
            raise Refused("closed")
        if not Invitation.objects.filter(pk=invitation.pk, is_spent=False).exclude(nonce="").update(is_spent=True):
            raise Refused("spent")
        ToDo.objects.filter(kind=FILL_IN, about=invitation.code).delete()  # done would be a time
        return _ballot(invitation.survey, invitation.group, invitation.unit)


def hand_out(survey: Survey, *, group: str, unit: str = "", at: datetime.datetime) -> str:
    """The key of a ballot to whoever has the open code. Raises Refused, ValueError for no such group or unit."""
    if not survey.open_code or not is_group(survey, group, unit):
        raise ValueError("no such group or unit")
    with transaction.atomic():
        if not is_open(survey, at):
            raise Refused("closed")
        return _ballot(survey, group, unit)


def _ballot(survey: Survey, group: str, unit: str) -> str:
    key = secrets.token_urlsafe(18)
    Ballot.objects.create(key_hash=_hash(key), survey=survey, group=group, unit=unit)
    return key


def ballot_of(key: str, survey: Survey | None = None) -> Ballot | None:
    """The ballot with this key (of this survey); None when there is none, as after closing."""
    rows = Ballot.objects.select_related("survey__organisation__sector", "survey__version")
    rows = rows.filter(survey=survey) if survey else rows
    return rows.filter(key_hash=_hash(key)).first() if 0 < len(key) < 100 else None


def submit(key: str, answers: Mapping[str, Any], *, at: datetime.datetime) -> None:
    """Use the ballot, and keep the answers to what was shown. Raises Refused, Incomplete."""
    with transaction.atomic():
        ballot = ballot_of(key)
        if ballot is None:
            raise Refused("none")
        # Closing waits for this lock, or has it: then the answer is refused.
        survey = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=ballot.survey_id)
        if not is_open(survey, at):
            raise Refused("closed")
        kept = whole(ballot.survey.document, ballot.group, answers)
        if not Ballot.objects.filter(pk=ballot.pk, is_used=False).update(is_used=True):
            raise Refused("used")
        Answer.objects.create(survey=survey, group=ballot.group, unit=ballot.unit, answers=kept)


def whole(document: Document, group: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of these answers, with nothing required missing. Raises Incomplete."""
    try:
        kept = rules.kept(document, group, answers)
    except ValueError as fault:
        raise Incomplete([str(fault)]) from None
    if lacking := rules.missing(document, group, kept):
        raise Incomplete([one["key"] for one in lacking])
    return kept
