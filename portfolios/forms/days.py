"""Days on which something was: not still to come, and within a lifetime."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

FIRST = datetime.date(1950, 1, 1)


def past(day: datetime.date) -> datetime.date:
    """`day` itself. Raises ValidationError for tomorrow and later, and for long before anybody now working."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day has yet to come. Choose today or an earlier day."))
    return remembered(day)


def remembered(day: datetime.date) -> datetime.date:
    if day < FIRST:
        raise forms.ValidationError(_("This is longer ago than anybody can remember. Check the year."))
    return day
