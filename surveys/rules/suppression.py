"""What may be told of a group without telling of fewer than k of its people (Q4). docs/results.md says why.

The people of one group of respondents lie in units, which may lie in larger units. `settle` decides once, for the
whole survey, which units may be seen. What stays unseen inside a seen unit is always two or more units, together k
people or more. So the finest thing that anybody can work out is an *atom*, a seen unit without seen parts or the
unseen rest of one, and every two obtainable results differ by whole atoms. `showing` then decides for each item how
fine its answers are shown, the same for the whole and its units, so that none can be taken from another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from surveys.rules.figures import Item, Kind

MINIMUM = 5  # k: nobody can lower it
FINE = 10  # fewer answers than this are shown as positive or not positive only
VAGUE = 2  # counts of 0, 1 and 2 read alike: three values remain possible
BLANKS = 2  # so many missing answers hide in which unit they are missing
ROOT = ""  # the whole group

Category = frozenset[str]
Size = Callable[[Iterable[str]], int]  # how many people these leaves have, in the item where they are fewest


@dataclass(frozen=True)
class Tree:
    """Units by key, each with the unit that it lies in; ROOT is the whole group. Leaves hold the people."""

    parents: Mapping[str, str]

    def children(self, node: str) -> list[str]:
        return [key for key, parent in self.parents.items() if parent == node]

    def leaves(self, node: str) -> list[str]:
        below = self.children(node)
        return [leaf for one in below for leaf in self.leaves(one)] if below else [node]


@dataclass(frozen=True)
class Seen:
    """Which units may be seen, and the unseen rest of each seen one: lists of leaves."""

    nodes: tuple[str, ...]
    rests: Mapping[str, tuple[str, ...]]


def settle(tree: Tree, size: Size, minimum: int = MINIMUM) -> Seen:
    """Primary and complementary suppression over the whole tree; empty when the whole is too small itself."""
    if size(tree.leaves(ROOT)) < minimum:
        return Seen((), {})
    nodes, rests, waiting = [ROOT], {}, [ROOT]
    while waiting:
        parent = waiting.pop()
        below = tree.children(parent)
        while len(below) == 1:  # a single part is the whole under another name
            below = tree.children(below[0])
        if not below:
            continue
        seen, unseen = _part(tree, below, size, minimum)
        nodes += seen
        waiting += seen
        if unseen:
            rests[parent] = tuple(leaf for one in unseen for leaf in tree.leaves(one))
    return Seen(tuple(nodes), rests)


def _part(tree: Tree, below: Sequence[str], size: Size, minimum: int) -> tuple[list[str], list[str]]:
    """Of these parts of one unit, the seen and the unseen; the next smallest goes until the unseen are enough."""
    by_size = sorted(below, key=lambda one: size(tree.leaves(one)), reverse=True)
    seen = [one for one in by_size if size(tree.leaves(one)) >= minimum]
    unseen = by_size[len(seen) :]
    while unseen and seen and size([leaf for one in unseen for leaf in tree.leaves(one)]) < minimum:
        unseen.append(seen.pop())  # one alone is never enough: it was too small itself
    return [one for one in below if one in seen], unseen


# --- How fine an item is shown ----------------------------------------------------------------


class Detail(StrEnum):
    COUNTS = "counts"  # the counts of `parts`
    VAGUELY = "vaguely"  # nearly everybody, or nearly nobody
    BASE = "base"  # only how many answered
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Showing:
    """How one item of one group is shown. `in_units`: the seen units too; `bases_in_units`: at least how many."""

    detail: Detail
    parts: tuple[Category, ...] = ()
    in_units: bool = False
    bases_in_units: bool = False


@dataclass(frozen=True)
class Counted:
    """The answers to one item, by leaf: how many answered, and how many chose each category."""

    bases: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]

    def base(self, leaves: Iterable[str]) -> int:
        return sum(self.bases.get(leaf, 0) for leaf in leaves)

    def count(self, leaves: Iterable[str], categories: Category) -> int:
        return sum(self.counts.get(leaf, {}).get(one, 0) for leaf in leaves for one in categories)


def showing(item: Item, counted: Counted, tree: Tree, seen: Seen, minimum: int = MINIMUM) -> Showing:
    """The finest way that tells of nobody. An item that follows another is shown for the whole group only."""
    whole = tree.leaves(ROOT)
    if not seen.nodes or counted.base(whole) < minimum:
        return Showing(Detail.HIDDEN)
    if item.kind is Kind.TEXT:
        return Showing(Detail.COUNTS)
    has_units = len(tree.parents) > 1 and not item.follows
    atoms = [tree.leaves(node) for node in seen.nodes] + [list(rest) for rest in seen.rests.values()]
    bases = has_units and all(counted.base(atom) >= minimum for atom in atoms)
    if bases and len(seen.nodes) > 1:
        for parts in _ladder(item):
            if _is_safe_in_units(item, counted, parts, tree, seen):
                return Showing(Detail.COUNTS, parts, in_units=True, bases_in_units=True)
    least = VAGUE + 1 if has_units else 0
    for parts in _ladder(item):
        if _is_safe(item, counted, parts, whole, least=least, fine=_fine(item, parts)):
            return Showing(Detail.COUNTS, parts, bases_in_units=bases)
    is_vague = item.positive is not None and _two_sides(item, counted, whole) <= VAGUE
    return Showing(Detail.VAGUELY if is_vague else Detail.BASE, bases_in_units=bases)


def _ladder(item: Item) -> tuple[tuple[Category, ...], ...]:
    if item.kind is Kind.SEVERAL:
        return (tuple(frozenset({one}) for one in item.categories),)
    return item.ladder or ((),)


def _fine(item: Item, parts: tuple[Category, ...]) -> int:
    return 0 if item.kind is Kind.CHOICE and len(parts) == 2 else FINE


def _is_safe_in_units(item: Item, counted: Counted, parts: tuple[Category, ...], tree: Tree, seen: Seen) -> bool:
    nodes = all(
        _is_safe(item, counted, parts, tree.leaves(node), least=0, fine=_fine(item, parts)) for node in seen.nodes
    )
    rests = all(_is_safe(item, counted, parts, rest, least=VAGUE, fine=0) for rest in seen.rests.values())
    return nodes and rests


def _is_safe(
    item: Item, counted: Counted, parts: tuple[Category, ...], leaves: Sequence[str], *, least: int, fine: int
) -> bool:
    """Whether these people are `fine` or more, every part of their answers has `least` or more, and on a sensitive
    item more than a few stand on either side."""
    base = counted.base(leaves)
    if base < fine:
        return False
    counts = [counted.count(leaves, part) for part in parts]
    if item.kind is Kind.SEVERAL:  # whoever did not choose a category is told by its count as well
        counts += [base - count for count in counts]
    if any(count < least for count in counts):
        return False
    return not item.is_sensitive or _two_sides(item, counted, leaves) > VAGUE


def _two_sides(item: Item, counted: Counted, leaves: Sequence[str]) -> int:
    """The smaller of positive and not positive; where nothing is better, what is smallest beside its own rest."""
    base = counted.base(leaves)
    sides = [item.positive] if item.positive is not None else [frozenset({one}) for one in item.categories]
    counts = [counted.count(leaves, side) for side in sides]
    return min((min(count, base - count) for count in counts), default=base)
