from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from selection.actions.sheets import Content
from selection.models import Answer
from selection.models.procedures import Criterion

LONGEST = 4000
NOT_OBSERVED = "0"
NOTES = {
    "situation": (_("Situation"), "S"),
    "task": (_("Task"), "T"),
    "action": (_("Action"), "A"),
    "result": (_("Result"), "R"),
}


def _text(label: Any, rows: int, hint: Any = "") -> forms.CharField:
    too_long = _("This is longer than %(limit_value)d characters. Shorten it.")
    widget = forms.Textarea(attrs={"rows": rows})
    field = forms.CharField(label=label, help_text=hint, required=False, max_length=LONGEST, widget=widget)
    field.error_messages["max_length"] = too_long
    return field


class QuestionForm(forms.Form):
    """Everything may stay empty while it is written; what is missing is said before it is handed in."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=1)
    situation, task = _text(*NOTES["situation"][:1], 2), _text(*NOTES["task"][:1], 2)
    action, result = _text(*NOTES["action"][:1], 3), _text(*NOTES["result"][:1], 2)
    reflection = _text(_("Reflection"), 2, _("What does the candidate say to have learned?"))
    score = forms.ChoiceField(label=_("Which text fits best?"), required=False, widget=forms.RadioSelect)
    reason = _text(_("Why could you not see it?"), 2)
    evidence = _text(_("By what did you see that?"), 2, _("One sentence. The candidate can read this."))
    concern = _text(_("What worries you?"), 2, _("Only for conduct that is directly dangerous. It counts in no score."))

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anchors = [(str(score), anchor) for score, anchor in enumerate(criterion.anchors, 1)]
        self.fields["score"].choices = [*anchors, (NOT_OBSERVED, _("Not seen, with a reason"))]

    @property
    def started_from(self) -> int:
        return self.cleaned_data["version"] or 0

    def content(self) -> Content:
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "score")}
        score = self.cleaned_data["score"]
        return Content(**data, score=int(score) if score not in ("", NOT_OBSERVED) else None,
                       is_not_observed=score == NOT_OBSERVED)  # fmt: skip

    @staticmethod
    def of(answer: Answer, criterion: Criterion) -> "QuestionForm":
        names = ("version", *NOTES, "reflection", "reason", "evidence", "concern")
        score = NOT_OBSERVED if answer.is_not_observed else str(answer.score or "")
        initial = {name: getattr(answer, name) for name in names} | {"score": score}
        return QuestionForm(criterion=criterion, initial=initial)

    @property
    def notes(self) -> list[tuple[forms.BoundField, str]]:
        return [(self[name], letter) for name, (_label, letter) in NOTES.items()]
