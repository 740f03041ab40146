"""What the portfolio tells people (portal/kinds.py)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import sharing
from portal.kinds import Args, Kind
from portal.models import Grant, Shareable, User
from portal.models.outbox import Reason
from portal.models.today import Group

DECIDE_LEVEL, LEVEL_DECIDED = "portfolios.decide_level", "portfolios.level_decided"
SHARED, COMMENTED, ANSWERED = "portfolios.shared", "portfolios.commented", "portfolios.answered"
GOAL_DATE, CERTIFICATE, ASSESSED = "portfolios.goal_date", "portfolios.certificate", "portfolios.assessed"


def still_shared(args: Args, person: User) -> Reason | None:
    """`about` is the source of the act of sharing: when all of it ended, there is nothing to be mailed about."""
    live = Grant.objects.live(timezone.now()).filter(user=person, source=args["about"])
    return None if live.exists() else Reason.RIGHT_GONE


def still_seen(args: Args, person: User) -> Reason | None:
    """`about` is the code of the piece: who no longer sees it is not mailed about it."""
    piece = Shareable.objects.filter(code=args["about"]).first()
    return None if piece and sharing.may(person, sharing.READ, piece) else Reason.RIGHT_GONE


def _about_a_comment(title: Any, neutral: Any) -> Kind:
    said = {"people": ("who",), "pieces": ("what",), "still": still_seen}
    return Kind(title=title, neutral=neutral, group=Group.SHARING, **said)


KINDS = {
    DECIDE_LEVEL: Kind(
        title=_("%(who)s asks you for a supervision level"),
        neutral=_("Somebody asks you for a supervision level."),
        why=_("Until you decide, they work at the level that they have now."),
        button=_("Decide"),
        people=("who",),
    ),
    LEVEL_DECIDED: Kind(
        title=_("A supervision level of yours was decided"),
        neutral=_("A supervision level of yours was decided."),
        group=Group.SHARING,
    ),
    ASSESSED: Kind(
        title=_("%(who)s gave levels for your competencies"),
        neutral=_("Somebody gave levels for your competencies."),
        group=Group.SHARING,
        people=("who",),
    ),
    GOAL_DATE: Kind(
        title=_("The day has come that you chose for “%(what)s”"),
        neutral=_("The day has come that you chose for one of your goals."),
        why=_("Reached, not yet, or no longer what you want: each of these is fine. Another day is fine too."),
        button=_("Look at this goal"),
        pieces=("what",),
    ),
    CERTIFICATE: Kind(
        title=_("One of your certificates is valid until %(until)s"),
        neutral=_("One of your certificates is valid until %(until)s."),
        why=_("Renew it, or leave it: then untick the box on its page and this goes away."),
        button=_("Look at this certificate"),
        days=("until",),
    ),
    COMMENTED: _about_a_comment(_("%(who)s commented on “%(what)s”"), _("There is a comment on something of yours.")),
    ANSWERED: _about_a_comment(
        _("%(who)s answered your comment on “%(what)s”"), _("There is an answer to your comment.")
    ),
    SHARED: Kind(
        title=_("%(who)s shared something with you"),
        neutral=_("Somebody shared something with you."),
        group=Group.SHARING,
        people=("who",),
        still=still_shared,
    ),
}
