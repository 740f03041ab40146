"""What the portfolio tells people (portal/kinds.py)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kinds import Args, Kind
from portal.models import Grant, User
from portal.models.outbox import Reason
from portal.models.today import Group

SHARED = "portfolios.shared"


def still_shared(args: Args, person: User) -> Reason | None:
    """`about` is the source of the act of sharing: when all of it ended, there is nothing to be mailed about."""
    live = Grant.objects.live(timezone.now()).filter(user=person, source=args["about"])
    return None if live.exists() else Reason.RIGHT_GONE


KINDS = {
    SHARED: Kind(
        title=_("%(who)s shared something with you"),
        neutral=_("Somebody shared something with you."),
        group=Group.SHARING,
        people=("who",),
        still=still_shared,
    ),
}
