"""All questions of a named survey as one form: what a draft keeps of it, whichever page somebody is on."""

from typing import Any

from django import forms
from django.http import QueryDict

from portal.merge import Values
from surveys.forms.filling import Paper, form_fields
from surveys.models import Invitation, NamedAnswer
from surveys.rules.questionnaires import Answers, Document, is_for, questions


class WholeForm(forms.Form):
    """`version` is that of the answers which were there when the page was opened; 0: none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        for question in questions(invitation.survey.document):
            if is_for(question, invitation.group):
                self.fields.update(form_fields(question, question["key"], invitation.group))

    @classmethod
    def of(cls, invitation: Invitation, sent: NamedAnswer | None) -> "WholeForm":
        """Unbound, with what was sent."""
        answers = typed_of(invitation.survey.document, sent.answers) if sent else {}
        return cls(invitation, initial=answers | {"version": sent.version if sent else 0})

    @property
    def paper(self) -> Paper:
        """The same, page by page."""
        return paper_of(self.invitation, self.data)


def paper_of(of: Invitation | NamedAnswer, typed: QueryDict) -> Paper:
    return Paper(of.survey.document, of.group, typed, keeps_blanks=True)


def sent_paper(sent: NamedAnswer) -> Paper:
    return paper_of(sent, as_typed(typed_of(sent.survey.document, sent.answers)))


def as_typed(values: Values) -> QueryDict:
    """As a browser would send it."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def typed_of(document: Document, answers: Answers) -> Values:
    """Answers as the fields of the form hold them."""
    found: Values = {}
    for question in questions(document):
        key, kind, value = question["key"], question["type"], answers.get(question["key"])
        if kind == "matrix":
            found |= {f"{key}:{row}": str(one) for row, one in (value or {}).items()}
        elif kind == "ranking":
            found |= {f"{key}:{place}": one for place, one in enumerate(value or [], 1)}
        elif value is not None:
            found[key] = list(value) if kind == "multiple" else str(value)
        if words := answers.get(f"{key}:other"):
            found[f"{key}:other"] = words
    return found
