"""Three-way merge: disjoint changes come together, two changes of one sentence never do silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.merge import BETWEEN, MOST_SENTENCES, merge, merge_text

BASE = "De dienst begon laat. Acht mensen wachtten.\n\nIk vroeg om hulp. Die kwam."


def test_changes_of_different_sentences_come_together():
    theirs = BASE.replace("laat", "om vier uur")
    mine = BASE.replace("Die kwam.", "Die kwam snel. Dank je wel.")
    assert merge_text(BASE, theirs, mine) == (
        "De dienst begon om vier uur. Acht mensen wachtten.\n\nIk vroeg om hulp. Die kwam snel. Dank je wel."
    )


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        (BASE.replace("laat", "vroeg"), BASE.replace("laat", "op tijd")),  # the same words
        (BASE.replace("Acht", "Negen"), BASE.replace("wachtten", "zaten")),  # other words of one sentence
        (BASE + " En toen?", BASE + " Einde."),  # both at the end
        (BASE.replace(" Acht mensen wachtten.", ""), BASE.replace("Acht", "Negen")),  # taken away and changed
    ],
)
def test_two_changes_of_one_place_are_for_a_person(theirs, mine):
    assert merge_text(BASE, theirs, mine) is None
    result = merge({"text": BASE, "title": "A"}, {"text": theirs, "title": "B"}, {"text": mine, "title": "A"})
    assert result.values == {"text": mine, "title": "B"}
    assert result.clashes == ("text",)


def test_line_ends_of_a_browser_are_no_change():
    assert merge_text("een\ntwee", "een\r\ntwee", "een\ntwee drie") == "een\ntwee drie"


def test_choices_merge_by_what_was_added_and_taken_away():
    result = merge({"picks": ["1", "2"]}, {"picks": ["2", "3"]}, {"picks": ["1", "2", "4"]})
    assert (result.values, result.clashes) == ({"picks": ["2", "4", "3"]}, ())


def test_a_text_of_countless_sentences_is_not_compared():
    base = "a. " * (MOST_SENTENCES + 1)
    assert merge_text(base, base + "b.", "c. " + base) is None


WORDS = st.sampled_from(["ja", "nee", "zaal", "drie.", "hulp!", "\n", "\n\n", "wie?", "é"])
TEXT = st.lists(WORDS, max_size=12).map(" ".join)


@given(TEXT, TEXT, TEXT)
def test_rules_of_every_merge(base, theirs, mine):
    plain = [text.replace("\r", "") for text in (base, theirs, mine)]
    assert merge_text(base, base, mine) == plain[2]
    assert merge_text(base, theirs, base) == plain[1]
    assert merge_text(base, theirs, theirs) == plain[1]
    one, other = merge_text(base, theirs, mine), merge_text(base, mine, theirs)
    assert one == other  # who was first makes no difference
    if one is not None:
        known = {part for text in plain for part in BETWEEN.split(text)}
        assert set(BETWEEN.split(one)) <= known | {""} or one in plain


@given(st.lists(st.text("abc ", min_size=1, max_size=8), min_size=3, max_size=10, unique=True), st.data())
def test_a_change_of_one_line_survives_a_change_of_another(lines, data):
    places = st.integers(0, len(lines) - 1)
    here, there = data.draw(st.lists(places, min_size=2, max_size=2, unique=True))
    if abs(here - there) < 2:
        return  # neighbours share the line end between them
    lines = [f"{number}{line.strip()}" for number, line in enumerate(lines)]
    theirs, mine = list(lines), list(lines)
    theirs[here], mine[there] = "VAN HEN", "VAN MIJ"
    both = list(theirs)
    both[there] = "VAN MIJ"
    assert merge_text("\n".join(lines), "\n".join(theirs), "\n".join(mine)) == "\n".join(both)
