"""SWOT: four lists as they stand, and as they stood at the end of an earlier quarter (P6)."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access import access
from portal.forms.texts import say_after_saving
from portal.models import Grant
from portfolios import rules
from portfolios.actions import plan as actions
from portfolios.forms.plan import LineForm, NewLineForm
from portfolios.models import Goal, Section, SwotItem
from portfolios.models.quarters import Quarter
from portfolios.ways import Way


def lists_of(request: HttpRequest, section: Section, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """The four lists at the end of a quarter, `?quarter=2027-1`; without one, now."""
    now = Quarter.of(timezone.localdate(at))
    asked = Quarter.read(request.GET.get("quarter", "")) or now
    every = list(section.swot_items.in_order())
    first = Quarter.of(every[0].added_on) if every else now
    quarter = min(max(asked, first), now)
    day = min(quarter.last_day, timezone.localdate(at))
    lines = [one for one in every if one.stands_on(day)]
    goals = Goal.objects.visible_to(way.reader, at, narrow=True).filter(swot_item__in=[one.pk for one in lines])
    by_line = {one.swot_item_id: one for one in goals.select_related("shareable")}
    for line in lines:
        line.became = by_line.get(line.pk)
    is_now, mine = quarter == now, rules.may_edit(way.reader, section.shareable)
    return {
        "swot": [(kind, [one for one in lines if one.list == kind]) for kind in SwotItem.List],
        "has_lines": bool(lines),
        "quarter": quarter,
        "earlier": quarter.before if quarter > first else None,
        "later": None if is_now else quarter.after,
        "line_form": NewLineForm() if is_now and mine else None,
        "plan_grants": _grants_on_plan(section, at) if is_now and mine else [],
    }


def _grants_on_plan(section: Section, at: datetime.datetime) -> list[Grant]:
    """Who will read what becomes a goal."""
    plan = Section.objects.filter(portfolio=section.portfolio_id, key="plan").values("pk")
    return list(Grant.objects.live(at).filter(content_object__in=plan).select_related("user"))


def _mine(request: HttpRequest, code: str) -> SwotItem:
    """An own line that stands there; to all others it is absent."""
    rows = SwotItem.objects.filter(section__shareable__owner=request.user, dropped_on=None)
    return get_object_or_404(rows.select_related("section__shareable__owner"), code=code)


def _back(section: Section, code: str = "") -> HttpResponse:
    return redirect(reverse("portfolios:section", args=[section.code]) + (f"#l-{code}" if code else "#swot"))


@access.signed_in(methods=["GET", "POST"])
def line_add(request: HttpRequest) -> HttpResponse:
    """A line in one of the four lists. The page of the section holds this form too."""
    section = Section.objects.in_order().filter(shareable__owner=request.user, key="swot").first()
    if section is None:
        raise Http404
    form = NewLineForm(request.POST or None, initial={"list": request.GET.get("list", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_line(section, form.cleaned_data["list"], form.cleaned_data["text"], by=request.user)
        except actions.Full:
            form.add_error(None, _("This list is full. Take a line away that no longer matters, or change one."))
        else:
            say_after_saving(request, form)
            return _back(section, made.code)
    context = {"form": form, "section": section}
    return render(request, "portfolios/line.html", context, status=422 if form.errors else 200)


@access.signed_in(methods=["GET", "POST"])
def line_edit(request: HttpRequest, code: str) -> HttpResponse:
    line = _mine(request, code)
    form = LineForm(request.POST or None, initial={"text": line.text})
    if request.method == "POST" and form.is_valid():
        try:
            line = actions.change_line(line, form.cleaned_data["text"], by=request.user)
        except actions.Refused:
            raise Http404 from None
        say_after_saving(request, form)
        messages.success(request, _("Changed. What an earlier quarter says stays as it was."))
        return _back(line.section, line.code)
    context = {"form": form, "section": line.section, "line": line}
    return render(request, "portfolios/line.html", context, status=422 if form.errors else 200)


@access.signed_in(methods=["POST"])
def line_drop(request: HttpRequest, code: str) -> HttpResponse:
    line = _mine(request, code)
    try:
        actions.drop_line(line, by=request.user)
    except actions.Refused:
        raise Http404 from None
    messages.success(request, _("From today on it no longer stands there. Earlier quarters keep it."))
    return _back(line.section)


@access.signed_in(methods=["POST"])
def line_make_goal(request: HttpRequest, code: str) -> HttpResponse:
    """One click: a planned goal with these words, open to fill in further."""
    try:
        made = actions.goal_from(_mine(request, code), by=request.user)
    except actions.Refused:
        raise Http404 from None
    messages.success(request, _("It is now a goal in your development plan."))
    return redirect("portfolios:goal_edit", made.code)
