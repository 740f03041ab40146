"""Levels and time as drawings: the same on the page of the section and on paper (P5, P10, P17)."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.charts import Axis, Levels, Radar, Ring, Track
from portfolios import growth, timeshare
from portfolios.models import Competency, FrameworkMapping, FrameworkVersion, Portfolio, Section
from portfolios.models.quarters import Quarter

BACK = datetime.timedelta(days=3 * 366)  # what is older is not drawn
FEWEST_AXES, MOST_AXES = 3, 12  # of a radar


@dataclass(frozen=True)
class Earlier:
    """Levels in a version that the portfolio used before, which no mapping brings along: on that version's scale."""

    framework: FrameworkVersion
    over_time: Levels


@dataclass(frozen=True)
class Drawn:
    """`given` and the drawings are of the version that the portfolio uses now; `carried` are the earlier versions of
    which levels are among them."""

    given: list[growth.Given]
    competencies: dict[int, Competency]
    framework: FrameworkVersion
    radars: list[tuple[str, Radar]]
    over_time: Levels | None
    earlier: list[Earlier]
    carried: list[FrameworkVersion]
    assessors: set[int]


def of(section: Section, at: datetime.datetime) -> Drawn:
    """Out of the levels in the section of competencies."""
    on, owner = timezone.localdate(at), section.shareable.owner_id
    rows = section.ratings.since(on - BACK).values_list("competency_id", "level", "rated_on", "by_id")
    every = [growth.Given(*row, row[-1] == owner) for row in rows]
    version = framework_of(section)
    competencies = _competencies(version, every)
    becomes = _becomes(version, competencies)
    by_version: dict[int, list[growth.Given]] = defaultdict(list)
    for one in sorted(growth.as_now(every, becomes), key=lambda one: competencies[one.competency].position):
        by_version[competencies[one.competency].version_id].append(one)
    given, earlier = by_version.pop(version.pk, []), []
    courses = growth.courses(given, growth.periods(given), on)
    for _key, rest in sorted(by_version.items(), reverse=True):
        before = competencies[rest[0].competency].version
        earlier.append(Earlier(before, _over_time(rest, competencies, len(before.levels), on)))
    moved = {competencies[one.competency].version for one in every if one.competency in becomes}
    return Drawn(
        given,
        competencies,
        version,
        _radars(courses, competencies, len(version.levels)),
        _over_time(given, competencies, len(version.levels), on) if given else None,
        earlier,
        sorted(moved, key=lambda one: one.number),
        {one.who for one in every if not one.is_own},
    )


def _competencies(version: FrameworkVersion, given: list[growth.Given]) -> dict[int, Competency]:
    """All of this version, and those of earlier versions that have a level; by key."""
    rows = Competency.objects.filter(Q(version=version) | Q(pk__in={one.competency for one in given}))
    found = {one.pk: one for one in rows.defer("descriptions")}
    before = {one.version_id for one in found.values()} - {version.pk}
    versions = FrameworkVersion.objects.select_related("framework").defer("source").in_bulk(before) if before else {}
    for one in found.values():  # one object for each version: its levels are read once, not for every competency
        one.version = versions.get(one.version_id, version)
    return found


def _becomes(version: FrameworkVersion, competencies: Mapping[int, Competency]) -> dict[int, int]:
    """From a competency of an earlier version to the one of `version` that it became by a published mapping between
    these two.

    Only where it became that one alone, nothing else did, and the levels are the same: otherwise the drawing would give
    a level that nobody gave.
    """
    scale = [one["key"] for one in version.levels]
    alike = {
        one.version_id
        for one in competencies.values()
        if one.version_id != version.pk and [level["key"] for level in one.version.levels] == scale
    }
    by_name = {(one.version_id, one.key): one.pk for one in competencies.values()}
    found = {}
    for mapping in FrameworkMapping.objects.filter(newer=version, older__in=alike).only("older", "source"):
        entries = mapping.source["entries"]
        times = Counter(key for one in entries for key in one["to"])
        for one in entries:
            before = by_name.get((mapping.older_id, one["from"]))
            if before and [times[key] for key in one["to"]] == [1]:
                found[before] = by_name[version.pk, one["to"][0]]
    return found


def framework_of(section: Section) -> FrameworkVersion:
    """The version that this portfolio uses; its competencies are read when asked for, once."""
    chosen = Portfolio.objects.filter(pk=section.portfolio_id).values("framework_version")
    return FrameworkVersion.objects.select_related("framework").defer("source").get(pk__in=chosen)


def _radars(courses: list[growth.Course], competencies: dict[int, Competency], most: int) -> list[tuple[str, Radar]]:
    """One for each group of competencies that has enough of them."""
    groups: dict[str, list[Axis]] = {}
    for one in courses:
        axis = Axis(str(competencies[one.competency]), one.own, one.other)
        groups.setdefault(competencies[one.competency].heading, []).append(axis)
    return [
        (heading, Radar(_radar_words(heading, axes[:MOST_AXES]), axes[:MOST_AXES], most))
        for heading, axes in groups.items()
        if len(axes) >= FEWEST_AXES
    ]


def _radar_words(heading: str, axes: list[Axis]) -> str:
    return _("%(heading)s: how it stands now, %(names)s") % {
        "heading": heading or _("Competencies"),
        "names": ", ".join(axis.label for axis in axes),
    }


def _over_time(given: list[growth.Given], competencies: dict[int, Competency], most: int, on: datetime.date) -> Levels:
    quarters = growth.periods(given)
    courses = growth.courses(given, quarters, on)
    tracks = [Track(str(competencies[one.competency]), one.own_by_period, one.other_by_period) for one in courses]
    finding = _("Levels by quarter, from %(first)s to %(last)s") % {
        "first": quarter_short(quarters[0]),
        "last": quarter_short(quarters[-1]),
    }
    return Levels(finding, [quarter_short(one) for one in quarters], tracks, most)


def quarter_short(quarter: Quarter) -> str:
    """In little room: "Q1 ’27"."""
    return _("Q%(number)s ’%(year)02d") % {"number": quarter.number, "year": quarter.year % 100}


@dataclass(frozen=True)
class Time:
    """Hours by quarter, the newest first, and the newest that has any as a ring."""

    shares: list[timeshare.Share]
    ring: Ring | None


def time_of(section: Section, at: datetime.datetime) -> Time:
    """Out of the weeks in the section of education."""
    on = timezone.localdate(at)
    shares = timeshare.by_quarter(section.weeks.between(timeshare.shown_from(on), on))
    newest = next((one for one in shares if one.part is not None), None)
    return Time(shares, _ring(newest) if newest else None)


def _ring(share: timeshare.Share) -> Ring:
    figures = {"part": round(share.percent or 0), "number": share.quarter.number, "year": share.quarter.year}
    return Ring(
        _("%(part)s%% of the hours in quarter %(number)s of %(year)s went to development and education.") % figures,
        _("development"),
        float(share.growth),
        float(share.total),
        _("clinical or laboratory work"),
        (float(timeshare.ADVICE[0]), float(timeshare.ADVICE[1])),
    )
