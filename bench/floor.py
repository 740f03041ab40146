"""The least that a signed-in Django page costs: session, person, object, grant check, 20 rows, 10 dates, a template."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.models import Grant, Reading, Shareable
from portfolios.models import Experience

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


def floor(request: HttpRequest, code: str) -> HttpResponse:
    """Six queries; what they ask is what a page of the portal asks at the least."""
    if not request.user.is_authenticated:
        raise Http404
    section = get_object_or_404(Shareable, code=code)
    may = Grant.objects.filter(user=request.user, content_object=section).exists()
    if not may and section.owner_id != request.user.pk:
        raise Http404
    rows = list(Experience.objects.filter(section=section.pk).select_related("shareable").order_by("-happened_on")[:20])
    looks = list(Reading.objects.filter(shareable=section).order_by("-read_at")[:10])
    return render(request, "bench/floor.html", {"section": section, "rows": rows, "looks": looks})
