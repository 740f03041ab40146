"""Checking texts for names before they are published (surveys.md Q4)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from surveys.models import TextToCheck

GAP = "[…]"


class CheckTexts(forms.Form):
    """A field for each text, named by its code. Words may be taken out, with a mark in their place; none come in."""

    def __init__(self, texts: Sequence[TextToCheck], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = {text.code: text for text in texts}
        for number, text in enumerate(texts, 1):
            self.fields[text.code] = forms.CharField(
                label=_("Text %(number)s") % {"number": number},
                initial=text.words,
                required=False,
                max_length=2_000,
                widget=forms.Textarea(attrs={"rows": min(2 + len(text.words) // 60, 8)}),
            )

    def clean(self) -> dict[str, Any]:
        for code, text in self.texts.items():
            if not is_shortened(text.words, self.cleaned_data.get(code, "")):
                words = _("Take words out, or put %(gap)s in their place; nothing else changes.") % {"gap": GAP}
                self.add_error(code, words)
        return self.cleaned_data


def is_shortened(text: str, given: str) -> bool:
    """Whether `given` is `text` with nothing but parts taken out, each perhaps with a mark in its place."""
    place, words = 0, text.split()
    for piece in given.replace("[...]", GAP).replace(GAP, " ").split():
        while place < len(words) and words[place].strip(".,;:!?()") != piece.strip(".,;:!?()"):
            place += 1
        if place == len(words):
            return False
        place += 1
    return True
