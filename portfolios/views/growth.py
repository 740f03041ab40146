"""Growth: levels now and over time, what stands out, and giving them (P5)."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.access import access, require, visible_or_404
from portal.models import User
from portal.published import in_language
from portfolios import drawings, growth, rules
from portfolios.actions import growth as actions
from portfolios.forms.growth import RatingForm
from portfolios.models import Competency, FrameworkVersion, Rating, Section
from portfolios.nav import mark_reading_along
from portfolios.ways import Way, own

NOT_RATE = gettext_lazy("You may read this, but not give levels. Ask the owner if you would like to.")


def growth_of(request: HttpRequest, section: Section, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """Drawings and findings out of the levels in this section."""
    drawn = drawings.of(section, at)
    version, competencies = drawn.framework, drawn.competencies
    on = timezone.localdate(at)
    mine = rules.may_edit(way.reader, section.shareable)  # what stands out is said to the owner alone
    said = [_said(one, competencies[one.competency]) for one in growth.findings(drawn.given, on)] if mine else []
    return {
        "growth": True,
        "has_ratings": bool(drawn.given or drawn.earlier),
        "radars": drawn.radars,
        "over_time": drawn.over_time,
        "findings": said,
        "levels": _words(version),
        "framework": version,
        "earlier": [(one.framework, one.over_time, _words(one.framework)) for one in drawn.earlier],
        "carried": drawn.carried,
        "assessors": sorted(one.full_name for one in User.objects.filter(pk__in=drawn.assessors)),
        "may_assess": rules.may_assess(way.reader, section.shareable, at),
    }


def _words(version: FrameworkVersion) -> list[tuple[int, str]]:
    """What each level of this version is called."""
    return [(number, in_language(one["names"])) for number, one in enumerate(version.levels, start=1)]


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
    require(may, NOT_RATE)
    if not mine:
        mark_reading_along(request, own(request.user))
    version = drawings.framework_of(section)
    known = Rating.objects.filter(section=section, by=request.user).order_by("rated_on")
    last = dict(known.values_list("competency", "level")) if mine else {}
    form = RatingForm(request.POST or None, version=version, known=last)
    if request.method == "POST" and form.is_valid() and form.levels():
        try:
            actions.rate(section, form.levels(), by=request.user)
        except actions.Refused:  # the share ended a moment ago
            require(False, NOT_RATE)
        messages.success(request, _("Your levels of today are there.") if mine else _("Your levels are there."))
        return redirect("portfolios:section", code)
    if request.method == "POST" and form.is_valid():
        form.add_error(None, _("Choose a level for at least one competency. The others may stay open."))
    context = {"section": section, "form": form, "mine": mine, "framework": version}
    return render(request, "portfolios/rate.html", context, status=422 if form.errors else 200)
