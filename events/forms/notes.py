from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Note
from events.models.notes import LONGEST

Section = Note.Section
HINTS = {
    Section.BOTTLENECKS: _("What does not work well now?"),
    Section.IDEAS: _("What could help?"),
    Section.DISCUSSED: _("What was said, without names."),
    Section.CONCLUSIONS: _("One conclusion a line."),
    Section.ACTIONS: _("One action a line: what | who | region | ready when | needed for it."),
    Section.QUOTES: _("Words that somebody agreed to see in the report."),
}
ROWS = {Section.DISCUSSED: 8, Section.QUOTES: 3}


class NoteForm(forms.Form):
    """One section; `text` is what the autosave component keeps."""

    text = forms.CharField(required=False, widget=forms.Textarea, max_length=LONGEST)

    def __init__(self, section: str, *, text: str) -> None:
        super().__init__(initial={"text": text}, auto_id=f"{section}-%s")
        self.section = Section(section)
        field = self.fields["text"]
        field.label, field.help_text = self.section.label, HINTS[self.section]
        field.widget.attrs["rows"] = ROWS.get(self.section, 5)


class ReasonForm(forms.Form):
    """Why: to open notes again, to close or cancel a meet-up, to replace a report."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in one sentence why. Others read it.")},
    )
