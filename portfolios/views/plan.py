"""Goals of a development plan: one page each, and the list inside the section (P6)."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import codes, drafts, sharing
from portal.access import access, require, visible_or_404
from portal.forms.texts import say_after_saving
from portal.models.sharing import Channel
from portfolios import rules
from portfolios.actions import plan as actions
from portfolios.forms.plan import GoalForm, ReasonForm
from portfolios.models import Goal, Section
from portfolios.models.plan import State
from portfolios.nav import mark_reading_along
from portfolios.views.comments import parts_of
from portfolios.views.editing import edit, of_what_it_made
from portfolios.views.evidence import evidence_of
from portfolios.ways import Way, own

SHOWN = 50
KIND, NEW = "goal", "goal-new"  # of drafts


def goals_of(request: HttpRequest, section: Section, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """The goals in this section that this reader sees, open ones first; those of long ago stand on the timeline."""
    rows = section.goals.visible_to(way.reader, at, narrow=True).for_list().soonest_first()
    goals = list(rows[: SHOWN + 1])
    return {"goals": goals[:SHOWN], "more_goals": len(goals) > SHOWN}


def _mine(request: HttpRequest, code: str) -> Goal:
    """An own goal for what changes it: 404 for a stranger, 403 for a reader."""
    found = visible_or_404(Goal.objects.whole(), request.user, code)
    require(rules.may_edit(request.user, found.shareable), _("Only the owner can change this goal."))
    return found


@access.signed_in(methods=["GET", "POST"])
def goal_new(request: HttpRequest) -> HttpResponse:
    plan = Section.objects.in_order().filter(shareable__owner=request.user, key="plan").first()
    if plan is None:
        return redirect("portfolios:portfolio")
    code = codes.given(request.POST.get("code") or request.GET.get("draft", "")) or codes.new_code()
    if request.method == "POST" and (made := _made_before(request, code)):
        return drafts.done(request, _changed(request, made, of_what_it_made(request.POST)), NEW, code)
    form = GoalForm(request.POST or None, initial={"code": code})
    if request.method == "POST" and form.is_valid():
        made = actions.create(plan, form.content(), by=request.user, code=code)
        say_after_saving(request, form)
        messages.success(request, _("The goal stands in your development plan."))
        return drafts.done(request, redirect("portfolios:goal", made.code), NEW, code)
    open_form = drafts.resume if form.is_bound else drafts.begin
    grants = sharing.readers_of(plan.shareable, timezone.now())
    context = {"form": form, "section": plan, "grants": grants}
    context["editing"] = open_form(request.user, NEW, code, form=form)
    return render(request, "portfolios/goal_edit.html", context, status=422 if form.errors else 200)


def _made_before(request: HttpRequest, code: str) -> Goal | None:
    return Goal.objects.whole().filter(shareable__owner=request.user, shareable__code=code).first()


@access.signed_in(methods=["GET", "POST"])
def goal_edit(request: HttpRequest, code: str) -> HttpResponse:
    return _changed(request, _mine(request, code))


def _changed(request: HttpRequest, found: Goal, sent: QueryDict | None = None) -> HttpResponse:
    grants = sharing.readers_of(found.shareable, timezone.now())
    context = {"goal": found, "section": found.section, "grants": grants}
    return edit(
        request,
        found,
        kind=KIND,
        context=context,
        make=lambda data: GoalForm(data, initial=GoalForm.initial_of(found)),
        write=lambda form: actions.change(found, form.content(), version=form.started_from, by=request.user),
        show=lambda goal: GoalForm(initial=GoalForm.initial_of(goal)),
        sent=sent,
    )


@access.signed_in
def goal(request: HttpRequest, code: str) -> HttpResponse:
    return goal_page(request, code, own(request.user))


def goal_page(request: HttpRequest, code: str, way: Way) -> HttpResponse:
    """One goal; a reading when it is another's."""
    at = timezone.now()
    in_sight = sharing.sight(way.reader, at, path="section__shareable__")
    found = way.find(Goal.objects.whole().annotate(sees_section=in_sight), code)
    way.note([found.shareable], channel=Channel.PAGE, at=at)
    context: dict[str, Any] = {"goal": found, "way": way, "frame": way.frame, **parts_of(found.shareable, way)}
    context |= evidence_of(request, found, way, at)
    if rules.may_edit(way.reader, found.shareable):
        context |= {"is_owner": True, "grants": sharing.readers_of(found.shareable, at)}
        context["may"] = {to: rules.may_move(found, to) for to in State}
    else:
        mark_reading_along(request, way)
        context["sees_section"] = found.sees_section
    return render(request, "portfolios/goal.html", context)


def _moved(request: HttpRequest, code: str, move: Callable[[], None], said: str) -> HttpResponse:
    try:
        move()
    except actions.Refused:
        messages.info(request, _("This goal had already been moved, perhaps in another tab. Look how it stands now."))
    else:
        messages.success(request, said)
    return redirect("portfolios:goal", code)


@access.signed_in(methods=["POST"])
def goal_start(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    return _moved(request, code, lambda: actions.start(found, by=request.user), _("You are working on it."))


@access.signed_in(methods=["POST"])
def goal_reach(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    said = _("Reached. It stays in your plan, below the goals that are open.")
    return _moved(request, code, lambda: actions.reach(found, by=request.user), said)


@access.signed_in(methods=["GET", "POST"])
def goal_let_go(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"goal": found, "form": form}
        return render(request, "portfolios/goal_let_go.html", context, status=422 if form.errors else 200)
    reason = form.cleaned_data["reason"]
    say_after_saving(request, form)
    return _moved(request, code, lambda: actions.let_go(found, reason, by=request.user), _("You let it go."))


@access.signed_in(methods=["POST"])
def goal_take_up(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    return _moved(request, code, lambda: actions.take_up(found, by=request.user), _("You are working on it again."))
