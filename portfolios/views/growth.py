"""Growth: levels now and over time, what stands out, and giving them (P5)."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.access import access, require, visible_or_404
from portal.charts import Axis, Levels, Radar, Track
from portal.published import in_language
from portfolios import growth, rules
from portfolios.actions import growth as actions
from portfolios.forms.growth import RatingForm
from portfolios.models import Competency, FrameworkVersion, Portfolio, Rating, Section
from portfolios.templatetags.portfolio_tags import quarter_short
from portfolios.ways import Way

BACK = datetime.timedelta(days=3 * 366)  # what is older is not drawn
FEWEST_AXES, MOST_AXES = 3, 12  # of a radar


def growth_of(request: HttpRequest, section: Section, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """Drawings and findings out of the levels in this section."""
    on, owner = timezone.localdate(at), section.shareable.owner_id
    rows = list(section.ratings.since(on - BACK).order_by("competency__position", "rated_on", "pk"))
    given = [growth.Given(one.competency_id, one.level, one.rated_on, one.by_id, one.by_id == owner) for one in rows]
    competencies = {one.competency_id: one.competency for one in rows}
    version = _framework_of(section)
    quarters = growth.periods(given)
    courses = growth.courses(given, quarters, on)
    mine = rules.may_edit(way.reader, section.shareable)  # what stands out is said to the owner alone
    said = [_said(one, competencies[one.competency]) for one in growth.findings(given, on)] if mine else []
    return {
        "growth": True,
        "has_ratings": bool(rows),
        "radars": _radars(courses, competencies, len(version.levels)) if rows else [],
        "over_time": _over_time(courses, competencies, quarters, len(version.levels)) if rows else None,
        "findings": said,
        "levels": [(number, in_language(one["names"])) for number, one in enumerate(version.levels, start=1)],
        "framework": version,
        "assessors": sorted({one.by.full_name for one in rows if one.by_id != owner}),
        "may_assess": rules.may_assess(way.reader, section.shareable, at),
    }


def _framework_of(section: Section) -> FrameworkVersion:
    """The version that this portfolio uses; its competencies are read when asked for, once."""
    chosen = Portfolio.objects.filter(pk=section.portfolio_id).values("framework_version")
    return FrameworkVersion.objects.select_related("framework").get(pk__in=chosen)


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


def _said(one: growth.Finding, competency: Competency) -> tuple[str, str]:
    """A heading and a sentence, in calm words."""
    facts = {
        "what": str(competency),
        "before": number_format(one.before or 0, 0),
        "now": number_format(one.now or 0, 0),
        "other": number_format(round(one.other or 0, 1), 1),
        "many": one.sources,
        "since": date_format(one.since, "F Y") if one.since else "",
    }
    if one.kind in ("more", "less"):
        more, less = _("%(what)s: assessors see more than you"), _("%(what)s: you see more than assessors")
        sentence = ngettext(
            "You %(now)s, one assessor %(other)s. Talk about it if you would like to know what they see.",
            "You %(now)s, %(many)s assessors on average %(other)s. "
            "Talk about it if you would like to know what they see.",
            one.sources,
        )
        return (more if one.kind == "more" else less) % facts, sentence % facts
    if one.kind == "grown":
        return _("%(what)s: grown") % facts, _("From %(before)s in %(since)s to %(now)s now.") % facts
    return _("%(what)s: the same since %(since)s") % facts, _("Perhaps that is fine as it is.")


@access.signed_in(methods=["GET", "POST"])
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The owner rates themselves; who has the right to assess gives levels that are shown apart."""
    section = visible_or_404(Section.objects.in_order().filter(key="competencies"), request.user, code)
    mine = rules.may_edit(request.user, section.shareable)
    may = mine or rules.may_assess(request.user, section.shareable)
    require(may, _("You may read this, but not give levels. Ask the owner if you would like to."))
    version = _framework_of(section)
    known = Rating.objects.filter(section=section, by=request.user).order_by("rated_on")
    last = dict(known.values_list("competency", "level")) if mine else {}
    form = RatingForm(request.POST or None, version=version, known=last)
    if request.method == "POST" and form.is_valid() and form.levels():
        actions.rate(section, form.levels(), by=request.user)
        messages.success(request, _("Your levels of today are there.") if mine else _("Your levels are there."))
        return redirect("portfolios:section", code)
    if request.method == "POST" and form.is_valid():
        form.add_error(None, _("Choose a level for at least one competency. The others may stay open."))
    context = {"section": section, "form": form, "mine": mine, "framework": version}
    return render(request, "portfolios/rate.html", context, status=422 if form.errors else 200)
