"""Public pages that say what we promise: privacy and accessibility."""

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import access
from portal.models import Organisation


@access.public
def privacy(request: HttpRequest) -> HttpResponse:
    told = Organisation.objects.exclude(Q(controller="") & Q(legal_basis="") & Q(privacy_text=""))
    return render(
        request, "portal/privacy.html", {"organisations": told, "session_hours": settings.SESSION_COOKIE_AGE // 3600}
    )


@access.public
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")
