"""What a guest reads by the link of one owner (G4): the same pages, with the guest's sight."""

from django.http import HttpRequest, HttpResponse

from portal.access import access
from portfolios.views.experiences import experience_page
from portfolios.views.plan import goal_page
from portfolios.views.profiles import profile_page
from portfolios.views.reading import shared_page
from portfolios.views.sections import section_page
from portfolios.ways import guest


@access.guest
def guest_reader(request: HttpRequest) -> HttpResponse:
    return shared_page(request, request.guest.owner.code, guest(request.guest))


@access.guest
def guest_section(request: HttpRequest, code: str) -> HttpResponse:
    return section_page(request, code, guest(request.guest))


@access.guest
def guest_experience(request: HttpRequest, code: str) -> HttpResponse:
    return experience_page(request, code, guest(request.guest))


@access.guest
def guest_goal(request: HttpRequest, code: str) -> HttpResponse:
    return goal_page(request, code, guest(request.guest))


@access.guest
def guest_profile(request: HttpRequest, code: str) -> HttpResponse:
    return profile_page(request, code, guest(request.guest))
