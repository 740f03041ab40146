"""The sharing centre: who sees what, until when, and who really looked (P12, P13)."""

import datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from portal import codes
from portal import sharing as ground
from portal.access import access
from portal.models import Grant, Reading, Shareable, User
from portal.models.sharing import PORTFOLIO
from portal.paging import page_of
from portfolios.models import Section

PER_PAGE = 50
SHOWN = 8


def given_by(owner: User) -> Any:
    """What this person shares of a portfolio, now or once."""
    rows = Grant.objects.filter(content_object__owner=owner, content_object__kind__in=PORTFOLIO)
    return rows.select_related("user", "content_object", "permission")


def _over(request: HttpRequest, at: datetime.datetime) -> Any:
    """Withdrawn or expired, the last to end first."""
    return given_by(request.user).exclude(withdrawn_at=None, expires_at__gt=at).order_by("-expires_at", "-pk")


@access.signed_in
def sharing(request: HttpRequest) -> HttpResponse:
    """Per person, or with ?by=section per section."""
    at, by_section = timezone.now(), request.GET.get("by") == "section"
    live = given_by(request.user).live(at)
    page = page_of(_by_section(live) if by_section else _by_person(live), PER_PAGE, request.GET.get("page"))
    context = {
        "page": page,
        "by_section": by_section,
        "rows": _sections(page) if by_section else _people(request.user, page),
        "past": _over(request, at)[:SHOWN],
        "readings": _readings(request)[:SHOWN],
    }
    if by_section:
        context["private"] = _private(request.user, at)
    return render(request, "portfolios/sharing.html", context)


def _page(request: HttpRequest, rows: Any, name: str = "page") -> Page:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get(name))


def _by_person(live: Any) -> Any:
    return live.order_by("user__family_name", "user__given_name", "user", "-expires_at", "pk")


def _by_section(live: Any) -> Any:
    """A section's own shares first, then those of single pieces in it."""
    section = Coalesce("content_object__parent", "content_object")
    rows = live.select_related("user", "permission", "content_object__parent").annotate(section=section)
    return rows.order_by("section", "content_object__parent", "content_object", "user__family_name", "user", "pk")


def _private(owner: User, at: datetime.datetime) -> QuerySet:
    """The sections of which nothing is shared now, as a whole or in part."""
    live = Grant.objects.live(at).filter(content_object__owner=owner).order_by()
    taken = live.annotate(section=Coalesce("content_object__parent", "content_object")).values("section")
    return Section.objects.filter(portfolio=owner.pk).exclude(pk__in=taken).in_order()


def _people(owner: User, page: Page) -> list[dict[str, Any]]:
    """Each reader on this page with their shares, how often they looked and when last."""
    keys = {grant.user_id for grant in page}
    found = Reading.objects.filter(shareable__owner=owner, reader__in=keys).values("reader").order_by()
    looked = {row["reader"]: row for row in found.annotate(times=Count("pk"), last=Max("read_at"))}
    groups = groupby(page, key=lambda grant: grant.user)
    return [{"reader": one, "grants": list(grants), "looked": looked.get(one.pk)} for one, grants in groups]


def _sections(page: Page) -> list[dict[str, Any]]:
    """Each section on this page with the shares of it and of what lies in it."""
    groups = groupby(page, key=lambda grant: grant.content_object.parent or grant.content_object)
    return [{"section": one, "grants": list(grants)} for one, grants in groups]


@access.signed_in
def past(request: HttpRequest) -> HttpResponse:
    return render(request, "portfolios/past.html", {"page": _page(request, _over(request, timezone.now()))})


# --- Who really looked ----------------------------------------------------------------------


def _readings(request: HttpRequest) -> Any:
    rows = Reading.objects.filter(shareable__owner=request.user).select_related("reader", "shareable")
    return rows.order_by("-read_at", "-pk")


@access.signed_in
def readings(request: HttpRequest) -> HttpResponse:
    """The whole log; ?who= and ?what= choose one reader, one section with all in it."""
    rows, who, what = _readings(request), request.GET.get("who", ""), request.GET.get("what", "")
    sections = Section.objects.filter(shareable__owner=request.user).in_order()
    if who:
        rows = rows.filter(reader__code=codes.given(who))
    if what:
        code = codes.given(what)
        pieces = Shareable.objects.filter(Q(code=code) | Q(parent__code=code), owner=request.user)
        rows = rows.filter(shareable__in=pieces.order_by().values("pk"))
    context = {"page": _page(request, rows), "who": who, "what": what, "sections": sections}
    return render(request, "portfolios/readings.html", context | {"people": _lookers(request.user)})


def _lookers(owner: User) -> QuerySet:
    """Everybody who ever read something of this person's."""
    read = Reading.objects.filter(shareable__owner=owner).order_by().values("reader")
    return User.objects.filter(pk__in=read).order_by("family_name", "given_name", "pk")


@access.signed_in
def who(request: HttpRequest, code: str) -> HttpResponse:
    """Who can see this one piece, through what, and who looked."""
    piece = get_object_or_404(
        Shareable.objects.select_related("parent"), code=code, owner=request.user, kind__in=PORTFOLIO
    )
    grants = ground.readers_of(piece, timezone.now(), "permission", "content_object")
    context = {
        "piece": piece,
        "grants": grants,
        "shared": _page(request, grants, "second"),
        "page": _page(request, _readings(request).filter(shareable=piece)),
    }
    return render(request, "portfolios/who.html", context)
