from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.nav import NavItem, standing_of
from portfolios.ways import Way

_READS_ALONG = "portfolios.reads_along"


def mark_reading_along(request: HttpRequest, way: Way) -> None:
    """This page shows another's piece: in the menu it lies under "Shared with me"."""
    if way.is_reading:
        request.META[_READS_ALONG] = True


def items(request: HttpRequest) -> list[NavItem]:
    own, shared = reverse("portfolios:portfolio"), reverse("portfolios:shared_with_me")
    on_shared = request.path.startswith(shared) or _READS_ALONG in request.META
    found = [NavItem(own, "portfolio", _("Portfolio"), 10, request.path.startswith(own) and not on_shared)]
    if standing_of(request.user).reads_along:
        found.append(NavItem(shared, "eye", _("Shared with me"), 20, on_shared, short=_("Shared")))
    return found
