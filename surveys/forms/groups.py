from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.published import in_language
from surveys.models import Survey
from surveys.rules import waves as rules


def choices_of(rows: Any) -> list[tuple[str, str]]:
    return [(one["key"], in_language(one["names"])) for one in rows]


class GroupForm(forms.Form):
    """Of which group somebody is, and of which unit where the survey has units."""

    group = forms.ChoiceField(
        label=_("Which group are you in?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your group."), "invalid_choice": _("Choose your group.")},
    )
    unit = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = choices_of(rules.groups(survey))
        if units := rules.units(survey):
            self.fields["unit"].label = in_language(survey.breakdown["names"])
            self.fields["unit"].choices = choices_of(units)
        else:
            del self.fields["unit"]
        if len(rules.groups(survey)) == 1:
            del self.fields["group"]
        self._only = rules.groups(survey)[0]["key"]

    def chosen(self) -> dict[str, str]:
        return {"group": self.cleaned_data.get("group", self._only), "unit": self.cleaned_data.get("unit", "")}
