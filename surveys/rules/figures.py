"""Honest figures (Q5): what an answer counts as, and what may be computed from counts.

The base of a figure is the people who were shown the question and gave a substantive answer: "does not apply",
"I do not know" and a blank are in no base, 0 is an answer. A share of a multiple choice is of respondents.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

Answers = Mapping[str, Any]
Z95 = 1.959963984540054  # the two-sided 95 % point of the normal distribution
INDICATIVE = 8  # fewer answers than this are marked "indicative": about reliability, not about privacy
PROMOTERS, DETRACTORS = range(9, 11), range(0, 7)


class Kind(StrEnum):
    """How the answers to an item are counted."""

    CHOICE = "choice"  # one category a person
    SEVERAL = "several"  # any number of categories a person: each is a share of respondents
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True)
class Item:
    """What one figure is about: a question, a row of a matrix, or the words beside "other".

    `positive` are the categories that count as positive; None where nothing is better than something else.
    `ladder` are the ways to show the categories, the finest first: each is a tuple of groups of categories.
    """

    key: str
    question: Mapping[str, Any]
    kind: Kind
    categories: tuple[str, ...] = ()
    positive: frozenset[str] | None = None
    ladder: tuple[tuple[frozenset[str], ...], ...] = ()
    row: Mapping[str, Any] | None = None
    follows: str = ""  # the key of the question whose answer decides whether this one is shown
    groups: tuple[str, ...] = field(default=())  # of respondents, when not for all

    @property
    def is_sensitive(self) -> bool:
        return bool(self.question.get("sensitive"))


# --- From questions to items ------------------------------------------------------------------


def items_of(question: Mapping[str, Any]) -> Iterator[Item]:
    """The items of one question of a questionnaire's document."""
    key, kind = question["key"], question["type"]
    about = {
        "question": question,
        "follows": question.get("shown_if", {}).get("question", ""),
        "groups": tuple(question.get("only_for", ())),
    }
    if kind == "yes-no":
        positive = frozenset({"no" if question.get("reversed") else "yes"})
        yield _choice(key, ("yes", "no"), positive, about)
    elif kind == "likert":
        yield _likert(key, question["steps"], bool(question.get("reversed")), about)
    elif kind == "matrix":
        for row in question["rows"]:
            about_row = about | {"row": row}
            yield _likert(f"{key}.{row['key']}", question["steps"], bool(row.get("reversed")), about_row)
    elif kind == "zero-ten":
        yield _zero_ten(key, about)
    elif kind in ("single", "multiple", "ranking"):
        yield from _options(key, question, about)
    elif kind == "number":
        yield Item(key, kind=Kind.NUMBER, **about)
    else:
        yield Item(key, kind=Kind.TEXT, **about)


def _choice(key: str, categories: Sequence[str], positive: frozenset[str] | None, about: dict[str, Any]) -> Item:
    whole = tuple(frozenset({one}) for one in categories)
    two = () if positive is None or len(categories) == 2 else ((positive, frozenset(categories) - positive),)
    return Item(key, kind=Kind.CHOICE, categories=tuple(categories), positive=positive, ladder=(whole, *two), **about)


def _likert(key: str, steps: int, is_reversed: bool, about: dict[str, Any]) -> Item:
    reach = {4: 2, 5: 2, 7: 3}[steps]
    positive = range(1, reach + 1) if is_reversed else range(steps - reach + 1, steps + 1)
    return _choice(key, [str(n) for n in range(1, steps + 1)], frozenset(map(str, positive)), about)


def _zero_ten(key: str, about: dict[str, Any]) -> Item:
    positive = frozenset(str(n) for n in PROMOTERS)
    item = _choice(key, [str(n) for n in range(11)], positive, about)
    low = frozenset(str(n) for n in DETRACTORS)
    thirds = (positive, frozenset(item.categories) - positive - low, low)
    return Item(
        key,
        kind=Kind.CHOICE,
        categories=item.categories,
        positive=positive,
        ladder=(item.ladder[0], thirds, item.ladder[1]),
        **about,
    )


def _options(key: str, question: Mapping[str, Any], about: dict[str, Any]) -> Iterator[Item]:
    categories = [option["key"] for option in question["options"]] + (["other"] if question.get("other") else [])
    if question["type"] == "single":
        better = frozenset(option["key"] for option in question["options"] if option.get("positive"))
        yield _choice(key, categories, better or None, about)
    else:
        yield Item(key, kind=Kind.SEVERAL, categories=tuple(categories), **about)
    if question.get("other"):
        yield Item(f"{key}:other", kind=Kind.TEXT, **about)


# --- From answers to values -------------------------------------------------------------------


def value(item: Item, answers: Answers) -> Any:
    """The substantive answer to `item`: a category, a frozenset of categories, a Decimal, a text; None when none."""
    given = answers.get(item.key if item.kind is Kind.TEXT else item.question["key"])
    if item.row is not None:
        given = given.get(item.row["key"]) if isinstance(given, Mapping) else None
    if given is None:
        return None
    if item.kind is Kind.CHOICE:
        return str(given) if str(given) in item.categories else None
    if item.kind is Kind.SEVERAL:
        return frozenset(given) & frozenset(item.categories) or None
    if item.kind is Kind.NUMBER:
        return _decimal(given)
    return str(given).strip() or None


def _decimal(given: Any) -> Decimal | None:
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


# --- From counts to figures -------------------------------------------------------------------


def wilson(part: int, base: int) -> tuple[float, float]:
    """Wilson's 95 % interval of the share part / base, both ends between 0 and 1.

    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212. ValueError without a base.
    """
    if not 0 <= part <= base or base == 0:
        raise ValueError("a share needs a base, and a part within it")
    share, weight = part / base, Z95**2 / base
    middle = (share + weight / 2) / (1 + weight)
    half = Z95 * math.sqrt(share * (1 - share) / base + weight / (4 * base)) / (1 + weight)
    low = 0.0 if part == 0 else max(middle - half, 0.0)
    return low, 1.0 if part == base else min(middle + half, 1.0)


def net_promoter(high: int, low: int, base: int) -> float:
    """Points from -100 to 100: the share of 9 and 10 minus the share of 0 to 6. ValueError without a base."""
    if base <= 0:
        raise ValueError("a score needs a base")
    return 100 * (high - low) / base


def quartiles(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Lower quartile, median, upper quartile: the medians of the halves, the middle one in neither (Moore, McCabe)."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return _median(ordered[:half] or ordered), _median(ordered), _median(ordered[-half:] if half else ordered)


def _median(ordered: Sequence[Decimal]) -> Decimal:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
