"""Making, publishing and showing the report of a room (events.md E7)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import tasks, wording
from events.actions import reports as actions
from events.forms.notes import ReasonForm
from events.forms.reports import ReportForm, WithdrawForm
from events.models import Event, Report, Room
from events.rules import reports as rules
from events.rules.series import is_organiser
from portal import drafts as ground_drafts
from portal import jobs
from portal.access import access, require
from portal.views.documents import answer

KIND = "event-report"  # of drafts
State = Report.State
REFUSALS = {
    "empty": gettext_lazy("There is no text in it yet. Write at least what was discussed or concluded."),
    "own": gettext_lazy("You are the only rapporteur of this room. Ask another organiser to approve what you wrote."),
}


def _mine(request: HttpRequest, code: str) -> Report:
    """A report for a page that makes it: 404 for who may not see it yet."""
    found = get_object_or_404(Report.objects.whole(), code=code)
    if not rules.may_see_draft(request.user, found):
        raise Http404
    return found


def _organised(request: HttpRequest, code: str) -> Report:
    found = _mine(request, code)
    require(is_organiser(request.user, found.room.event.series), _("Only an organiser does this."))
    return found


def _room(request: HttpRequest, code: str, room: str) -> Room:
    rows = Room.objects.select_related("event__series__organisation")
    found = get_object_or_404(rows, code=room, event__code=code)
    if not is_organiser(request.user, found.event.series):
        raise Http404
    return found


# --- Making ---------------------------------------------------------------------------------


@access.signed_in(methods=["POST"])
def report_compose(request: HttpRequest, code: str, room: str) -> HttpResponse:
    found = _room(request, code, room)
    try:
        made = actions.compose(found, by=request.user)
    except actions.NotNow:
        return redirect("events:report_revise", code, room)  # there was one before: say why another
    return redirect("events:report_edit", made.code)


@access.signed_in(methods=["GET", "POST"])
def report_revise(request: HttpRequest, code: str, room: str) -> HttpResponse:
    """A new version of what was published, with the reason that its page will give."""
    found = _room(request, code, room)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.compose(found, by=request.user, reason=form.cleaned_data["reason"])
        return redirect("events:report_edit", made.code)
    context = {"room": found, "event": found.event, "form": form}
    return render(request, "events/report_revise.html", context, status=422 if form.errors else 200)


def _form_of(report: Any) -> ReportForm:
    return ReportForm(instance=report, initial={"version": report.version})


@access.signed_in(methods=["GET", "POST"])
def report_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The text while it is made; whoever may not change it any more reads it here."""
    found = _mine(request, code)
    if not rules.may_edit(request.user, found):
        require(request.method != "POST", _("This text is closed."))
        return render(request, "events/report_made.html", _made(request, found))
    if request.method != "POST":
        form = _form_of(found)
        editing = ground_drafts.begin(request.user, KIND, code, form=form)
        return render(request, "events/report_edit.html", _made(request, found) | {"form": form, "editing": editing})
    outcome = ground_drafts.save(
        request.POST,
        make=lambda data: ReportForm(data, instance=Report(room=found.room)),
        write=lambda form: actions.write(found, form.texts(), version=form.cleaned_data["version"], by=request.user),
        show=_form_of,
    )
    if outcome.saved:
        return ground_drafts.done(request, _saved(request, found), KIND, code)
    editing = ground_drafts.resume(request.user, KIND, code, form=outcome.form)
    context = _made(request, found) | {"form": outcome.form, "editing": editing, "other": outcome.other}
    context["clashes"] = [(outcome.form[name].label, getattr(outcome.other, name)) for name in outcome.clashes]
    return render(request, "events/report_edit.html", context, status=409 if outcome.other else 422)


def _saved(request: HttpRequest, found: Report) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("events:report_edit", found.code)


def _made(request: HttpRequest, found: Report) -> dict[str, Any]:
    return {
        "report": found,
        "room": found.room,
        "event": found.room.event,
        "moves": Report.MOVES[found.state],
        "is_organiser": is_organiser(request.user, found.room.event.series),
        "parts": [(form_row.label, form_row.value()) for form_row in ReportForm(instance=found).visible_fields()],
    }


