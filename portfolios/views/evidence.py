"""What shows what (P3): from an experience to the goals and profiles that it is evidence of, and back."""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import codes, sharing
from portal.access import access, require
from portal.paging import page_of
from portfolios import rules
from portfolios.actions import evidence as actions
from portfolios.models import EvidenceLink, Experience, Goal, Profile
from portfolios.ways import Way

PER_PAGE = 20


def evidence_of(request: HttpRequest, target: Goal | Profile, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """A page of the experiences that show this goal or profile, of those that this reader sees."""
    rows = Experience.objects.visible_to(way.reader, at, narrow=True).evidence_of(target.pk)
    return {"evidence": page_of(rows.for_list().latest_first(), PER_PAGE, request.GET.get("page"))}


def shows(request: HttpRequest, experience: Experience, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """A page of what this experience is evidence of, goals first, of those that this reader sees."""
    links = EvidenceLink.objects.filter(item=experience.pk).goals_first()
    if not rules.may_edit(way.reader, experience.shareable):  # both ends are of one owner
        links = links.filter(sharing.sight(way.reader, at, path="target__", own=False))
    return {"shows": page_of(links, PER_PAGE, request.GET.get("page"))}


def _target(request: HttpRequest, code: str) -> Goal | Profile:
    """An own goal or profile: 404 for a stranger and for anything else, 403 for a reader."""
    for rows in (Goal.objects.whole(), Profile.objects.select_related("shareable")):
        found = rows.visible_to(request.user, narrow=True).filter(shareable__code=code).first()
        if found is not None:
            require(rules.may_edit(request.user, found.shareable), _("Only the owner links experiences here."))
            return found
    raise Http404


@access.signed_in(methods=["GET", "POST"])
def evidence(request: HttpRequest, code: str) -> HttpResponse:
    """Choose own experiences that show this, and take a link away; the experiences themselves stay as they are."""
    found, words = _target(request, code), request.GET.get("q", "").replace("\0", "").strip()
    own_rows = Experience.objects.filter(shareable__owner=request.user)
    if request.method == "POST":
        asked = codes.given(request.POST.get("item", ""))
        item = get_object_or_404(own_rows.select_related("shareable"), shareable__code=asked)
        act = actions.unlink if "unlink" in request.POST else actions.link
        act(item.shareable, found.shareable, by=request.user)
        here = reverse("portfolios:evidence", args=[code])
        return redirect(f"{here}?{request.GET.urlencode()}" if request.GET else here)
    rows = own_rows.filter(shareable__title__icontains=words) if words else own_rows
    page = Paginator(rows.for_list().latest_first(), PER_PAGE).get_page(request.GET.get("page"))
    linked = set(own_rows.evidence_of(found.pk).filter(pk__in=[one.pk for one in page]).values_list("pk", flat=True))
    back = reverse(f"portfolios:{found._meta.model_name}", args=[code])
    context = {"target": found, "page": page, "words": words, "linked": linked, "back": back}
    return render(request, "portfolios/evidence.html", context)
