from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolios.models import Section


class PaperForm(forms.Form):
    """Which sections are to be in it, by code; all of them at first."""

    sections = forms.MultipleChoiceField(
        label=_("Which sections?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one section.")},
    )

    def __init__(self, sections: Sequence[Section], *args: Any, **kwargs: Any) -> None:
        codes = [(one.code, one.title) for one in sections]
        super().__init__(*args, initial={"sections": [code for code, _title in codes]}, **kwargs)
        self.fields["sections"].choices = codes  # type: ignore[attr-defined]
