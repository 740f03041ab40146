"""Giving a share, changing its term and withdrawing it (P12)."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import codes
from portal import sharing as ground
from portal.access import access
from portal.fresh_code import fresh_code_required
from portal.models import Grant, Shareable, User
from portal.sharing import NotShareable
from portal.terms import end_of
from portfolios.actions import sharing as actions
from portfolios.forms.sharing import LastDay, LinkForm, ShareForm
from portfolios.models import Section
from portfolios.views.sharing import PER_PAGE, given_by


def pieces_to_share(request: HttpRequest) -> list[Shareable]:
    """What the form offers: the sections, and the one experience that the link names."""
    sections = Section.objects.filter(shareable__owner=request.user).in_order()
    asked = {codes.given(code) for code in request.POST.getlist("what") or request.GET.getlist("what")}
    items = Shareable.objects.filter(owner=request.user, code__in=asked, kind=Shareable.Kind.ITEM)
    return [section.shareable for section in sections] + list(items)


def asked_for(request: HttpRequest) -> dict[str, Any]:
    """How the form stands when it is opened."""
    return {"term": "quarter", "purpose": Grant.Purpose.GUIDANCE, "what": request.GET.getlist("what"), "right": "read"}


@access.signed_in(methods=["GET", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """First what will cross, a sentence for each person; then the button that names them."""
    pieces = pieces_to_share(request)
    form = ShareForm(request.POST or None, owner=request.user, shareables=pieces, initial=asked_for(request))
    if request.method != "POST":
        return render(request, "portfolios/share.html", {"form": form})
    if not form.is_valid() or "again" in request.POST:
        return render(request, "portfolios/share.html", {"form": form}, status=422 if form.errors else 200)
    if "confirm" not in request.POST:
        names = [row["reader"].short_name for row in form.crossings]
        context = {"form": form, "names": get_text_list(names, _("and")), "right": form.cleaned_data["right"]}
        return render(request, "portfolios/share_confirm.html", context)
    return _share(request, form)


def _share(request: HttpRequest, form: ShareForm) -> HttpResponse:
    data = form.cleaned_data
    given = {name: data[name] for name in ("readers", "right", "purpose")}
    try:
        actions.share_pieces(form.chosen, by=request.user, until=end_of(data["until"]), **given)
    except NotShareable as refusal:
        form.add_error(None, str(refusal))
        return render(request, "portfolios/share.html", {"form": form}, status=422)
    names = get_text_list([one.full_name for one in data["readers"]], _("and"))
    messages.success(request, _("%(name)s can read it from now on.") % {"name": names})
    return redirect("portfolios:sharing")


@access.signed_in(methods=["GET", "POST"])
@fresh_code_required
def share_by_link(request: HttpRequest) -> HttpResponse:
    """As `share`, for one person without an account; asks for a fresh proof first (G1)."""
    pieces = pieces_to_share(request)
    form = LinkForm(request.POST or None, owner=request.user, shareables=pieces, initial=asked_for(request))
    if request.method != "POST" or not form.is_valid() or "again" in request.POST:
        return render(request, "portfolios/share_by_link.html", {"form": form}, status=422 if form.errors else 200)
    if "confirm" not in request.POST:
        return render(request, "portfolios/link_confirm.html", {"form": form, **form.cleaned_data})
    data = form.cleaned_data
    given = {"address": data["email"], "name": data["name"], "purpose": data["purpose"], "until": end_of(data["until"])}
    try:
        actions.share_by_link(form.chosen, by=request.user, **given)
    except NotShareable as refusal:
        form.add_error(None, str(refusal))
        return render(request, "portfolios/share_by_link.html", {"form": form}, status=422)
    messages.success(request, _("The link is on its way to %(name)s.") % {"name": data["name"]})
    return redirect("portfolios:sharing")


def _one(request: HttpRequest, source: str, code: str) -> Any:
    """The live grants of one act on one piece; 404 when there are none."""
    rows = given_by(request.user).filter(source=source, content_object__code=code)
    if not rows.live(timezone.now()).exists():
        raise Http404
    return rows


@access.signed_in(methods=["GET", "POST"])
def term(request: HttpRequest, source: str, code: str) -> HttpResponse:
    rows = _one(request, source, code)
    grant = rows[0]
    last_day = timezone.localdate(grant.expires_at - datetime.timedelta(microseconds=1))
    form = LastDay(request.POST or None, initial={"until": last_day})
    if request.method == "POST" and form.is_valid():
        ground.move_term(rows, by=request.user, until=end_of(form.cleaned_data["until"]))
        messages.success(request, _("The last day is changed."))
        return redirect("portfolios:sharing")
    return render(request, "portfolios/term.html", {"form": form, "grant": grant}, status=422 if form.errors else 200)


@access.signed_in(methods=["POST"])
def withdraw(request: HttpRequest, source: str, code: str) -> HttpResponse:
    """Takes effect on the reader's next click. Other live shares of the same piece stay, and the page says so."""
    rows = _one(request, source, code)
    grant = rows[0]
    ground.withdraw(rows, by=request.user)
    names = {"name": grant.user.full_name, "piece": str(grant.content_object)}
    left = ground.readers_of(grant.content_object, timezone.now())
    if any(other.user_id == grant.user_id for other in left):
        text = _(
            "Withdrawn. But %(name)s still reads “%(piece)s” through another share. "
            "To stop that too, withdraw everything for this person."
        )
        messages.warning(request, text % names)
    else:
        messages.success(request, _("Withdrawn. From the next click on, %(name)s no longer sees “%(piece)s”.") % names)
    return redirect("portfolios:sharing")


@access.signed_in(methods=["GET", "POST"])
def withdraw_all(request: HttpRequest, code: str) -> HttpResponse:
    """First what will be closed, then the button."""
    reader = get_object_or_404(User, code=code)
    rows = given_by(request.user).filter(user=reader).live(timezone.now()).order_by("pk")
    if not rows.exists():
        raise Http404
    if request.method != "POST":
        context = {"reader": reader, "grants": rows[:PER_PAGE], "total": rows.count()}
        return render(request, "portfolios/withdraw_all.html", context)
    many = ground.withdraw(rows.order_by(), by=request.user)
    text = ngettext("%(many)d share is withdrawn.", "%(many)d shares are withdrawn.", many) % {"many": many}
    messages.success(request, text)
    return redirect("portfolios:sharing")
