"""The portal's middlewares: access rules, headers, the 503 of a busy database, local time."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import urlencode

from portal import guests
from portal.access import DEMO, GUEST, OPERATOR, PUBLIC, SIGNED_IN, Rule, View, is_loopback, rule_of
from portal.htmx import go
from portal.readings import Busy
from portal.signin import lacks_second_factor
from portal.views.errors import link_again, second_factor_first, session_ended, unavailable

Answer = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Applies the declared rule before the view runs, and keeps private answers out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        is_public = getattr(request, "rule", None) == PUBLIC and request.method in ("GET", "HEAD")
        if not is_public or request.user.is_authenticated:
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        assert match is not None
        rule = rule_of(view, match.url_name or "", match.namespace)
        if rule is None:
            raise ImproperlyConfigured(f"{match.route} declares no access rule")
        request.rule = rule.who  # type: ignore[attr-defined]
        return _refusal(request, rule)


def _refusal(request: HttpRequest, rule: Rule) -> HttpResponse | None:
    if rule.who == DEMO and not (settings.DEMO and is_loopback(request)):
        raise Http404
    if rule.who == OPERATOR and not (request.user.is_active and request.user.is_staff):
        raise Http404
    if rule.who == SIGNED_IN and not request.user.is_authenticated:
        return _to_sign_in(request)
    if rule.who == GUEST:
        request.guest = guests.of(request)  # type: ignore[attr-defined]
        if request.guest is None:  # type: ignore[attr-defined]
            return link_again(request)
    if rule.who != PUBLIC and "prefetch" in request.headers.get("Sec-Purpose", ""):
        return HttpResponse(status=503)  # a look ahead by the browser would be a reading by nobody
    if request.method not in rule.methods:
        return HttpResponseNotAllowed(sorted(rule.methods))
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(sorted(rule.methods))})
    if request.user.is_authenticated and rule.second_factor and rule.who in (SIGNED_IN, OPERATOR):
        return _to_second_factor(request)
    return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        here = request.get_full_path()
        if getattr(request, "htmx", False):
            here = request.htmx.current_url_abs_path or reverse("home")
            return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(here).url})
        return redirect_to_login(here)
    return session_ended(request)  # what was typed stays on screen


def _to_second_factor(request: HttpRequest) -> HttpResponse | None:
    if not lacks_second_factor(request):
        return None
    if request.method == "POST":
        return second_factor_first(request)  # what was typed stays on screen
    return go(request, f"{reverse('second_factor')}?{urlencode({'next': request.get_full_path()})}")


def headers(get_response: Answer) -> Answer:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class UnavailableWhenBusy:
    """A reading that could not be noted: no row, no content, "try again" (G4)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request) if isinstance(exception, Busy) else None


def local_time(get_response: Answer) -> Answer:
    """Times as the person's organisation writes them; sign-in puts the zone in the session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(request.session.get("time_zone")):
            return get_response(request)

    return middleware
