"""Snapshots: the owner's own pages of them, and how one is shown wherever it was frozen for (P15)."""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import documents as ground
from portal.access import access
from portal.views import documents, errors
from portfolios.actions import snapshots as actions
from portfolios.models import Snapshot

PER_PAGE = 20


def shown(request: HttpRequest, found: Snapshot, **context: Any) -> HttpResponse:
    """Its page, for who may see it; 410 when it was destroyed. Whoever calls notes the reading."""
    if found.document.withdrawn_at:
        return documents.answer(request, found.document)
    try:
        body = json.loads(ground.read(found.document))
    except ground.Damaged:
        return errors.server_error(request)
    context = {"snapshot": found, "pieces": body["pieces"], "is_owner": found.occasion.owner == request.user} | context
    return render(request, "portfolios/snapshot.html", context)


def _mine(request: HttpRequest, code: str) -> Snapshot:
    rows = Snapshot.objects.select_related("document", "reader", "occasion__owner")
    return get_object_or_404(rows, document__code=code, occasion__owner=request.user)


@access.signed_in
def snapshots(request: HttpRequest) -> HttpResponse:
    rows = Snapshot.objects.filter(occasion__owner=request.user).select_related("document", "reader", "occasion")
    page = Paginator(rows.order_by("-frozen_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portfolios/snapshots.html", {"page": page})


@access.signed_in
def snapshot(request: HttpRequest, code: str) -> HttpResponse:
    return shown(request, _mine(request, code))


@access.signed_in
def snapshot_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The very bytes, to check the hash with."""
    return documents.answer(request, _mine(request, code).document)


@access.signed_in(methods=["GET", "POST"])
def snapshot_destroy(request: HttpRequest, code: str) -> HttpResponse:
    """First what will be gone, then the button."""
    found = _mine(request, code)
    if request.method != "POST":
        return render(request, "portfolios/snapshot_destroy.html", {"snapshot": found})
    actions.destroy(found, by=request.user, at=timezone.now())
    messages.success(request, _("It is destroyed. Day, reader and hash stay, so that both can see that it existed."))
    return redirect("portfolios:snapshots")
