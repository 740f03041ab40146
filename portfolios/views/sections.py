from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import sharing
from portal.access import access, require, visible_or_404
from portal.models.sharing import Channel
from portfolios import first_steps, rules
from portfolios.actions import sections as actions
from portfolios.forms.sections import OwnSection, SectionText
from portfolios.models import Experience, Goal, Portfolio, Section
from portfolios.nav import mark_reading_along
from portfolios.views.comments import parts_of
from portfolios.views.editing import edit
from portfolios.views.education import education_of
from portfolios.views.growth import growth_of
from portfolios.views.plan import goals_of
from portfolios.views.profiles import profiles_of
from portfolios.views.swot import lists_of
from portfolios.ways import Way, own

PER_PAGE = 20
RECENT = 5
KIND = "section"  # of drafts
# What a standard section shows beside its text and experiences, by its key.
PARTS = {
    "competencies": growth_of,
    "education": education_of,
    "plan": goals_of,
    "profiles": profiles_of,
    "swot": lists_of,
}


@access.signed_in
def portfolio(request: HttpRequest) -> HttpResponse:
    """The own portfolio: its parts, who reads each, and what was logged last."""
    at = timezone.now()
    every = list(Section.objects.filter(portfolio=request.user.pk).with_counts().for_list())
    if not every:  # opening a portfolio gives it its sections
        return render(request, "portfolios/portfolio_none.html")
    sections = [one for one in every if one.hidden_at is None]
    readers = sharing.readers([s.shareable for s in sections], at)
    goals = Goal.objects.filter(section__portfolio=request.user.pk).open().for_list().soonest_first()
    context = {
        "rows": [{"section": s, "grants": readers[s.pk]} for s in sections],
        "hidden": len(every) - len(sections),
        "goals": list(goals[:RECENT]),
        "recent": Experience.objects.last_changed(request.user, RECENT),
        "has_more_in_it": {*PARTS, "supervision"},
        "has_steps": bool(first_steps.to_take(every[0].portfolio, at)),
    }
    return render(request, "portfolios/portfolio.html", context)


@access.signed_in(methods=["POST"])
def portfolio_open(request: HttpRequest) -> HttpResponse:
    actions.open_portfolio(request.user)
    messages.success(request, _("Your portfolio is open. Nobody but you can see it."))
    return redirect("portfolios:first_steps")


@access.signed_in
def first_steps_page(request: HttpRequest) -> HttpResponse:
    found = first_steps.of(request.user)
    if found is None:
        return redirect("portfolios:portfolio")
    return render(request, "portfolios/first_steps.html", {"portfolio": found[0], "steps": found[1]})


@access.signed_in(methods=["POST"])
def first_steps_leave(request: HttpRequest) -> HttpResponse:
    mine = get_object_or_404(Portfolio, owner=request.user)
    actions.leave_first_steps(mine, by=request.user)
    messages.success(request, _("We no longer show them. On the page “Order and hide” you find them back."))
    return redirect("portfolios:portfolio")


@access.signed_in(methods=["POST"])
def first_steps_take_up(request: HttpRequest) -> HttpResponse:
    mine = get_object_or_404(Portfolio, owner=request.user)
    actions.take_up_first_steps(mine, by=request.user)
    return redirect("portfolios:first_steps")


@access.signed_in(methods=["GET", "POST"])
def section_new(request: HttpRequest) -> HttpResponse:
    mine = Portfolio.objects.filter(owner=request.user).first()
    if mine is None:
        return redirect("portfolios:portfolio")
    form = OwnSection(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = actions.add_own(mine, title=form.cleaned_data["title"], by=request.user)
        return redirect("portfolios:section", new.code)
    return render(request, "portfolios/section_new.html", {"form": form}, status=422 if form.errors else 200)


@access.signed_in
def section(request: HttpRequest, code: str) -> HttpResponse:
    return section_page(request, code, own(request.user))


def section_page(request: HttpRequest, code: str, way: Way) -> HttpResponse:
    """One section with its text and a page of its experiences; a reading when it is another's."""
    at = timezone.now()
    found = way.find(Section.objects.with_counts().in_order(), code)
    pages = Paginator(Experience.objects.inside(found).for_list().latest_first(), PER_PAGE)
    pages.count = found.experience_count  # in the query of the section: one less
    way.note([found.shareable], channel=Channel.PAGE, at=at)
    context = {"section": found, "page": pages.get_page(request.GET.get("page")), "at": at}
    context |= {"way": way, "frame": way.frame}
    context |= parts_of(found.shareable, way)
    if found.key in PARTS:
        context |= PARTS[found.key](request, found, way, at)
    return render(request, "portfolios/section.html", context | _owner_parts(request, found, at, way))


def _owner_parts(request: HttpRequest, found: Section, at: Any, way: Way) -> dict[str, Any]:
    if not rules.may_edit(way.reader, found.shareable):
        mark_reading_along(request, way)
        return {"is_owner": False}
    return {"is_owner": True, "grants": sharing.readers_of(found.shareable, at)}


@access.signed_in(methods=["GET", "POST"])
def section_edit(request: HttpRequest, code: str) -> HttpResponse:
    found = visible_or_404(Section.objects.in_order(), request.user, code)
    require(rules.may_edit(request.user, found.shareable), _("Only the owner can change this text."))
    context = {"section": found, "grants": sharing.readers_of(found.shareable, timezone.now())}
    return edit(
        request,
        found,
        kind=KIND,
        context=context,
        make=SectionText,
        write=lambda form: actions.write(found, **form.cleaned_data, by=request.user),
        show=lambda section: SectionText(initial={"version": section.version, "text": section.text}),
    )
