"""Levels and time as drawings: the same on the page of the section and on paper (P5, P10, P17)."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.charts import Axis, Levels, Radar, Ring, Track
from portfolios import growth, timeshare
from portfolios.models import Competency, FrameworkVersion, Portfolio, Section
from portfolios.models.quarters import Quarter

BACK = datetime.timedelta(days=3 * 366)  # what is older is not drawn
FEWEST_AXES, MOST_AXES = 3, 12  # of a radar


@dataclass(frozen=True)
class Drawn:
    given: list[growth.Given]
    competencies: dict[int, Competency]
    framework: FrameworkVersion
    radars: list[tuple[str, Radar]]
    over_time: Levels | None


def of(section: Section, at: datetime.datetime) -> Drawn:
    """Out of the levels in the section of competencies."""
    on, owner = timezone.localdate(at), section.shareable.owner_id
    rows = section.ratings.since(on - BACK).values_list("competency_id", "level", "rated_on", "by_id")
    given = [growth.Given(*row, row[-1] == owner) for row in rows]
    competencies = Competency.objects.only("names", "group").in_bulk({one.competency for one in given})
    version = framework_of(section)
    quarters = growth.periods(given)
    courses = growth.courses(given, quarters, on)
    radars = _radars(courses, competencies, len(version.levels)) if given else []
    over_time = _over_time(courses, competencies, quarters, len(version.levels)) if given else None
    return Drawn(given, competencies, version, radars, over_time)


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


def _over_time(
    courses: list[growth.Course], competencies: dict[int, Competency], quarters: list[Any], most: int
) -> Levels:
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
