"""Filling in a survey where names stand with answers, and reading one person's answers. Only who is invited, signed in.

What is typed is kept as a draft (docs/drafts.md) and counts for nothing until it is sent.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import drafts, jobs, readings
from portal.access import access, require
from portal.models import Draft
from portal.models.sharing import Channel
from portal.paging import page_of
from surveys.actions import named as actions
from surveys.actions.answers import Incomplete, Refused
from surveys.forms.named import WholeForm, as_typed, paper_of, sent_paper
from surveys.models import Invitation, NamedAnswer, Survey
from surveys.models.waves import State
from surveys.rules.named import acts, answered_by, may_read
from surveys.tasks import TAKE_ALONG
from surveys.views.papers import SEND, about, onward, page

KIND = "survey-answers"  # of draft
LOOKS_PER_PAGE = 20


def _invited(request: HttpRequest, code: str) -> tuple[Invitation, NamedAnswer | None]:
    """The own invitation to a survey with names, and what was sent. Raises Http404."""
    mine = Invitation.objects.filter(person=request.user.pk, is_sent=True, survey__is_named=True)
    mine = mine.select_related("survey__organisation__sector", "survey__version", "survey__owner", "person")
    found = get_object_or_404(mine, code=code)
    return found, answered_by(found)


def _is_open(invitation: Invitation) -> bool:
    return invitation.survey.state(timezone.now()) == State.OPEN


@access.signed_in
def named(request: HttpRequest, code: str) -> HttpResponse:
    """Who will read it is said here, before anything is typed; afterwards, who did."""
    found, sent = _invited(request, code)
    draft = Draft.objects.filter(person=request.user.pk, kind=KIND, code=code).first()
    context = about(found.survey) | {"invitation": found, "sent": sent, "is_begun": draft is not None}
    if sent:
        looked = sent.shareable.readings.select_related("reader").order_by("-read_at", "-pk")
        context["page"] = page_of(looked, LOOKS_PER_PAGE, request.GET.get("page"))
    if draft and context["is_over"]:
        context["pages"] = paper_of(found, as_typed(draft.fields)).said()
    return render(request, "surveys/named.html", context)


@access.signed_in(methods=["GET", "POST"])
def named_fill(request: HttpRequest, code: str) -> HttpResponse:
    """One section a screen, as in any survey; what was left unsent or was sent before stands in it."""
    found, sent = _invited(request, code)
    if not _is_open(found):
        return _closed(request, found)
    if request.method != "POST":
        form = WholeForm.of(found, sent)
        editing = drafts.begin(request.user, KIND, code, form=form)
        paper = paper_of(found, as_typed(editing.confirmed))
        return page(request, paper, paper.keys[0], _context(found, editing, form["version"].value()))
    form = WholeForm(found, request.POST)
    if request.POST.get("_to") == SEND and form.is_valid() and not form.paper.faulty:
        return _send(request, found)
    return onward(request, form.paper, _editing(request, found, form))


def _context(invitation: Invitation, editing: drafts.Editing, version: Any) -> dict[str, Any]:
    about = {"survey": invitation.survey, "invitation": invitation, "is_named": True}
    return about | {"editing": editing, "version": version}


def _editing(request: HttpRequest, invitation: Invitation, form: WholeForm) -> dict[str, Any]:
    """It goes on from where its writer began."""
    editing = drafts.resume(request.user, KIND, invitation.code, form=form)
    return _context(invitation, editing, form.data.get("version", "0"))


def _send(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    def write(form: WholeForm) -> None:
        version = form.cleaned_data["version"]
        actions.send(invitation, form.paper.answers, version=version, at=timezone.now())

    try:
        outcome = drafts.save(
            request.POST,
            make=lambda data: WholeForm(invitation, data),
            write=write,
            show=lambda current: WholeForm.of(invitation, current),
        )
    except Refused:
        return _closed(request, invitation)
    except Incomplete:  # woven with what was sent elsewhere, something is missing
        outcome = drafts.Outcome(WholeForm(invitation, request.POST), other=answered_by(invitation))
    if not outcome.saved:
        return _two_versions(request, invitation, outcome)
    messages.success(request, _("Your answers are in."))
    sent = answered_by(invitation)
    assert sent is not None
    return drafts.done(request, redirect("surveys:answers", sent.code), KIND, invitation.code)


def _two_versions(request: HttpRequest, invitation: Invitation, outcome: drafts.Outcome) -> HttpResponse:
    """Other answers to the same questions were sent from another page: both are shown, and the next press decides."""
    paper, other = outcome.form.paper, outcome.other
    mine = [row for _page, rows in paper.said() for row in rows]
    context = _editing(request, invitation, outcome.form) | {
        "pages": paper.said(),
        "hidden": list(paper.hidden()),
        "version": other.version,
        "theirs": [row for _page, rows in sent_paper(other).said() for row in rows if row not in mine],
    }
    return render(request, "surveys/check.html", context, status=409)


def _closed(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What was typed and cannot be sent any more is shown back."""
    if request.method != "POST":
        return redirect("surveys:named", invitation.code)
    context = {"survey": invitation.survey, "why": "closed", "pages": paper_of(invitation, request.POST).said()}
    return render(request, "surveys/refused.html", context, status=409)


@access.signed_in
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """What one person sent: for that person, and for who organises the survey, of whom each look is a reading."""
    at = timezone.now()
    found = get_object_or_404(NamedAnswer.objects.visible_to(request.user).whole(), shareable__code=code)
    readings.note(request.user, [found.shareable], channel=Channel.PAGE, at=at, acts=acts)
    is_mine, survey = found.person_id == request.user.pk, found.survey
    context: dict[str, Any] = {"answer": found, "survey": survey, "is_mine": is_mine, "pages": sent_paper(found).said()}
    if is_mine:
        context["invitation"] = survey.invitations.filter(person=request.user.pk).first()
        context["is_open"] = survey.state(at) == State.OPEN
    return render(request, "surveys/answers.html", context)


@access.signed_in(methods=["POST"])
def answers_take_along(request: HttpRequest, code: str) -> HttpResponse:
    """What everybody sent, as a table: made in the background, with its progress."""
    found = get_object_or_404(Survey.objects.visible_to(request.user), code=code, is_named=True)
    require(may_read(request.user, found), _("Only its maker, organisers and coordinators read these answers."))
    return redirect("job", jobs.start(TAKE_ALONG, by=request.user, args={"survey": found.code}).code)
