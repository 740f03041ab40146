"""A drawing in rows that are as wide as their place: on a phone a name stands above its bar, and words are text of the
page. Marks are placed in percents of the width; heights are pixels. A file and a PDF have `svg()` instead."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from portal.charts.canvas import GRID, INK3, number

GRID_LINES = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Strip:
    """One row; `values` are lines of text, each with the mark that it belongs to where there are more."""

    name: str
    drawing: SafeString  # empty where there is nothing to draw
    values: Sequence[tuple[SafeString, str]]
    strong: str = ""


@dataclass(frozen=True)
class Strips:
    """`key`: marks and their names; `parts`: a heading, perhaps empty, and its rows; `scale` stands below them all."""

    key: Sequence[tuple[SafeString, str]]
    parts: Sequence[tuple[str, Sequence[Strip]]]
    scale: SafeString = SafeString("")


class Track:
    """Collects the marks of one row. What lies outside 0 to 100 percent is drawn at that edge."""

    def __init__(self, height: int, *, edge: int = 0) -> None:
        """`edge`: what stays free above and below a bar."""
        self.height, self.edge, self.marks = height, edge, list[str]()

    def rect(self, at: float, width: float, css: str, fill: str) -> None:
        begin, end = _inside(at), _inside(at + width)
        self.marks.append(
            f'<rect class="{css}" x="{_percent(begin)}" y="{self.edge}" width="{_percent(end - begin)}" '
            f'height="{self.height - 2 * self.edge}" fill="{fill}"/>'
        )

    def line(self, begin: float, end: float, y: float, css: str, stroke: str, width: float = 1.3) -> None:
        begin, end = _inside(begin), _inside(end)
        self.marks.append(
            f'<line class="{css}" x1="{_percent(begin)}" x2="{_percent(end)}" y1="{number(y)}" y2="{number(y)}" '
            f'stroke="{stroke}" stroke-width="{width}"/>'
        )

    def upright(self, at: float, css: str, stroke: str) -> None:
        x = _percent(_inside(at))
        self.marks.append(f'<line class="{css}" x1="{x}" x2="{x}" y1="0" y2="{self.height}" stroke="{stroke}"/>')

    def figure(self, at: float, words: str, css: str, fill: str) -> None:
        """A number within a bar."""
        self.marks.append(
            f'<text class="{css}" x="{_percent(_inside(at))}" y="{number(self.height / 2 + 4)}" font-size="11" '
            f'fill="{fill}" text-anchor="middle">{words}</text>'
        )

    def place(self, at: float, y: float, shape: str) -> None:
        """A mark of `shape`, which is drawn around 0, 0."""
        self.marks.append(f'<svg x="{_percent(_inside(at))}" y="{number(y)}" overflow="visible">{shape}</svg>')

    def svg(self) -> SafeString:
        return mark_safe(
            f'<svg class="plot track" width="100%" height="{self.height}" aria-hidden="true" focusable="false">'
            + "".join(self.marks)
            + "</svg>"
        )


def swatch(shape: str) -> SafeString:
    """A mark beside its name; `shape` is drawn around 0, 0."""
    return mark_safe(
        '<svg class="plot" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" focusable="false">'
        f"{shape}</svg>"
    )


def box(css: str, fill: str) -> SafeString:
    return swatch(f'<rect class="{css}" x="-6" y="-6" width="12" height="12" fill="{fill}"/>')


def percents() -> SafeString:
    """The scale from 0 to 100 below rows with the grid."""
    anchors = {0: "start", 100: "end"}
    words = (
        f'<text class="faint" x="{at}%" y="12" font-size="11" fill="{INK3}" '
        f'text-anchor="{anchors.get(at, "middle")}">{at}%</text>'
        for at in GRID_LINES
    )
    track = Track(16)
    track.marks += words
    return track.svg()


def grid(track: Track) -> None:
    for at in GRID_LINES:
        track.upright(at, "grid", GRID)


def _inside(percent: float) -> float:
    return min(max(percent, 0), 100) if math.isfinite(percent) else 0.0


def _percent(value: float) -> str:
    return f"{value:.1f}%"
