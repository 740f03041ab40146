"""When it goes wrong: what happened, that nothing is lost, what to do. Handlers, not URLs.

What somebody typed is shown back, escaped, whenever it could not be stored; never a code or a password.
400, 500 and 503 use no request context: they must render with a broken database.
"""

import re
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from portal.codes import ALPHABET, LENGTH
from portal.context_processors import theme_of
from portal.htmx import wants_part

Typed = list[tuple[str, str]]

NOT_TEXT = frozenset({"csrfmiddlewaretoken", "next", "action", "version", "language", "theme", "autosave_start"})
SECRET = re.compile(r"passw|code|otp|token|secret|credential|key|pin", re.IGNORECASE)
MACHINE_VALUE = re.compile(rf"\d+|on|true|false|[{ALPHABET}]{{{LENGTH}}}")
MOST_FIELDS = 40


def typed_text(request: HttpRequest) -> Typed:
    """The words in this POST with their labels; nothing when it cannot be read."""
    if request.method != "POST":
        return []
    try:
        posted = request.POST.lists()
    except (UnreadablePostError, SuspiciousOperation, BadRequest, MultiPartParserError):
        return []
    words = [(_label(name), text) for name, texts in posted if _is_text(name) for text in texts]
    return [(label, text) for label, text in words if text.strip() and not MACHINE_VALUE.fullmatch(text)][:MOST_FIELDS]


def _is_text(name: str) -> bool:
    return name not in NOT_TEXT and not SECRET.search(name)


def _label(name: str) -> str:
    """The field's name as its form words it, where that word is in the catalogue."""
    words = name.rpartition("-")[2].replace("_", " ").strip() or name
    return _(words.capitalize())


def _page(request: HttpRequest, name: str, status: int, *, bare: bool = False, **context: Any) -> HttpResponse:
    frame = "portal/errors/part.html" if wants_part(request) else "portal/errors/page.html"
    context |= {"frame": frame, "status": status, "theme": theme_of(request), "demo": settings.DEMO}
    body = render_to_string(
        f"portal/errors/{name}.html", context, None if bare or not hasattr(request, "user") else request
    )
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store, private"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "400", 400, bare=True, typed=typed_text(request))


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Who may see but not act: the sentence given to `access.require` says why."""
    return _page(request, "403", 403, reason=str(exception or ""), back=_came_from(request), typed=typed_text(request))


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Absent and not shared look the same (portal.md G3), so the exception's text is never shown."""
    return _page(request, "404", 404, typed=typed_text(request))


def conflict(request: HttpRequest, *, typed: Typed, stored: Typed, back: str) -> HttpResponse:
    """Somebody (often the same person in another tab) was first. Both texts, nothing overwritten; `back` is
    the page where the stored text can be changed."""
    return _page(request, "409", 409, mine=typed, stored=stored, back=back)


def gone(request: HttpRequest, *, what: str = "") -> HttpResponse:
    """It was here, and was destroyed on purpose. `what` is a sentence that may be told to this reader."""
    return _page(request, "410", 410, what=what)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, "500", 500, bare=True, reference=_reference(), typed=typed_text(request))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Busy for a moment: nothing was shown and nothing changed."""
    again = request.get_full_path() if request.method == "GET" else ""
    response = _page(request, "503", 503, bare=True, again=again, typed=typed_text(request))
    response["Retry-After"] = "1"
    return response


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "csrf", 403, back=_came_from(request), typed=typed_text(request))


@requires_csrf_token
def session_ended(request: HttpRequest) -> HttpResponse:
    sign_in = redirect_to_login(_came_from(request) or reverse("home")).url
    return _page(request, "session_ended", 401, sign_in=sign_in, typed=typed_text(request))


@requires_csrf_token
def link_again(request: HttpRequest) -> HttpResponse:
    """No guest reads in this session: the link was not opened here, the half hour is over, or all was withdrawn."""
    return _page(request, "link_again", 403)


@requires_csrf_token
def second_factor_first(request: HttpRequest) -> HttpResponse:
    """A share arrived while somebody was typing: from now on they need a second factor, and their words stay."""
    return _page(request, "second_factor", 403, typed=typed_text(request))


def _came_from(request: HttpRequest) -> str:
    """The page this was sent from, if it is one of ours."""
    page = request.META.get("HTTP_REFERER", "")
    try:
        ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    except SuspiciousOperation:
        return ""
    return page if ours else ""


def _reference() -> str:
    """The start of the request's id in the logs."""
    known = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    return re.sub(r"[^0-9a-zA-Z]", "", known)[:8]
