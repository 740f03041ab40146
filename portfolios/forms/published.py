import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST = 1_000_000  # letters


class DocumentForm(forms.Form):
    """A document to publish, as JSON. What is in it, the schema says."""

    text = forms.CharField(
        label=gettext_lazy("The document, as JSON"),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Paste the text of the file.")},
    )

    def clean_text(self) -> dict[str, Any]:
        try:
            found = json.loads(self.cleaned_data["text"])
        except (ValueError, RecursionError) as fault:
            place = {"line": getattr(fault, "lineno", 1)}
            raise forms.ValidationError(_("This is no JSON. Look at line %(line)s.") % place) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(_("This is no document: it has to begin with { and end with }."))
        return found
