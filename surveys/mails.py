"""The mails of surveys. Whether a reminder leaves is asked when it is sent, and leaves no trace (docs/surveys.md)."""

import datetime
from typing import Any

from portal import mail, tokens
from portal.kinds import Args, MailKind
from portal.models import User
from portal.models.outbox import Reason, Way
from surveys.models import Invitation
from surveys.rules import named
from surveys.rules.waves import INVITATION, REMINDER

Built = dict[str, Any] | Reason


def _context(args: Args, at: datetime.datetime) -> tuple[Invitation, dict[str, Any]] | None:
    """The invitation, and what its mail says; None when the survey does not take answers any more."""
    rows = Invitation.objects.select_related("survey__organisation", "survey__owner")
    found = rows.filter(code=args["invitation"]).first()
    if found is None or not found.nonce or found.survey.closes_at <= at:
        return None
    if found.survey.is_named:  # whose name it is, signing in tells
        link = mail.link("surveys:named", found.code)
    else:
        link = mail.link("surveys:invitation", found.code, tokens.make(found.code, found.nonce))
    return found, {"survey": found.survey, "link": link}


def invitation(args: Args, person: User, at: datetime.datetime) -> Built:
    """To everybody alike, also to who has answered meanwhile."""
    found = _context(args, at)
    return found[1] if found else Reason.TOO_LATE


def reminder(args: Args, person: User, at: datetime.datetime) -> Built:
    """Made for everybody, and kept silent for who has answered: with names too, as one way is enough."""
    found = _context(args, at)
    if found is None:
        return Reason.TOO_LATE
    row, context = found
    return context | {"is_silent": named.answered_by(row) is not None if row.survey.is_named else row.is_spent}


KINDS = {
    INVITATION: MailKind("surveys/mail/invitation", invitation, way=Way.ALONE),
    REMINDER: MailKind("surveys/mail/reminder", reminder, way=Way.ALONE, is_discreet=True),
}
