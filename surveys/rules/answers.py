"""Which answers the server takes (surveys.md Q1): exactly what the page offers. docs/surveys.md has the table."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from surveys.rules.questionnaires import (
    NOT_APPLICABLE,
    OTHER,
    Answers,
    Document,
    Question,
    is_shown,
    questions,
    values,
)

LONGEST = {"short-text": 200, "long-text": 2000}
LONGEST_OTHER = 200


def accepts(question: Question, value: Any) -> bool:
    """Whether this is an answer to it; a blank is an absent key, never a value."""
    return _CHECKS[question["type"]](question, value)


def kept(document: Document, group: str, answers: Answers) -> dict[str, Any]:
    """What is kept of these answers: those to questions that were shown. Raises ValueError on one that is none."""
    found: dict[str, Any] = {}
    for question in questions(document):
        key = question["key"]
        if not is_shown(question, group, found) or key not in answers:
            continue
        if not accepts(question, answers[key]):
            raise ValueError(key)
        found[key] = answers[key]
        if words := _words_of_other(question, answers):
            found[f"{key}:{OTHER}"] = words
    return found


def missing(document: Document, group: str, answers: Answers) -> list[Question]:
    """Required questions that were shown and have no answer; of a matrix, every row has one."""
    return [
        one
        for one in questions(document)
        if one.get("required") and is_shown(one, group, answers) and not is_complete(one, answers.get(one["key"]))
    ]


def is_complete(question: Question, value: Any) -> bool:
    if question["type"] == "matrix":
        return isinstance(value, Mapping) and len(value) == len(question["rows"])
    return value is not None


def _words_of_other(question: Question, answers: Answers) -> str:
    """Those beside "something else, namely", when that was chosen. Raises ValueError when they are too long."""
    chosen = answers[question["key"]]
    given = answers.get(f"{question['key']}:{OTHER}")
    if given is None or not question.get("other") or OTHER not in (chosen if isinstance(chosen, list) else [chosen]):
        return ""
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_OTHER:
        raise ValueError(question["key"])
    return given


# --- By type --------------------------------------------------------------------------------


def _is_one_of(value: Any, allowed: list[Any]) -> bool:
    return any(type(value) is type(one) and value == one for one in allowed)


def _choice(question: Question, value: Any) -> bool:
    return _is_one_of(value, values(question))


def _matrix(question: Question, value: Any) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    steps = [*range(1, question["steps"] + 1), *([NOT_APPLICABLE] if question.get("not_applicable") else [])]
    rows = {row["key"] for row in question["rows"]}
    return value.keys() <= rows and all(_is_one_of(one, steps) for one in value.values())


def _zero_ten(question: Question, value: Any) -> bool:
    return _is_one_of(value, list(range(11)))


def _multiple(question: Question, value: Any) -> bool:
    """Keys in the order of the document, none twice."""
    order = [*(one["key"] for one in question["options"]), *([OTHER] if question.get("other") else [])]
    return isinstance(value, list) and bool(value) and value == [one for one in order if one in value]


def _ranking(question: Question, value: Any) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= question["top"]:
        return False
    known = [one["key"] for one in question["options"]]
    return all(_is_one_of(one, known) for one in value) and len(set(value)) == len(value)


def _number(question: Question, value: Any) -> bool:
    """A decimal as text in its shortest form, within the bounds."""
    return isinstance(value, str) and number(question, value) == value


def number(question: Question, text: str) -> str:
    """The number that somebody typed, in the form in which it is kept; empty when it is none that is asked for."""
    typed = text.strip().replace(",", ".")
    if len(typed) > 20 or not typed.removeprefix("-").replace(".", "", 1).isdecimal():
        return ""
    try:
        value = Decimal(typed)
    except InvalidOperation:
        return ""
    rounded = value.quantize(Decimal(1).scaleb(-question["decimals"]))
    if rounded != value or not Decimal(question["minimum"]) <= value <= Decimal(question["maximum"]):
        return ""
    return f"{value.normalize() + 0:f}"


def _text(question: Question, value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST[question["type"]]


_CHECKS = {
    "yes-no": _choice,
    "likert": _choice,
    "matrix": _matrix,
    "zero-ten": _zero_ten,
    "single": _choice,
    "multiple": _multiple,
    "ranking": _ranking,
    "number": _number,
    "short-text": _text,
    "long-text": _text,
}
