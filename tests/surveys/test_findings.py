"""What a snapshot says in words, drawings and tables."""

import json
import random
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import translation

from portal import audit
from portal.charts import Bars, Diverging
from surveys.findings import Findings, csv_rows, signed, table_of
from surveys.rules.snapshot import Asked, compute


@dataclass(frozen=True)
class Filled:
    group: str
    unit: str
    answers: Any


def found(*questions: dict, filled: list[Filled], units: tuple = (), delivered: int = 0) -> Findings:
    keys = sorted({one.group for one in filled} | {"a"})
    document = {
        "names": {"nl": "Proef"},
        "groups": [{"key": key, "names": {"nl": f"Groep {key}"}} for key in keys],
        "sections": [{"key": "s", "names": {"nl": "Deel"}, "questions": list(questions)}],
    }
    asked = Asked(document, 5, list(units), dict.fromkeys(keys, delivered))
    return Findings(compute(asked, filled, random.Random(3)))


def said(key: str, *values: Any, group: str = "a", unit: str = "") -> list[Filled]:
    return [Filled(group, unit, {} if value is None else {key: value}) for value in values]


def words(findings: Findings, number: int = 0) -> list[str]:
    return [line.words for line in list(findings.all())[number].lines]


SEQUEL = {"key": "q", "type": "yes-no", "words": {"nl": "Wil je een vervolg?"}}
SCORE = {"key": "q", "type": "zero-ten", "words": {"nl": "Raad je dit aan?"}}
LIKERT = {"key": "q", "type": "likert", "steps": 5, "not_applicable": True, "words": {"nl": "Hoe?"}}
COLOURS = [{"key": key, "names": {"nl": key}} for key in ("rood", "groen")]


def test_seventeen_of_eighteen_in_two_languages():
    findings = found(SEQUEL, filled=said("q", *["yes"] * 17, "no"), delivered=20)
    with translation.override("nl"):
        assert words(findings) == ["17 van 18 (94,4%)"]
        assert findings.responses[0].words == "18 van 20 (90,0%)"
    with translation.override("en"):
        assert words(findings) == ["17 of 18 (94.4%)"]


def test_not_applicable_stands_in_no_base():
    findings = found(LIKERT, filled=said("q", 5, 4, 4, 5, 2, "na", None))
    with translation.override("en"):
        assert words(findings) == ["4 of 5 (80.0%)"]
        assert list(findings.all())[0].lines[0].is_indicative


def test_the_score_of_a_question_from_nought_to_ten():
    with translation.override("en"):
        assert words(found(SCORE, filled=said("q", 10, 10, 9, 8, 6, 0) * 2)) == ["score +17 (12 answers)"]
        # With few answers there is "positive or not" alone: a score would tell more.
        assert words(found(SCORE, filled=said("q", 10, 10, 9, 8, 6, 0))) == ["3 of 6 (50.0%)"]


@pytest.mark.parametrize(("points", "written"), [(16.7, "+17"), (0.2, "0"), (-33.4, "−33"), (100, "+100")])
def test_points_have_their_sign(points, written):
    assert signed(points) == written


def test_a_choice_of_several_is_of_respondents():
    question = {"key": "q", "type": "multiple", "words": {"nl": "Welke?"}, "options": COLOURS}
    findings = found(question, filled=said("q", ["rood"], ["rood", "groen"], ["rood", "groen"], ["groen"]) * 3)
    finding = next(findings.all())
    assert isinstance(finding.chart, Bars)
    assert [(bar.part, bar.base) for bar in finding.chart.bars] == [(9, 12), (9, 12)]


def test_a_small_group_has_no_figure_anywhere():
    filled = said("q", *[4] * 12) + said("q", 1, 1, 2, group="b")
    findings = found(LIKERT, filled=filled, delivered=12)
    with translation.override("en"):
        finding = next(findings.all())
        assert [line.words for line in finding.lines] == ["12 of 12 (100.0%)", "fewer than 5 answers"]
        assert finding.chart.statements[0][1][1].counts is None
        assert findings.responses[1].words == "fewer than 5 answers"
        told = " ".join(str(cell) for row in csv_rows(findings) for cell in row)
        assert "Groep b,fewer than 5 answers" in told.replace("Groep b fewer", "Groep b,fewer")
        assert findings.gaps() == []


def test_groups_are_compared_and_the_largest_difference_is_first():
    other = LIKERT | {"key": "r", "words": {"nl": "En dit?"}}
    filled = [Filled("a", "", {"q": 4, "r": 2 if n < 6 else 4}) for n in range(12)]
    filled += [Filled("b", "", {"q": 4, "r": 5}) for _ in range(12)]
    findings = found(LIKERT, other, filled=filled)
    with translation.override("en"):
        assert [(one.title, one.gap) for one in findings.gaps()] == [("En dit?", 50.0), ("Hoe?", 0.0)]
        chart = findings.gaps_chart(findings.gaps())
        assert chart.finding == "The largest difference is 50 points: En dit?"
        assert [part.part for part in chart.rows[0][1]] == [6, 12]


def test_a_likert_question_is_drawn_with_all_its_steps_or_with_two():
    full = next(found(LIKERT, filled=said("q", 1, 2, 3, 4, 5) * 2).all()).chart
    two = next(found(LIKERT, filled=said("q", 1, 2, 3, 4, 5)).all()).chart
    assert isinstance(full, Diverging) and list(full.answers) == ["1", "2", "3", "4", "5"]
    assert full.statements[0][1][0].counts == [2, 2, 2, 2, 2]
    assert isinstance(two, Diverging) and two.statements[0][1][0].counts == [3, 2]


def test_units_that_stay_closed_read_alike_whatever_the_reason():
    units = tuple({"key": key, "names": {"nl": f"Plaats {key}"}} for key in "abc")
    filled = said("q", *["yes"] * 12, *["no"] * 12, unit="a")
    filled += said("q", *["yes"] * 6, *["no"] * 3, unit="b") + said("q", "yes", "no", "no", unit="c")
    with translation.override("en"):
        (group, lines), *others = next(found(SEQUEL, filled=filled, units=units).all()).units
        assert not others and group == "Groep a"
        assert [line.words for line in lines] == ["12 of 24 (50.0%)"] + ["too few to show safely"] * 2


def test_the_numbers_of_a_drawing_stand_in_its_table():
    finding = next(found(SEQUEL, filled=said("q", *["yes"] * 17, "no")).all())
    with translation.override("en"):
        rows = table_of(finding).rows
    assert [row[2:5] for row in rows] == [["17", "18", "94.4%"], ["1", "18", "5.6%"]]


def test_a_text_that_begins_like_a_formula_comes_whole_to_who_writes_the_file():
    question = {"key": "q", "type": "long-text", "words": {"nl": "Nog iets?"}}
    rows = list(csv_rows(found(question, filled=said("q", *["=1+1"] * 5))))
    assert [row[3] for row in rows].count("=1+1") == 5


def test_groups_stand_in_the_order_of_the_questionnaire():
    """The frozen snapshot has its keys in order of the alphabet."""
    findings = found(LIKERT, filled=said("q", *[4] * 6) + said("q", *[2] * 6, group="b"))
    snapshot = json.loads(audit.canonical(findings.snapshot))
    snapshot["groups"].reverse()
    assert [line.name for line in next(Findings(snapshot).all()).lines] == ["Groep b", "Groep a"]
