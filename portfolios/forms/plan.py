import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.forms.dates import DayInput
from portfolios.actions.plan import Content
from portfolios.models import Goal, SwotItem
from portfolios.models.plan import LONGEST


class LineForm(forms.Form):
    text = forms.CharField(
        label=_("In one line"),
        max_length=200,
        error_messages={"required": _("Write one line: what is it about?")},
    )


class NewLineForm(LineForm):
    list = forms.ChoiceField(
        label=_("Which list?"),
        choices=SwotItem.List.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four lists.")},
    )


class GoalForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    code = forms.CharField(widget=forms.HiddenInput, required=False)  # of a new one: sent twice, made once
    what = forms.CharField(
        label=_("What do you want to reach?"),
        max_length=200,
        help_text=_("One line, so concrete that you can tell afterwards whether it worked."),
        error_messages={"required": _("Write in one line what you want to reach.")},
    )
    why = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What goes better when you can do this?"),
    )
    how = forms.CharField(
        label=_("How?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your first step, and who can help you."),
    )
    target_on = forms.DateField(
        label=_("When do you want to look back on it?"),
        required=False,
        widget=DayInput,
        help_text=_("On that day it stands on your home page, once. Nobody else is told."),
    )

    def clean_target_on(self) -> datetime.date | None:
        day = self.cleaned_data["target_on"]
        if day and day < timezone.localdate() and day != self.initial.get("target_on"):
            raise forms.ValidationError(_("This day has passed. Choose today or a later day, or leave it empty."))
        return day

    @property
    def started_from(self) -> int:
        return self.cleaned_data["version"] or 0

    def content(self) -> Content:
        return Content(**{name: self.cleaned_data[name] for name in Content.__dataclass_fields__})

    @staticmethod
    def initial_of(goal: Goal) -> dict[str, Any]:
        return {"what": goal.title} | {name: getattr(goal, name) for name in ("why", "how", "target_on", "version")}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you let it go?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever reads your plan reads this too. One sentence is enough."),
        error_messages={"required": _("Write in one sentence why. That too is something you learned.")},
    )
