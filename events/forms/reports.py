from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import Report
from events.models.reports import TEXTS
from events.wording import not_a_group
from portal.models import Document

LABELS = {
    "lede": _("In one or two sentences"),
    "summary": _("In short"),
    "bottlenecks": _("Bottlenecks"),
    "ideas": _("Ideas"),
    "discussed": _("The conversation"),
    "conclusions": _("Conclusions"),
    "actions": _("Actions"),
    "quotes": _("Quotes"),
    "participants": _("Participants by group"),
}
HINTS = {
    "lede": _("What the room found. It stands under the title."),
    "summary": _("At most four points, one a line."),
    "bottlenecks": _("An empty line begins a new paragraph."),
    "ideas": _("An empty line begins a new paragraph."),
    "discussed": _("An empty line begins a new paragraph."),
    "conclusions": _("One a line; they are numbered by themselves."),
    "actions": _("One a line: what | who | region | ready when | needed for it. All but the first may be left out."),
    "quotes": _("One a line, only with the consent of who said it."),
    "participants": _("One group a line, with its number: Students: 7. No names."),
}
ROWS = {"lede": 2, "summary": 4, "participants": 4, "quotes": 3, "discussed": 10}


class ReportForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Report
        fields = list(TEXTS)
        labels = LABELS
        help_texts = HINTS
        widgets = {name: forms.Textarea(attrs={"rows": ROWS.get(name, 6)}) for name in TEXTS}

    def clean_participants(self) -> str:
        text: str = self.cleaned_data["participants"]
        if wrong := not_a_group(text):
            words = gettext(
                "Write each group as a name and a number, like “Students: 7”. This line is different: %(line)s"
            )
            raise forms.ValidationError(words % {"line": wrong[0]})
        return text

    def texts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TEXTS}


class WithdrawForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Why"),
        widget=forms.RadioSelect,
        choices=[one for one in Document.Withdrawal.choices if one[0] != Document.Withdrawal.ERASURE],
        error_messages={"required": _("Choose why. The page of the report says it.")},
    )
