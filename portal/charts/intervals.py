"""Shares with their intervals: the same statement by several groups, on one line from 0 to 100 percent."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts.canvas import ACTION, GRID, INK, INK2, INK3, PAPER, Canvas, Point
from portal.charts.strips import Strip, Strips, Track, grid, percents, swatch
from portal.charts.table import WIDE, Table, percentage, shown

LANE = 13  # between the groups of one statement
ZERO, WIDTH = 236.0, 250.0  # where the line begins, and how long it is
MOST_GROUPS = 4  # each has a mark of its own form


SHAPES = (
    f'<circle class="own own-dot" r="5" fill="{ACTION}"/>',
    f'<rect class="solid-dot" x="-5" y="-5" width="10" height="10" fill="{INK2}"/>',
    f'<path class="other other-dot" d="M0 -6L6 0L0 6L-6 0Z" fill="{PAPER}" stroke="{INK2}" stroke-width="1.75"/>',
    f'<circle class="other other-dot" r="4.5" fill="{PAPER}" stroke="{INK2}" stroke-width="1.75"/>',
)


@dataclass(frozen=True)
class Part:
    """`part` of `base` said so; `low` and `high` are the interval, as shares of 1."""

    part: int
    base: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return min(max(self.part / self.base, 0), 1) if self.base > 0 else 0


@dataclass(frozen=True)
class Gaps:
    """`rows`: a statement, with a Part for each group, None where a group is too small to show."""

    finding: str
    groups: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Part | None]]]

    def svg(self) -> SafeString:
        groups = self.groups[:MOST_GROUPS]
        step = 20.0 + 11 * len(groups)
        top = 24.0 + 18 * ((len(groups) + 1) // 2)
        canvas = Canvas(self.finding, WIDE, top + step * len(self.rows) + 22)
        for n, name in enumerate(groups):
            at = Point(6 + (n % 2) * 300, 8 + 18 * (n // 2))
            self._mark(canvas, n, at)
            canvas.text(Point(at.x + 14, at.y + 4), canvas.fitted(name, 270, 12), "strong", INK)
        for percent in (0, 25, 50, 75, 100):
            x = ZERO + WIDTH * percent / 100
            canvas.line(Point(x, top - 8), Point(x, top + step * len(self.rows)), "grid", GRID)
            label = Point(x, top + step * len(self.rows) + 16)
            canvas.text(label, percentage(percent, 100), "faint", INK3, anchor="middle", size=10.5)
        for row, (words, parts) in enumerate(self.rows):
            self._row(canvas, words, parts[:MOST_GROUPS], top + step * row)
        return canvas.svg()

    def _row(self, canvas: Canvas, words: str, parts: Sequence[Part | None], y: float) -> None:
        for n, line in enumerate(canvas.wrapped(words, ZERO - 16, 12, most=3)):
            canvas.text(Point(0, y + 11 + 14 * n), line, "strong", INK, weight=600)
        for n, part in enumerate(parts):
            at = y + 8 + 11 * n
            if part is None:
                canvas.text(Point(WIDE, at + 4), _("too few to show"), "", INK2, anchor="end", size=10.5)
                continue
            low, high = sorted((min(max(part.low, 0), 1), min(max(part.high, 0), 1)))
            canvas.line(Point(ZERO + WIDTH * low, at), Point(ZERO + WIDTH * high, at), "other", INK2, 1.3)
            self._mark(canvas, n, Point(ZERO + WIDTH * part.share, at))
            canvas.text(Point(WIDE, at + 4), canvas.fitted(told(part), 118, 10.5), "", INK2, anchor="end", size=10.5)

    def strips(self) -> Strips:
        groups = self.groups[:MOST_GROUPS]
        rows = [self._strip(words, parts[:MOST_GROUPS]) for words, parts in self.rows]
        return Strips([(swatch(SHAPES[n]), name) for n, name in enumerate(groups)], [("", rows)], percents())

    def _strip(self, words: str, parts: Sequence[Part | None]) -> Strip:
        track = Track(LANE * (len(parts) + 1))
        grid(track)
        for n, part in enumerate(parts):
            if part:
                at = float(LANE * (n + 1))
                low, high = sorted((part.low, part.high))
                track.line(100 * low, 100 * high, at, "other", INK2)
                track.place(100 * part.share, at, SHAPES[n])
        values = [(swatch(SHAPES[n]), told(part) if part else _("too few to show")) for n, part in enumerate(parts)]
        shares = [part.share for part in parts if part]
        points = shown(100 * (max(shares) - min(shares)), 0) if len(shares) > 1 else ""
        strong = _("%(points)s points") % {"points": points} if points else ""
        return Strip(words, track.svg(), values, strong)

    @staticmethod
    def _mark(canvas: Canvas, group: int, at: Point) -> None:
        if group == 0:
            canvas.dot(at, "own own-dot", ACTION, radius=4.6)
        elif group == 1:
            canvas.square(at, "other-dot", INK)
        elif group == 2:
            canvas.dot(at, "other other-dot", INK2, radius=4.2, fill=PAPER)
        else:
            canvas.square(at, "other-dot", INK2, half=3)

    def table(self) -> Table:
        rows = []
        for words, parts in self.rows:
            for name, part in zip(self.groups, parts, strict=False):
                if part is None:
                    rows.append([f"{words}, {name}", _("too few to show"), ""])
                else:
                    rows.append([f"{words}, {name}", told(part), interval(part)])
        head = [_("Statement and group"), _("Positive"), _("95% interval")]
        return Table(_("The same shares in figures"), head, rows, frozenset({1, 2}))


def told(part: Part) -> str:
    """17 of 18 (94.4%)."""
    words = {"part": part.part, "base": part.base, "share": percentage(part.part, part.base, 1)}
    return _("%(part)s of %(base)s (%(share)s)") % words


def interval(part: Part) -> str:
    """74–99%."""
    return _("%(low)s–%(high)s%%") % {"low": shown(100 * part.low, 0), "high": shown(100 * part.high, 0)}
