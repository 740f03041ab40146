"""Order: ranks with their intervals on a line, and the line itself, which means time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts.canvas import ACTION, GRID, INK, INK2, INK3, PAPER, Canvas, Point, number
from portal.charts.table import NARROW, Table


@dataclass(frozen=True)
class Ranked:
    """A rank with the interval in which it lies; `low` is the better end."""

    label: str
    rank: float
    low: float
    high: float


@dataclass(frozen=True)
class RankIntervals:
    """`places` is where the line falls; an interval that crosses it is open."""

    finding: str
    rows: Sequence[Ranked]
    places: int
    name: str = ""

    def svg(self) -> SafeString:
        last = max(len(self.rows), self.places + 1, 2)
        step = 351 / (last - 1)
        bottom = 34 + 19.0 * len(self.rows)
        canvas = Canvas(self.finding, NARROW, bottom + 28)

        def x(rank: float) -> float:
            return 74 + (min(max(rank, 1), last) - 1) * step

        across = self._band(canvas)
        every = math.ceil(last / 20)
        for rank in range(1, last + 1, every):
            canvas.text(Point(x(rank), 16), str(rank), "faint", INK3, anchor="middle", size=10.5)
        canvas.text(Point(0, 16), canvas.fitted(self.name or _("candidate"), 62, 10.5), "faint", INK3, size=10.5)
        cut = x(self.places + 0.5)
        canvas.line(Point(cut, 22), Point(cut, bottom + 8), "axis-strong", INK, 1.1, dash="4 3")
        for n, row in enumerate(self.rows):
            self._interval(canvas, row, 45.5 + n * 19, x)
        words = _("%(places)s places") % {"places": self.places}
        if across:  # its key, on the side where the words below the line leave room
            left = 0 if cut > NARROW / 2 else NARROW - 90
            canvas.rect(Point(left, bottom + 13), 14, 11, "band", "#EFEDE7", stroke=GRID)
            canvas.text(Point(left + 20, bottom + 22), _("borderline"), "strong", INK, size=11)
        side = "middle" if 40 < cut < NARROW - 40 else "start" if cut <= 40 else "end"
        canvas.text(Point(cut, bottom + 22), words, "strong", INK, anchor=side, size=11)
        return canvas.svg()

    def _band(self, canvas: Canvas) -> bool:
        """Behind the rows for which the scores say too little."""
        crossing = [n for n, row in enumerate(self.rows) if self.position(row) == "across"]
        for n in crossing:
            canvas.rect(Point(0, 36 + n * 19.0), NARROW, 19, "band", "#EFEDE7")
        return bool(crossing)

    def _interval(self, canvas: Canvas, row: Ranked, y: float, x: Any) -> None:
        low, high = sorted((x(row.low), x(row.high)))
        canvas.text(Point(0, y + 4), canvas.fitted(row.label, 62, 12), "strong", INK)
        canvas.line(Point(low, y), Point(high, y), "other", INK2, 1.8)
        for end in (low, high):
            canvas.line(Point(end, y - 4), Point(end, y + 4), "other", INK2, 1.3)
        at, position = Point(x(row.rank), y), self.position(row)
        if position == "above":
            canvas.dot(at, "own own-dot", ACTION, radius=4.6)
        elif position == "below":
            canvas.dot(at, "other other-dot", INK2, radius=4.4, fill=PAPER)
        else:
            canvas.dot(at, "own hollow", ACTION, radius=6.2, fill=PAPER)
            canvas.dot(at, "own own-dot", ACTION, radius=2.6)

    def position(self, row: Ranked) -> str:
        low, high = min(row.low, row.high), max(row.low, row.high)
        return "above" if high <= self.places else "below" if low > self.places else "across"

    def table(self) -> Table:
        words = {"above": _("above the line"), "below": _("below the line"), "across": _("borderline")}
        rows = [
            [
                row.label,
                number(row.rank),
                f"{number(min(row.low, row.high))}–{number(max(row.low, row.high))}",
                words[self.position(row)],
            ]
            for row in self.rows
        ]
        head = [self.name.capitalize() or _("Candidate"), _("Rank"), _("Interval"), _("Where it lies")]
        return Table(_("The same ranks in figures"), head, rows, frozenset({1, 2}))


@dataclass(frozen=True)
class Moment:
    """`state`: done, now or coming."""

    label: str
    when: str
    state: str = "done"


@dataclass(frozen=True)
class Course:
    """The line: a procedure or a series, from what is done to what comes."""

    finding: str
    moments: Sequence[Moment]
    width: int = 220
    gap: float = field(default=31, repr=False)

    def svg(self) -> SafeString:
        last = max(len(self.moments) - 1, 0)
        canvas = Canvas(self.finding, self.width, 12 + last * self.gap + 22)
        solid = max([n for n, it in enumerate(self.moments) if it.state != "coming"], default=0)
        x, top = 10.0, 12.0
        canvas.line(Point(x, top), Point(x, top + solid * self.gap), "own", ACTION, 1.6)
        canvas.line(Point(x, top + solid * self.gap), Point(x, top + last * self.gap), "own", ACTION, 1.6, dash="4 3")
        for n, it in enumerate(self.moments):
            at = Point(x, top + n * self.gap)
            if it.state == "now":
                canvas.dot(at, "own hollow", ACTION, radius=7, fill=PAPER)
                canvas.dot(at, "own own-dot", ACTION, radius=3.4)
            elif it.state == "coming":
                canvas.dot(at, "own hollow", ACTION, radius=4, fill=PAPER)
            else:
                canvas.dot(at, "own own-dot", ACTION, radius=4)
            weight = 600 if it.state == "now" else 400
            words = canvas.fitted(it.label, self.width - 27, 12)
            canvas.text(Point(x + 17, at.y + 4), words, "strong", INK, weight=weight)
            when = canvas.fitted(it.when, self.width - 27, 10.5)
            canvas.text(Point(x + 17, at.y + 17), when, "", INK2, size=10.5)
        return canvas.svg()

    def table(self) -> Table:
        words = {"done": _("done"), "now": _("now"), "coming": _("still to come")}
        rows = [[it.label, it.when, words.get(it.state, it.state)] for it in self.moments]
        return Table(_("The same moments as a list"), [_("Moment"), _("When"), _("State")], rows)
