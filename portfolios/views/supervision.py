"""What somebody may do tonight: their cards, asking, deciding, and the cards of a department (P8)."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import codes, drafts, readings, sharing
from portal.access import access, require, visible_or_404
from portal.forms.texts import say_after_saving
from portal.models import DepartmentGrant, Placement
from portal.models.sharing import Channel
from portal.templatetags.portal_tags import day
from portfolios import rules
from portfolios.actions import supervision as actions
from portfolios.forms.supervision import AskForm, GiveForm, ReasonForm, level_choices
from portfolios.models import Experience, Portfolio, SupervisionCard, SupervisionLevel
from portfolios.models.supervision import State
from portfolios.nav import mark_reading_along
from portfolios.ways import own

PER_PAGE = 20
NEW = "level-new"  # of drafts


@access.signed_in
def tonight(request: HttpRequest) -> HttpResponse:
    """The own placements with what may be done there, the present ones first."""
    on = timezone.localdate()
    placements = Placement.objects.filter(person=request.user).select_related("organisation", "department")
    page = Paginator(placements.order_by("-starts_on", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    cards = SupervisionCard.objects.whole().filter(placement__in=list(page)).prefetch_related("levels__decided_by")
    by_place = {card.placement_id: card for card in cards}
    rows = []
    for placement in page:
        card = by_place.get(placement.pk)
        holds = rules.holding(card.levels.all(), on) if card else []
        rows.append({"placement": placement, "card": card, "levels": holds, "is_live": placement.is_live(on)})
    has_portfolio = Portfolio.objects.filter(owner=request.user).exists()
    return render(request, "portfolios/tonight.html", {"page": page, "rows": rows, "has_portfolio": has_portfolio})


@access.signed_in(methods=["POST"])
def card_open(request: HttpRequest, code: str) -> HttpResponse:
    placement = get_object_or_404(Placement, code=code, person=request.user)
    require(Portfolio.objects.filter(owner=request.user).exists(), _("Open your portfolio first."))
    return redirect("portfolios:card", actions.open_card(placement, by=request.user).code)


@access.signed_in
def card(request: HttpRequest, code: str) -> HttpResponse:
    """What this person may do there now. Every look of another is a reading."""
    at = timezone.now()
    found = visible_or_404(SupervisionCard.objects.whole(), request.user, code)
    readings.note(request.user, [found.shareable], channel=Channel.PAGE, at=at)
    levels = list(found.levels.select_related("decided_by", "asked_of").order_by("-asked_at", "-pk"))
    on, mine = timezone.localdate(at), rules.may_edit(request.user, found.shareable)
    is_live = found.placement.is_live(on)
    context = {"card": found, "holds": rules.holding(levels, on) if is_live else [], "is_owner": mine, "on": on}
    context |= {"is_live": is_live}
    return render(request, "portfolios/card.html", context | (_owner_parts(request, found, levels, at) if mine else {}))


def _owner_parts(
    request: HttpRequest, found: SupervisionCard, levels: list[SupervisionLevel], at: datetime.datetime
) -> dict[str, Any]:
    return {
        "may_ask": rules.may_ask_level(request.user, found, timezone.localdate(at)),
        "page": Paginator(levels, PER_PAGE).get_page(request.GET.get("page")),
        "shown": DepartmentGrant.objects.live(at).filter(shareable=found.pk).select_related("organisation").first(),
        "until": rules.card_until(found, at),
        "looked": found.shareable.readings.select_related("reader", "shareable").order_by("-read_at")[:PER_PAGE],
    }


def _mine(request: HttpRequest, code: str) -> SupervisionCard:
    found = visible_or_404(SupervisionCard.objects.whole(), request.user, code)
    require(rules.may_edit(request.user, found.shareable), _("Only the owner does this."))
    return found


@access.signed_in(methods=["GET", "POST"])
def level_ask(request: HttpRequest, code: str) -> HttpResponse:
    found, at = _mine(request, code), timezone.now()
    require(rules.may_ask_level(request.user, found, timezone.localdate(at)), _("This placement is over."))
    own_code = codes.given(request.POST.get("code") or request.GET.get("draft", "")) or codes.new_code()
    people, draft = rules.deciders(found, at), drafts.within(found.code, own_code)
    form = AskForm(found, people, request.POST or None, initial={"code": own_code})
    if request.method == "POST" and form.is_valid():
        made = actions.ask(found, by=request.user, at=at, code=own_code, **form.facts())
        form.refuse_other_words(made)
        if not form.errors:
            say_after_saving(request, form)
            messages.success(request, _("%(name)s is asked.") % {"name": made.asked_of.full_name})
            return drafts.done(request, redirect("portfolios:card", code), NEW, draft)
    open_form = drafts.resume if form.is_bound else drafts.begin
    context = {"card": found, "form": form, "people": people}
    context["editing"] = open_form(request.user, NEW, draft, form=form)
    return render(request, "portfolios/level_ask.html", context, status=422 if form.errors else 200)


@access.signed_in(methods=["POST"])
def card_show(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    try:
        until = actions.show(found, by=request.user)
    except sharing.NotShareable as refusal:
        messages.error(request, str(refusal))
        return redirect("portfolios:card", code)
    words = {"place": found.department, "day": day(timezone.localdate(until) - datetime.timedelta(days=1))}
    messages.success(request, _("Colleagues of %(place)s see this card, until and including %(day)s.") % words)
    return redirect("portfolios:card", code)


@access.signed_in(methods=["POST"])
def card_hide(request: HttpRequest, code: str) -> HttpResponse:
    actions.hide(_mine(request, code), by=request.user)
    messages.success(request, _("From now on only you see this card."))
    return redirect("portfolios:card", code)


@access.signed_in
def department_cards(request: HttpRequest) -> HttpResponse:
    """The cards that people of the own departments show to their colleagues: names only, so this is no reading."""
    rows = SupervisionCard.objects.shown_to(request.user, timezone.now()).select_related("shareable__owner")
    page = Paginator(
        rows.order_by("shareable__owner__family_name", "shareable__owner__given_name", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    return render(request, "portfolios/department_cards.html", {"page": page})


# --- Deciding ---------------------------------------------------------------------------------


def _level(request: HttpRequest, code: str) -> SupervisionLevel:
    rows = SupervisionLevel.objects.select_related(
        "card__shareable__owner__portfolio__framework_version",
        "card__placement__organisation",
        "card__placement__department",
        "asked_of",
        "decided_by",
        "trainee",
    )
    found = get_object_or_404(rows, code=code)
    if not rules.may_see_level(request.user, found) and not rules.may_decide_level(request.user, found, timezone.now()):
        raise Http404
    return found


def _page(request: HttpRequest, found: SupervisionLevel, status: int = 200, **forms: Any) -> HttpResponse:
    """What was asked, with the evidence that this person sees, and the buttons that they have."""
    at = timezone.now()
    if found.trainee_id != request.user.pk:
        mark_reading_along(request, own(request.user))
    seen = Experience.objects.filter(pk__in=found.evidence.values("pk")).visible_to(request.user, at, narrow=True)
    may = rules.may_decide_level(request.user, found, at)
    context = {
        "level": found,
        "evidence": seen.select_related("shareable").latest_first(),
        "wanted": dict(level_choices(found.card)).get(found.wanted, ""),
        "may_decide": may and found.state == State.ASKED,
        "may_end": may and found.state == State.GIVEN,
        "may_take_back": found.trainee_id == request.user.pk and found.state == State.ASKED,
        "give": forms.get("give") or GiveForm(found.card, initial={"level": found.wanted}),
        "refuse": forms.get("refuse") or ReasonForm(prefix="refuse"),
        "end": forms.get("end") or ReasonForm(prefix="end"),
    }
    return render(request, "portfolios/level.html", context, status=status)


@access.signed_in
def level(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _level(request, code))


def _to_decide(request: HttpRequest, code: str) -> SupervisionLevel:
    found = _level(request, code)
    require(rules.may_decide_level(request.user, found, timezone.now()), _("Only who supervises here decides this."))
    return found


def _decided(request: HttpRequest, found: SupervisionLevel, form: Any, act: Any) -> HttpResponse:
    try:
        act()
    except actions.NotNow:
        messages.error(request, _("This was decided or taken back a moment ago. Nothing changed."))
    else:
        say_after_saving(request, form)
        messages.success(request, _("%(name)s is told.") % {"name": found.trainee.full_name})
    return redirect("portfolios:level", found.code)


@access.signed_in(methods=["POST"])
def level_give(request: HttpRequest, code: str) -> HttpResponse:
    found = _to_decide(request, code)
    form = GiveForm(found.card, request.POST)
    if not form.is_valid():
        return _page(request, found, 422, give=form)
    given = dict(form.cleaned_data)
    key = given.pop("level")
    return _decided(request, found, form, lambda: actions.give(found, by=request.user, key=key, **given))


@access.signed_in(methods=["POST"])
def level_refuse(request: HttpRequest, code: str) -> HttpResponse:
    found = _to_decide(request, code)
    form = ReasonForm(request.POST, prefix="refuse")
    if not form.is_valid():
        return _page(request, found, 422, refuse=form)
    return _decided(
        request, found, form, lambda: actions.refuse(found, by=request.user, reason=form.cleaned_data["reason"])
    )


@access.signed_in(methods=["POST"])
def level_end(request: HttpRequest, code: str) -> HttpResponse:
    found = _to_decide(request, code)
    form = ReasonForm(request.POST, prefix="end")
    if not form.is_valid():
        return _page(request, found, 422, end=form)
    return _decided(
        request, found, form, lambda: actions.end(found, by=request.user, reason=form.cleaned_data["reason"])
    )


@access.signed_in(methods=["POST"])
def level_take_back(request: HttpRequest, code: str) -> HttpResponse:
    found = _level(request, code)
    require(found.trainee_id == request.user.pk, _("Only who asked takes it back."))
    try:
        actions.take_back(found, by=request.user)
        messages.success(request, _("You took your question back."))
    except actions.NotNow:
        messages.error(request, _("This was decided a moment ago. Nothing changed."))
    return redirect("portfolios:card", found.card.code)
