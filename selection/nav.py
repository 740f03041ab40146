from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.nav import NavItem


def items(request: HttpRequest) -> list[NavItem]:
    """For everybody, without asking anything: who is in no committee reads there how that goes."""
    mine = reverse("selection:procedures")
    return [NavItem(mine, "selection", _("Selection"), 35, request.path.startswith(mine))]
