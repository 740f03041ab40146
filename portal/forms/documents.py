"""A document that is to be published, pasted as JSON; what has to be in it, its schema says."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST = 1_000_000  # letters


class JsonDocument(forms.CharField):
    """Gives a dict. A fault names the line where the text stops being JSON."""

    default_error_messages = {"required": gettext_lazy("Paste the text of the file.")}

    def __init__(self, *, max_length: int = MOST, rows: int = 20, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
        super().__init__(max_length=max_length, widget=widget, **kwargs)

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            found = json.loads(super().clean(value))
        except (ValueError, RecursionError) as fault:
            place = {"line": getattr(fault, "lineno", 1)}
            raise forms.ValidationError(_("This is no JSON. Look at line %(line)s.") % place) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(_("This is no document: it has to begin with { and end with }."))
        return found


class DocumentForm(forms.Form):
    text = JsonDocument(label=gettext_lazy("The document, as JSON"))
