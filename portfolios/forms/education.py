import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.dates import DayInput
from portfolios.forms.days import past, remembered
from portfolios.models import Certificate, Lesson
from portfolios.models.education import MOST_HOURS


class WeekForm(forms.Form):
    day = forms.DateField(
        label=_("Which week?"),
        widget=DayInput,
        help_text=_("Any day of that week."),
        error_messages={"required": _("Choose a day of the week that you mean.")},
    )
    work = forms.DecimalField(
        label=_("Hours of clinical or laboratory work"),
        min_value=Decimal(),
        max_value=MOST_HOURS,
        decimal_places=1,
        error_messages={"required": _("Fill in a number; about right is right enough.")},
    )
    growth = forms.DecimalField(
        label=_("Hours for your own development and education"),
        min_value=Decimal(),
        max_value=MOST_HOURS,
        decimal_places=1,
        error_messages={"required": _("Fill in a number; nought is a number too.")},
    )

    def clean_day(self) -> datetime.date:
        return past(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("work", 0) + cleaned.get("growth", 0) > MOST_HOURS:
            raise forms.ValidationError(_("A week has 168 hours. Look at both numbers again."))
        return cleaned


class LessonForm(forms.ModelForm):
    class Meta:
        model = Lesson
        fields = ["title", "kind", "followed_on", "learned"]
        labels = {
            "title": _("What was it?"),
            "kind": _("What was it about?"),
            "followed_on": _("When was it?"),
            "learned": _("What did you take from it?"),
        }
        widgets = {"followed_on": DayInput, "kind": forms.RadioSelect, "learned": forms.Textarea(attrs={"rows": 4})}

    def clean_followed_on(self) -> datetime.date:
        return past(self.cleaned_data["followed_on"])


class CertificateForm(forms.ModelForm):
    class Meta:
        model = Certificate
        fields = ["title", "issuer", "level", "hours", "issued_on", "valid_until", "is_minded"]
        labels = {
            "title": _("What is it called?"),
            "issuer": _("Who gave it?"),
            "level": _("Level"),
            "hours": _("Hours"),
            "issued_on": _("When did you get it?"),
            "valid_until": _("Until when is it valid?"),
            "is_minded": _("Put it on my home page two months before it ends."),
        }
        help_texts = {"valid_until": _("Leave this open when it does not end.")}
        widgets = {"issued_on": DayInput, "valid_until": DayInput}

    def clean_issued_on(self) -> datetime.date:
        return remembered(self.cleaned_data["issued_on"])  # one that begins later can be there already

    def clean_hours(self) -> Decimal | None:
        hours: Decimal | None = self.cleaned_data["hours"]
        if hours is not None and hours < 0:
            raise forms.ValidationError(_("Hours cannot be less than nought."))
        return hours

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        issued, until = cleaned.get("issued_on"), cleaned.get("valid_until")
        if issued and until and until < issued:
            self.add_error("valid_until", _("This is before the day on which you got it."))
        return cleaned
