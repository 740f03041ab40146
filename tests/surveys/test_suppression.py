"""Nobody can work out a group of fewer than k from everything published (Q4).

An adversary who reads the snapshot alone writes down every equation in it, and a solver of integer programs tries
to pin down what was hidden. Random groups, units, breakdowns in one and two levels, thresholds, blanks.
"""

import itertools
import json
import math
import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from surveys.rules.snapshot import Asked, compute
from surveys.rules.suppression import ROOT, Tree, settle

FLAT = [{"key": key, "names": {"nl": key}} for key in ("a", "b", "c", "d")]
NESTED = [{"key": key, "names": {"nl": key}} for key in ("east", "west")] + [
    {"key": key, "names": {"nl": key}, "parent": parent}
    for parent, keys in (("east", "abc"), ("west", "de"))
    for key in keys
]


@dataclass(frozen=True)
class Filled:
    group: str
    unit: str
    answers: Any


def document(*questions: dict) -> dict:
    groups = [{"key": "all", "names": {"nl": "Iedereen"}}]
    return {"names": {"nl": "Proef"}, "groups": groups, "sections": [{"key": "s", "questions": list(questions)}]}


YES = {"key": "yes", "type": "yes-no", "words": {"nl": "Ja?"}}
LIKERT = {"key": "likert", "type": "likert", "steps": 5, "words": {"nl": "Hoe?"}}
SENSITIVE = {"key": "safe", "type": "yes-no", "sensitive": True, "words": {"nl": "Veilig?"}}
SEVERAL = {"key": "several", "type": "multiple", "words": {"nl": "Wat?"}, "options": [{"key": "x"}, {"key": "y"}]}
FOLLOWER = YES | {"key": "then", "shown_if": {"question": "yes", "any_of": ["no"]}}
ALL = document(YES, LIKERT, SENSITIVE, SEVERAL, FOLLOWER)

answers = st.fixed_dictionaries(
    {},
    optional={
        "yes": st.sampled_from(["yes", "yes", "yes", "no"]),
        "likert": st.sampled_from([1, 2, 3, 4, 4, 5, 5]),
        "safe": st.sampled_from(["yes", "yes", "yes", "no"]),
        "several": st.lists(st.sampled_from(["x", "y"]), unique=True, min_size=1),
    },
)


@st.composite
def worlds(draw: Any) -> tuple[list[dict], list[Filled], int]:
    """Units, who filled in what, and the threshold. Most answer everything: that is where hiding is hard."""
    units = draw(st.sampled_from([[], FLAT, NESTED, NESTED]))
    leaves = [one["key"] for one in units if not any(other.get("parent") == one["key"] for other in units)] or [""]
    chance = random.Random(draw(st.integers(0, 2**32)))
    filled = []
    for leaf in leaves:
        for _ in range(draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 8, 11, 14]))):
            filled.append(Filled("all", leaf, _person(chance)))
    for one in draw(st.lists(answers, max_size=3)):
        filled.append(Filled("all", draw(st.sampled_from(leaves)), one))
    return units, filled, draw(st.sampled_from([5, 5, 5, 6, 10]))


def _person(chance: random.Random) -> dict:
    given_ = {"yes": chance.choices(["yes", "no"], [3, 1])[0], "likert": chance.choice([1, 2, 3, 4, 4, 5, 5])}
    given_ |= {"safe": chance.choices(["yes", "no"], [5, 1])[0], "several": chance.choice([["x"], ["y"], ["x", "y"]])}
    if given_["yes"] == "no":
        given_["then"] = chance.choice(["yes", "no"])
    for key in list(given_):
        if chance.random() < 0.04:
            del given_[key]
    if given_.get("yes") != "no":
        given_.pop("then", None)
    return given_


def snapshot(units: list[dict], filled: list[Filled], minimum: int, asked: dict = ALL) -> dict:
    return compute(Asked(asked, minimum, units, {"all": len(filled)}), filled, random.Random(1))


