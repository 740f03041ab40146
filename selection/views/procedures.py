from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.access import access, require
from portal.paging import page_of
from selection.actions import procedures as actions
from selection.models import Candidate, Procedure, Sheet
from selection.rules import board
from selection.rules import sheets as rules

PER_PAGE = 20


def _seen(request: HttpRequest, code: str) -> Procedure:
    return get_object_or_404(Procedure.objects.visible_to(request.user).select_related("organisation"), code=code)


@access.signed_in
def procedures(request: HttpRequest) -> HttpResponse:
    rows = Procedure.objects.visible_to(request.user).select_related("organisation").order_by("-interviews_on", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "selection/procedures.html", {"page": page})


@access.signed_in
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """The desk of a committee member: own sheets, how many of all are in, and for the chair the button."""
    found = _seen(request, code)
    candidates = Candidate.objects.visible_to(request.user).filter(procedure=found)
    page = page_of(candidates, PER_PAGE, request.GET.get("page"))
    mine = {
        sheet.candidate_id: sheet for sheet in Sheet.objects.filter(member__person=request.user, candidate__in=page)
    }
    context = {
        "procedure": found,
        "version": found.versions.order_by("-number").first(),
        "page": page,
        "rows": [(candidate, mine.get(candidate.pk)) for candidate in page],
        "standing": rules.standing(request.user, found),
    }
    return render(request, "selection/procedure.html", context)


@access.signed_in(methods=["POST"])
def reveal(request: HttpRequest, code: str) -> HttpResponse:
    found = _seen(request, code)
    standing = rules.standing(request.user, found)
    require(standing.may_reveal, standing.reason)
    try:
        actions.reveal(found, by=request.user)
    except actions.NotPossible as fault:
        messages.warning(request, str(fault))
        return redirect("selection:procedure", code)
    messages.success(request, _("The scores are open for the whole committee."))
    return redirect("selection:scores", code)


@access.signed_in
def scores(request: HttpRequest, code: str) -> HttpResponse:
    """All scores side by side, once they are open; before that there is no such page."""
    found = _seen(request, code)
    if not found.is_revealed:
        raise Http404
    candidates = Candidate.objects.visible_to(request.user).filter(procedure=found)
    page = Paginator(candidates, PER_PAGE).get_page(request.GET.get("page"))
    sheets = Sheet.objects.visible_to(request.user).whole().filter(candidate__in=page)
    version = found.versions.order_by("-number")[0]
    context = {"procedure": found, "page": page, "boards": board.boards(page, sheets, version.criteria)}
    return render(request, "selection/scores.html", context)
