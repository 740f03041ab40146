"""Levels: competencies at one moment (radar) and over time (small multiples)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts.canvas import ACTION, GRID, INK, INK2, INK3, Canvas, Point
from portal.charts.table import NARROW, Level, Table, key, shown

PANEL, SMALL = 188.0, 160.0  # the width of one small timeline in a drawing, and by itself on a page


@dataclass(frozen=True)
class Axis:
    """One competency: how somebody sees it, and how assessors do."""

    label: str
    own: Level
    other: Level = None


@dataclass(frozen=True)
class Radar:
    """At most 12 axes, from the top, clockwise; with fewer than three a table says it better."""

    finding: str
    axes: Sequence[Axis]
    most: int = 5
    own_name: str = ""
    other_name: str = ""

    def svg(self) -> SafeString:
        canvas = Canvas(self.finding, NARROW, 330)
        middle, step = Point(219, 160), 115 / self.most
        corners = len(self.axes)

        def at(index: int, value: float) -> Point:
            angle = math.tau * index / corners - math.pi / 2
            reach = step * min(max(value, 0), self.most)
            return Point(middle.x + math.cos(angle) * reach, middle.y + math.sin(angle) * reach)

        for ring in range(1, self.most + 1):
            outer = ring == self.most
            canvas.path(
                [at(i, ring) for i in range(corners)], "axis" if outer else "grid", INK3 if outer else GRID, 0.8, True
            )
        for i in range(corners):
            canvas.line(middle, at(i, self.most), "grid", GRID)
        for ring in range(1, self.most + 1, 2):
            canvas.text(Point(middle.x + 8, middle.y - step * ring + 12), str(ring), "faint", INK3, size=10.5)
        self._shapes(canvas, at)
        for i, axis in enumerate(self.axes):
            self._label(canvas, i, at(i, self.most), middle, axis)
        key(canvas, Point(6, 300), self.own_name or _("Self"), self.other_name or _("Assessors"), stacked=True)
        canvas.text(Point(432, 322), _("scale 1–%(most)s") % {"most": self.most}, "", INK2, anchor="end", size=11)
        return canvas.svg()

    def _shapes(self, canvas: Canvas, at: Any) -> None:
        own = [at(i, axis.own) for i, axis in enumerate(self.axes) if axis.own is not None]
        other = [at(i, axis.other) for i, axis in enumerate(self.axes) if axis.other is not None]
        canvas.path(own, "own own-area", ACTION, 1.8, True, fill=ACTION, opacity=0.1)
        canvas.path(other, "other", INK, 1.3, True, dash="4 3")
        for point in other:
            canvas.square(point, "other-dot", INK)
        for point in own:
            canvas.dot(point, "own own-dot", ACTION)

    def _label(self, canvas: Canvas, index: int, corner: Point, middle: Point, axis: Axis) -> None:
        aside = corner.x - middle.x
        at = "middle" if abs(aside) < 8 else "start" if aside > 0 else "end"
        x = corner.x + (0 if at == "middle" else 9 if at == "start" else -9)
        up = at == "middle" and corner.y < middle.y
        room = 2 * min(x, NARROW - x) if at == "middle" else NARROW - x if at == "start" else x
        lines = canvas.wrapped(axis.label, room, 12, most=3, weight=600)
        y = corner.y - 9 - 14 * len(lines) if up else corner.y + (16 if at == "middle" else -3 - 7 * (len(lines) - 1))
        for row, words in enumerate(lines):
            canvas.text(Point(x, y + 14 * row), words, "strong", INK, anchor=at, weight=600)
        values = shown(axis.own) if axis.other is None else f"{shown(axis.own)}  |  {shown(axis.other)}"
        canvas.text(Point(x, y + 14 * len(lines)), values, "", INK2, anchor=at, size=11)

    def table(self) -> Table:
        head = [_("Competency"), self.own_name or _("Self"), self.other_name or _("Assessors")]
        rows = [[axis.label, shown(axis.own), shown(axis.other)] for axis in self.axes]
        return Table(_("The same levels in figures"), head, rows, frozenset({1, 2}))


@dataclass(frozen=True)
class Track:
    """One small timeline; as many values as the chart has periods, None where there is none."""

    label: str
    own: Sequence[Level]
    other: Sequence[Level] = ()


@dataclass(frozen=True)
class Levels:
    """Small multiples: the same scale and the same periods, side by side."""

    finding: str
    periods: Sequence[str]
    tracks: Sequence[Track]
    most: int = 5
    columns: int = 3
    own_name: str = ""
    other_name: str = ""

    def svg(self) -> SafeString:
        rows = math.ceil(len(self.tracks) / self.columns)
        above = self._above(PANEL)
        width, pitch = (PANEL + 24) * self.columns - 24, 146 + above
        bottom = pitch * rows
        canvas = Canvas(self.finding, width, bottom + 24)
        for number_, track in enumerate(self.tracks):
            column, row = number_ % self.columns, number_ // self.columns
            self._track(canvas, Point((PANEL + 24) * column, 24 + above + pitch * row), PANEL, track)
        key(canvas, Point(0, bottom + 12), *self._names)
        if self.columns > 2:
            scale = _("scale 1–%(most)s") % {"most": self.most}
            canvas.text(Point(width, bottom + 16), scale, "", INK2, anchor="end", size=11)
        return canvas.svg()

    def panels(self) -> list[SafeString]:
        """For a page, which lays as many beside each other as there is room for: each track by itself, then the key."""
        drawn, above = [], self._above(SMALL)
        for track in self.tracks:
            canvas = Canvas(track.label, SMALL, 130 + above)
            self._track(canvas, Point(0, 24 + above), SMALL, track)
            drawn.append(canvas.svg())
        canvas = Canvas(", ".join(self._names), SMALL, 44)
        key(canvas, Point(0, 12), *self._names, stacked=True)
        return [*drawn, canvas.svg()]

    @property
    def _names(self) -> tuple[str, str]:
        return self.own_name or _("Self"), self.other_name or _("Assessors")

    def _above(self, width: float) -> float:
        """The height of the lines that the longest name needs above its last."""
        return 14.0 * (max((len(_title(track, width)) for track in self.tracks), default=1) - 1)

    def _track(self, canvas: Canvas, corner: Point, width: float, track: Track) -> None:
        height = 84.0
        gaps = max(len(self.periods) - 1, 1)

        def y(value: float) -> float:
            share = (min(max(value, 1), self.most) - 1) / max(self.most - 1, 1)
            return corner.y + height - share * height

        def points(values: Sequence[Level]) -> list[Point]:
            known = enumerate(values[: len(self.periods)])
            return [Point(corner.x + 16 + i * (width - 52) / gaps, y(v)) for i, v in known if v is not None]

        for above, line in enumerate(reversed(_title(track, width))):
            canvas.text(Point(corner.x, corner.y - 12 - 14 * above), line, "strong", INK, weight=600)
        for value in sorted({1, (self.most + 1) // 2, self.most}):
            canvas.line(Point(corner.x + 12, y(value)), Point(corner.x + width - 30, y(value)), "grid", GRID)
            canvas.text(Point(corner.x + 7, y(value) + 4), str(value), "faint", INK3, anchor="end", size=10.5)
        own, other = points(track.own), points(track.other)
        canvas.path(other, "other", INK, 1.3, dash="4 3")
        canvas.path(own, "own", ACTION)
        for point in other:
            canvas.square(point, "other-dot", INK)
        for point in own:
            canvas.dot(point, "own own-dot", ACTION)
        self._last(canvas, track, own, other)
        self._periods(canvas, corner.x + 16, corner.y + height + 16, (width - 52) / gaps, width)

    def _periods(self, canvas: Canvas, x: float, y: float, step: float, width: float) -> None:
        """Every name when all fit, else the first and the last."""
        last, room = len(self.periods) - 1, (width - 30) / max(len(self.periods), 1)
        if all(canvas.fitted(one, room, 10.5) == one for one in self.periods):
            for i, period in enumerate(self.periods):
                canvas.text(Point(x + i * step, y), period, "faint", INK3, anchor="middle", size=10.5)
            return
        for i, anchor in [(0, "start"), (last, "end")][: last + 1]:
            words = canvas.fitted(self.periods[i], width / 2 - 8, 10.5)
            canvas.text(Point(x + i * step, y), words, "faint", INK3, anchor=anchor, size=10.5)

    def _last(self, canvas: Canvas, track: Track, own: list[Point], other: list[Point]) -> None:
        """The last figures beside the last dots, pushed apart where they would lie over each other."""
        mine = [value for value in track.own if value is not None]
        theirs = [value for value in track.other if value is not None]
        a, b = (own[-1].y if own else 0), (other[-1].y if other else 0)
        if own and other and abs(a - b) < 13:
            middle, sign = (a + b) / 2, 1 if a >= b else -1
            a, b = middle + 6.5 * sign, middle - 6.5 * sign
        if own:
            words = canvas.fitted(shown(mine[-1]), 30, 11.5)
            canvas.text(Point(own[-1].x + 9, a + 4), words, "own-text", ACTION, size=11.5, weight=600)
        if other:
            words = canvas.fitted(shown(theirs[-1]), 30, 11.5)
            canvas.text(Point(other[-1].x + 9, b + 4), words, "strong", INK, size=11.5)

    def table(self) -> Table:
        both = any(track.other for track in self.tracks)
        rows = []
        for track in self.tracks:
            rows.append([track.label, *(shown(_at(track.own, i)) for i in range(len(self.periods)))])
            if both:
                who = f"{track.label}, {self.other_name or _('Assessors')}"
                rows.append([who, *(shown(_at(track.other, i)) for i in range(len(self.periods)))])
        numeric = frozenset(range(1, len(self.periods) + 1))
        return Table(_("The same levels in figures"), [_("Competency"), *self.periods], rows, numeric)


def _title(track: Track, width: float) -> list[str]:
    return Canvas.wrapped(track.label, width - 8, 12, most=2, weight=600)


def _at(values: Sequence[Level], index: int) -> Level:
    return values[index] if index < len(values) else None
