from django import forms
from django.utils.translation import gettext_lazy as _

from portfolios.models.comments import LONGEST


class CommentForm(forms.Form):
    code = forms.CharField(widget=forms.HiddenInput, required=False)  # of a new one: sent twice, said once
    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )
