from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import files as ground
from portal.models import StoredFile

AT_ONCE = 5  # each may take our child process ten seconds
TOGETHER = 25_000_000  # bytes; the proxy in front refuses 30 MB without a word (docker/Caddyfile)
_TOO_MUCH = _("Choose at most five at a time, together at most 25 MB. You can add more after that.")


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A list of uploads; one without bytes stays in it: portal.files.add has words for that."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = [super(SeveralFilesField, self).clean(one, initial) for one in data or []]
        if self.required and not chosen:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(chosen) > AT_ONCE or sum(one.size for one in chosen) > TOGETHER:
            raise forms.ValidationError(_TOO_MUCH, code="too much")
        return chosen


class FilesForm(forms.Form):
    """The one part with which files are chosen: by itself, or inside a form of something that may have none."""

    files = SeveralFilesField(
        label=_("Choose pictures or PDFs"),
        help_text=_(
            "JPEG, PNG, WebP or PDF, at most 20 MB each. "
            "What a camera writes in a photo, such as the place, is taken out."
        ),
        allow_empty_file=True,
        max_length=1000,
        widget=SeveralFiles(attrs={"accept": ",".join(sorted(ground.EVIDENCE)), "data-asks": "id_declared"}),
        error_messages={"required": _("Choose a file first.")},
    )
    declared = forms.BooleanField(
        label=_("There is no patient data in it: no name, face, date of birth or number."), required=False
    )

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.added: list[StoredFile] = []  # what came of what was chosen
        for field in self.fields.values():
            field.required = needed
        # The browser says it before anything is sent: static/js/app.js.
        limits = {"data-most-files": AT_ONCE, "data-most-bytes": TOGETHER, "data-too-much": _TOO_MUCH}
        self.fields["files"].widget.attrs |= limits
        self.fields["declared"].error_messages["required"] = ground.WORDS["declare"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("files") and not self.cleaned_data.get("declared"):
            if not self.has_error("declared"):
                self.add_error("declared", str(ground.WORDS["declare"]))
            self.choose_again()
        return self.cleaned_data

    def choose_again(self) -> None:
        """For a page that is shown once more: no browser keeps what was chosen. Nothing when nothing was."""
        if self.files.getlist(self.add_prefix("files")) and not self.has_error("files"):
            self.add_error("files", gettext("Not added yet. Choose it again: a page cannot hold on to a file."))

    def refuse(self, name: str, refusal: ground.FileRefused) -> None:
        several = len(self.files.getlist(self.add_prefix("files"))) > 1
        self.add_error("files", f"“{name}”: {refusal}" if several else str(refusal))
