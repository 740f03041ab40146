from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.nav import NavItem


def items(request: HttpRequest) -> list[NavItem]:
    agenda = reverse("events:events")
    return [NavItem(agenda, "events", _("Meet-ups"), 40, request.path.startswith(agenda))]
