"""Forms of the builder: a questionnaire's head, a section, a question of each type."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.forms.documents import JsonDocument
from portal.models import Organisation
from portal.published import in_language
from surveys import wording
from surveys.rules.drafting import fresh_key, question
from surveys.rules.questionnaires import DECIDING, Document, Question, questions, values

LANGUAGES = (("nl", gettext_lazy("in Dutch")), ("en", gettext_lazy("in English")))
TYPES: dict[str, str | Promise] = {
    "yes-no": gettext_lazy("Yes or no"),
    "likert": gettext_lazy("Agree or not, in steps"),
    "matrix": gettext_lazy("Several lines with the same steps"),
    "zero-ten": gettext_lazy("A number from 0 to 10"),
    "single": gettext_lazy("Choose one"),
    "multiple": gettext_lazy("Choose several"),
    "ranking": gettext_lazy("Put in order"),
    "number": gettext_lazy("A number"),
    "short-text": gettext_lazy("A short text"),
    "long-text": gettext_lazy("A long text"),
}
MOST_BYTES = 500_000
Words = dict[str, str]


def _line(label: str, *, required: bool = False, longest: int = 300, rows: int = 0) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    words = {"required": _("Write it in both languages.")}
    return forms.CharField(label=label, required=required, max_length=longest, widget=widget, error_messages=words)


def _pair(name: str, label: str, **kwargs: Any) -> dict[str, forms.CharField]:
    return {f"{name}_{language}": _line(f"{label}, {words}", **kwargs) for language, words in LANGUAGES}


def _said(data: dict[str, Any], name: str) -> Words:
    found = {language: data.get(f"{name}_{language}", "").strip() for language, _label in LANGUAGES}
    return {language: text for language, text in found.items() if text}


def _shown(words: Words | None, name: str) -> dict[str, str]:
    return {f"{name}_{language}": (words or {}).get(language, "") for language, _label in LANGUAGES}


def _text_of(rows: Iterable[Words]) -> str:
    return "\n".join(" | ".join(row.get(language, "") for language, _label in LANGUAGES) for row in rows)


class Lines(forms.CharField):
    """`Dutch | English`, one a line; gives a list of (sign before it, words)."""

    def __init__(self, label: str, hint: str = "", *, signs: str = "", required: bool = False) -> None:
        words = {"required": _("Write at least one line.")}
        widget = forms.Textarea(attrs={"rows": 5})
        super().__init__(label=label, help_text=hint, required=required, widget=widget, error_messages=words)
        self.signs = signs

    def clean(self, value: Any) -> list[tuple[str, Words]]:
        found = []
        for line in (one.strip() for one in super().clean(value).splitlines() if one.strip()):
            sign = line[0] if line[0] in self.signs else ""
            dutch, _bar, english = (part.strip() for part in line.removeprefix(sign).partition("|"))
            if not dutch or not english:
                text = _("Write each line as Dutch | English. This line is different: %(line)s")
                raise forms.ValidationError(text % {"line": line})
            found.append((sign, {"nl": dutch, "en": english}))
        return found


class RevisionForm(forms.Form):
    """`revision` is that of the draft that the form was opened with."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """What is written in one language is written in both."""
        cleaned = super().clean() or {}
        for name in {one[:-3] for one in self.fields if one.endswith(("_nl", "_en"))}:
            said = _said(cleaned, name)
            if len(said) == 1:
                lacking = "en" if "nl" in said else "nl"
                self.add_error(f"{name}_{lacking}", _("Write it in both languages."))
        return cleaned


class OfOrganisation(forms.BaseForm):
    """For which of the own organisations; not asked where there is one."""

    def let_choose(self, organisations: list[Organisation]) -> None:
        self.organisations = organisations
        if len(organisations) > 1:
            mine = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
            self.fields["organisation"] = forms.ModelChoiceField(mine, label=_("Organisation"))

    @property
    def organisation(self) -> Organisation:
        found: Organisation = self.cleaned_data.get("organisation") or self.organisations[0]
        return found


class HeadForm(OfOrganisation, RevisionForm):
    def __init__(self, document: Document | None, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        there = document or {}
        initial = _shown(there.get("names"), "name") | _shown(there.get("intro"), "intro")
        initial["groups"] = _text_of(one["names"] for one in there.get("groups", []))
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.document = document
        self.fields.update(_pair("name", _("Name"), required=True))
        self.fields.update(_pair("intro", _("Introduction"), longest=2000, rows=3))
        hint = _("Who is asked, Dutch | English, one a line. Each group can have words of its own.")
        self.fields["groups"] = Lines(_("Groups"), hint, required=True)
        if document is None:
            self.let_choose(organisations)

    def head(self) -> dict[str, Any]:
        data = self.cleaned_data
        groups = _keyed(data["groups"], (self.document or {}).get("groups", []), "names")
        return {"names": _said(data, "name"), "intro": _said(data, "intro"), "groups": groups}


class SectionHeadForm(RevisionForm):
    def __init__(self, section: dict[str, Any] | None, *args: Any, **kwargs: Any) -> None:
        there = section or {}
        initial = _shown(there.get("names"), "name") | _shown(there.get("help"), "help")
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.section = section
        self.fields.update(_pair("name", _("Name"), required=True))
        self.fields.update(_pair("help", _("Explanation"), longest=2000, rows=2))

    def part(self, taken: set[str]) -> dict[str, Any]:
        names, explained = _said(self.cleaned_data, "name"), _said(self.cleaned_data, "help")
        key = self.section["key"] if self.section else fresh_key(names["nl"], taken)
        return {"key": key, "names": names} | ({"help": explained} if explained else {})


def _keyed(lines: list[tuple[str, Words]], there: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    """Lines as parts with a key: one that is unchanged keeps its part; so does one that was reworded in its place, when
    none was added or taken away. No part is kept by two lines."""
    by_words = {one[words]["nl"]: one for one in there}
    now = {said["nl"] for _sign, said in lines}
    places = [one[words]["nl"] for one in there] if len(lines) == len(there) else [""] * len(lines)
    taken = {one["key"] for one in there}
    found = []
    for was, (_sign, said) in zip(places, lines, strict=True):
        former = by_words.pop(said["nl"], None)
        if former is None and was not in now:
            former = by_words.pop(was, None)
        key = former["key"] if former else fresh_key(said["nl"], taken)
        taken.add(key)
        found.append({**(former or {}), "key": key, words: said})
    return found


# --- A question -----------------------------------------------------------------------------


class QuestionForm(RevisionForm):
    """A question of this type; what the type does not have is not asked."""

    def __init__(self, kind: str, there: Question | None, *args: Any, document: Document, **kwargs: Any) -> None:
        self.kind, self.there, self.document = kind, there or {}, document
        super().__init__(*args, initial=self._initial() | kwargs.pop("initial", {}), **kwargs)
        self.fields.update(_pair("words", _("The question"), required=True))
        self.fields.update(_pair("help", _("Explanation"), longest=2000, rows=2))
        for group in document["groups"] if len(document["groups"]) > 1 else ():
            label = _("In other words for %(group)s") % {"group": in_language(group["names"])}
            self.fields.update(_pair(f"group_{group['key']}", label))
        self.fields.update(_FIELDS.get(kind, lambda: {})())
        for name, label in self._switches().items():
            self.fields[name] = forms.BooleanField(label=label, required=False)
        groups = [(one["key"], in_language(one["names"])) for one in document["groups"]]
        if len(groups) > 1:
            self.fields["only_for"] = forms.MultipleChoiceField(
                label=_("Only for"), choices=groups, required=False, widget=forms.CheckboxSelectMultiple
            )
        if conditions := self._conditions():
            self.fields["shown_if"] = forms.MultipleChoiceField(
                label=_("Only if somebody answered"),
                choices=conditions,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def _switches(self) -> dict[str, str]:
        found = {"required": _("An answer is needed"), "sensitive": _("Sensitive: shown more coarsely in the results")}
        if self.kind in ("yes-no", "likert"):
            found["reversed"] = _("Asked the other way round: the low end or “no” is what is good")
        if self.kind in ("likert", "matrix"):
            found["not_applicable"] = _("With “does not apply”")
        if self.kind == "yes-no":
            found["dont_know"] = _("With “I do not know”")
        if self.kind in ("single", "multiple"):
            found["other"] = _("With “something else, namely”")
        return found

    def _conditions(self) -> list[tuple[str, str]]:
        """The answers of earlier questions that a condition may refer to."""
        found = []
        for one in questions(self.document):
            if one["key"] == self.there.get("key"):
                break
            if one["type"] in DECIDING and "shown_if" not in one:
                names = dict(wording.choices(one))
                asked = in_language(one["words"])
                found += [(f"{one['key']}={value}", f"{asked} {names[str(value)]}") for value in values(one)]
        return found

    def _initial(self) -> dict[str, Any]:
        there = self.there
        condition = there.get("shown_if", {"any_of": []})
        labels = there.get("labels", [])
        found = _shown(there.get("words"), "words") | _shown(there.get("help"), "help")
        for group, words in there.get("group_words", {}).items():
            found |= _shown(words, f"group_{group}")
        if self.kind == "zero-ten" and labels:
            found |= _shown(labels[0], "low") | _shown(labels[1], "high")
        found |= _shown(there.get("unit"), "unit")
        return found | {
            **{name: there.get(name, False) for name in self._switches()},
            **{name: there[name] for name in ("steps", "top", "minimum", "maximum", "decimals") if name in there},
            "labels": _text_of(labels),
            "rows": _signed(there.get("rows", []), "words", "reversed", {True: "~"}),
            "options": _signed(there.get("options", []), "names", "positive", {True: "+", False: "-"}),
            "only_for": there.get("only_for", []),
            "shown_if": [f"{condition['question']}={value}" for value in condition["any_of"]],
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if len({one.partition("=")[0] for one in cleaned.get("shown_if", [])}) > 1:
            self.add_error("shown_if", _("Choose answers to one question only."))
        return cleaned

    def part(self) -> dict[str, Any]:
        """The question as it stands in a document; what is not said is not there."""
        data, there = self.cleaned_data, self.there
        words = _said(data, "words")
        taken = {one["key"] for one in questions(self.document)}
        found: dict[str, Any] = {"key": there.get("key") or fresh_key(words["nl"], taken), "type": self.kind}
        groups = {one["key"]: _said(data, f"group_{one['key']}") for one in self.document["groups"]}
        found |= {"words": words, "help": _said(data, "help")}
        found["group_words"] = {key: said for key, said in groups.items() if said}
        found |= {name: data[name] for name in self._switches()}
        found["only_for"] = data.get("only_for", [])
        if chosen := data.get("shown_if"):
            decides = question(dict(self.document), chosen[0].partition("=")[0])
            assert decides is not None
            picked = [value for value in values(decides[1]) if f"{decides[1]['key']}={value}" in chosen]
            found["shown_if"] = {"question": decides[1]["key"], "any_of": picked}
        found |= self._own()
        return {name: value for name, value in found.items() if value or value == 0 and value is not False}

    def _own(self) -> dict[str, Any]:
        """What only this type has."""
        data, found = self.cleaned_data, {}
        for name in ("steps", "top", "decimals"):
            if name in data:
                found[name] = int(data[name])
        for name in ("minimum", "maximum"):
            if name in data:
                found[name] = f"{data[name]:f}"
        if "labels" in data:
            found["labels"] = [words for _sign, words in data["labels"]]
        if self.kind == "zero-ten" and _said(data, "low") and _said(data, "high"):
            found["labels"] = [_said(data, "low"), _said(data, "high")]
        if self.kind == "number":
            found["unit"] = _said(data, "unit")
        if "rows" in data:
            found["rows"] = _keyed(data["rows"], self.there.get("rows", []), "words")
            _mark(found["rows"], data["rows"], "reversed", {"~": True})
        if "options" in data:
            found["options"] = _keyed(data["options"], self.there.get("options", []), "names")
            _mark(found["options"], data["options"], "positive", {"+": True, "-": False})
        return found


def _signed(rows: list[dict[str, Any]], words: str, name: str, signs: dict[bool, str]) -> str:
    lines = _text_of(row[words] for row in rows).splitlines()
    return "\n".join(
        f"{signs.get(row[name], '') if name in row else ''}{line}" for row, line in zip(rows, lines, strict=True)
    )


def _mark(parts: list[dict[str, Any]], lines: list[tuple[str, Words]], name: str, signs: dict[str, bool]) -> None:
    for part, (sign, _words) in zip(parts, lines, strict=True):
        part.pop(name, None)
        if sign:
            part[name] = signs[sign]


def _steps() -> dict[str, forms.Field]:
    hint = _("The words of each step, Dutch | English, the lowest first; or none, then the steps are numbers.")
    return {
        "steps": forms.ChoiceField(label=_("Steps"), choices=[(str(n), str(n)) for n in (4, 5, 7)], initial="5"),
        "labels": Lines(_("Words of the steps"), hint),
    }


def _rows() -> dict[str, forms.Field]:
    hint = _("One a line, Dutch | English. Put ~ before a line that is asked the other way round.")
    return {**_steps(), "rows": Lines(_("Lines"), hint, signs="~", required=True)}


def _options() -> dict[str, forms.Field]:
    hint = _("One a line, Dutch | English. Put + before what is good and - before what is not.")
    return {"options": Lines(_("Choices"), hint, signs="+-", required=True)}


def _ranking() -> dict[str, forms.Field]:
    places = forms.IntegerField(label=_("How many places"), min_value=1, max_value=10, initial=3)
    return {**_options(), "top": places}


def _number() -> dict[str, forms.Field]:
    return {
        "minimum": forms.DecimalField(label=_("Lowest"), initial=0, max_digits=13, decimal_places=4),
        "maximum": forms.DecimalField(label=_("Highest"), initial=100, max_digits=13, decimal_places=4),
        "decimals": forms.IntegerField(label=_("Decimals"), min_value=0, max_value=4, initial=0),
        **_pair("unit", _("Unit"), longest=40),
    }


def _zero_ten() -> dict[str, forms.Field]:
    return {**_pair("low", _("Words at 0")), **_pair("high", _("Words at 10"))}


_FIELDS = {
    "likert": _steps,
    "matrix": _rows,
    "single": _options,
    "multiple": _options,
    "ranking": _ranking,
    "number": _number,
    "zero-ten": _zero_ten,
}


# --- From a file ----------------------------------------------------------------------------


class ImportForm(OfOrganisation, forms.Form):
    """A definition file, pasted."""

    text = JsonDocument(label=gettext_lazy("The definition, as JSON"), max_length=MOST_BYTES, rows=14)

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose(organisations)
