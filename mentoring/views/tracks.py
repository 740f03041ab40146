"""My guidance, and for who guides: my mentees."""

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mentoring import rules
from mentoring.models import Conversation, State
from mentoring.models.conversations import COMING
from portal.access import access
from portal.models import Relation

PER_PAGE = 20
BUSY = (*COMING, State.HELD, State.REPORTED)  # where somebody is to act


def _people(request: HttpRequest) -> QuerySet:
    live = Relation.objects.live().filter(person=request.user)
    return live.select_related("other").order_by("kind", "other__family_name", "pk")


def _mentees(request: HttpRequest) -> QuerySet:
    """Whom they guide now, what is due first on top, with the conversation where somebody is to act."""
    live = Relation.objects.live().filter(other=request.user, kind__in=rules.KIND_OF)
    open_ones = Conversation.objects.filter(track=OuterRef("pk"), state__in=BUSY).order_by("due_on")
    rows = live.annotate(busy=Subquery(open_ones.values("pk")[:1]), due_on=Subquery(open_ones.values("due_on")[:1]))
    return rows.select_related("person").order_by(F("due_on").asc(nulls_last=True), "pk")


@access.signed_in
def guidance(request: HttpRequest) -> HttpResponse:
    rows = Conversation.objects.filter(shareable__owner=request.user).visible_to(request.user)
    rows = rows.select_related("shareable", "track__relation__other").order_by("-due_on", "pk")
    context = {
        "people": list(_people(request)),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "guides": Relation.objects.live().filter(other=request.user, kind__in=rules.KIND_OF).exists(),
        "today": timezone.localdate(),
    }
    return render(request, "mentoring/guidance.html", context)


@access.signed_in
def mentees(request: HttpRequest) -> HttpResponse:
    page = Paginator(_mentees(request), PER_PAGE).get_page(request.GET.get("page"))
    keys = [one.busy for one in page if one.busy]
    rows = Conversation.objects.visible_to(request.user, narrow=True).filter(pk__in=keys)
    found = {one.pk: one for one in rows.with_people().prefetch_related("signatures")}
    for relation in page:
        relation.conversation = found.get(relation.busy)
        relation.is_turn = relation.conversation and rules.is_turn_of(request.user, relation.conversation)
    return render(request, "mentoring/mentees.html", {"page": page})
