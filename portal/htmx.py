"""One URL, two answers: the whole page, or for htmx the part of it that changes."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import HttpResponseClientRedirect


def wants_part(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page_or_part(
    request: HttpRequest, page: str, part: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render `page`, or for htmx its partial `part`, followed by waiting messages for the page's message region."""
    if not wants_part(request):
        return render(request, page, context, status=status)
    body = render_to_string(f"{page}#{part}", context, request)
    body += render_to_string("components/messages.html", {"out_of_band": True}, request)
    return HttpResponse(body, status=status)


def go(request: HttpRequest, to: str) -> HttpResponse:
    """Go to another page; a plain redirect would put that page inside the part that asked."""
    return HttpResponseClientRedirect(to) if wants_part(request) else HttpResponseRedirect(to)
