"""The sharing centre: who sees what, until when, and who really looked (P12, P13)."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import sharing as ground
from portal.access import access
from portal.models import Grant, Reading, Shareable, User
from portal.models.sharing import PORTFOLIO
from portal.sharing import NotShareable
from portfolios.actions.sharing import share_pieces
from portfolios.forms.sharing import USUAL, LastDay, ShareForm, end_of
from portfolios.models import Section

PER_PAGE = 50
SHOWN = 8


def _given(request: HttpRequest) -> Any:
    rows = Grant.objects.filter(content_object__owner=request.user, content_object__kind__in=PORTFOLIO)
    return rows.select_related("user", "content_object")


def _readings(request: HttpRequest) -> Any:
    rows = Reading.objects.filter(shareable__owner=request.user).select_related("reader", "shareable")
    return rows.order_by("-read_at", "-pk")


def _over(request: HttpRequest, at: datetime.datetime) -> Any:
    """Withdrawn or expired, the last to end first."""
    return _given(request).exclude(withdrawn_at=None, expires_at__gt=at).order_by("-expires_at", "-pk")


@access.signed_in
def sharing(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    live = _given(request).live(at).order_by("user__family_name", "user__given_name", "user", "-expires_at", "pk")
    context = {
        "page": Paginator(live, PER_PAGE).get_page(request.GET.get("page")),
        "past": _over(request, at)[:SHOWN],
        "readings": _readings(request)[:SHOWN],
    }
    return render(request, "portfolios/sharing.html", context)


@access.signed_in
def past(request: HttpRequest) -> HttpResponse:
    page = Paginator(_over(request, timezone.now()), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portfolios/past.html", {"page": page})


@access.signed_in
def readings(request: HttpRequest) -> HttpResponse:
    page = Paginator(_readings(request), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portfolios/readings.html", {"page": page})


@access.signed_in
def who(request: HttpRequest, code: str) -> HttpResponse:
    """Who can see this one piece, through what, and who looked."""
    piece = get_object_or_404(
        Shareable.objects.select_related("parent"), code=code, owner=request.user, kind__in=PORTFOLIO
    )
    at = timezone.now()
    looked = _readings(request).filter(shareable=piece)
    context = {
        "piece": piece,
        "grants": ground.readers([piece.pk], at)[piece.pk],
        "page": Paginator(looked, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "portfolios/who.html", context)


def _pieces(request: HttpRequest) -> list[Shareable]:
    """What the form offers: the sections, and the one experience that the link names."""
    sections = Section.objects.filter(shareable__owner=request.user).in_order()
    asked = request.POST.getlist("what") or request.GET.getlist("what")
    items = Shareable.objects.filter(owner=request.user, code__in=asked, kind=Shareable.Kind.ITEM)
    return [section.shareable for section in sections] + list(items)


@access.signed_in(methods=["GET", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """First what will cross, in one sentence; then the button that names the person."""
    initial = {
        "until": timezone.localdate() + USUAL,
        "purpose": Grant.Purpose.GUIDANCE,
        "what": request.GET.getlist("what"),
    }
    form = ShareForm(request.POST or None, owner=request.user, shareables=_pieces(request), initial=initial)
    if request.method != "POST":
        return render(request, "portfolios/share.html", {"form": form})
    if not form.is_valid() or "again" in request.POST:
        return render(request, "portfolios/share.html", {"form": form}, status=422 if form.errors else 200)
    if "confirm" not in request.POST:
        return render(
            request, "portfolios/share_confirm.html", {"form": form, **form.cleaned_data, "pieces": form.chosen}
        )
    return _share(request, form)


def _share(request: HttpRequest, form: ShareForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        share_pieces(
            form.chosen, by=request.user, reader=data["reader"], purpose=data["purpose"], until=end_of(data["until"])
        )
    except NotShareable as refusal:
        form.add_error(None, str(refusal))
        return render(request, "portfolios/share.html", {"form": form}, status=422)
    messages.success(request, _("%(name)s can read it from now on.") % {"name": data["reader"].full_name})
    return redirect("portfolios:sharing")


def _one(request: HttpRequest, source: str, code: str) -> Any:
    """The live grants of one act on one piece; 404 when there are none."""
    rows = _given(request).filter(source=source, content_object__code=code)
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
    left = ground.readers([grant.content_object_id], timezone.now())[grant.content_object_id]
    still = max((other.expires_at for other in left if other.user_id == grant.user_id), default=None)
    if still:
        messages.warning(
            request,
            _(
                "Withdrawn. But %(name)s still reads “%(piece)s” through another share. "
                "To stop that too, withdraw everything for this person."
            )
            % names,
        )
    else:
        messages.success(request, _("Withdrawn. From the next click on, %(name)s no longer sees “%(piece)s”.") % names)
    return redirect("portfolios:sharing")


@access.signed_in(methods=["GET", "POST"])
def withdraw_all(request: HttpRequest, code: str) -> HttpResponse:
    """First what will be closed, then the button."""
    reader = get_object_or_404(User, code=code)
    rows = _given(request).filter(user=reader).live(timezone.now()).order_by("pk")
    if not rows.exists():
        raise Http404
    if request.method != "POST":
        return render(
            request,
            "portfolios/withdraw_all.html",
            {"reader": reader, "grants": rows[:PER_PAGE], "total": rows.count()},
        )
    many = ground.withdraw(rows.order_by(), by=request.user)
    text = ngettext("%(many)d share is withdrawn.", "%(many)d shares are withdrawn.", many) % {"many": many}
    messages.success(request, text)
    return redirect("portfolios:sharing")
