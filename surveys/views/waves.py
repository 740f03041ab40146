"""Surveys of an organisation, for who makes them there (surveys.md Q2). No page says who answered."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import jobs
from portal.access import access, require
from portal.codes import new_code
from portal.editing import EditedElsewhere
from portal.published import in_language
from surveys.actions import closing
from surveys.actions import waves as actions
from surveys.forms.filling import Paper
from surveys.forms.waves import InviteForm, SurveyForm
from surveys.models import Invitation, Survey
from surveys.models.waves import State
from surveys.rules import named
from surveys.rules import waves as rules
from surveys.tasks import CLOSE
from surveys.views.makers import places_of
from surveys.views.papers import preview_page

PER_PAGE = 20
INVITED_PER_PAGE = 100


def _mine(request: HttpRequest, code: str) -> Survey:
    return get_object_or_404(Survey.objects.whole().visible_to(request.user), code=code)


@access.signed_in
def surveys(request: HttpRequest) -> HttpResponse:
    """The surveys of the organisations where somebody makes them, the latest first."""
    places_of(request)
    rows = Survey.objects.whole().visible_to(request.user).order_by("-opens_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    at = timezone.now()
    for row in page:
        row.state_now = row.state(at)
    return render(request, "surveys/surveys.html", {"page": page})


# --- Setting up -----------------------------------------------------------------------------


@access.signed_in(methods=["GET", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    """A survey that only its organisers see, until they announce it."""
    organisations = places_of(request)
    form = SurveyForm(request.POST or None, organisations=organisations, person=request.user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "surveys/survey_edit.html", {"form": form}, status=422 if form.errors else 200)
    organisation = form.cleaned_data.get("organisation", form.organisation)
    made = Survey.objects.create(
        organisation=organisation, owner=request.user, open_code=_open_code(form), **form.facts()
    )
    return redirect("surveys:survey", made.code)


def _open_code(form: SurveyForm, former: str = "") -> str:
    return (former or new_code()) if form.cleaned_data["has_open_code"] else ""


@access.signed_in(methods=["GET", "POST"])
def survey_edit(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    over = found.state(timezone.now()) in (State.OVER, State.CLOSED)
    require(not over, _("This survey is over. It stays as it is."))
    form = SurveyForm(request.POST or None, organisations=[found.organisation], person=request.user, survey=found)
    if request.method == "POST" and request.POST.get("revision") != str(found.revision):
        return _changed_elsewhere(request, found)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "survey": found}
        return render(request, "surveys/survey_edit.html", context, status=422 if form.errors else 200)
    facts = form.facts()
    if not form.is_declared:
        facts["open_code"] = _open_code(form, found.open_code)
    try:
        actions.change(found, facts, revision=form.cleaned_data["revision"], at=timezone.now())
    except EditedElsewhere as elsewhere:
        return _changed_elsewhere(request, elsewhere.current)
    messages.success(request, _("The survey is changed."))
    return redirect("surveys:survey", found.code)


def _changed_elsewhere(request: HttpRequest, current: Survey) -> HttpResponse:
    """What somebody typed stays in the form, beside what another kept meanwhile; kept once more, it stands."""
    data = request.POST.copy()
    data["revision"] = str(current.revision)
    form = SurveyForm(data, organisations=[current.organisation], person=request.user, survey=current)
    context = {"form": form, "survey": current, "others": form.others(), "gone": form.gone()}
    return render(request, "surveys/survey_edit.html", context, status=409)


@access.signed_in
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """For the organiser: what is asked of whom, and what comes next."""
    found, at = _mine(request, code), timezone.now()
    state = found.state(at)
    context = {
        "survey": found,
        "state": state,
        "groups": _groups(found, state),
        "units": rules.units(found),
        "may_launch": rules.may_launch(found, at),
        "may_invite": rules.may_invite(found, at),
        "waves": Survey.objects.filter(series=found.series).order_by("wave")[:50],
        "moves": {"may_end": state == State.OPEN, "may_repeat": state == State.CLOSED},
    }
    return render(request, "surveys/survey.html", context)


def _groups(found: Survey, state: State) -> list[dict[str, Any]]:
    """Each with how many are invited, and the count that may be told: of an anonymous survey in steps, once a day."""
    invited, counted = _by_group(found.invitations), state == State.OPEN and found.counted_on
    answered = _by_group(found.named_answers) if found.is_named else {}
    return [
        {
            "key": one["key"],
            "names": one["names"],
            "invited": invited.get(one["key"], 0),
            "count": found.counts.get(one["key"], 0) if counted else None,
            "answered": answered.get(one["key"], 0),
        }
        for one in rules.groups(found)
    ]


def _by_group(rows: Any) -> dict[str, int]:
    return dict(rows.values_list("group").annotate(number=Count("pk")))


@access.signed_in(methods=["POST"])
def survey_launch(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    try:
        actions.launch(found, by=request.user, at=timezone.now())
    except actions.NotNow:
        messages.error(request, _("Nobody can answer it yet: invite people, and let it end later."))
    else:
        messages.success(request, _("The survey is announced. Invitations leave when it opens."))
    return redirect("surveys:survey", found.code)


@access.signed_in(methods=["POST"])
def survey_close(request: HttpRequest, code: str) -> HttpResponse:
    """End it now, or close what is over: made in the background, with its progress."""
    found, at = _mine(request, code), timezone.now()
    if found.state(at) == State.OPEN:
        try:
            closing.end(found, by=request.user, at=at)
        except actions.NotNow:
            pass  # it ended by itself this moment
    require(found.state(timezone.now()) == State.OVER, _("This survey is not open."))
    return redirect("job", jobs.start(CLOSE, by=request.user, args={"survey": found.code}).code)


@access.signed_in(methods=["POST"])
def survey_repeat(request: HttpRequest, code: str) -> HttpResponse:
    """The next wave: the same questions, as long as this one, from a week from now."""
    found, at = _mine(request, code), timezone.now()
    starts = at + 7 * rules.DAY
    try:
        made = actions.next_wave(
            found, by=request.user, opens_at=starts, closes_at=starts + (found.closes_at - found.opens_at)
        )
    except actions.NotNow:
        messages.error(request, _("The next wave can be made when this one is closed."))
        return redirect("surveys:survey", found.code)
    return redirect("surveys:survey_edit", made.code)


# --- Who is invited -------------------------------------------------------------------------


@access.signed_in(methods=["GET", "POST"])
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """People of one group at a time, by role or by address."""
    found, at = _mine(request, code), timezone.now()
    require(rules.may_invite(found, at), _("This survey is over. Nobody can be invited any more."))
    form = InviteForm(found, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "survey": found}
        return render(request, "surveys/invite.html", context, status=422 if form.errors else 200)
    to, data = form.chosen(), form.cleaned_data
    number = actions.invite_addresses(found, data["addresses"], at=at, **to)
    if data["role"]:
        people = rules.with_role(found.organisation, data["role"], timezone.localdate(at))
        number += actions.invite(found, people, at=at, **to)
    words = ngettext("%(count)s person is on the list now.", "%(count)s people are on the list now.", number)
    messages.success(request, words % {"count": number})
    return redirect("surveys:invitations", found.code)


@access.signed_in
def invitations(request: HttpRequest, code: str) -> HttpResponse:
    """Who is asked, by group. Whether somebody answered stands nowhere, but for a survey with names."""
    found = _mine(request, code)
    rows = found.invitations.select_related("person").defer("is_spent").order_by("group", "pk")
    page = Paginator(rows, INVITED_PER_PAGE).get_page(request.GET.get("page"))
    names = {one["key"]: in_language(one["names"]) for one in [*rules.groups(found), *rules.units(found)]}
    sent = named.answers_of(found, [row.person_id for row in page])
    reads = found.is_named and named.may_read(request.user, found)
    for row in page:
        row.where = ", ".join(names[key] for key in (row.group, row.unit) if key in names)
        row.answer = sent.get(row.person_id)
        row.may_read = row.answer is not None and (reads or row.person_id == request.user.pk)
    context = {"survey": found, "page": page, "may_take_along": reads}
    return render(request, "surveys/invitations.html", context)


@access.signed_in(methods=["POST"])
def invitation_withdraw(request: HttpRequest, code: str, invitation: str) -> HttpResponse:
    found = _mine(request, code)
    row = get_object_or_404(Invitation.objects.select_related("survey"), survey=found, code=invitation)
    try:
        actions.withdraw(row, at=timezone.now())
    except actions.NotNow:
        messages.error(request, _("This invitation was sent already."))
    return redirect("surveys:invitations", found.code)


@access.signed_in(methods=["GET", "POST"])
def survey_preview(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """As somebody of this group sees it; nothing is sent."""
    found = _mine(request, code)
    if not any(one["key"] == group for one in rules.groups(found)):
        raise Http404
    paper = Paper(found.document, group, request.POST)
    back = ("surveys:survey", found.code)
    return preview_page(request, paper, title=str(found), back=back, is_named=found.is_named)
