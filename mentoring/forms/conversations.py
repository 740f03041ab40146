import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mentoring.models import Conversation
from mentoring.models.conversations import MOST_POINTS
from portal.forms.dates import DayInput, MomentInput
from portal.templatetags.portal_tags import moment

_MISSING = _("Give three days and times, so that there is something to choose from.")


class TimesForm(forms.Form):
    """Three times for the other to pick from."""

    first = forms.DateTimeField(label=_("First time"), widget=MomentInput, error_messages={"required": _MISSING})
    second = forms.DateTimeField(label=_("Second time"), widget=MomentInput, error_messages={"required": _MISSING})
    third = forms.DateTimeField(label=_("Third time"), widget=MomentInput, error_messages={"required": _MISSING})
    place = forms.CharField(
        label=_("Where"),
        required=False,
        max_length=120,
        help_text=_("A room, or online. It stands in both calendars, so no content here."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        now = timezone.now()
        for name in ("first", "second", "third"):
            if name in data and data[name] <= now:
                self.add_error(name, _("This time lies in the past. Choose a later one."))
        if not self.errors and len(set(self.times)) < 3:
            self.add_error("third", _("Two of the times are the same. Choose another one."))
        return data

    @property
    def times(self) -> list[datetime.datetime]:
        return [self.cleaned_data[name] for name in ("first", "second", "third")]


class PickForm(forms.Form):
    time = forms.ChoiceField(
        label=_("Which of these suits you?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the times."),
            "invalid_choice": _("This time is no longer on offer. Choose one of the times below."),
        },
    )

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one.starts_at for one in conversation.times.all()]
        self.fields["time"].choices = [(one.isoformat(), moment(one)) for one in offered]

    @property
    def picked(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.cleaned_data["time"])


class PointsForm(forms.Form):
    """At most five; empty ones do not count."""

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = {one.position: one.text for one in conversation.points.all()}
        for number in range(1, MOST_POINTS + 1):
            self.fields[f"point{number}"] = forms.CharField(
                label=_("Point %(number)d") % {"number": number},
                required=False,
                max_length=200,
                initial=there.get(number, ""),
            )

    @property
    def texts(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class HeldForm(forms.Form):
    held_on = forms.DateField(
        label=_("On which day did you speak?"),
        widget=DayInput,
        error_messages={"required": _("Choose the day on which you spoke.")},
    )

    def clean_held_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("That day is still to come. Choose the day on which you spoke."))
        return day
