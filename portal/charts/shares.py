"""Shares: time as a ring, counts with their base as bars, survey answers as diverging bars."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts.canvas import ACTION, GRID, INK, INK2, PAPER, Canvas, Point
from portal.charts.strips import Strip, Strips, Track, box
from portal.charts.table import NARROW, WIDE, Table, percentage, shown


@dataclass(frozen=True)
class Ring:
    """How much of a whole goes to one thing; `advice` is the band (shares of 1) within which it is well."""

    finding: str
    label: str
    part: float
    whole: float
    rest_label: str
    advice: tuple[float, float] | None = None

    @property
    def share(self) -> float:
        share = self.part / self.whole if self.whole > 0 else 0
        return min(max(share, 0), 1) if math.isfinite(share) else 0

    def svg(self) -> SafeString:
        canvas = Canvas(self.finding, 240, 192)
        middle, radius = Point(120, 96), 62.0
        canvas.arc(middle, radius, min(self.share, 0.994), 1, "rest", "#D3CCBE", 20)
        canvas.arc(middle, radius, 0, self.share, "own", ACTION, 20)
        for mark in sorted(self.advice or ()):
            at = min(max(mark, 0), 1)
            canvas.line(_round(middle, radius - 15, at), _round(middle, radius + 16, at), "axis-strong", INK, 1.1)
            label = _round(middle, radius + 23, at)
            canvas.text(
                Point(label.x, label.y + 4),
                percentage(at, 1),
                "",
                INK2,
                anchor="start" if at < 0.5 else "end",
                size=10.5,
            )
        words = canvas.fitted(percentage(self.part, self.whole), 84, 26)
        canvas.text(Point(120, 100), words, "strong", INK, anchor="middle", size=26)
        canvas.text(Point(120, 117), canvas.fitted(self.label, 96, 11.5), "", INK2, anchor="middle", size=11.5)
        return canvas.svg()

    def table(self) -> Table:
        rest = max(self.whole - self.part, 0)
        rows = [
            [self.label, shown(self.part), percentage(self.part, self.whole, 1)],
            [self.rest_label, shown(rest), percentage(rest, self.whole, 1)],
        ]
        return Table(
            _("The same shares in figures"), [_("What"), _("Amount"), _("Part of the whole")], rows, frozenset({1, 2})
        )


def _round(middle: Point, radius: float, share: float) -> Point:
    return Point(middle.x + math.sin(math.tau * share) * radius, middle.y - math.cos(math.tau * share) * radius)


@dataclass(frozen=True)
class Bar:
    """`part` of `base` said so; a base of None is a group too small to show."""

    label: str
    part: int
    base: int | None


@dataclass(frozen=True)
class Bars:
    finding: str
    bars: Sequence[Bar]

    def svg(self) -> SafeString:
        canvas = Canvas(self.finding, NARROW, 46 * len(self.bars) + 2)
        for row, bar in enumerate(self.bars):
            y = 46.0 * row
            words, base = self.words(bar), bar.base or 0
            share = min(max(bar.part / base, 0), 1) if base > 0 else 0
            canvas.text(
                Point(0, y + 12), canvas.fitted(bar.label, NARROW - 140, 12, weight=600), "strong", INK, weight=600
            )
            canvas.text(Point(NARROW, y + 12), canvas.fitted(words, 136, 11.5), "", INK2, anchor="end", size=11.5)
            canvas.rect(Point(0, y + 20), NARROW, 12, "band", "#EFEDE7")
            canvas.rect(Point(0, y + 20), NARROW * share, 12, "own-fill", ACTION)
        return canvas.svg()

    def strips(self) -> Strips:
        return Strips([], [("", [self._strip(bar) for bar in self.bars])])

    def _strip(self, bar: Bar) -> Strip:
        track = Track(12)
        track.rect(0, 100, "band", "#EFEDE7")
        track.rect(0, 100 * bar.part / bar.base if bar.base else 0, "own-fill", ACTION)
        return Strip(bar.label, track.svg() if bar.base else SafeString(""), [(SafeString(""), self.words(bar))])

    @staticmethod
    def words(bar: Bar) -> str:
        if not bar.base:
            return _("too few to show") if bar.base is None else "–"
        given = {"part": bar.part, "base": bar.base, "share": percentage(bar.part, bar.base, 1)}
        return _("%(part)s of %(base)s (%(share)s)") % given

    def table(self) -> Table:
        rows = [
            [bar.label, "–" if bar.base is None else str(bar.part), str(bar.base or "–"), self.words(bar)]
            for bar in self.bars
        ]
        head = [_("What"), _("Said so"), _("Asked"), _("In words")]
        return Table(_("The same counts in figures"), head, rows, frozenset({1, 2}))


ANSWERS = {  # class, fill, ink of the figure inside; from most disagreeing to most agreeing
    2: ["neg2", "pos2"],
    3: ["neg2", "mid", "pos2"],
    4: ["neg2", "neg1", "pos1", "pos2"],
    5: ["neg2", "neg1", "mid", "pos1", "pos2"],
}
FILLS = {"neg2": "#757064", "neg1": "#D3CCBE", "mid": "#F0EEE8", "pos1": "#86BAB8", "pos2": ACTION}
INKS = {"neg2": PAPER, "neg1": INK, "mid": INK, "pos1": INK, "pos2": PAPER}


@dataclass(frozen=True)
class Answers:
    """Counts from most disagreeing to most agreeing; None where the group is too small to show."""

    group: str
    counts: Sequence[int] | None


@dataclass(frozen=True)
class Diverging:
    """Answers of two to five steps; what agrees lies right of the line, what disagrees left, a middle across it."""

    finding: str
    answers: Sequence[str]
    statements: Sequence[tuple[str, Sequence[Answers]]]

    def svg(self) -> SafeString:
        kinds = ANSWERS[len(self.answers)]
        lines = sum(len(groups) for _statement, groups in self.statements)
        height = 34 + sum(26 if statement else 9 for statement, _groups in self.statements) + 19 * lines
        canvas = Canvas(self.finding, WIDE, height)
        self._legend(canvas, kinds)
        canvas.line(Point(ZERO, 30), Point(ZERO, height - 6), "axis-strong", INK2)
        y = 34.0
        for statement, groups in self.statements:
            if statement:  # else what stands above the drawing says it
                canvas.text(Point(0, y + 10), canvas.fitted(statement, WIDE, 12, weight=600), "strong", INK, weight=600)
                y += 17
            for answers in groups:
                self._row(canvas, kinds, answers, y)
                y += 19
            y += 9
        return canvas.svg()

    def strips(self) -> Strips:
        """All on one scale, which is as wide as the bars that reach farthest to either side."""
        kinds = ANSWERS[len(self.answers)]
        reaches = [_reach(_counts(one), kinds) for _statement, groups in self.statements for one in groups]
        left, right = (max((reach[side] for reach in reaches), default=0) for side in (0, 1))
        whole = left + right or 1
        scale = Scale(100 * left / whole, 100 / whole)
        parts = [(words, [self._strip(kinds, one, scale) for one in groups]) for words, groups in self.statements]
        return Strips([(box(kind, FILLS[kind]), words) for kind, words in zip(kinds, self.answers, strict=True)], parts)

    def _strip(self, kinds: Sequence[str], answers: Answers, scale: "Scale") -> Strip:
        counts = _counts(answers)
        base = sum(counts)
        if not base:
            words = _("too few to show") if answers.counts is None else _("nobody answered")
            return Strip(answers.group, SafeString(""), [(SafeString(""), words)])
        track, x = Track(26, edge=3), scale.zero - _reach(counts, kinds)[0] * scale.whole
        track.upright(scale.zero, "axis-strong", INK2)  # behind the bar, so that its figures stay clear
        for kind, count in zip(kinds, counts, strict=True):
            width = scale.whole * count / base
            if width > 0:
                track.rect(x, width, kind, FILLS[kind])
                if width >= 12:
                    track.figure(x + width / 2, shown(100 * count / base, 0), f"on-{kind}", INKS[kind])
            x += width
        agree = _agree(counts, kinds)
        words = _("%(part)s of %(base)s (%(share)s)")
        told = words % {"part": agree, "base": base, "share": percentage(agree, base, 1)}
        return Strip(answers.group, track.svg(), [(SafeString(""), told)])

    def _legend(self, canvas: Canvas, kinds: Sequence[str]) -> None:
        letters = [len(words) + 5 for words in self.answers]  # each as wide as its words ask
        x = 0.0
        for kind, words, wide in zip(kinds, self.answers, letters, strict=True):
            room = min(540 * wide / sum(letters), 6.5 * wide)
            canvas.rect(Point(x, 2), 11, 11, kind, FILLS[kind], stroke=GRID if kind == "mid" else "none")
            canvas.text(Point(x + 16, 12), canvas.fitted(words, room - 22, 11.5), "strong", INK, size=11.5)
            x += room
        canvas.text(Point(WIDE, 12), _("positive"), "strong", INK, anchor="end", size=11.5, weight=600)

    def _row(self, canvas: Canvas, kinds: Sequence[str], answers: Answers, y: float) -> None:
        canvas.text(Point(99, y + 11), canvas.fitted(answers.group, 99, 11.5), "", INK2, anchor="end", size=11.5)
        counts = _counts(answers)
        base = sum(counts)
        if not base:
            words = _("too few to show") if answers.counts is None else _("nobody answered")
            canvas.text(Point(ZERO + 8, y + 11), words, "", INK2, size=11.5)
            return
        widths = [BAR * count / base for count in counts]
        x = ZERO - BAR * _reach(counts, kinds)[0]
        for kind, width, count in zip(kinds, widths, counts, strict=True):
            if width > 0:
                canvas.rect(Point(x, y), width, 15, kind, FILLS[kind], stroke=GRID if kind == "mid" else "none")
                if width >= 16:
                    figure = shown(100 * count / base, 0)
                    at = Point(x + width / 2, y + 11.5)
                    canvas.text(at, figure, f"on-{kind}", INKS[kind], anchor="middle", size=10.5)
            x += width
        agree = _agree(counts, kinds)
        canvas.text(Point(552, y + 11.5), percentage(agree, base), "strong", INK, anchor="end", weight=600)
        of = canvas.fitted(_("%(part)s of %(base)s") % {"part": agree, "base": base}, 58, 11)
        canvas.text(Point(WIDE, y + 11.5), of, "", INK2, anchor="end", size=11)

    def table(self) -> Table:
        rows = []
        for statement, groups in self.statements:
            for answers in groups:
                name = f"{statement}, {answers.group}" if answers.group else statement
                hidden = [_("too few to show"), *[""] * (len(self.answers) - 1)]
                rows.append([name, *(hidden if answers.counts is None else map(str, answers.counts))])
        numeric = frozenset(range(1, len(self.answers) + 1))
        return Table(_("The same answers in figures"), [_("Statement"), *self.answers], rows, numeric)


ZERO, BAR = 310.0, 200.0  # where the line stands, and the width of all answers of one group


class Scale(NamedTuple):
    """In percents of the width: where the line stands, and how wide all answers of one group are."""

    zero: float
    whole: float


def _counts(answers: Answers) -> list[int]:
    return [max(count, 0) for count in answers.counts] if answers.counts else []


def _agree(counts: Sequence[int], kinds: Sequence[str]) -> int:
    return sum(count for kind, count in zip(kinds, counts, strict=True) if kind.startswith("pos"))


def _reach(counts: Sequence[int], kinds: Sequence[str]) -> tuple[float, float]:
    """How far a bar goes to the left and to the right of the line, as shares of the whole; a middle lies across it."""
    base = sum(counts)
    if not base:
        return 0.0, 0.0
    middle = counts[kinds.index("mid")] if "mid" in kinds else 0
    right = (_agree(counts, kinds) + middle / 2) / base
    return 1 - right, right
