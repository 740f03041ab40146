from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.nav import NavItem
from selection.models import PanelMember


def items(request: HttpRequest) -> list[NavItem]:
    if not PanelMember.objects.filter(person=request.user).exists():
        return []
    mine = reverse("selection:procedures")
    return [NavItem(mine, "selection", _("Selection"), 30, request.path.startswith(mine))]
