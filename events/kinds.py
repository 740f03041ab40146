"""What meet-ups ask of people (portal/kinds.py)."""

from django.utils.translation import gettext_lazy as _

from events.actions.reports import READ_ALONG
from events.models import Report
from portal.kinds import Args, Kind
from portal.models import User
from portal.models.outbox import Reason


def still_reading(args: Args, person: User) -> Reason | None:
    waits = Report.objects.filter(code=args["about"], state=Report.State.CORRECTION)
    return None if waits.exists() else Reason.DONE


KINDS = {
    READ_ALONG: Kind(
        title=_("Read the report of your room"),
        neutral=_("A report waits until you have read it."),
        why=_("You took the notes. What you change, the organiser sees."),
        button=_("Read the report"),
        still=still_reading,
    ),
}
