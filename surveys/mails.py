"""The mails of surveys. Whether a reminder leaves is asked when it is sent, and leaves no trace (docs/surveys.md)."""

import datetime
from typing import Any

from portal import mail, tokens
from portal.kinds import Args, MailKind
from portal.models import User
from portal.models.outbox import Reason, Way
from surveys.models import Invitation
from surveys.rules.waves import INVITATION, REMINDER

Built = dict[str, Any] | Reason


def _context(args: Args, at: datetime.datetime) -> tuple[Invitation, dict[str, Any]] | None:
    """The invitation, and what its mail says; None when the survey does not take answers any more."""
    rows = Invitation.objects.select_related("survey__organisation")
    found = rows.filter(code=args["invitation"]).first()
    if found is None or not found.nonce or found.survey.closes_at <= at:
        return None
    link = mail.link("surveys:invitation", found.code, tokens.make(found.code, found.nonce))
    return found, {"survey": found.survey, "link": link}


def invitation(args: Args, person: User, at: datetime.datetime) -> Built:
    """To everybody alike, also to who has answered meanwhile."""
    found = _context(args, at)
    return found[1] if found else Reason.TOO_LATE


def reminder(args: Args, person: User, at: datetime.datetime) -> Built:
    """Made for everybody, and kept silent for who has answered."""
    found = _context(args, at)
    return found[1] | {"is_silent": found[0].is_spent} if found else Reason.TOO_LATE


KINDS = {
    INVITATION: MailKind("surveys/mail/invitation", invitation, way=Way.ALONE),
    REMINDER: MailKind("surveys/mail/reminder", reminder, way=Way.ALONE, is_discreet=True),
}
