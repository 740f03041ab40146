from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.actions import series as actions
from events.forms.notes import ReasonForm
from events.models import Event, Report, Room
from events.rules import series as rules
from portal.access import access, require
from portal.nav import roles_of
from surveys.models.questionnaires import MAKERS

PER_PAGE = 20
State = Event.State


def visible_event(request: HttpRequest, code: str) -> Event:
    return get_object_or_404(Event.objects.whole().visible_to(request.user), code=code)


def _for_the_desk(request: HttpRequest, code: str) -> Event:
    """404 for everybody but the organisers: what waits there is not public."""
    found = visible_event(request, code)
    if not rules.is_organiser(request.user, found.series):
        raise Http404
    return found


@access.public
def events(request: HttpRequest) -> HttpResponse:
    """The agenda: what comes and what was, the latest first."""
    rows = Event.objects.whole().open_to_all().order_by("-starts_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    for row in page:
        row.is_coming = not row.is_past(now)
    drafts = Event.objects.whole().drafts_of(request.user) if page.number == 1 else []
    makes_surveys = request.user.is_authenticated and bool(roles_of(request.user) & set(MAKERS))
    return render(request, "events/events.html", {"page": page, "drafts": drafts, "makes_surveys": makes_surveys})


@access.public
def event(request: HttpRequest, code: str) -> HttpResponse:
    found = visible_event(request, code)
    at = timezone.now()
    reports = Report.objects.filter(state=Report.State.PUBLISHED).select_related("document")
    rooms = list(found.rooms.order_by("number").prefetch_related(Prefetch("reports", reports, to_attr="published")))
    near = found.series.events.open_to_all().order_by("-starts_at")[:5]
    mine = Room.objects.filter(event=found, roles__person=request.user.pk).order_by("number")
    context = {
        "event": found,
        "rooms": rooms,
        "published": [room.published[0] for room in rooms if room.published],
        "moments": [_moment(one, found, at) for one in near],
        "is_organiser": rules.is_organiser(request.user, found.series),
        "my_rooms": mine,
        "is_past": found.is_past(at),
        "is_under_way": found.is_under_way(at),
    }
    return render(request, "events/event.html", context)


def _moment(one: Event, here: Event, at: Any) -> dict[str, Any]:
    title = _("Edition %(number)s") % {"number": one.number}
    is_here = one.pk == here.pk
    return {
        "state": "" if one.is_past(at) else "coming",
        "on": timezone.localdate(one.starts_at),
        "title": title,
        "url": "" if is_here else reverse("events:event", args=[one.code]),
        "text": _("this page") if is_here else "",
    }


@access.signed_in
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """For the organiser: each room, its report, and what comes next."""
    found = _for_the_desk(request, code)
    reports = Report.objects.order_by("-number")
    rooms = list(
        found.rooms.order_by("number").prefetch_related(
            Prefetch("reports", reports, to_attr="versions"), "roles__person", "notes"
        )
    )
    at = timezone.now()
    for room in rooms:
        room.event = found
        room.latest = room.versions[0] if room.versions else None
        room.written = [note for note in room.notes.all() if note.version]
        room.is_open = room.is_open_for_notes(at)
        room.is_waiting = at < room.notes_open_at
    context = {
        "event": found,
        "rooms": rooms,
        "moves": Event.MOVES[found.state],
        "steps": _checklist(found, rooms, at),
        "closing": ReasonForm(auto_id="close-%s"),
        "cancelling": ReasonForm(auto_id="cancel-%s"),
    }
    return render(request, "events/desk.html", context)


def _checklist(found: Event, rooms: list[Room], at: Any) -> list[dict[str, Any]]:
    """What is done and what comes, in the order in which it is done."""
    everybody = [room for room in rooms if room.roles.all()]
    written = [room for room in rooms if room.written]
    public = [room for room in rooms if any(one.is_frozen for one in room.versions)]
    total = len(rooms)
    return [
        {"title": _("Announced"), "is_done": found.state != State.DRAFT},
        {"title": _("Each room has a rapporteur"), "is_done": len(everybody) == total, "now": len(everybody)},
        {"title": _("The meet-up was held"), "is_done": found.is_past(at)},
        {"title": _("Each room has notes"), "is_done": len(written) == total, "now": len(written)},
        {"title": _("Each room has a published report"), "is_done": len(public) == total, "now": len(public)},
        {"title": _("Closed"), "is_done": found.state == State.CLOSED},
    ]


def _step(request: HttpRequest, code: str, to: str, done: str) -> HttpResponse:
    found = _for_the_desk(request, code)
    require(to in Event.MOVES[found.state], _("This meet-up is %(state)s.") % {"state": found.get_state_display()})
    try:
        actions.move(found, to, by=request.user, at=timezone.now(), reason=request.POST.get("reason", ""))
    except actions.NotNow:
        messages.error(request, _("Nothing was changed. Write in one sentence why; everybody can read it."))
    else:
        messages.success(request, done)
    return redirect("events:desk", found.code)


@access.signed_in(methods=["POST"])
def event_announce(request: HttpRequest, code: str) -> HttpResponse:
    return _step(request, code, State.PUBLISHED, _("Everybody can see this meet-up now."))


@access.signed_in(methods=["POST"])
def event_report(request: HttpRequest, code: str) -> HttpResponse:
    return _step(request, code, State.REPORTING, _("The reports can be made."))


@access.signed_in(methods=["POST"])
def event_close(request: HttpRequest, code: str) -> HttpResponse:
    return _step(request, code, State.CLOSED, _("This meet-up is closed."))


@access.signed_in(methods=["POST"])
def event_cancel(request: HttpRequest, code: str) -> HttpResponse:
    return _step(request, code, State.CANCELLED, _("This meet-up is cancelled."))
