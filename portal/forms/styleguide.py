"""A form with every kind of control, for the style guide only; it is never sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.dates import DayInput

OFTEN = [("0", _("never")), ("1", _("sometimes")), ("2", _("often")), ("3", _("always"))]


class SampleForm(forms.Form):
    title = forms.CharField(label=_("Title"), help_text=_("One sentence is enough."))
    until = forms.DateField(
        label=_("Until and including"),
        help_text=_("At most a year."),
        error_messages={"invalid": _("This day does not exist. Choose another day.")},
    )
    happened_on = forms.DateField(label=_("Day"), widget=DayInput)
    placement = forms.ChoiceField(
        label=_("Placement"), required=False, choices=[("", _("None")), ("a", _("Emergency department"))]
    )
    situation = forms.CharField(
        label=_("Situation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where were you, and what was going on?"),
    )
    independence = forms.ChoiceField(
        label=_("How independently?"),
        widget=forms.RadioSelect,
        choices=[("0", _("I watched")), ("1", _("I did it myself, with somebody within reach"))],
    )
    competencies = forms.MultipleChoiceField(
        label=_("Belongs to which competencies?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (_("General"), [("a", _("Working together")), ("b", _("Communicating"))]),
            (_("Laboratory"), [("c", _("Quality control")), ("d", _("Methods"))]),
        ],
    )
    often = forms.ChoiceField(label=_("How often do you manage?"), widget=forms.RadioSelect, choices=OFTEN)
    present = forms.BooleanField(label=_("I was there, and wrote this myself."))
    attachment = forms.FileField(label=_("File"), required=False, help_text=_("up to 20 MB, without patient data"))
