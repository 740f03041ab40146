"""What a snapshot says, in the reader's language: sentences, drawings and tables (Q4, Q5).

Page, CSV, drawing, PDF and mail all come through here, and nothing here reads anything but the snapshot.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.charts import Answers, Bar, Bars, Diverging, Gaps, Part, Strips
from portal.charts.intervals import interval, told
from portal.charts.table import Table, percentage, shown
from portal.published import in_language
from surveys import wording
from surveys.rules import figures
from surveys.rules.figures import INDICATIVE, Kind
from surveys.rules.questionnaires import questions, words
from surveys.rules.snapshot import Json, positive_of

MOST_STEPS = 5  # a diverging bar has at most so many


@dataclass(frozen=True)
class Line:
    """What one group, or one unit of it, said to one item."""

    name: str
    base: int | None  # None: not shown, and nothing else is
    words: str  # the result with its base, or why there is none
    part: Part | None = None  # of who is positive
    counts: tuple[tuple[str, int], ...] = ()  # answer in words, how many

    @property
    def is_indicative(self) -> bool:
        return self.base is not None and self.base < INDICATIVE

    @functools.cached_property
    def interval(self) -> str:
        return interval(self.part) if self.part else ""


@dataclass(frozen=True)
class Finding:
    """All that is told of one item."""

    key: str
    title: str
    lines: tuple[Line, ...]
    units: tuple[tuple[str, tuple[Line, ...]], ...] = ()  # by name of the group
    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    chart: Bars | Diverging | None = None
    others: tuple[str, ...] = field(default=())  # the same question in the words of other groups

    @functools.cached_property
    def drawn(self) -> list[tuple[Line, SafeString]]:
        """Each line with its row of the drawing; empty where the rows are answers instead of groups."""
        strips = {one.name: one.drawing for _heading, rows in self._strips.parts for one in rows}
        if not strips or not strips.keys() <= {line.name for line in self.lines}:
            return []
        return [(line, strips.get(line.name, SafeString(""))) for line in self.lines]

    @property
    def key_of_drawing(self) -> Sequence[tuple[SafeString, str]]:
        return self._strips.key

    @functools.cached_property
    def _strips(self) -> Strips:
        return self.chart.strips() if self.chart else Strips([], [])

    @property
    def gap(self) -> float:
        """Points between the most and the least positive group; -1 where there are not two."""
        shares = [line.part.share for line in self.lines if line.part]
        return 100 * (max(shares) - min(shares)) if len(shares) > 1 else -1.0


@dataclass(frozen=True)
class Response:
    name: str
    submitted: int | None
    delivered: int | None
    minimum: int

    @property
    def words(self) -> str:
        if self.submitted is None:
            return _("fewer than %(minimum)s answers") % {"minimum": self.minimum}
        if not self.delivered:
            return str(self.submitted)
        share = percentage(self.submitted, self.delivered, 1)
        return _("%(part)s of %(base)s (%(share)s)") % {"part": self.submitted, "base": self.delivered, "share": share}


class Findings:
    """Of a snapshot, in the active language. Items are read when they are asked for."""

    def __init__(self, snapshot: Json) -> None:
        self.snapshot = snapshot
        self.groups = {one["key"]: in_language(one["names"]) for one in snapshot["groups"]}
        self.units = {one["key"]: in_language(one["names"]) for one in snapshot["units"]}
        self.questions = {one["key"]: one for one in questions(snapshot["document"])}
        self.items = {one["key"]: one for one in snapshot["items"]}

    @property
    def responses(self) -> list[Response]:
        return [
            Response(self.groups[one["key"]], one["submitted"], one["delivered"], self.snapshot["minimum"])
            for one in self.snapshot["groups"]
        ]

    def sections(self) -> list[tuple[str, str, list[Json]]]:
        """Key, name and items of each section."""
        document = self.snapshot["document"]
        return [
            (
                one["key"],
                in_language(one["names"]),
                [item for item in self.items.values() if item["section"] == one["key"]],
            )
            for one in document["sections"]
        ]

    def all(self) -> Iterator[Finding]:
        return map(self.finding, self.items.values())

    def finding(self, item: Json) -> Finding:
        """With its units, texts and drawing."""
        short = self.in_short(item)
        chart = self._chart(item, short.title, short.lines)
        return replace(short, units=tuple(self._units(item)), texts=tuple(self._texts(item)), chart=chart)

    def in_short(self, item: Json) -> Finding:
        """What each group said, and no more."""
        lines = tuple(self._line(item, group, said) for group, said in self._groups_of(item))
        first, *others = dict.fromkeys(self._title(item, group) for group, _said in self._groups_of(item))
        return Finding(item["key"], first, lines, others=tuple(others))

    def gaps(self) -> list[Finding]:
        """What more than one group answered, the largest difference first."""
        compared = [one for one in map(self.in_short, self.items.values()) if one.gap >= 0]
        return sorted(compared, key=lambda one: -one.gap)

    def gaps_chart(self, rows: Sequence[Finding]) -> Gaps:
        names = list(self.groups.values())
        drawn = [
            (one.title, [next((line.part for line in one.lines if line.name == name), None) for name in names])
            for one in rows
        ]
        if not rows:
            finding = ""
        else:
            points = shown(rows[0].gap, 0)
            finding = _("The largest difference is %(points)s points: %(title)s") % {
                "points": points,
                "title": rows[0].title,
            }
        return Gaps(finding, names, drawn)

    # --- one item ---

    def _groups_of(self, item: Json) -> list[tuple[str, Json]]:
        """Those who were asked it, in the order of the questionnaire: a canonical document keeps none."""
        return [(key, item["groups"][key]) for key in self.groups if key in item["groups"]]

    def _question(self, item: Json) -> Json:
        return self.questions[item["question"]]

    def _row(self, item: Json) -> Json | None:
        rows = self._question(item).get("rows", [])
        return next((row for row in rows if item["key"] == f"{item['question']}.{row['key']}"), None)

    def _texts(self, item: Json) -> Iterator[tuple[str, tuple[str, ...]]]:
        for group, said in self._groups_of(item):
            if "texts" in said:
                yield self.groups[group], tuple(said["texts"])

    def _title(self, item: Json, group: str) -> str:
        language = get_language() or "nl"
        title = words(self._row(item) or self._question(item), group, language)
        return _("%(question)s In own words") % {"question": title} if item["key"].endswith(":other") else title

    def _line(self, item: Json, group: str, said: Json) -> Line:
        name = self.groups[group]
        if "whole" not in said:
            return Line(name, None, self._why_hidden(item, group))
        return self._cell(item, said, said["whole"], name)

    def _why_hidden(self, item: Json, group: str) -> str:
        people = next(one["submitted"] for one in self.snapshot["groups"] if one["key"] == group)
        if people is not None and item["follows"]:
            return _("too few were asked this")
        return _("fewer than %(minimum)s answers") % {"minimum": self.snapshot["minimum"]}

    def _cell(self, item: Json, said: Json, cell: Json, name: str) -> Line:
        base, positive = cell["base"], positive_of(item, cell, said.get("parts", []))
        if item["kind"] == Kind.TEXT:
            return Line(name, base, _("%(count)s answers in words") % {"count": base})
        part = None if positive is None else Part(positive, base, *figures.wilson(positive, base))
        counts = tuple(zip(self._labels(item, said), cell.get("counts", ()), strict=False))
        return Line(name, base, self._words(item, said, cell, part, counts), part, counts)

    def _words(self, item: Json, said: Json, cell: Json, part: Part | None, counts: Sequence[tuple[str, int]]) -> str:
        base = cell["base"]
        if "nearly" in cell:
            least = {"least": base - 2, "base": base}
            if cell["nearly"] == "all":
                return _("nearly everybody: at least %(least)s of %(base)s") % least
            return _("nearly nobody: at most 2 of %(base)s") % least
        if "quartiles" in cell:
            low, middle, high = map(_number, cell["quartiles"])
            given = {"middle": middle, "low": low, "high": high, "base": base}
            return _("median %(middle)s, half between %(low)s and %(high)s (%(base)s answers)") % given
        if thirds := _thirds(item, said, cell):
            score = figures.net_promoter(thirds[2], thirds[0], base)
            return _("score %(score)s (%(base)s answers)") % {"score": signed(score), "base": base}
        if part and item["type"] == "single":
            return _("%(what)s: %(told)s") % {"what": self._positive_words(item), "told": told(part)}
        if part:
            return told(part)
        if counts:
            most = max(counts, key=lambda one: one[1])
            given = {"what": most[0], "told": told(Part(most[1], base, 0, 0))}
            return _("most often: %(what)s, %(told)s") % given
        return _("%(base)s answers, too few to show what they were") % {"base": base}

    def _positive_words(self, item: Json) -> str:
        names = dict(wording.choices(self._question(item)))
        return ", ".join(names.get(one, one) for one in item["positive"])

    def _labels(self, item: Json, said: Json) -> list[str]:
        parts = said.get("parts", [])
        names = dict(wording.choices(self._question(item))) if parts else {}
        return [self._label(item, part, len(parts), names) for part in parts]

    def _label(self, item: Json, part: list[str], of: int, names: dict[str, str]) -> str:
        if len(part) == 1 and (of > 2 or item["type"] not in ("likert", "matrix", "zero-ten")):
            return names.get(part[0], part[0])
        if item["type"] == "zero-ten" and of == 3:
            return _("%(low)s to %(high)s") % {"low": part[0], "high": part[-1]}
        return _("positive") if set(part) <= set(item["positive"] or ()) else _("not positive")

    def _units(self, item: Json) -> Iterator[tuple[str, tuple[Line, ...]]]:
        for group, said in self._groups_of(item):
            if "units" in said and any("counts" in cell for cell in said["units"].values()):
                yield self.groups[group], tuple(self._unit(item, said, key) for key in self.units)

    def _unit(self, item: Json, said: Json, key: str) -> Line:
        if key not in said["units"]:
            return Line(self.units[key], None, _("too few to show safely"))
        return self._cell(item, said, said["units"][key], self.units[key])

    # --- drawings ---

    def _chart(self, item: Json, title: str, lines: Sequence[Line]) -> Bars | Diverging | None:
        if not any(line.counts for line in lines):
            return None
        finding = " ".join(f"{line.name}: {line.words}." for line in lines)
        finding = f"{title} {finding}"
        if item["kind"] == Kind.SEVERAL or item["type"] == "single":
            return self._options(item, finding)
        if item["type"] == "yes-no":
            bars = [Bar(line.name, line.part.part, line.part.base) for line in lines if line.part]
            return Bars(finding, bars)
        found = self._thirds_chart(item, finding)
        steps = {tuple(label for label, _count in line.counts) for line in lines if line.counts}
        if not found and len(steps) == 1 and 2 < len(next(iter(steps))) <= MOST_STEPS:
            found = Diverging(finding, next(iter(steps)), [("", [_answers(line) for line in lines])])
        two = [Answers(line.name, _two(line.part)) for line in lines]
        return found or Diverging(finding, [_("not positive"), _("positive")], [("", two)])

    def _thirds_chart(self, item: Json, finding: str) -> Diverging | None:
        """Of answers from 0 to 10, where every group that is shown has its three parts."""
        said = {key: one for key, one in self._groups_of(item) if "counts" in one.get("whole", {})}
        thirds = {key: _thirds(item, one, one["whole"]) for key, one in said.items()}
        if not thirds or not all(thirds.values()):
            return None
        names = [_("%(low)s to %(high)s") % {"low": low, "high": high} for low, high in ((0, 6), (7, 8), (9, 10))]
        rows = [Answers(self.groups[key], thirds.get(key)) for key, _said in self._groups_of(item)]
        return Diverging(finding, names, [("", rows)])

    def _options(self, item: Json, finding: str) -> Bars:
        bars = []
        for group, said in self._groups_of(item):
            counts = said.get("whole", {}).get("counts", [])
            for label, count in zip(self._labels(item, said), counts, strict=False):
                name = label if len(item["groups"]) == 1 else f"{label}, {self.groups[group]}"
                bars.append(Bar(name, count, said["whole"]["base"]))
        return Bars(finding, bars)


def _answers(line: Line) -> Answers:
    return Answers(line.name, [count for _label, count in line.counts] or None)


def _thirds(item: Json, said: Json, cell: Json) -> list[int] | None:
    """How many gave 0 to 6, 7 or 8, and 9 or 10; None where that is not shown."""
    if item["type"] != "zero-ten" or len(cell.get("counts", [])) < 3:
        return None
    found = [0, 0, 0]
    for part, count in zip(said["parts"], cell["counts"], strict=True):
        most = max(map(int, part))
        found[(most not in figures.DETRACTORS) + (most in figures.PROMOTERS)] += count
    return found


def _two(part: Part | None) -> list[int] | None:
    return [part.base - part.part, part.part] if part else None


def signed(points: float) -> str:
    """+17, -4 or 0: whole points with their sign."""
    whole = round(points)
    return f"+{whole}" if whole > 0 else str(whole).replace("-", "−")


def _number(text: str) -> str:
    value = Decimal(text).normalize()
    return number_format(value, max(-int(value.as_tuple().exponent), 0))


# --- Tables -----------------------------------------------------------------------------------


def table_of(finding: Finding) -> Table:
    """The numbers of an item, by group and unit: what its drawing shows, and its interval."""
    head = [_("Who"), _("Answer"), _("How many"), _("Of"), _("Share"), _("95% interval")]
    rows = [row for who, line in _everyone(finding) for row in _rows(who, line)]
    return Table(finding.title, head, rows, frozenset({2, 3, 4, 5}))


def _everyone(finding: Finding) -> Iterator[tuple[str, Line]]:
    for line in finding.lines:
        yield line.name, line
    for group, units in finding.units:
        for line in units:
            yield f"{group}, {line.name}", line


def _rows(who: str, line: Line) -> Iterator[list[str]]:
    if not line.counts:
        yield [who, line.words, "", "" if line.base is None else str(line.base), "", ""]
    base = line.base or 0
    for label, count in line.counts:
        low, high = figures.wilson(count, base)
        part = Part(count, base, low, high)
        yield [who, label, str(count), str(base), percentage(count, base, 1), interval(part)]


CSV_HEAD = ("question", "words", "who", "answer", "count", "base", "share", "interval_low", "interval_high")


def csv_rows(found: Findings) -> Iterator[list[Any]]:
    """For programs: points as decimal separator, shares of 1. Cells are made harmless where they are written."""
    yield list(CSV_HEAD)
    for response in found.responses:
        base = response.delivered if response.submitted is not None else None
        yield ["", _("Response"), response.name, "", response.submitted or "", base or "", "", "", ""]
    for finding in found.all():
        for who, line in _everyone(finding):
            yield from _csv_lines(finding, who, line)
        for who, texts in finding.texts:
            yield from ([finding.key, finding.title, who, text, "", "", "", "", ""] for text in texts)


def _csv_lines(finding: Finding, who: str, line: Line) -> Iterator[list[Any]]:
    about = [finding.key, finding.title, who]
    if not line.counts:
        yield [*about, line.words, "", "" if line.base is None else line.base, "", "", ""]
    for label, count in line.counts:
        base = line.base or 0
        low, high = figures.wilson(count, base)
        yield [*about, label, count, base, f"{count / base:.4f}", f"{low:.4f}", f"{high:.4f}"]
