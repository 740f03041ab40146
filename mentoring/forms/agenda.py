from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AgendaForm(forms.Form):
    """One point for a conversation that is still to come."""

    text = forms.CharField(
        label=_("What do you want to talk about?"),
        max_length=200,
        help_text=_("One line. Say it in your own words: the other sees it as it stands here."),
        error_messages={"required": _("Write in one line what it is about.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["autocomplete"] = "off"
