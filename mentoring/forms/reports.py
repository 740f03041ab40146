import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mentoring.models import Conversation
from mentoring.models.conversations import LONGEST
from portal.forms.dates import DayInput
from portal.models import User

_LABELS = {
    "notes": _("Notes of both of you"),
    "report": _("Report"),
    "response": _("What you add to the report"),
}
_HINTS = {
    "notes": _("You both write here, and both see it. Notes are no part of the report."),
    "report": _("What it was about, what came of it. No patient data."),
    "response": _("In your own words, below the report. May stay empty."),
}


class TextsForm(forms.Form):
    """The texts that this person writes now; kept while they are typed."""

    def __init__(self, *args: Any, conversation: Conversation, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in names:
            self.fields[name] = forms.CharField(
                label=_LABELS[name],
                help_text=_HINTS[name],
                required=False,
                max_length=LONGEST,
                initial=getattr(conversation, name),
                widget=forms.Textarea(attrs={"rows": 10 if name == "report" else 5}),
            )


class AgreementForm(forms.Form):
    text = forms.CharField(
        label=_("What do you agree?"),
        max_length=200,
        error_messages={"required": _("Write down what you agree.")},
    )
    who = forms.ChoiceField(label=_("Who does it?"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Ready by"),
        widget=DayInput,
        error_messages={"required": _("Choose a day.")},
    )

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.code: one for one in (conversation.trainee, conversation.other)}
        self.fields["who"].choices = [(code, one.full_name) for code, one in self.people.items()]
        self.fields["who"].initial = conversation.trainee.code

    def clean_until(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["until"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("The last day lies in the past. Choose a later day."))
        return day

    @property
    def person(self) -> User:
        return self.people[self.cleaned_data["who"]]


class AddendumForm(forms.Form):
    text = forms.CharField(
        label=_("What do you want to add or put right?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what you want to add.")},
    )
