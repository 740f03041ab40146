"""The pen of the charts: a canvas that keeps every mark finite, inside its box and escaped."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyphen
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

INK, INK2, INK3, GRID, PAPER, ACTION = "#1B2430", "#4A5565", "#626D7C", "#CFCBC0", "#FFFFFF", "#0B6E6E"
LETTER, BOLD = 0.54, 0.66  # mean width of a letter, as a part of its size; on the wide side
NOT_XML = re.compile("[\\x00-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
FONT = "Source Sans Pro, system-ui, sans-serif"


class Point(NamedTuple):
    x: float
    y: float


def number(value: float) -> str:
    """3, or 3.5; never in exponents."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """Collects marks; `svg()` gives them with `finding` as <title>, the first child, which a PDF reads aloud."""

    def __init__(self, finding: str, width: float, height: float) -> None:
        self.finding, self.width, self.height = finding, float(width), float(height)
        self.marks: list[str] = []

    def svg(self) -> SafeString:
        """One line a mark. `plot` lets the page's style sheet choose the colours."""
        width, height = number(self.width), number(self.height)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="{FONT}">'
        )
        return mark_safe("\n".join([head, f"<title>{_clean(self.finding)}</title>", *self.marks, "</svg>"]))

    # --- marks ---

    def line(self, a: Point, b: Point, css: str, stroke: str, width: float = 0.8, *, dash: str = "") -> None:
        a, b = self._inside(a), self._inside(b)
        self.marks.append(
            f'<line class="{css}" x1="{a.x:.1f}" y1="{a.y:.1f}" x2="{b.x:.1f}" y2="{b.y:.1f}" '
            f'stroke="{stroke}" stroke-width="{width}"{_dash(dash)}/>'
        )

    def rect(self, at: Point, width: float, height: float, css: str, fill: str, *, stroke: str = "none") -> None:
        corner = self._inside(at)
        width = min(max(_finite(width), 0), self.width - corner.x)
        height = min(max(_finite(height), 0), self.height - corner.y)
        self.marks.append(
            f'<rect class="{css}" x="{corner.x:.1f}" y="{corner.y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="0.8"/>'
        )

    def dot(self, at: Point, css: str, stroke: str, *, radius: float = 3.2, fill: str = "") -> None:
        at = self._inside(at, radius + 0.8)
        self.marks.append(
            f'<circle class="{css}" cx="{at.x:.1f}" cy="{at.y:.1f}" r="{radius}" fill="{fill or stroke}" '
            f'stroke="{stroke}" stroke-width="1.6"/>'
        )

    def square(self, at: Point, css: str, stroke: str, *, half: float = 4.6) -> None:
        at = self._inside(at, half)
        self.marks.append(
            f'<rect class="{css}" x="{at.x - half:.1f}" y="{at.y - half:.1f}" width="{2 * half:.1f}" '
            f'height="{2 * half:.1f}" fill="{PAPER}" stroke="{stroke}" stroke-width="1.3"/>'
        )

    def path(
        self,
        points: Sequence[Point],
        css: str,
        stroke: str,
        width: float = 1.8,
        close: bool = False,
        *,
        dash: str = "",
        fill: str = "none",
        opacity: float = 1,
    ) -> None:
        """A line through points; one point alone is no line."""
        if len(points) < 2:
            return
        steps = " L".join(f"{one.x:.1f} {one.y:.1f}" for one in map(self._inside, points))
        self.marks.append(
            f'<path class="{css}" d="M{steps}{" Z" if close else ""}" fill="{fill}" fill-opacity="{opacity}" '
            f'stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round" stroke-linecap="round"{_dash(dash)}/>'
        )

    def arc(self, middle: Point, radius: float, begin: float, end: float, css: str, stroke: str, width: float) -> None:
        """Part of a ring, from and to as shares of a turn from the top; a whole turn is two halves."""
        if end - begin <= 0:
            return
        if end - begin > 0.99:
            self.arc(middle, radius, begin, begin + 0.5, css, stroke, width)
            begin += 0.5
        a, b = _on_circle(middle, radius, begin), _on_circle(middle, radius, end)
        self.marks.append(
            f'<path class="{css}" d="M{a.x:.1f} {a.y:.1f} A{radius:.1f} {radius:.1f} 0 {int(end - begin > 0.5)} 1 '
            f'{b.x:.1f} {b.y:.1f}" fill="none" stroke="{stroke}" stroke-width="{width}"/>'
        )

    def text(
        self, at: Point, words: str, css: str, fill: str, *, size: float = 12, weight: int = 400, anchor: str = "start"
    ) -> None:
        """`anchor` says which part of the words stands on the point: start, middle or end."""
        at = self._inside(at)
        self.marks.append(
            f'<text class="{css or "plain"}" x="{at.x:.1f}" y="{at.y:.1f}" font-size="{size}" '
            f'font-weight="{weight}" fill="{fill}" text-anchor="{anchor}">{_clean(words)}</text>'
        )

    # --- words that fit ---

    @staticmethod
    def fitted(words: str, room: float, size: float, *, weight: int = 400) -> str:
        """Cut to `room` pixels; the table beside the chart has them whole."""
        most = _letters(room, size, weight)
        return words if len(words) <= most else words[: max(most - 1, 1)].rstrip() + "…"

    @classmethod
    def wrapped(cls, words: str, room: float, size: float, *, most: int, weight: int = 400) -> list[str]:
        """Cut to `room` pixels and `most` lines; a word that is longer than a line is hyphenated."""
        letters = _letters(room, size, weight)
        lines: list[str] = []
        for word in (part for whole in words.split() for part in _hyphenated(whole, letters)):
            if lines and len(lines[-1]) + 1 + len(word) <= letters:
                lines[-1] += " " + word
            elif len(lines) < most:
                lines.append(word)
            else:
                lines[-1] += " " + word
        return [cls.fitted(one, room, size, weight=weight) for one in lines or [""]]

    def _inside(self, at: Point, margin: float = 0) -> Point:
        x = min(max(_finite(at.x), margin), self.width - margin)
        return Point(x, min(max(_finite(at.y), margin), self.height - margin))


def _letters(room: float, size: float, weight: int) -> int:
    """How many letters go into `room` pixels."""
    return max(int(room / ((BOLD if weight >= 600 else LETTER) * size)), 1)


def _hyphenated(word: str, letters: int) -> Iterator[str]:
    """The word in parts of at most so many letters, where its language has a place to break it."""
    while len(word) > letters:
        language = pyphen.language_fallback(get_language() or "nl")
        parts = pyphen.Pyphen(lang=language).wrap(word, letters) if language else None
        if not parts:
            break
        yield parts[0]
        word = parts[1]
    yield word


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _on_circle(middle: Point, radius: float, share: float) -> Point:
    return Point(middle.x + math.sin(math.tau * share) * radius, middle.y - math.cos(math.tau * share) * radius)


def _dash(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _clean(words: str) -> str:
    """Escaped, and without what XML cannot carry at all."""
    return str(escape(NOT_XML.sub(" ", str(words))))