class Adversary:
    """What follows from the published snapshot: unknown whole numbers, and equations between them.

    Per leaf the people n, per item and leaf the base b <= n, per item, leaf and category the count x.
    """

    def __init__(self, found: dict, units: list[dict]) -> None:
        self.found, self.tree = found, Tree({one["key"]: one.get("parent") or ROOT for one in units})
        self.leaves = self.tree.leaves(ROOT)
        self.names: dict[tuple, int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        people = [self.at("n", leaf) for leaf in self.leaves]
        response = found["groups"][0]["submitted"]
        if response is not None:
            self.equal(people, response)
        for item in found["items"]:
            self._item(item)

    def at(self, *name: Any) -> int:
        return self.names.setdefault(name, len(self.names))

    def equal(self, names: list[int], total: float, upto: float | None = None) -> None:
        self.rows.append((dict.fromkeys(names, 1.0), total, total if upto is None else upto))

    def _item(self, item: dict) -> None:
        key, is_several = item["key"], item["kind"] == "several"
        for leaf in self.leaves:
            base = self.at("b", key, leaf)
            self.rows.append(({base: 1.0, self.at("n", leaf): -1.0}, -math.inf, 0))
            if item["follows"]:  # shown to who said no before
                self.rows.append(({base: 1.0, self.at("x", "yes", leaf, "no"): -1.0}, -math.inf, 0))
            counts = {self.at("x", key, leaf, one): 1.0 for one in item["categories"]}
            if is_several:
                for one in counts:
                    self.rows.append(({one: 1.0, base: -1.0}, -math.inf, 0))
            else:
                self.rows.append((counts | {base: -1.0}, 0, 0))
        said = item["groups"]["all"]
        cells = ({ROOT: said["whole"]} | said.get("units", {})) if "whole" in said else {}
        for node, cell in cells.items():
            self._cell(item, said, node, cell)

    def _cell(self, item: dict, said: dict, node: str, cell: dict) -> None:
        leaves, key = self.tree.leaves(node), item["key"]
        self.equal([self.at("b", key, leaf) for leaf in leaves], cell["base"])
        for part, count in zip(said["parts"], cell.get("counts", []), strict=False):
            self.equal([self.at("x", key, leaf, one) for leaf in leaves for one in part], count)
        if "nearly" in cell:
            few = [one for one in item["categories"] if (one in item["positive"]) == (cell["nearly"] == "none")]
            self.equal([self.at("x", key, leaf, one) for leaf in leaves for one in few], 0, 2)

    def three_values(self, names: list[int]) -> bool:
        """Whether the sum of these can be three values or more."""
        low, high = self._best(names, 1), self._best(names, -1)
        return high - low >= 2 and self._can_be(names, low + 1)

    def _best(self, names: list[int], sign: int) -> int:
        goal = np.zeros(len(self.names))
        goal[names] = sign
        return round(sign * self._solve(goal, self.limits).fun)

    def _can_be(self, names: list[int], value: float) -> bool:
        row = self._limits([(dict.fromkeys(names, 1.0), value, value)])
        return self._solve(np.zeros(len(self.names)), self.limits, row).success

    @cached_property
    def limits(self) -> LinearConstraint:
        return self._limits(self.rows)

    def _limits(self, rows: list) -> LinearConstraint:
        table = np.zeros((len(rows), len(self.names)))
        for number, (row, _low, _high) in enumerate(rows):
            table[number, list(row)] = list(row.values())
        return LinearConstraint(table, [row[1] for row in rows], [row[2] for row in rows])

    def _solve(self, goal: Any, *limits: LinearConstraint) -> Any:
        whole, bounds = np.ones(len(goal)), Bounds(0, 400)
        # Its presolve once gave three units that nothing tells apart other largest values.
        return milp(goal, constraints=limits, integrality=whole, bounds=bounds, options={"presolve": False})

    def hidden(self, item: dict) -> list[tuple[str, list[int]]]:
        """What the snapshot does not say of this item: the bases and counts of every unit and of the whole."""
        said = item["groups"]["all"]
        cells = ({ROOT: said["whole"]} | said.get("units", {})) if "whole" in said else {}
        nodes = [ROOT] if item["follows"] else [ROOT, *self.tree.parents]
        parts = said.get("parts") or [item["positive"] or item["categories"][:1]]
        wanted = []
        for node in nodes:
            leaves, cell = self.tree.leaves(node), cells.get(node, {})
            if "base" not in cell:
                wanted.append((f"base of {node}", [self.at("b", item["key"], leaf) for leaf in leaves]))
            if "counts" not in cell:
                for part in parts:
                    names = [self.at("x", item["key"], leaf, one) for leaf in leaves for one in part]
                    wanted.append((f"{part} of {node}", names))
        return wanted


def whole(unit: str, count: int, **more: Any) -> list[Filled]:
    said = {"yes": "yes", "likert": 4, "safe": "yes", "several": ["x"]} | more
    return [Filled("all", unit, {key: one for key, one in said.items() if one is not None})] * count


ONE_BLANK = (FLAT[:3], whole("a", 4) + whole("a", 1, yes=None) + whole("b", 6, yes="no") + whole("c", 7), 5)
ONE_ASKED_MORE = ([], whole("", 12) + whole("", 1, yes="no", then="no"), 5)


def test_the_solver_treats_alike_what_nothing_tells_apart():
    """Of three unseen units with five people together each may have all five."""
    filled = whole("c", 10) + whole("c", 1, likert=1, several=None) + whole("c", 1, likert=None, safe=None)
    filled += whole("c", 3, yes="no", likert=2, then="no") + whole("d", 1, yes="no", likert=2, then="yes")
    filled += whole("d", 1, likert=None) + whole("d", 1, safe="no")
    filled += whole("d", 1, yes="no", safe="no", several=None, then="yes")
    filled += whole("a", 1, likert=None, safe=None, several=None)
    found = snapshot(FLAT, filled, 5)
    adversary = Adversary(found, FLAT)
    assert list(found["items"][0]["groups"]["all"]["units"]) == ["c"]
    most = {unit: adversary._best([adversary.at("b", "yes", unit)], -1) for unit in "abd"}
    assert most == {"a": 5, "b": 5, "d": 5}


@settings(max_examples=25, deadline=None)
@example(ONE_BLANK)
@example(ONE_ASKED_MORE)
@given(worlds())
def test_a_solver_recovers_no_hidden_cell(world):
    units, filled, minimum = world
    found = snapshot(units, filled, minimum)
    adversary = Adversary(found, units)
    for item in found["items"]:
        event(f"{item['key']}: {item['groups']['all']['detail']}")
        for what, names in adversary.hidden(item):
            assert adversary.three_values(names), (item["key"], what, found)


def test_the_solver_would_find_a_hidden_cell():
    """So that the test above can fail: the whole and all units but one give the last one away."""
    filled = [
        Filled("all", unit, {"yes": "yes"}) for unit, n in (("a", 8), ("b", 7), ("c", 6), ("d", 3)) for _ in range(n)
    ]
    found = snapshot(FLAT, filled, 5, document(YES))
    said = found["items"][0]["groups"]["all"]
    said |= {"parts": [["yes"], ["no"]]}
    said["whole"]["counts"] = [24, 0]
    said["units"] = {key: {"base": n, "counts": [n, 0]} for key, n in (("a", 8), ("b", 7), ("c", 6))}
    adversary = Adversary(found, FLAT)
    recovered = [what for what, names in adversary.hidden(found["items"][0]) if not adversary.three_values(names)]
    assert "base of d" in recovered


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_no_two_obtainable_results_differ_by_one_to_four(world):
    """All sets of people whose answer to one item can be told: every published cell, and what sums and differences
    of them give. Their atoms, the people that no published cell tells apart, are nobody or k people and more."""
    units, filled, minimum = world
    found = snapshot(units, filled, minimum)
    tree = Tree({one["key"]: one.get("parent") or ROOT for one in units})
    for item in found["items"]:
        said = item["groups"]["all"]
        if "whole" not in said:
            continue
        base = {n for n, one in enumerate(filled) if item["key"] in one.answers}
        cells = [base]
        for node, cell in said.get("units", {}).items():
            inside = {n for n in base if filled[n].unit in tree.leaves(node)}
            assert cell["base"] == len(inside) >= minimum
            cells.append(inside)
        assert said["whole"]["base"] == len(base) >= minimum
        for one, other in itertools.combinations(_atoms(cells), 2):
            assert not one & other
            assert len(one) >= minimum <= len(other)


def _atoms(cells: list[set[int]]) -> list[set[int]]:
    by_places: dict[tuple, set[int]] = {}
    for person in set().union(*cells):
        by_places.setdefault(tuple(person in cell for cell in cells), set()).add(person)
    return list(by_places.values())


@settings(max_examples=100, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_tells_nothing(world, chance):
    units, filled, minimum = world
    mixed = list(filled)
    chance.shuffle(mixed)
    assert json.dumps(snapshot(units, filled, minimum)) == json.dumps(snapshot(units, mixed, minimum))


@given(sizes=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=2), minimum=st.integers(5, 12))
def test_what_stays_unseen_is_two_units_and_k_people(sizes, minimum):
    tree = Tree(dict.fromkeys(sizes, ROOT))
    seen = settle(tree, lambda leaves: sum(sizes[leaf] for leaf in leaves), minimum)
    if not seen.nodes:
        assert sum(sizes.values()) < minimum
        return
    unseen = sizes.keys() - set(seen.nodes)
    assert all(sizes[one] >= minimum for one in seen.nodes if one)
    assert not unseen or (len(unseen) >= 2 and sum(sizes[one] for one in unseen) >= minimum)
    smallest = sorted(sizes[one] for one in seen.nodes if one)
    assume(unseen)
    assert all(sizes[one] < minimum or sizes[one] <= (smallest or [99])[0] for one in unseen)


# --- Golden examples --------------------------------------------------------------------------


def people(**units: int) -> list[Filled]:
    return [Filled("all", unit, {"yes": "yes"}) for unit, count in units.items() for _ in range(count)]


def one(found: dict) -> dict:
    return found["items"][0]["groups"]["all"]


def test_the_next_smallest_is_hidden_with_a_small_one():
    """40, 12 and 3: with the whole, hiding 3 alone hides nothing."""
    found = one(snapshot(FLAT[:3], people(a=40, b=12, c=3), 5, document(YES)))
    assert list(found["units"]) == ["a"]


def test_seventeen_of_eighteen():
    filled = [Filled("all", "", {"yes": "yes"})] * 17 + [Filled("all", "", {"yes": "no"})]
    assert one(snapshot([], filled, 5, document(YES))) == {
        "detail": "counts",
        "parts": [["yes"], ["no"]],
        "whole": {"base": 18, "counts": [17, 1]},
    }


@pytest.mark.parametrize(("count", "detail"), [(4, "hidden"), (5, "counts")])
def test_fewer_than_five_show_nothing_at_all(count, detail):
    found = snapshot([], people(**{"": count}), 5, document(YES))
    assert one(found)["detail"] == detail
    assert (found["groups"][0]["submitted"] is None) == (count < 5)
    if count < 5:
        assert one(found) == {"detail": "hidden"}


@pytest.mark.parametrize(("count", "parts"), [(9, 2), (10, 5)])
def test_few_answers_are_positive_or_not_positive(count, parts):
    filled = [Filled("all", "", {"likert": 1 + n % 5}) for n in range(count)]
    assert len(one(snapshot([], filled, 5, document(LIKERT)))["parts"]) == parts


@pytest.mark.parametrize("noes", [0, 1, 2])
def test_a_sensitive_item_says_nearly_all_for_all_but_two(noes):
    """If only 100 % read "nearly all", it would say 100 %."""
    filled = [Filled("all", "", {"safe": "no" if n < noes else "yes"}) for n in range(12)]
    found = one(snapshot([], filled, 5, document(SENSITIVE)))
    assert found["whole"] == {"base": 12, "nearly": "all"}


def test_one_person_with_another_opinion_is_not_told_of_a_unit_by_the_whole():
    """Nobody said no in the whole: then nobody did in the small units either."""
    found = one(snapshot(FLAT, people(a=12, b=9, c=3, d=3), 5, document(YES)))
    assert found["whole"] == {"base": 27, "nearly": "all"}
    assert all("counts" not in cell for cell in found["units"].values())


def test_texts_only_of_five_or_more_who_wrote():
    asked = document({"key": "more", "type": "long-text", "words": {"nl": "Nog iets?"}})
    few = [Filled("all", "", {"more": f"tekst {n}"} if n < 4 else {}) for n in range(9)]
    enough = [Filled("all", "", {"more": f"tekst {n}"} if n < 5 else {}) for n in range(9)]
    assert one(snapshot([], few, 5, asked)) == {"detail": "hidden"}
    assert sorted(one(snapshot([], enough, 5, asked))["texts"]) == [f"tekst {n}" for n in range(5)]


def test_a_follower_of_few_takes_the_counts_of_the_first_with_it():
    """How many were asked the second is the count of an answer to the first."""
    asked = document(YES, FOLLOWER)
    filled = [Filled("all", "", {"yes": "yes"})] * 12 + [Filled("all", "", {"yes": "no", "then": "no"})]
    first, second = (item["groups"]["all"] for item in snapshot([], filled, 5, asked)["items"])
    assert (first["detail"], second) == ("base", {"detail": "hidden"})
