"""The snapshot of a closed survey (Q4, Q5): plain data that page, CSV, JSON, drawing, PDF and mail render from.

It holds nothing that may not be published. `compute` is a pure function: the same answers, in any order, give the
same snapshot, but for the order of the texts, which the caller's chance decides.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from surveys.rules import figures
from surveys.rules.figures import Item, Kind
from surveys.rules.suppression import BLANKS, ROOT, Counted, Detail, Showing, Tree, settle, showing

FORMAT = 1
NOWHERE = "?"  # the leaf of who belongs to no unit: never seen by itself
Json = dict[str, Any]


class Filled(Protocol):
    """One filled-in questionnaire, with nothing that says whose."""

    group: str
    unit: str
    answers: Any


class Chance(Protocol):
    def shuffle(self, x: list[Any], /) -> None: ...


@dataclass(frozen=True)
class Asked:
    """What was asked of whom, as it stood when the survey opened. `delivered`: invitations that arrived, by group."""

    document: Json
    minimum: int
    units: Sequence[Json]  # [{"key", "names", "parent"?}]
    delivered: Mapping[str, int]


def compute(asked: Asked, filled: Iterable[Filled], chance: Chance) -> Json:
    by_group: dict[str, list[Filled]] = defaultdict(list)
    for one in filled:
        by_group[one.group].append(one)
    items = [(section, item) for section in asked.document["sections"] for item in _items(section)]
    groups = {
        group["key"]: _Group(asked, group["key"], by_group[group["key"]], [item for _section, item in items])
        for group in asked.document["groups"]
    }
    return {
        "format": FORMAT,
        "minimum": asked.minimum,
        "document": asked.document,
        "groups": [group | groups[group["key"]].response() for group in asked.document["groups"]],
        "units": [dict(unit) for unit in asked.units],
        "items": [_published(section, item, groups, chance) for section, item in items],
    }


def _items(section: Json) -> Iterable[Item]:
    return itertools.chain.from_iterable(figures.items_of(question) for question in section["questions"])


def _published(section: Json, item: Item, groups: Mapping[str, "_Group"], chance: Chance) -> Json:
    asked = [key for key in groups if not item.groups or key in item.groups]
    return {
        "key": item.key,
        "question": item.question["key"],
        "type": item.question["type"],
        "kind": str(item.kind),
        "section": section["key"],
        "follows": item.follows,
        "is_sensitive": item.is_sensitive,
        "categories": list(item.categories),
        "positive": None if item.positive is None else [one for one in item.categories if one in item.positive],
        "groups": {key: groups[key].published(item, chance) for key in asked},
    }


class _Group:
    """The answers of one group of respondents, counted by unit."""

    def __init__(self, asked: Asked, key: str, filled: Sequence[Filled], items: Sequence[Item]) -> None:
        self.asked, self.key, self.filled = asked, key, filled
        self.items = {item.key: item for item in items if not item.groups or key in item.groups}
        self.tree = _tree(asked.units, filled)
        self.people = Counter(self._leaf(one) for one in filled)
        self.values = {item.key: self._values(item) for item in self.items.values()}
        self.counted = {item.key: self._counted(item) for item in self.items.values()}
        self.seen = settle(self.tree, self._size, asked.minimum)
        self.shown: dict[str, Showing] = {}
        for item in self.items.values():
            self.shown[item.key] = showing(item, self.counted[item.key], self.tree, self.seen, asked.minimum)
        self._keep_followers_apart()

    def _values(self, item: Item) -> list[tuple[str, Any]]:
        leaf = self._leaf
        found = ((leaf(one), figures.value(item, one.answers)) for one in self.filled)
        return [(where, value) for where, value in found if value is not None]

    def _leaf(self, one: Filled) -> str:
        if not self.asked.units:
            return ROOT
        return one.unit if one.unit in self.tree.parents and not self.tree.children(one.unit) else NOWHERE

    def _counted(self, item: Item) -> Counted:
        bases: dict[str, int] = defaultdict(int)
        counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for leaf, value in self.values[item.key]:
            bases[leaf] += 1
            chosen = value if item.kind is Kind.SEVERAL else [value] if item.kind is Kind.CHOICE else []
            for one in chosen:
                counts[leaf][one] += 1
        return Counted(bases, counts)

    def _size(self, leaves: Iterable[str]) -> int:
        """How many people, in the item that (nearly) everybody answered where they are fewest."""
        here = list(leaves)
        return min([sum(self.people[leaf] for leaf in here), *(counted.base(here) for counted in self._core)])

    @cached_property
    def _core(self) -> list[Counted]:
        blanks = {key: len(self.filled) - len(values) for key, values in self.values.items()}
        return [
            self.counted[item.key]
            for item in self.items.values()
            if not item.follows and item.kind is not Kind.TEXT and blanks[item.key] < BLANKS
        ]

    def _keep_followers_apart(self) -> None:
        """A question that follows another is shown with it, or not at all; and where nobody may know how few were
        asked it, the first shows no counts either."""
        for item in self.items.values():
            first = [one for one in self.items.values() if item.follows and one.question["key"] == item.follows]
            if not first:
                continue
            asked = self._asked(item)
            is_few = asked <= 2 and item.kind is not Kind.TEXT
            if is_few and self.shown[first[0].key].detail is Detail.COUNTS:
                bases = self.shown[first[0].key].bases_in_units
                self.shown[first[0].key] = Showing(Detail.BASE, bases_in_units=bases)
            if self.shown[first[0].key].detail is not Detail.COUNTS:
                self.shown[item.key] = Showing(Detail.HIDDEN)

    def _asked(self, item: Item) -> int:
        """How many were shown it, by their answer to the question that it follows."""
        condition = item.question["shown_if"]
        wanted = {str(one) for one in condition["any_of"]}
        return sum(str(one.answers.get(condition["question"])) in wanted for one in self.filled)

    # --- what is published ---

    def response(self) -> Json:
        people = len(self.filled)
        if people < self.asked.minimum:
            return {"submitted": None, "delivered": None}
        return {"submitted": people, "delivered": self.asked.delivered.get(self.key)}

    def published(self, item: Item, chance: Chance) -> Json:
        how = self.shown[item.key]
        if item.kind is Kind.TEXT:
            return self._texts(item, how, chance)
        found: Json = {"detail": str(how.detail)}
        if how.detail is Detail.HIDDEN:
            return found
        parts = [sorted(part, key=item.categories.index) for part in how.parts]
        found |= {"parts": parts, "whole": self._cell(item, ROOT, how)}
        units = self.seen.nodes[1:] if how.bases_in_units and not item.follows else ()
        if len(self.tree.parents) > 1 and not item.follows:
            inside = how if how.in_units else Showing(Detail.BASE)
            found["units"] = {unit: self._cell(item, unit, inside) for unit in units}
        return found

    def _cell(self, item: Item, node: str, how: Showing) -> Json:
        counted, leaves = self.counted[item.key], self.tree.leaves(node)
        cell: Json = {"base": counted.base(leaves)}
        if how.detail is Detail.VAGUELY and item.positive is not None:
            cell["nearly"] = "all" if 2 * counted.count(leaves, item.positive) > cell["base"] else "none"
        if how.detail is Detail.COUNTS and item.kind is Kind.NUMBER:
            here = set(leaves)
            values = [value for leaf, value in self.values[item.key] if leaf in here]
            cell["quartiles"] = [str(one) for one in figures.quartiles(values)]
        elif how.detail is Detail.COUNTS:
            cell["counts"] = [counted.count(leaves, part) for part in how.parts]
        return cell

    def _texts(self, item: Item, how: Showing, chance: Chance) -> Json:
        if how.detail is not Detail.COUNTS:
            return {"detail": str(Detail.HIDDEN)}
        texts = sorted(value for _leaf, value in self.values[item.key])
        chance.shuffle(texts)
        return {"detail": str(Detail.COUNTS), "whole": {"base": len(texts)}, "texts": texts}


def _tree(units: Sequence[Json], filled: Sequence[Filled]) -> Tree:
    parents = {unit["key"]: unit.get("parent") or ROOT for unit in units}
    leaves = parents.keys() - set(parents.values())
    if units and any(one.unit not in leaves for one in filled):
        parents[NOWHERE] = ROOT
    return Tree(parents)


# --- Reading a snapshot -----------------------------------------------------------------------


def positive_of(item: Json, cell: Json, parts: Sequence[Sequence[str]]) -> int | None:
    """How many of the cell's base are positive; None where that is not shown or nothing is."""
    if item["positive"] is None or "counts" not in cell:
        return None
    wanted = set(item["positive"])
    told = [count for part, count in zip(parts, cell["counts"], strict=True) if set(part) <= wanted]
    return sum(told)
