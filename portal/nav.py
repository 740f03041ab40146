"""The places in the menu: each app names a function in its AppConfig that gives its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from portal.models.organisation import Membership, Role
from portal.models.user import User

_ROLES = "roles_of_this_request"


@dataclass(frozen=True)
class NavItem:
    url: str
    icon: str
    label: str | Promise
    order: int
    current: bool = False
    count: int = 0


def roles_of(person: User) -> frozenset[str]:
    """Every role that this person has somewhere now; asked once a request, for all who show places by role."""
    if not hasattr(person, _ROLES):
        live = Membership.objects.live().filter(person=person.pk)
        setattr(person, _ROLES, frozenset(live.values_list("role", flat=True)))
    found: frozenset[str] = getattr(person, _ROLES)
    return found


def items(request: HttpRequest) -> list[NavItem]:
    found = [NavItem(reverse("home"), "today", _("Today"), 0, request.path == reverse("home"))]
    if Role.ADMINISTRATOR in roles_of(request.user):
        people = reverse("organisations")
        found.append(NavItem(people, "people", _("People"), 50, request.path.startswith(people)))
    if request.user.is_staff:
        found.append(NavItem(reverse("admin:index"), "key", _("Administration"), 60))
    return found


def all_items(request: HttpRequest) -> list[NavItem]:
    """What this person finds in the menu, in order."""
    return sorted((item for give in _registered() for item in give(request)), key=lambda item: item.order)


def _registered() -> Iterator:
    for config in apps.get_app_configs():
        if path := getattr(config, "nav", None):
            yield import_string(path)
