from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.access import access
from surveys.models import Survey
from surveys.rules import waves as rules

PER_PAGE = 20


@access.signed_in
def surveys(request: HttpRequest) -> HttpResponse:
    """The surveys of the organisations where somebody makes them, the latest first."""
    if not rules.organisations_of(request.user):
        raise Http404
    rows = Survey.objects.whole().visible_to(request.user).order_by("-opens_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    at = timezone.now()
    for row in page:
        row.state_now = row.state(at)
    return render(request, "surveys/surveys.html", {"page": page})
