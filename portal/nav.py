"""The places in the menu: each app names a function in its AppConfig that gives its own."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from portal.models.organisation import Membership, Role
from portal.models.sharing import PORTFOLIO, Shareable
from portal.models.today import ToDo
from portal.models.user import User
from portal.sight import LIVE

_STANDING = "standing_of_this_request"
_READS_ALONG, _WAITING = "reads along", "waiting"  # no role has these names
# Written out for the reason that portal/sight.py gives: every page asks it. tests/portal/test_nav.py holds it to what
# `Membership.objects.live`, `Grant.objects.live` and `today.todos_of` say.
_ASKED = (
    f"SELECT role, 1 FROM {Membership._meta.db_table}"
    " WHERE person_id = %s AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)"
    f" UNION ALL SELECT %s, 1 WHERE EXISTS(SELECT 1 FROM {Shareable._meta.db_table} WHERE id IN ({LIVE})"
    f" AND kind IN ({', '.join(['%s'] * len(PORTFOLIO))}))"
    f" UNION ALL SELECT %s, COUNT(*) FROM {ToDo._meta.db_table}"
    " WHERE receiver_id = %s AND done_at IS NULL AND opens_on <= %s"
)


@dataclass(frozen=True)
class NavItem:
    url: str
    icon: str
    label: str | Promise
    order: int
    current: bool = False
    count: int = 0
    short: str | Promise = ""  # how a phone shows a long label


@dataclass(frozen=True)
class Standing:
    """What decides which places somebody finds: their roles now, whether a portfolio is shared with them, and how
    many things wait for them today."""

    roles: frozenset[str]
    reads_along: bool
    waiting: int


def standing_of(person: User) -> Standing:
    """Asked once a request, for all who show places by it."""
    if not hasattr(person, _STANDING):
        setattr(person, _STANDING, _standing(person, timezone.now()))
    found: Standing = getattr(person, _STANDING)
    return found


def _standing(person: User, at: datetime.datetime) -> Standing:
    on = connection.ops.adapt_datefield_value(timezone.localdate(at))
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        grants, todos = [_READS_ALONG, person.pk, moment, moment, *PORTFOLIO], [_WAITING, person.pk, on]
        cursor.execute(_ASKED, [person.pk, on, on, *grants, *todos])
        found = dict(cursor.fetchall())
    waiting = found.pop(_WAITING)
    return Standing(frozenset(found.keys() - {_READS_ALONG}), _READS_ALONG in found, waiting)


def roles_of(person: User) -> frozenset[str]:
    """Every role that this person has somewhere now."""
    return standing_of(person).roles


def items(request: HttpRequest) -> list[NavItem]:
    home, waiting = reverse("home"), standing_of(request.user).waiting
    found = [NavItem(home, "today", _("Today"), 0, request.path == home, waiting)]
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
