"""What the search box finds of meet-ups: published reports, by their theme or the name of their meet-up."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import Report
from portal.models import User
from portal.search import Found, Hit


def find(person: User, words: str, start: int, stop: int) -> Found:
    """Whatever is published is for everybody; what was withdrawn or replaced is not found."""
    anywhere = Q(room__title__icontains=words) | Q(room__event__title__icontains=words)
    rows = Report.objects.filter(anywhere, state=Report.State.PUBLISHED).order_by("-published_at", "-pk")
    total = rows.count()
    if start >= min(stop, total):
        return Found([], total)
    return Found([_hit(row) for row in rows.select_related("room__event__series")[start:stop]], total)


def _hit(report: Report) -> Hit:
    event = report.room.event
    context = _("report of a meet-up, %(series)s") % {"series": event.series}
    return Hit(report.title, reverse("events:report", args=[event.code, report.room.code]), context)
