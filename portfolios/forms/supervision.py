"""Asking for a supervision level, and deciding it (P8)."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.forms.dates import DayInput
from portal.models import User
from portal.published import in_language
from portfolios.models import Experience, SupervisionCard, SupervisionLevel

MOST_EVIDENCE = 50


def level_choices(card: SupervisionCard) -> list[tuple[str, str]]:
    return [(one["key"], in_language(one["names"])) for one in card.scale]


class AskForm(forms.Form):
    code = forms.CharField(widget=forms.HiddenInput, required=False)  # sent twice, asked once
    kind = forms.ChoiceField(label=_("What is it about?"), choices=SupervisionLevel.Kind, widget=forms.RadioSelect)
    task = forms.CharField(
        label=_("Which task, shift or device?"),
        max_length=120,
        help_text=_("As your colleagues call it, for example “evening shift emergency department”."),
    )
    wanted = forms.ChoiceField(label=_("Which level do you ask for?"), widget=forms.RadioSelect)
    evidence = forms.ModelMultipleChoiceField(
        label=_("What shows it"),
        queryset=Experience.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choosing shares nothing: they see only what you share with them."),
    )
    note = forms.CharField(
        label=_("What do you want to say with it?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asked_of = forms.ModelChoiceField(
        label=_("Who decides?"), queryset=User.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, card: SupervisionCard, people: list[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].choices = level_choices(card)  # type: ignore[attr-defined]
        mine = Experience.objects.filter(shareable__owner=card.owner).placed().select_related("shareable")
        latest = mine.latest_first().values_list("pk", flat=True)[:MOST_EVIDENCE]
        self.fields["evidence"].queryset = mine.filter(pk__in=list(latest)).latest_first()  # type: ignore[attr-defined]
        known = User.objects.filter(pk__in=[one.pk for one in people]).order_by("family_name", "given_name", "pk")
        self.fields["asked_of"].queryset = known  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["asked_of"].initial = people[0].pk

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "code"}

    def refuse_other_words(self, asked: SupervisionLevel) -> None:
        """There is a question about this task already; when it says something else, this one was not sent."""
        same = all(getattr(asked, name) == self.cleaned_data[name] for name in ("kind", "wanted", "note", "asked_of"))
        if not same or set(asked.evidence.all()) != set(self.cleaned_data["evidence"]):
            said = _("You asked %(name)s about this task already, in other words. Take that question back first.")
            self.add_error("task", said % {"name": asked.asked_of.full_name})


class GiveForm(forms.Form):
    level = forms.ChoiceField(label=_("Which level do you give?"), widget=forms.RadioSelect)
    conditions = forms.CharField(
        label=_("Under which conditions?"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example whom to call, and when."),
    )
    review_on = forms.DateField(
        label=_("When do you look at it again?"),
        required=False,
        widget=DayInput,
        help_text=_("On that day it falls off the card until it is given anew."),
    )

    decided_with = forms.CharField(
        label=_("With whom did you decide it?"),
        required=False,
        max_length=200,
        help_text=_("A group or colleagues, as they are called. It stands beside your name."),
    )

    def __init__(self, card: SupervisionCard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = level_choices(card)  # type: ignore[attr-defined]

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("This day has passed already. Choose a later one, or none."))
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: the trainee reads it.")},
    )
