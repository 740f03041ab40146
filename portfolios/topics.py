"""What the portfolio suggests to its owner, and to nobody else, to talk about in the next conversation (P10)."""

import datetime

from django.utils.translation import gettext as _

from portal.models import User
from portfolios import timeshare
from portfolios.models import Week
from portfolios.models.quarters import Quarter


def suggested(person: User, on: datetime.date) -> list[str]:
    """Each fits on an agenda as it is: a subject, no figures."""
    before = Quarter.of(on).before
    weeks = Week.objects.filter(section__shareable__owner=person, section__key="education")
    shares = timeshare.by_quarter(weeks.between(before.first_day, before.last_day))
    low = timeshare.to_talk_about(shares, on)
    return [time_for_growth(low.quarter)] if low else []


def time_for_growth(quarter: Quarter) -> str:
    figures = {"number": quarter.number, "year": quarter.year}
    return _("Time for my own development in quarter %(number)s of %(year)s") % figures
