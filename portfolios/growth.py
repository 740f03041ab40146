"""What ratings say over time: figures for the drawings, and what stands out (P5). No database, no request.

Own levels and those of assessors are never mixed. Of assessors the last level that each gave counts, and their mean is
shown. Nothing is added up over competencies, and nothing says how much is done.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portfolios.models.quarters import Quarter

YEAR = datetime.timedelta(days=365)
PERIODS = 6  # quarters in the small multiples
APART = 0.5  # levels between own and others from which it is worth a word


@dataclass(frozen=True)
class Given:
    """One level that somebody gave on one day. `who` tells assessors apart."""

    competency: int
    level: int
    on: datetime.date
    who: int
    is_own: bool


@dataclass(frozen=True)
class Course:
    """One competency over the periods; None where nobody gave a level. `own` and `other` are how it stands now."""

    competency: int
    own_by_period: tuple[float | None, ...]
    other_by_period: tuple[float | None, ...]
    own: float | None
    other: float | None
    sources: int  # assessors behind `other`


@dataclass(frozen=True)
class Finding:
    """`kind`: "more" or "less" (assessors against own), "grown", "same"."""

    kind: str
    competency: int
    before: float | None = None
    now: float | None = None
    other: float | None = None
    since: datetime.date | None = None
    sources: int = 0


def as_now(given: Iterable[Given], becomes: Mapping[int, int]) -> list[Given]:
    """The same levels, of what each competency became. Of two on one day that of the later one counts."""
    found: dict[tuple[int, int, bool, datetime.date], Given] = {}
    for one in sorted(given, key=lambda one: one.competency not in becomes):
        moved = replace(one, competency=becomes.get(one.competency, one.competency))
        found[moved.competency, moved.who, moved.is_own, moved.on] = moved
    return list(found.values())


def periods(given: Iterable[Given]) -> list[Quarter]:
    """The last quarters in which anybody gave a level, the oldest first."""
    return sorted({Quarter.of(one.on) for one in given})[-PERIODS:]


def _last_own(given: Iterable[Given]) -> Given | None:
    return max((one for one in given if one.is_own), key=lambda one: one.on, default=None)


def _others(given: Iterable[Given]) -> tuple[float | None, int]:
    """The mean of the last level of each assessor, and how many assessors."""
    last: dict[int, Given] = {}
    for one in sorted((one for one in given if not one.is_own), key=lambda one: one.on):
        last[one.who] = one
    return (sum(one.level for one in last.values()) / len(last), len(last)) if last else (None, 0)


def courses(given: Sequence[Given], at: Sequence[Quarter], on: datetime.date) -> list[Course]:
    """One for each competency that has a level, in the order in which they first appear. Of assessors the last year
    counts for how it stands now."""
    by_competency: dict[int, list[Given]] = defaultdict(list)
    for one in given:
        by_competency[one.competency].append(one)
    found = []
    for competency, mine in by_competency.items():
        within = [[one for one in mine if Quarter.of(one.on) == quarter] for quarter in at]
        lasts = [_last_own(rows) for rows in within]
        other, sources = _others(one for one in mine if one.on > on - YEAR)
        own = _last_own(mine)
        found.append(
            Course(
                competency,
                tuple(last.level if last else None for last in lasts),
                tuple(_others(rows)[0] for rows in within),
                own.level if own else None,
                other,
                sources,
            )
        )
    return found


def findings(given: Sequence[Given], on: datetime.date, most: int = 3) -> list[Finding]:
    """What is worth a word: the largest difference with assessors, the largest growth, what stays the same for a year;
    then the next of each."""
    ranked: dict[str, list[tuple[float, Finding]]] = {"apart": [], "grown": [], "same": []}
    for course in courses(given, [], on):
        mine = sorted((one for one in given if one.is_own and one.competency == course.competency), key=lambda g: g.on)
        if course.own is not None and course.other is not None and abs(course.other - course.own) >= APART:
            kind = "more" if course.other > course.own else "less"
            facts = {"now": course.own, "other": course.other, "sources": course.sources}
            ranked["apart"].append((abs(course.other - course.own), Finding(kind, course.competency, **facts)))
        if len(mine) < 2:
            continue
        first, last = mine[0], mine[-1]
        if last.level > first.level:
            grown = Finding("grown", course.competency, before=first.level, now=last.level, since=first.on)
            ranked["grown"].append((last.level - first.level, grown))
        elif last.on - first.on >= YEAR and {one.level for one in mine} == {last.level}:
            same = Finding("same", course.competency, now=last.level, since=first.on)
            ranked["same"].append(((last.on - first.on).days, same))
    queues = [[one for _, one in sorted(rows, key=lambda pair: -pair[0])] for rows in ranked.values()]
    turns = [queue[turn] for turn in range(most) for queue in queues if turn < len(queue)]
    return turns[:most]
