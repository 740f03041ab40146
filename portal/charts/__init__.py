"""Drawings that say something: plain data in, SVG out, the same for a page and for a PDF (look.md).

Each chart is a dataclass with a `finding`, the sentence that somebody who cannot see the drawing gets instead,
`svg()`, and `table()`: the same numbers as a Table. What is made of rows has `strips()` too, for a page of any width.
Colours are presentation attributes, which is all that a PDF knows; the classes beside them let the site's style sheet
choose others, so that dark mode follows.
One unit is one CSS pixel. What lies outside a scale is drawn at its edge, and its number is printed as it is.
"""

from portal.charts.intervals import Gaps, Part
from portal.charts.levels import Axis, Levels, Radar, Track
from portal.charts.order import Course, Moment, Ranked, RankIntervals
from portal.charts.shares import Answers, Bar, Bars, Diverging, Ring
from portal.charts.strips import Strip, Strips
from portal.charts.table import Table

InRows = Bars | Diverging | Gaps
Chart = Radar | Levels | Ring | InRows | RankIntervals | Course

__all__ = [
    "Answers",
    "Axis",
    "Bar",
    "Bars",
    "Chart",
    "Course",
    "Diverging",
    "Gaps",
    "InRows",
    "Levels",
    "Moment",
    "Part",
    "Radar",
    "RankIntervals",
    "Ranked",
    "Ring",
    "Strip",
    "Strips",
    "Table",
    "Track",
]
