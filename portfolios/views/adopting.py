"""Going over to a newer version of the competency framework (P4)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.access import access
from portfolios.actions import adopting as actions
from portfolios.models import FrameworkVersion, Portfolio
from portfolios.views.arranging import version_number


@access.signed_in(methods=["GET", "POST"])
def framework(request: HttpRequest) -> HttpResponse:
    """The framework of the own portfolio; what a newer version would mean, and the button that goes over to it."""
    portfolio = Portfolio.objects.select_related("framework_version__framework").filter(owner=request.user).first()
    if portfolio is None:
        return redirect("portfolios:portfolio")
    if request.method == "POST":
        return _go_over(request, portfolio)
    mapping = actions.newer(portfolio)
    rows = actions.preview(portfolio, mapping) if mapping else []
    context = {"version": portfolio.framework_version, "mapping": mapping, "rows": rows}
    return render(request, "portfolios/framework.html", context)


def _go_over(request: HttpRequest, portfolio: Portfolio) -> HttpResponse:
    number, here = version_number(request), portfolio.framework_version.framework_id
    version = FrameworkVersion.objects.filter(framework=here, number=number).first()
    if version is None:
        raise Http404
    try:
        many = actions.adopt(portfolio, version, by=request.user, along=request.POST.getlist("along"))
    except ValueError:
        raise Http404 from None
    told = _("From now on you link to the newer version. What you linked before stays as it was.")
    if many:
        words = ngettext("%(count)s experience got a second link.", "%(count)s experiences got a second link.", many)
        told += " " + words % {"count": many}
    messages.success(request, told)
    return redirect("portfolios:framework")
