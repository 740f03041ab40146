"""Questions and answers as they are read: labels of steps, options and answers in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.published import in_language
from surveys.rules.questionnaires import DONT_KNOW, NOT_APPLICABLE, OTHER, Question, words

Choices = list[tuple[str, str]]


def choices(question: Question) -> Choices:
    """What can be chosen, as (value in the form, words)."""
    kind = question["type"]
    if kind == "yes-no":
        found = [("yes", _("Yes")), ("no", _("No"))]
        return [*found, (DONT_KNOW, _("I do not know"))] if question.get("dont_know") else found
    if kind in ("likert", "matrix"):
        found = [(str(step), step_label(question, step)) for step in range(1, question["steps"] + 1)]
        return [*found, (NOT_APPLICABLE, _("Does not apply"))] if question.get("not_applicable") else found
    if kind == "zero-ten":
        return [(str(number), str(number)) for number in range(11)]
    found = [(one["key"], in_language(one["names"])) for one in question["options"]]
    return [*found, (OTHER, _("Something else"))] if question.get("other") else found


def step_label(question: Question, step: int) -> str:
    labels = question.get("labels")
    return in_language(labels[step - 1]) if labels else str(step)


def ends(question: Question) -> tuple[str, str] | None:
    """The words at 0 and at 10, where there are any."""
    if question["type"] != "zero-ten" or "labels" not in question:
        return None
    lowest, highest = question["labels"]
    return in_language(lowest), in_language(highest)


def said(question: Question, answers: Mapping[str, Any], group: str, language: str) -> list[str]:
    """The answer to this question in words, a line each; nothing when it was left open."""
    value, kind = answers.get(question["key"]), question["type"]
    if value is None:
        return []
    if kind in ("short-text", "long-text"):
        return [str(value)]
    if kind == "number":
        return [f"{value} {in_language(question['unit'])}" if "unit" in question else str(value)]
    names = dict(choices(question))
    if kind == "matrix":
        rows = [row for row in question["rows"] if row["key"] in value]
        return [f"{words(row, group, language)}: {names[str(value[row['key']])]}" for row in rows]
    if kind == "ranking":
        return [f"{place}. {names[key]}" for place, key in enumerate(value, 1)]
    chosen = [names[str(one)] for one in (value if isinstance(value, list) else [value])]
    namely = answers.get(f"{question['key']}:{OTHER}")
    return [*chosen[:-1], f"{chosen[-1]}: {namely}"] if namely else chosen
