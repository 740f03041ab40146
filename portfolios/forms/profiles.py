import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.dates import DayInput
from portfolios.forms.days import past
from portfolios.models import Profile, ProfileProduct


class ProfileForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Profile
        fields = ["text"]
        labels = {"text": _("What do you want with it?")}
        help_texts = {"text": _("Why this one, what you have done so far, and what you would like to do next.")}
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}


class ProductForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    code = forms.CharField(widget=forms.HiddenInput, required=False)  # of a new one: sent twice, made once
    title = forms.CharField(
        label=_("What did you make?"),
        max_length=200,
        help_text=_("For example: a lesson, a protocol, an article, an improvement."),
        error_messages={"required": _("Write in one line what it is.")},
    )
    made_on = forms.DateField(
        label=_("When was it finished?"),
        widget=DayInput,
        error_messages={"required": _("Choose the day, or about the day.")},
    )
    contribution = forms.CharField(
        label=_("What was your part in it?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you did yourself, and what others did."),
        error_messages={"required": _("Write in a few words what you did yourself.")},
    )

    @staticmethod
    def initial_of(product: ProfileProduct) -> dict[str, Any]:
        return {name: getattr(product, name) for name in ("title", "made_on", "contribution", "version")}

    @property
    def started_from(self) -> int:
        return self.cleaned_data["version"] or 0

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "made_on", "contribution")}

    def clean_made_on(self) -> datetime.date:
        return past(self.cleaned_data["made_on"])
