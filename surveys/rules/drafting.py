"""Changing a questionnaire that is being written: each gives a new document and leaves the old one."""

import copy
from typing import Any

from django.utils.text import slugify

from surveys.rules.questionnaires import TAKEN

Document = dict[str, Any]
Part = dict[str, Any]
UP, DOWN = "up", "down"


def fresh_key(words: str, taken: set[str]) -> str:
    """A key made of these words, unlike those that are there."""
    stem = slugify(words)[:34].strip("-") or "part"
    stem = stem if stem[0].isalpha() and len(stem) > 2 and stem != TAKEN else f"the-{stem}"
    number = next(number for number in range(1, 10_000) if _numbered(stem, number) not in taken)
    return _numbered(stem, number)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


def section(document: Document, key: str) -> Part | None:
    return next((one for one in document["sections"] if one["key"] == key), None)


def question(document: Document, key: str) -> tuple[Part, Part] | None:
    """The section and the question in it."""
    pairs = ((part, one) for part in document["sections"] for one in part["questions"])
    return next((pair for pair in pairs if pair[1]["key"] == key), None)


def with_head(document: Document, head: Part) -> Document:
    """Names, introduction and groups."""
    return {name: value for name, value in (document | head).items() if value}


def with_section(document: Document, part: Part) -> Document:
    """In the place of the one with its key, else at the end. Questions stay."""
    new = copy.deepcopy(document)
    there = section(new, part["key"])
    questions = there["questions"] if there else []
    return _put(new, new["sections"], part | {"questions": questions})


def with_question(document: Document, into: str, part: Part) -> Document:
    new = copy.deepcopy(document)
    there = section(new, into)
    assert there is not None
    return _put(new, there["questions"], part)


def _put(document: Document, rows: list[Part], part: Part) -> Document:
    for number, one in enumerate(rows):
        if one["key"] == part["key"]:
            rows[number] = part
            return document
    rows.append(part)
    return document


def moved(document: Document, key: str, where: str, *, is_section: bool) -> Document:
    """One place up or down among its neighbours; at the end it stays."""
    new = copy.deepcopy(document)
    rows = _list(new, key, is_section)
    place = next((number for number, one in enumerate(rows) if one["key"] == key), None)
    other = None if place is None else place + (-1 if where == UP else 1)
    if place is not None and other is not None and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return new


def without(document: Document, key: str, *, is_section: bool) -> Document:
    new = copy.deepcopy(document)
    rows = _list(new, key, is_section)
    rows[:] = [one for one in rows if one["key"] != key]
    return new


def _list(document: Document, key: str, is_section: bool) -> list[Part]:
    if is_section:
        return document["sections"]
    pair = question(document, key)
    return pair[0]["questions"] if pair else []
