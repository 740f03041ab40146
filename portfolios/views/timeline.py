"""All pieces with a day on one line, with search and filters: one's own, or what somebody shares (timeline)."""

import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.access import access
from portal.models import User
from portfolios.forms.timeline import GOAL, LOOSE, TimelineFilters
from portfolios.models import Experience, Goal
from portfolios.models.experiences import ExperienceRows
from portfolios.models.plan import GoalRows
from portfolios.nav import mark_reading_along
from portfolios.search import IN_EXPERIENCE, IN_GOAL, anywhere
from portfolios.views.reading import shares_of_or_404
from portfolios.ways import Way, own

PER_PAGE = 20
EXPERIENCE = "experience"
# The first page of a union and how much there is. By indexes alone, going through it twice is quicker than keeping all
# of it for a window; texts are searched once.
LINE = "FROM ({0}) line ORDER BY day DESC, key DESC LIMIT %s"
BY_INDEX = f"SELECT key, day, what, (SELECT COUNT(*) FROM ({{0}}) every) {LINE}"
BY_WORDS = f"SELECT key, day, what, COUNT(*) OVER () {LINE}"


@access.signed_in
def timeline(request: HttpRequest) -> HttpResponse:
    return _page(request, request.user, own(request.user))


@access.signed_in
def timeline_of(request: HttpRequest, code: str) -> HttpResponse:
    """Of what one person shares with me now: titles and days only, so this is no reading."""
    way = own(request.user)
    owner = shares_of_or_404(way, code)[0].content_object.owner
    mark_reading_along(request, way)
    return _page(request, owner, way)


def _page(request: HttpRequest, owner: User, way: Way) -> HttpResponse:
    mine = owner.pk == way.reader.pk
    form = TimelineFilters(request.GET, owner=owner, mine=mine)
    asked = form.asked()
    page = _paged(_rows(owner, way, asked), request.GET.get("page"), by_words="q" in asked)
    context = {"form": form, "asked": asked, "page": page, "moments": _moments(page), "owner": owner, "mine": mine}
    if mine:
        context["loose"] = Experience.objects.filter(shareable__owner=owner).not_linked().count()
    return render(request, "portfolios/timeline.html", context | {"way": way, "frame": way.frame})


def _paged(rows: QuerySet, number: str | None, *, by_words: bool) -> Page:
    """As portal.paging.page_of; of a union the ORM cannot count beside the rows."""
    pages = Paginator(rows, PER_PAGE)
    if number or rows.query.is_empty():
        return pages.get_page(number)
    sql, params = rows.order_by().query.sql_with_params()
    first, times = (BY_WORDS, 1) if by_words else (BY_INDEX, 2)
    with connection.cursor() as cursor:
        cursor.execute(first.format(sql), [*params * times, PER_PAGE])
        found = cursor.fetchall()
    pages.count = found[0][-1] if found else 0  # type: ignore[misc]
    return Page([{"key": key, "day": day, "what": what} for key, day, what, _total in found], 1, pages)


def _rows(owner: User, way: Way, asked: dict[str, Any]) -> QuerySet:
    """Keys and days of the pieces of both kinds, the latest first."""
    pieces, goals = _own(owner) if owner.pk == way.reader.pk else _shared(owner, way)
    parts, kind = [], asked.get("kind", "")
    if kind != GOAL:
        words = _words(IN_EXPERIENCE, asked)
        parts = [_dated(_narrowed(rows, asked).filter(words), F("happened_on"), EXPERIENCE, asked) for rows in pieces]
    if kind in ("", GOAL) and not {"competency", "placement"} & asked.keys():
        day = Coalesce("closed_on", TruncDate("created_at"), output_field=DateField())
        parts.append(_dated(goals.filter(_words(IN_GOAL, asked)), day, GOAL, asked))
    first, *others = parts or [_dated(Experience.objects.none(), F("happened_on"), EXPERIENCE, {})]
    return (first.union(*others, all=True) if others else first).order_by("-day", "-key")


def _own(owner: User) -> tuple[list[ExperienceRows], GoalRows]:
    """All of them, so without asking for sight: what lies in sections, and drafts apart, each by its own index."""
    placed, drafts = Experience.objects.in_portfolio_of(owner), Experience.objects.drafts_of(owner)
    return [placed, drafts], Goal.objects.filter(section__portfolio=owner.pk)


def _shared(owner: User, way: Way) -> tuple[list[ExperienceRows], GoalRows]:
    at = timezone.now()
    experiences = Experience.objects.visible_to(way.reader, at).filter(shareable__owner=owner)
    return [experiences], Goal.objects.visible_to(way.reader, at).filter(shareable__owner=owner)


def _narrowed(rows: ExperienceRows, asked: dict[str, Any]) -> ExperienceRows:
    kind = asked.get("kind", "")
    if kind:
        rows = rows.not_linked() if kind == LOOSE else rows.filter(kind=kind)
    if "competency" in asked:
        rows = rows.filter(competencies=asked["competency"])
    return rows.filter(placement=asked["placement"]) if "placement" in asked else rows


def _words(fields: tuple[str, ...], asked: dict[str, Any]) -> Q:
    return anywhere(fields, asked["q"]) if "q" in asked else Q()


def _dated(rows: QuerySet, day: Any, what: str, asked: dict[str, Any]) -> QuerySet:
    rows = rows.annotate(day=day)
    if "since" in asked:
        rows = rows.filter(day__gte=asked["since"])
    if "until" in asked:
        rows = rows.filter(day__lte=asked["until"])
    return rows.order_by().values(key=F("pk"), day=F("day"), what=Value(what))


def _moments(page: Page) -> list[dict[str, Any]]:
    """The pieces of this page with their day, in its order."""
    rows: list[dict[str, Any]] = list(page.object_list)
    keys = {what: [row["key"] for row in rows if row["what"] == what] for what in (EXPERIENCE, GOAL)}
    found: dict[int, Any] = {}
    for pieces in (
        Experience.objects.filter(pk__in=keys[EXPERIENCE]).for_list(),
        Goal.objects.filter(pk__in=keys[GOAL]).for_list(),
    ):
        found |= {one.pk: one for one in pieces}
    return [{"piece": found[row["key"]], "day": _day(row["day"]), "what": row["what"]} for row in rows]


def _day(value: datetime.date | str) -> datetime.date:
    """SQLite gives the days of a union as text."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
