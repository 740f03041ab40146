"""Asking for a portfolio as a PDF: one's own, or what another shares (P17)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import jobs, pdf
from portal.access import access
from portal.models import User
from portfolios import extent, tasks
from portfolios.forms.papers import PaperForm
from portfolios.models import Section
from portfolios.views.reading import shares_of_or_404
from portfolios.ways import own


@access.signed_in(methods=["GET", "POST"])
def paper(request: HttpRequest) -> HttpResponse:
    return _page(request, request.user)


@access.signed_in(methods=["GET", "POST"])
def paper_of(request: HttpRequest, code: str) -> HttpResponse:
    """Of who shares pieces of a portfolio with me now; to anybody else there is nothing."""
    return _page(request, shares_of_or_404(own(request.user), code)[0].content_object.owner)


def _page(request: HttpRequest, owner: User) -> HttpResponse:
    rows = Section.objects.filter(shareable__owner=owner)
    sections = list(rows.visible_to(request.user, timezone.now(), narrow=True).in_order())
    mine = owner.pk == request.user.pk
    if not sections:
        if mine:
            return redirect("portfolios:portfolio")
        messages.info(request, _("A PDF is made of whole sections, and none of those is shared with you."))
        return redirect("portfolios:shared_by", owner.code)
    form = PaperForm(sections, extent.of(sections), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = tasks.args_of(owner, form.cleaned_data["sections"])
        return redirect("job", jobs.start(tasks.PAPER, by=request.user, args=asked).code)
    context = {"form": form, "owner": owner, "mine": mine, "most": pdf.MOST_PAGES}
    return render(request, "portfolios/paper.html", context, status=422 if form.errors else 200)
