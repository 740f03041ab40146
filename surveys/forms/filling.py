"""The one renderer of questionnaires (surveys.md Q1): a section is a form, and all of it travels with every step.

Nothing that somebody types is kept on the server before it is sent: other sections lie in the page as hidden fields.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.published import in_language
from surveys import wording
from surveys.rules.answers import LONGEST, LONGEST_OTHER, is_complete, number
from surveys.rules.questionnaires import OTHER, Answers, Document, Question, is_for, is_shown, questions, words

ANSWER_THIS = gettext_lazy("Answer this question.")
TOO_LONG = gettext_lazy("This is longer than %(limit_value)d characters. Shorten it.")
TWICE = gettext_lazy("Choose each only once.")
NOT_OFFERED = gettext_lazy("Choose one of the answers.")


def names_of(question: Question) -> list[str]:
    """The fields of this question in a form."""
    key, kind = question["key"], question["type"]
    if kind == "matrix":
        return [f"{key}:{row['key']}" for row in question["rows"]]
    if kind == "ranking":
        return [f"{key}:{place}" for place in range(1, question["top"] + 1)]
    return [key, f"{key}:{OTHER}"] if question.get("other") else [key]


@dataclass
class Row:
    """One question on the page."""

    question: Question
    words: str
    fields: list[forms.BoundField]
    only_if: str = ""  # in words, when it depends on a question of the same page
    other: forms.BoundField | None = None

    @property
    def kind(self) -> str:
        return str(self.question["type"])

    @property
    def help(self) -> str:
        return in_language(self.question["help"]) if "help" in self.question else ""

    @property
    def ends(self) -> tuple[str, str] | None:
        return wording.ends(self.question)

    @property
    def bounds(self) -> str:
        between = {name: self.question[name] for name in ("minimum", "maximum")}
        words = _("From %(minimum)s to %(maximum)s.") % between
        return f"{words} {in_language(self.question['unit'])}" if "unit" in self.question else words

    @property
    def first(self) -> forms.BoundField:
        return self.fields[0]

    @property
    def errors(self) -> list[str]:
        """Each once, though a matrix has it at several rows."""
        return list(dict.fromkeys(str(error) for bound in self.fields for error in bound.errors))

    @property
    def waits_for(self) -> str:
        """For the script: `question=value value`, when another answer on this page decides."""
        condition = self.question["shown_if"]
        return f"{condition['question']}={' '.join(map(str, condition['any_of']))}"


class SectionForm(forms.Form):
    """The questions of one section for one group. `answers` are those of the sections before it."""

    def __init__(self, section: Mapping[str, Any], *, group: str, answers: Answers, **kwargs: Any) -> None:
        super().__init__(auto_id="%s", **kwargs)
        self.section, self.group, self.before = section, group, answers
        here = {one["key"] for one in section["questions"]}
        self.asked = [one for one in section["questions"] if self._may_be_shown(one, here)]
        self.answers: dict[str, Any] = {}
        for question in self.asked:
            self.fields.update(form_fields(question, self._words(question), group))

    def _may_be_shown(self, question: Question, here: set[str]) -> bool:
        """Decided on this page, it is there in any case; decided earlier, only when it is to be answered."""
        if question.get("shown_if", {}).get("question") in here:
            return is_for(question, self.group)
        return is_shown(question, self.group, self.before)

    def _words(self, question: Question) -> str:
        return words(question, self.group, get_language() or "nl")

    @cached_property
    def rows(self) -> list[Row]:
        here = {one["key"]: one for one in self.asked}
        found = []
        for question in self.asked:
            bound = [self[name] for name in names_of(question)]
            other = bound.pop() if question.get("other") else None
            found.append(Row(question, self._words(question), bound, self._only_if(question, here), other))
        return found

    def _only_if(self, question: Question, here: Mapping[str, Question]) -> str:
        condition = question.get("shown_if")
        if not condition or condition["question"] not in here:
            return ""
        decides = here[condition["question"]]
        names = dict(wording.choices(decides))
        chosen = _(" or ").join(f"“{names[str(value)]}”" for value in condition["any_of"])
        return _("Only if you answered %(answer)s to “%(question)s”.") % {
            "answer": chosen,
            "question": self._words(decides),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question in self.asked:
            if not is_shown(question, self.group, {**self.before, **self.answers}):
                for name in names_of(question):
                    self.errors.pop(name, None)
                continue
            self._read(question, cleaned)
        return cleaned

    def _read(self, question: Question, cleaned: Mapping[str, Any]) -> None:
        names = names_of(question)
        if any(name in self.errors for name in names):
            return
        value = _VALUES.get(question["type"], _plain)(question, [cleaned.get(name) for name in names])
        other = cleaned.get(f"{question['key']}:{OTHER}", "").strip() if question.get("other") else ""
        if other and question["type"] == "multiple" and OTHER not in (value or []):
            value = [*(value or []), OTHER]  # who writes it has chosen it
        value = OTHER if other and value is None else value
        if value is not None:
            self.answers[question["key"]] = value
        if other and OTHER in (value if isinstance(value, list) else [value]):
            self.answers[f"{question['key']}:{OTHER}"] = other
        if question["type"] == "ranking" and value and len(set(value)) < len(value):
            self.add_error(names[0], TWICE)
        if question.get("required") and not is_complete(question, value):
            lacking = [name for name in names if not cleaned.get(name)]
            for name in lacking if question["type"] == "matrix" else names[:1]:
                self.add_error(name, ANSWER_THIS)


# --- Fields by type -------------------------------------------------------------------------


def _choice(label: str, choices: wording.Choices, widget: type[forms.Widget] = forms.RadioSelect) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=widget, error_messages={"invalid_choice": NOT_OFFERED}
    )


def _text(label: str, longest: int, widget: forms.Widget) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=longest, widget=widget, error_messages={"max_length": TOO_LONG}
    )


class NumberField(forms.CharField):
    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=20, **kwargs)
        self.question = question
        self.widget.attrs["inputmode"] = "decimal" if question["decimals"] else "numeric"

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        found = number(self.question, typed) if typed else ""
        if typed and not found:
            bounds = {name: self.question[name] for name in ("minimum", "maximum", "decimals")}
            if self.question["decimals"]:
                text = _("Write a number from %(minimum)s to %(maximum)s, with at most %(decimals)s decimals.")
            else:
                text = _("Write a whole number from %(minimum)s to %(maximum)s.")
            raise forms.ValidationError(text % bounds)
        return found


def form_fields(question: Question, label: str, group: str) -> dict[str, forms.Field]:
    key, kind = question["key"], question["type"]
    if kind == "matrix":
        language, steps = get_language() or "nl", wording.choices(question)
        return {f"{key}:{row['key']}": _choice(words(row, group, language), steps) for row in question["rows"]}
    if kind == "ranking":
        options = [("", _("no choice")), *wording.choices(question)]
        places = {f"{key}:{place}": place for place in range(1, question["top"] + 1)}
        labels = {name: _("Place %(number)s") % {"number": place} for name, place in places.items()}
        return {name: _choice(labels[name], options, forms.Select) for name in places}
    if kind == "number":
        return {key: NumberField(question, label=label)}
    if kind == "short-text":
        return {key: _text(label, LONGEST[kind], forms.TextInput())}
    if kind == "long-text":
        return {key: _text(label, LONGEST[kind], forms.Textarea(attrs={"rows": 4}))}
    if kind == "multiple":
        several = forms.MultipleChoiceField(
            label=label,
            choices=wording.choices(question),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": NOT_OFFERED},
        )
        found: dict[str, forms.Field] = {key: several}
    else:
        found = {key: _choice(label, wording.choices(question))}
    if question.get("other"):
        found[f"{key}:{OTHER}"] = _text(_("Something else, namely"), LONGEST_OTHER, forms.TextInput())
    return found


# --- From a form to an answer ---------------------------------------------------------------

Typed = list[Any]


def _plain(question: Question, typed: Typed) -> str | None:
    return str(typed[0]).strip() or None if typed[0] else None


def _step(question: Question, typed: Typed) -> int | str | None:
    return _int(typed[0])


def _int(text: str | None) -> int | str | None:
    if not text:
        return None
    return int(text) if text.isdecimal() else text


def _matrix(question: Question, typed: Typed) -> dict[str, int | str] | None:
    rows = {row["key"]: _int(text) for row, text in zip(question["rows"], typed, strict=True)}
    return {key: value for key, value in rows.items() if value is not None} or None


def _multiple(question: Question, typed: Typed) -> list[str] | None:
    chosen = typed[0] or []
    return [value for value, _label in wording.choices(question) if value in chosen] or None


def _ranking(question: Question, typed: Typed) -> list[str] | None:
    """In the order of the places; a place that was left open closes up."""
    return [text for text in typed if text] or None


_VALUES = {
    "likert": _step,
    "zero-ten": _step,
    "matrix": _matrix,
    "multiple": _multiple,
    "ranking": _ranking,
}


# --- All sections ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Carried:
    """A field of another page, where nobody sees it; of several choices each is a box, ticked or not."""

    name: str
    value: str
    is_box: bool = False
    is_on: bool = False


@dataclass
class Paper:
    """A questionnaire as somebody of this group fills it in: what was typed, on which page, what comes next."""

    document: Document
    group: str
    typed: QueryDict
    keeps_blanks: bool = False  # each field travels along, the empty too, as a draft is compared with all of them
    answers: dict[str, Any] = field(default_factory=dict)
    faulty: list[SectionForm] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read everything that was typed, section by section; what is not typed yet is missing, and no fault here."""
        self.pages: list[SectionForm] = []
        for section in self.document["sections"]:
            form = SectionForm(section, group=self.group, answers=dict(self.answers), data=self.typed)
            if not form.asked:
                continue
            self.pages.append(form)
            if not form.is_valid():
                self.faulty.append(form)
            self.answers |= form.answers

    @property
    def keys(self) -> list[str]:
        return [form.section["key"] for form in self.pages]

    def form(self, key: str) -> SectionForm:
        """The page of this section as it was typed, without a word about what is missing."""
        page = next(form for form in self.pages if form.section["key"] == key)
        names = {name: self._value(name, page.fields[name]) for name in page.fields if name in self.typed}
        return SectionForm(page.section, group=self.group, answers=page.before, initial=names)

    def judged(self, key: str) -> SectionForm:
        return next(form for form in self.pages if form.section["key"] == key)

    def _value(self, name: str, of: forms.Field) -> Any:
        many = isinstance(of, forms.MultipleChoiceField)
        return self.typed.getlist(name) if many else self.typed[name]

    def hidden(self, key: str = "") -> Iterator[Carried]:
        """What was typed on the other pages, to travel along."""
        here = set(self.judged(key).fields) if key else set()
        for question in questions(self.document):
            for name in names_of(question):
                if name not in here:
                    yield from self._carried(question, name)

    def _carried(self, question: Question, name: str) -> Iterator[Carried]:
        typed = [value for value in self.typed.getlist(name) if value]
        if not self.keeps_blanks:
            yield from (Carried(name, value) for value in typed)
        elif is_for(question, self.group) and question["type"] == "multiple" and name == question["key"]:
            for value, _label in wording.choices(question):
                yield Carried(name, value, is_box=True, is_on=value in typed)
        elif is_for(question, self.group):
            yield Carried(name, typed[0] if typed else "")

    def said(self) -> list[tuple[SectionForm, list[tuple[str, list[str]]]]]:
        """Per page its questions with their answers in words, as they would be sent."""
        language = get_language() or "nl"
        return [
            (
                form,
                [
                    (words(one, self.group, language), wording.said(one, self.answers, self.group, language))
                    for one in form.asked
                    if is_shown(one, self.group, self.answers)
                ],
            )
            for form in self.pages
        ]
