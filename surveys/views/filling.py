"""Filling in an anonymous survey (surveys.md Q2, Q3). These pages know an invitation or a ballot, never both.

A named survey has its own pages (named.py); here it is not there. Nothing is kept on the server before it is sent, and
no page here leaves a trace of who looked at it.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from portal import limits, tokens
from portal.access import access
from surveys.actions import answers as actions
from surveys.forms.filling import Paper
from surveys.forms.groups import GroupForm
from surveys.models import Ballot, Invitation, Survey
from surveys.models.waves import State
from surveys.views.papers import SEND, about, onward, page

MOST_AN_HOUR = 300  # ballots of one open survey to one network: a full hall on one wifi, and no flood

# --- Beginning ------------------------------------------------------------------------------


@access.public(methods=["GET", "POST"])
def invitation(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The link of a mail. Looking at it any number of times spends nothing; only the button does."""
    row = _anonymous().filter(code=code).first()
    if row is None or not (row.survey.closed_at or tokens.is_of(token, row.code, row.nonce)):
        raise Http404
    return _invitation(request, row)


@access.signed_in(methods=["GET", "POST"])
def invited(request: HttpRequest, code: str) -> HttpResponse:
    """The same from the own list of things to do, without the mail."""
    row = get_object_or_404(_anonymous().filter(person=request.user.pk, is_sent=True), code=code)
    return _invitation(request, row)


def _anonymous() -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(survey__is_named=False)
    return rows.select_related("survey__organisation__sector", "survey__version")


def _invitation(request: HttpRequest, row: Invitation) -> HttpResponse:
    survey = row.survey
    if request.method != "POST":
        return _quiet(render(request, "surveys/invitation.html", about(survey) | {"is_spent": row.is_spent}))
    return _begin(request, survey, lambda: actions.exchange(row, at=timezone.now()))


@access.public(methods=["GET", "POST"])
def open_survey(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever has the open code says of which group they are; a browser that has a ballot goes on with that one."""
    survey = get_object_or_404(Survey.objects.whole(), open_code=code, launched_at__isnull=False)
    form = GroupForm(survey, request.POST if request.method == "POST" else None)
    kept = _ballot_of(request, survey)
    context = about(survey) | {"form": form, "goes_on": kept is not None and not kept.is_used}
    if request.method != "POST" or (not form.is_valid() and not context["goes_on"]):
        return _quiet(render(request, "surveys/open.html", context, status=422 if form.errors else 200))
    if context["goes_on"]:
        return redirect("surveys:fill", survey.code)
    at = timezone.now()
    if context["is_open"] and not limits.take(request, what=f"ballot {survey.code}", most=MOST_AN_HOUR, at=at):
        return _quiet(render(request, "surveys/open.html", context | {"most": MOST_AN_HOUR}, status=429))
    return _begin(request, survey, lambda: actions.hand_out(survey, at=at, **form.chosen()))


@access.public(methods=["GET", "POST"])
def ballot(request: HttpRequest, key: str) -> HttpResponse:
    """Going on in another browser: whoever has the address of a ballot may use it, once."""
    found = actions.ballot_of(key)
    if found is None:
        raise Http404
    context = about(found.survey)
    if found.is_used or (request.method == "POST" and not context["is_open"]):
        return _refused(request, found.survey, "used" if found.is_used else "closed")
    if request.method != "POST":
        return _quiet(render(request, "surveys/ballot.html", context))
    return _begin(request, found.survey, lambda: key)


def _begin(request: HttpRequest, survey: Survey, give: Callable[[], str]) -> HttpResponse:
    """With the key of a ballot that `give` gives, unless it refuses.

    On the own device the ballot lies in a cookie of this browser session. On another's it lies in the page only.
    """
    try:
        key = give()
    except actions.Refused as refusal:
        return _refused(request, survey, refusal.code)
    if "shared" in request.POST:
        found = actions.ballot_of(key, survey)
        assert found is not None
        paper = Paper(survey.document, found.group, QueryDict())
        return _quiet(page(request, paper, paper.keys[0], _context(request, survey, key)))
    response = redirect("surveys:fill", survey.code)
    response.set_cookie(
        cookie_name(survey), key, path=reverse("surveys:surveys"), secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return _quiet(response)


def cookie_name(survey: Survey) -> str:
    return f"ballot-{survey.code}"


def _ballot_of(request: HttpRequest, survey: Survey) -> Ballot | None:
    return actions.ballot_of(_key(request, survey), survey)


def _key(request: HttpRequest, survey: Survey) -> str:
    return request.POST.get("_ballot") or request.COOKIES.get(cookie_name(survey), "")


# --- Answering ------------------------------------------------------------------------------


@access.public(methods=["GET", "POST"])
def fill(request: HttpRequest, code: str) -> HttpResponse:
    """One section a screen; what was typed on the others travels along in the page."""
    survey = get_object_or_404(Survey.objects.whole(), code=code, is_named=False, launched_at__isnull=False)
    found = _ballot_of(request, survey)
    if found is None or found.is_used or survey.state(timezone.now()) != State.OPEN:
        why = "closed" if about(survey)["is_over"] else "used" if found and found.is_used else "none"
        return _refused(request, survey, why, typed=request.POST)
    paper = Paper(survey.document, found.group, request.POST)
    if request.POST.get("_to") == SEND and not paper.faulty:
        return _send(request, survey, paper)
    return _quiet(onward(request, paper, _context(request, survey, request.POST.get("_ballot", ""))))


def _context(request: HttpRequest, survey: Survey, shared: str = "") -> dict[str, Any]:
    """`shared` is the key of the ballot when it lies in the page only."""
    return {"survey": survey, "shared": shared, "ballot_key": shared or _key(request, survey)}


def _send(request: HttpRequest, survey: Survey, paper: Paper) -> HttpResponse:
    try:
        actions.submit(_key(request, survey), paper.answers, at=timezone.now())
    except actions.Refused as refusal:
        return _refused(request, survey, refusal.code, typed=request.POST)
    response = redirect("surveys:thanks", survey.code)
    response.delete_cookie(cookie_name(survey), path=reverse("surveys:surveys"))
    return _quiet(response)


@access.public
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """The same for everybody who opens it: it knows nobody."""
    survey = get_object_or_404(Survey.objects.whole(), code=code, is_named=False, launched_at__isnull=False)
    return _quiet(render(request, "surveys/thanks.html", {"survey": survey}))


def _refused(request: HttpRequest, survey: Survey, why: str, *, typed: QueryDict | None = None) -> HttpResponse:
    """Why there is nothing to fill in; what was typed and cannot be sent any more is shown back."""
    paper = Paper(survey.document, survey.document["groups"][0]["key"], typed) if typed else None
    context = {"survey": survey, "why": why, "pages": paper.said() if paper and paper.answers else []}
    return _quiet(render(request, "surveys/refused.html", context, status=409))


def _quiet(response: HttpResponse) -> HttpResponse:
    """Kept in no cache, signed in or not. (The site's Referrer-Policy keeps addresses inside; a stricter one would take
    away the Origin by which forms are trusted.)"""
    response["Cache-Control"] = "no-store, private"
    return response
