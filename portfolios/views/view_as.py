"""View as: the owner sees precisely what one present reader gets (P12). No impersonation: own request, looking only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from portal.access import access
from portal.models import User
from portfolios import ways
from portfolios.views.experiences import experience_page
from portfolios.views.plan import goal_page
from portfolios.views.profiles import profile_page
from portfolios.views.reading import shared_page
from portfolios.views.sections import section_page
from portfolios.views.sharing import given_by


def _way(request: HttpRequest, code: str) -> ways.Way:
    """Somebody with whom the owner shares something now; nobody else can be looked as."""
    live = given_by(request.user).live(timezone.now())
    reader = User.objects.filter(pk__in=live.order_by().values("user"), code=code).first()
    if reader is None:
        raise Http404
    return ways.as_reader(reader, request.user)


@access.signed_in
def as_reader(request: HttpRequest, reader: str) -> HttpResponse:
    return shared_page(request, request.user.code, _way(request, reader))


@access.signed_in
def as_section(request: HttpRequest, reader: str, code: str) -> HttpResponse:
    return section_page(request, code, _way(request, reader))


@access.signed_in
def as_experience(request: HttpRequest, reader: str, code: str) -> HttpResponse:
    return experience_page(request, code, _way(request, reader))


@access.signed_in
def as_goal(request: HttpRequest, reader: str, code: str) -> HttpResponse:
    return goal_page(request, code, _way(request, reader))


@access.signed_in
def as_profile(request: HttpRequest, reader: str, code: str) -> HttpResponse:
    return profile_page(request, code, _way(request, reader))
