from django import forms
from django.utils.translation import gettext_lazy as _

from portfolios.models import Section


class SectionText(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Section
        fields = ["text"]
        labels = {"text": _("Your text")}
        widgets = {"text": forms.Textarea(attrs={"rows": 12})}


class OwnSection(forms.Form):
    title = forms.CharField(
        label=_("Name of the section"),
        max_length=120,
        help_text=_("For example: Teaching, or Working abroad."),
        error_messages={"required": _("Give the section a name, so that you find it again.")},
    )
