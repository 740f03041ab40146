"""What the charts share: their numbers as people write them, the table beside a drawing, the key below it."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.charts.canvas import ACTION, INK, Canvas, Point

NARROW, WIDE = 438, 612  # the text column and the whole width of a page
Level = float | None


@dataclass(frozen=True)
class Table:
    """`rows` begin with the row's name; `numeric` are the columns whose figures stand to the right."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()


def shown(value: Level, decimals: int = 1) -> str:
    """3,5 in Dutch, 3.5 in English; a dash where there is nothing."""
    if value is None or not math.isfinite(value):
        return "–"
    return _written(value + 0.0, decimals, get_language())  # of -0.0 it makes the 0.0 that it equals


@functools.lru_cache(maxsize=4096)  # pages of frozen results write the same numbers again and again
def _written(value: float, decimals: int, _language: str | None) -> str:
    """Rounded here: `number_format` only cuts off."""
    return number_format(Decimal(f"{value:.{decimals}f}"), decimals)


def percentage(part: float, whole: float, decimals: int = 0) -> str:
    return "–" if whole <= 0 else _("%(number)s%%") % {"number": shown(100 * part / whole, decimals)}


def key(canvas: Canvas, at: Point, own: str, other: str, *, stacked: bool = False) -> None:
    canvas.line(at, Point(at.x + 26, at.y), "own", ACTION, 1.8)
    canvas.dot(Point(at.x + 13, at.y), "own own-dot", ACTION)
    canvas.text(Point(at.x + 33, at.y + 4), canvas.fitted(own, 140, 12), "strong", INK)
    second = Point(at.x, at.y + 20) if stacked else Point(at.x + 190, at.y)
    canvas.line(second, Point(second.x + 26, second.y), "other", INK, 1.3, dash="4 3")
    canvas.square(Point(second.x + 13, second.y), "other-dot", INK)
    canvas.text(Point(second.x + 33, second.y + 4), canvas.fitted(other, 140, 12), "strong", INK)
