from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.nav import NavItem, roles_of
from surveys.models.questionnaires import MAKERS


def items(request: HttpRequest) -> list[NavItem]:
    """Only for who makes surveys; whoever is asked to fill one in finds it among the things to do."""
    if not roles_of(request) & set(MAKERS):
        return []
    own = reverse("surveys:surveys")
    return [NavItem(own, "inbox", _("Surveys"), 45, request.path.startswith(own))]