def _step(request: HttpRequest, found: Report, take: Any, done: str) -> HttpResponse:
    try:
        take(found, by=request.user, at=timezone.now())
    except actions.NotNow:
        messages.error(request, _("This step is not possible now: somebody else was a moment earlier."))
    except actions.Refused as refusal:
        messages.error(request, REFUSALS[refusal.code])
    else:
        messages.success(request, done)
    return redirect("events:report_edit", found.code)


@access.signed_in(methods=["POST"])
def report_send(request: HttpRequest, code: str) -> HttpResponse:
    done = _("The rapporteurs of this room are asked to read it, within seven days.")
    return _step(request, _organised(request, code), actions.send_to_rapporteurs, done)


@access.signed_in(methods=["POST"])
def report_approve(request: HttpRequest, code: str) -> HttpResponse:
    done = _("Approved. The text is closed; you can publish it now.")
    return _step(request, _organised(request, code), actions.approve, done)


@access.signed_in(methods=["POST"])
def report_take_back(request: HttpRequest, code: str) -> HttpResponse:
    return _step(request, _organised(request, code), actions.take_back, _("The text is open for changes again."))


@access.signed_in(methods=["POST"])
def report_publish(request: HttpRequest, code: str) -> HttpResponse:
    """The document is made in the background; the page of that work says when it stands there."""
    found = _organised(request, code)
    if found.state != State.APPROVED:
        messages.error(request, _("Approve the report first."))
        return redirect("events:report_edit", code)
    return redirect("job", jobs.start(tasks.PUBLISH, by=request.user, args={"report": code}).code)


@access.signed_in(methods=["GET", "POST"])
def report_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    found = _organised(request, code)
    require(State.WITHDRAWN in Report.MOVES[found.state], _("Only a published report can be withdrawn."))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw(found, kind=form.cleaned_data["kind"], by=request.user, at=timezone.now())
        messages.success(request, _("The report is withdrawn. The file is gone; its page says when and why."))
        return redirect("events:report_version", found.room.event.code, found.room.code, found.number)
    context = {"report": found, "room": found.room, "event": found.room.event, "form": form}
    return render(request, "events/report_withdraw.html", context, status=422 if form.errors else 200)


# --- Published ------------------------------------------------------------------------------


def _versions(code: str, room: str) -> list[Report]:
    """All that was ever published of this room, the newest first; 404 when that is nothing."""
    there = Report.objects.whole().public().filter(room__code=room, room__event__code=code).order_by("-number")
    found = list(there.exclude(room__event__state=Event.State.DRAFT))
    if not found:
        raise Http404
    return found


@access.public
def report(request: HttpRequest, code: str, room: str) -> HttpResponse:
    """The version that counts now; when all are withdrawn, the page that says so."""
    versions = _versions(code, room)
    current = next((one for one in versions if one.state == State.PUBLISHED), versions[0])
    return _shown(request, current, versions)


@access.public
def report_version(request: HttpRequest, code: str, room: str, number: int) -> HttpResponse:
    versions = _versions(code, room)
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise Http404
    return _shown(request, found, versions)


def _shown(request: HttpRequest, found: Report, versions: list[Report]) -> HttpResponse:
    newer = next((one for one in versions if one.state == State.PUBLISHED and one.number > found.number), None)
    context = {
        "report": found,
        "room": found.room,
        "event": found.room.event,
        "versions": versions,
        "newer": newer,
        "conclusions": wording.lines_of(found.conclusions),
        "actions": wording.actions_of(found.actions),
        "is_organiser": is_organiser(request.user, found.room.event.series),
    }
    return render(request, "events/report.html", context)


@access.public
def report_file(request: HttpRequest, code: str, room: str, number: int) -> HttpResponseBase:
    """The same bytes for good; 410 when they were withdrawn."""
    found = next((one for one in _versions(code, room) if one.number == number), None)
    if found is None or found.document is None:
        raise Http404
    return answer(request, found.document, inline="inline" in request.GET)
