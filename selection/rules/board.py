"""The scores of a candidate as the committee sees them side by side, once they are open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from selection.models import Answer, Candidate, PanelMember, Sheet
from selection.models.procedures import Criterion
from selection.rules.totals import mean, total_of


@dataclass(frozen=True)
class Line:
    """One criterion: what each rater gave, in the order of the raters."""

    criterion: Criterion
    answers: list[Answer]
    mean: Fraction | None


@dataclass(frozen=True)
class Board:
    candidate: Candidate
    raters: list[PanelMember]
    lines: list[Line]
    totals: list[Fraction | None]
    mean: Fraction | None

    @property
    def concerns(self) -> list[Answer]:
        return [answer for line in self.lines for answer in line.answers if answer.concern]


def boards(candidates: Iterable[Candidate], sheets: Iterable[Sheet], criteria: Sequence[Criterion]) -> list[Board]:
    """`sheets` come with their answers, members and people."""
    by_candidate: dict[int, list[Sheet]] = {}
    for sheet in sheets:
        by_candidate.setdefault(sheet.candidate_id, []).append(sheet)
    return [_board(candidate, by_candidate.get(candidate.pk, []), criteria) for candidate in candidates]


def _board(candidate: Candidate, sheets: list[Sheet], criteria: Sequence[Criterion]) -> Board:
    sheets = sorted(sheets, key=lambda sheet: sheet.member_id)
    answers = [{answer.criterion: answer for answer in sheet.answers.all()} for sheet in sheets]
    lines = []
    for one in criteria:
        given = [by_key[one.key] for by_key in answers]
        lines.append(Line(one, given, mean(answer.score for answer in given)))
    totals = [total_of(criteria, by_key.values()).value for by_key in answers]
    return Board(candidate, [sheet.member for sheet in sheets], lines, totals, mean(totals))
