"""Totals in whole numbers and fractions (S11): nothing is rounded before it is shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from selection.models import Answer
from selection.models.procedures import Criterion


@dataclass(frozen=True)
class Total:
    """Weighted mean of the scores of one sheet, between 1 and 5; None when something was not observed."""

    value: Fraction | None


def total_of(criteria: Sequence[Criterion], answers: Iterable[Answer]) -> Total:
    scores = {answer.criterion: answer.score for answer in answers}
    given = [(one.weight, scores.get(one.key)) for one in criteria]
    if any(score is None for _weight, score in given):
        return Total(None)
    return Total(Fraction(sum(weight * score for weight, score in given if score is not None), 100))


def mean(values: Iterable[Fraction | int | None]) -> Fraction | None:
    """Of what is there; None when nothing is."""
    known = [Fraction(value) for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None
