from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.nav import NavItem


def items(request: HttpRequest) -> list[NavItem]:
    own = reverse("mentoring:guidance")
    return [NavItem(own, "guidance", _("Guidance"), 25, request.path.startswith(own))]
