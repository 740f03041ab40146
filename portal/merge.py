"""Three-way merge of what two people, or two tabs, wrote from the same beginning (portal.md G10).

Texts merge by sentence: two changes in one sentence would make a sentence that nobody wrote, so there
both texts are kept for a person to choose. Lists of choices merge by what was added and taken away.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from merge3 import Merge3

Value = str | list[str]
Values = dict[str, Value]
# Between sentences: the white space after a full stop, and line ends.
BETWEEN = re.compile(r"(\s*\n\s*|(?<=[.!?…])[^\S\n]+)")
MOST_SENTENCES = 2000  # beyond this the comparison itself would take too long


@dataclass(frozen=True)
class Merged:
    """`values` of both sides together; `clashes` names the fields where both changed the same place."""

    values: Values
    clashes: tuple[str, ...]


def merge(base: Mapping[str, Value], theirs: Mapping[str, Value], mine: Mapping[str, Value]) -> Merged:
    """Field by field, over the fields of `mine`. In a clash the value is mine; show theirs beside it."""
    values: Values = {}
    clashes: list[str] = []
    for name, own in mine.items():
        merged = _merge_one(base.get(name, ""), theirs.get(name, ""), own)
        values[name] = own if merged is None else merged
        if merged is None:
            clashes.append(name)
    return Merged(values, tuple(clashes))


def _merge_one(base: Value, theirs: Value, mine: Value) -> Value | None:
    """None when the same place was changed on both sides."""
    if isinstance(mine, list):
        return _merge_choices(_as_list(base), _as_list(theirs), mine)
    return merge_text(_as_text(base), _as_text(theirs), mine)


def _as_list(value: Value) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _as_text(value: Value) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _merge_choices(base: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    gone = set(base) - set(theirs)
    return [one for one in mine if one not in gone] + [one for one in theirs if one not in base and one not in mine]


def merge_text(base: str, theirs: str, mine: str) -> str | None:
    """Both changes in one text, or None when they touch the same sentence."""
    base, theirs, mine = (_plain(text) for text in (base, theirs, mine))
    if theirs in (mine, base):
        return mine
    if mine == base:
        return theirs
    parts = [_sentences(text) for text in (base, theirs, mine)]
    if max(len(one) for one in parts) > MOST_SENTENCES:
        return None
    return _woven(*parts)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sentences(text: str) -> list[str]:
    """Sentences and what stands between them, in turn; together they are the text."""
    return [part for part in BETWEEN.split(text) if part]


def _woven(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> str | None:
    woven: list[str] = []
    for region in Merge3(base, theirs, mine).merge_regions():
        kind, start, stop = region[0], region[1], region[2]
        if kind == "conflict":
            return None
        source = {"unchanged": base, "same": theirs, "a": theirs, "b": mine}[kind]
        woven += source[start:stop]
    return "".join(woven)
