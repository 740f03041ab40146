from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.nav import NavItem


def items(request: HttpRequest) -> list[NavItem]:
    """Surveys lie under it: a phone has room for no more places."""
    agenda, surveys = reverse("events:events"), reverse("surveys:surveys")
    return [NavItem(agenda, "events", _("Meet-ups"), 40, request.path.startswith((agenda, surveys)))]
