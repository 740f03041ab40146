"""The calm note about a long text that may point at a patient (P16): beside the text, and after it was saved."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.patient_data import Kind, kinds


def words_of(kind: Kind) -> str:
    return {
        Kind.BSN: _("a Dutch citizen service number (BSN)"),
        Kind.RRN: _("a Belgian national register number"),
        Kind.BIRTH: _("a date of birth"),
        Kind.NAME: _("the name of a person"),
    }[kind]


def sentence() -> str:
    """With %s for what was found; the browser fills it in too."""
    return _("Look at this once more: it seems to hold %s. Leave out what points to a patient.")


def note_on(*texts: str) -> str:
    """What to say about these texts; an empty string when nothing was found."""
    there = [words_of(kind) for kind in kinds(*texts)]
    return sentence().replace("%s", ", ".join(there)) if there else ""


def say_after_saving(request: HttpRequest, form: forms.BaseForm) -> None:
    """It was saved as it is; the note comes beside that it was. Of all that is typed in words, titles too."""
    typed = [name for name, field in form.fields.items() if type(field.widget) in (forms.Textarea, forms.TextInput)]
    if note := note_on(*(str(form.cleaned_data.get(name) or "") for name in typed)):
        messages.info(request, note)
