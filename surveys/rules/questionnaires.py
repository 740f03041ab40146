"""What a questionnaire asks of whom (surveys.md Q1). Documents are as data/schemas/questionnaire.schema.json says."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from portal.published import faults as schema_faults
from portal.published import refuse, twice

DATA = Path(__file__).resolve().parent.parent / "data"
SCHEMA = DATA / "schemas" / "questionnaire.schema.json"
DECIDING = ("yes-no", "single", "likert")  # types that a condition may refer to
TAKEN = "version"  # a field of the form itself (portal.md G10)
MOST_FIELDS = 800  # of a form: Django refuses more than a thousand
OTHER, NOT_APPLICABLE, DONT_KNOW = "other", "na", "dont-know"

Document = Mapping[str, Any]
Question = Mapping[str, Any]
Answers = Mapping[str, Any]


def questions(document: Document) -> list[Question]:
    """In order, of all sections."""
    return [one for section in document["sections"] for one in section["questions"]]


def is_for(question: Question, group: str) -> bool:
    return group in question.get("only_for", [group])


def is_shown(question: Question, group: str, answers: Answers) -> bool:
    """To this group, given what was answered so far."""
    condition = question.get("shown_if")
    return is_for(question, group) and (condition is None or answers.get(condition["question"]) in condition["any_of"])


def shown(document: Document, group: str, answers: Answers) -> list[Question]:
    """The questions that somebody of this group with these answers was shown."""
    return [one for one in questions(document) if is_shown(one, group, answers)]


def words(question: Question, group: str, language: str) -> str:
    """Its words for this group (of a question, or of a row of a matrix), else those for everybody; else in Dutch."""
    mine = question.get("group_words", {}).get(group) or question["words"]
    return str(mine.get(language) or mine["nl"])


def values(question: Question) -> list[str | int]:
    """What can be chosen at a question that a condition may refer to."""
    if question["type"] == "yes-no":
        return ["yes", "no", *([DONT_KNOW] if question.get("dont_know") else [])]
    if question["type"] == "likert":
        return [*range(1, question["steps"] + 1), *([NOT_APPLICABLE] if question.get("not_applicable") else [])]
    return [*(one["key"] for one in question["options"]), *([OTHER] if question.get("other") else [])]


# --- Is it whole? ---------------------------------------------------------------------------


def check(document: Any) -> None:
    """Raises NotPublishable with everything that is wrong, else nothing."""
    refuse(faults(document))


def faults(document: Any) -> list[str]:
    """What is wrong, place by place; first whether it has the shape, then whether its parts fit each other."""
    return schema_faults(document, SCHEMA) or [*_misfits(document)]


def _misfits(document: Document) -> Iterator[str]:
    asked = questions(document)
    yield from twice("$.groups", (one["key"] for one in document["groups"]))
    yield from twice("$.sections", (one["key"] for one in document["sections"]))
    yield from twice("$.sections", (one["key"] for one in asked))
    groups = {one["key"] for one in document["groups"]}
    before: dict[str, Question] = {}
    for question in asked:
        yield from (f"{question['key']}: {fault}" for fault in _misfits_of(question, groups, before))
        before[question["key"]] = question
    if sum(map(fields_of, asked)) > MOST_FIELDS:
        yield _("There are more than %(most)s fields. Make it shorter.") % {"most": MOST_FIELDS}
    for group in document["groups"]:
        if not any(is_for(one, group["key"]) and "shown_if" not in one for one in asked):
            yield _("The group %(group)s is asked nothing.") % {"group": group["key"]}


def _misfits_of(question: Question, groups: set[str], before: Mapping[str, Question]) -> Iterator[str]:
    if question["key"] == TAKEN:
        yield _("The key “version” is taken by the page itself.")
    for named in {*question.get("only_for", []), *_groups_with_words(question)} - groups:
        yield _("There is no group %(group)s.") % {"group": named}
    if condition := question.get("shown_if"):
        yield from _misfits_of_condition(condition, before.get(condition["question"]))
    if "labels" in question and "steps" in question and len(question["labels"]) != question["steps"]:
        yield _("It has %(steps)s steps and %(labels)s labels.") % {
            "steps": question["steps"],
            "labels": len(question["labels"]),
        }
    for name in ("rows", "options"):
        yield from twice(name, (one["key"] for one in question.get(name, [])))
    if any(one["key"] == OTHER for one in question.get("options", [])):
        yield _("The key “other” is for “something else, namely”.")
    if question["type"] == "ranking" and question["top"] > len(question["options"]):
        yield _("It asks for more places than there are options.")
    if question["type"] == "number" and Decimal(question["minimum"]) >= Decimal(question["maximum"]):
        yield _("The lowest number is not below the highest.")


def _misfits_of_condition(condition: Mapping[str, Any], decides: Question | None) -> Iterator[str]:
    name = {"name": condition["question"]}
    if decides is None:
        yield _("It depends on %(name)s, and no earlier question has that key.") % name
    elif decides["type"] not in DECIDING:
        yield _("It depends on %(name)s, and that is no question with one choice.") % name
    elif "shown_if" in decides:
        yield _("It depends on %(name)s, which itself depends on another question.") % name
    elif set(map(_typed, condition["any_of"])) - set(map(_typed, values(decides))):
        yield _("It depends on an answer that %(name)s does not have.") % name


def _typed(value: Any) -> tuple[str, Any]:
    """True equals 1 in Python, and is no answer."""
    return type(value).__name__, value


def _groups_with_words(question: Question) -> set[str]:
    parts = [question, *question.get("rows", [])]
    return {group for part in parts for group in part.get("group_words", {})}


def fields_of(question: Question) -> int:
    """How many fields of a form it takes."""
    if question["type"] == "ranking":
        return int(question["top"])
    if question["type"] == "matrix":
        return len(question["rows"])
    return len(question.get("options", [1])) + bool(question.get("other"))
