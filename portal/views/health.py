"""For machines that watch: no session, no person, no language."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal import health
from portal.access import access


@access.public
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    report = health.report(timezone.now())
    return JsonResponse(report, status=200 if report["ok"] else 503)


@access.public
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    answer = health.readiness()
    return JsonResponse(answer, status=200 if answer["ok"] else 503)
