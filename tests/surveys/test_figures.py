"""Honest figures: bases, shares, intervals, scores."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules import figures

LIKERT = {"key": "q", "type": "likert", "steps": 5, "not_applicable": True, "words": {"nl": "Vraag"}}
MANY = {"key": "q", "type": "multiple", "words": {"nl": "Vraag"}, "options": [{"key": "a"}, {"key": "b"}]}
ZERO_TEN = {"key": "q", "type": "zero-ten", "words": {"nl": "Vraag"}}


def values(question: dict, *answers: object) -> list:
    item = next(figures.items_of(question))
    found = [figures.value(item, {} if one is None else {"q": one}) for one in answers]
    return [one for one in found if one is not None]


def test_not_applicable_and_blank_are_in_no_base():
    assert values(LIKERT, 5, 4, "na", None) == ["5", "4"]


def test_do_not_know_is_not_an_answer_and_zero_is():
    assert values({"key": "q", "type": "yes-no", "dont_know": True}, "yes", "dont-know", "no") == ["yes", "no"]
    assert values(ZERO_TEN, 0, 10) == ["0", "10"]
    assert values({"key": "q", "type": "number"}, "0", "", "NaN") == [Decimal(0)]


def test_a_multiple_choice_is_a_share_of_respondents():
    chosen = values(MANY, ["a"], ["a", "b"], ["a", "b"], ["b"])
    assert [100 * sum(one in given_ for given_ in chosen) / len(chosen) for one in "ab"] == [75, 75]


def test_score_of_promoters():
    found = [int(one) for one in values(ZERO_TEN, 10, 10, 9, 8, 6, 0)]
    high = sum(one in figures.PROMOTERS for one in found)
    low = sum(one in figures.DETRACTORS for one in found)
    assert f"{figures.net_promoter(high, low, len(found)):+.0f}" == "+17"


@pytest.mark.parametrize(
    ("steps", "is_reversed", "positive"),
    [(4, False, "34"), (5, False, "45"), (7, False, "567"), (4, True, "12"), (5, True, "12"), (7, True, "123")],
)
def test_what_counts_as_positive(steps, is_reversed, positive):
    item = next(figures.items_of({"key": "q", "type": "likert", "steps": steps, "reversed": is_reversed}))
    assert item.positive == frozenset(positive)
    assert sorted(len(part) for part in item.ladder[-1]) == sorted([len(positive), steps - len(positive)])


def test_each_row_of_a_matrix_is_an_item_of_its_own():
    rows = [{"key": "a"}, {"key": "b", "reversed": True}]
    one, two = figures.items_of({"key": "q", "type": "matrix", "steps": 5, "rows": rows})
    answers = {"q": {"a": 5, "b": "na"}}
    assert (one.key, two.key, two.positive) == ("q.a", "q.b", frozenset("12"))
    assert (figures.value(one, answers), figures.value(two, answers)) == ("5", None)


def test_other_has_its_words_as_an_item_of_their_own():
    question = {"key": "q", "type": "single", "options": [{"key": "a", "positive": True}], "other": True}
    choice, words = figures.items_of(question)
    answers = {"q": "other", "q:other": " een ander "}
    assert (choice.categories, figures.value(choice, answers)) == (("a", "other"), "other")
    assert figures.value(words, answers) == "een ander"


@pytest.mark.parametrize(  # of the examples in the mockups, checked by hand with the formula
    ("part", "base", "low", "high"), [(17, 41, 0.2776, 0.5663), (14, 17, 0.5897, 0.9381), (4, 6, 0.3, 0.9032)]
)
def test_interval_of_wilson(part, base, low, high):
    assert figures.wilson(part, base) == pytest.approx((low, high), abs=0.0001)


@given(base=st.integers(1, 5000), data=st.data())
def test_an_interval_holds_its_share_and_mirrors(base, data):
    part = data.draw(st.integers(0, base))
    low, high = figures.wilson(part, base)
    assert 0 <= low <= part / base <= high <= 1
    assert figures.wilson(base - part, base) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("part", "base"), [(0, 0), (-1, 5), (6, 5)])
def test_no_interval_without_a_base(part, base):
    with pytest.raises(ValueError, match="needs a base"):
        figures.wilson(part, base)


def test_quartiles():
    assert figures.quartiles([Decimal(n) for n in (1, 2, 3, 4, 5, 6, 7)]) == (2, 4, 6)
    assert figures.quartiles([Decimal(4)]) == (4, 4, 4)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_quartiles_lie_in_order_inside_the_values(numbers):
    low, middle, high = figures.quartiles([Decimal(n) for n in numbers])
    assert min(numbers) <= low <= middle <= high <= max(numbers)
