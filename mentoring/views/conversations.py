"""One page for a conversation in all its states, and what is sent from it until it was held."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring import rules
from mentoring.actions import conversations as actions
from mentoring.actions.conversations import Refused
from mentoring.forms.conversations import HeldForm, PickForm, PointsForm, TimesForm
from mentoring.forms.reports import AddendumForm, AgreementForm, TextsForm
from mentoring.models import Conversation, State
from mentoring.models.conversations import COMING, FINAL, MOST_POINTS, WRITABLE, complete
from portal import drafts, readings
from portal.access import access, require, visible_or_404
from portal.models import User
from portal.models.sharing import Channel
from portfolios import topics
from portfolios.models import Goal, Snapshot

MOST_GOALS = 10
KIND = "conversation"  # of what is kept while it is typed


def found_or_404(request: HttpRequest, code: str) -> Conversation:
    """The conversation, if they take part in it."""
    return complete(visible_or_404(Conversation.objects.with_people(), request.user, code))


def page(request: HttpRequest, found: Conversation, *, status: int = 200, **forms: Any) -> HttpResponse:
    """All of it, with only the forms of what this person can do now; a form that came back stays as it was typed."""
    readings.note(request.user, [found.shareable], channel=Channel.PAGE, at=timezone.now())
    person, given = request.user, {**forms}
    makers: dict[str, tuple[bool, Callable[[], Form]]] = {
        "times_form": (rules.may_propose(person, found), lambda: TimesForm(initial={"place": found.place})),
        "pick_form": (rules.may_pick(person, found), lambda: PickForm(conversation=found)),
        "points_form": (rules.may_set_points(person, found), lambda: PointsForm(conversation=found)),
        "held_form": (rules.may_hold(person, found), lambda: HeldForm(initial={"held_on": _day_spoken(found)})),
        "agreement_form": (rules.may_agree(person, found), lambda: AgreementForm(conversation=found)),
        "addendum_form": (rules.may_add(person, found), AddendumForm),
    }
    for name, (may, make) in makers.items():
        if may:
            given.setdefault(name, make())
    if names := rules.texts_of(person, found):
        given.setdefault("texts_form", TextsForm(conversation=found, names=names))
        given.setdefault("editing", editing(request, found, given["texts_form"]))
    faulty = next((one for one in forms.values() if isinstance(one, Form) and one.errors), None)
    context = {
        "faulty": faulty,
        "conversation": found,
        "other": found.counterpart(person),
        **_facts(request, found),
        **given,
    }
    return render(request, "mentoring/conversation.html", context, status=status)


def editing(request: HttpRequest, found: Conversation, form: TextsForm) -> drafts.Editing:
    address = reverse("mentoring:keep", args=[found.code])
    return drafts.direct(request.user, KIND, found.code, form=form, keep_url=address, revision=found.version)


def _day_spoken(found: Conversation) -> Any:
    today = timezone.localdate()
    return min(timezone.localdate(found.starts_at), today) if found.starts_at else today


def _facts(request: HttpRequest, found: Conversation) -> dict[str, Any]:
    person = request.user
    leads = rules.leads(person, found)
    goals = Goal.objects.filter(section__portfolio=found.trainee.pk).open()
    if not leads:  # only the titles of those that they read anyway: no reading
        goals = goals.visible_to(person)
    return {
        "leads": leads,
        "is_turn": rules.is_turn_of(person, found),
        "may_cancel": found.state == State.PLANNED,
        "may_skip": rules.may_move(found, State.SKIPPED),
        "may_report": rules.may_report(person, found),
        "may_reopen": rules.may_reopen(person, found),
        "may_sign": rules.may_sign(person, found),
        "was_held": found.state in rules.SPOKE,
        "goals": goals.for_list().soonest_first()[:MOST_GOALS] if found.state in WRITABLE else [],
        "suggestions": _suggestions(person, found),
        "responder": rules.adds(found).full_name,
        "following": _following(person, found) if found.state not in COMING else None,
        "snapshot": Snapshot.objects.of(found.shareable).first() if found.reported_at else None,
        "signatures": _signatures(found) if found.state in (State.REPORTED, *FINAL) else [],
    }


def _following(person: User, found: Conversation) -> Conversation | None:
    """The one that is still to come; there is never more than one of two people."""
    on_track = Conversation.objects.visible_to(person, narrow=True).filter(track=found.track_id, state__in=COMING)
    return on_track.select_related("shareable").first()


def _suggestions(person: User, found: Conversation) -> list[str]:
    """What the trainee's portfolio suggests to them alone, as long as there is room and it is still to come."""
    there = [one.text for one in found.points.all()]
    if not rules.leads(person, found) or found.state not in COMING or len(there) >= MOST_POINTS:
        return []
    return [text for text in topics.suggested(person, timezone.localdate()) if text not in there]


def _signatures(found: Conversation) -> list[dict[str, Any]]:
    signed = {one.person_id: one for one in found.signatures.all()}
    return [{"person": one, "signature": signed.get(one.pk)} for one in (found.trainee, found.other)]


def done(request: HttpRequest, code: str, act: Callable[[], Any], said: str) -> HttpResponse:
    """One action, and back to the page; a refusal says why, there."""
    try:
        act()
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("mentoring:conversation", code)


@access.signed_in
def conversation(request: HttpRequest, code: str) -> HttpResponse:
    return page(request, found_or_404(request, code))


@access.signed_in(methods=["POST"])
def propose(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    form = TimesForm(request.POST)
    if not form.is_valid():
        return page(request, found, status=422, times_form=form)
    place = form.cleaned_data["place"]
    said = _("Proposed. %(name)s picks one of the three.") % {"name": found.counterpart(request.user).full_name}
    return done(request, code, lambda: actions.propose(found, form.times, by=request.user, place=place), said)


@access.signed_in(methods=["POST"])
def pick(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    form = PickForm(request.POST, conversation=found)
    if not form.is_valid():
        return page(request, found, status=422, pick_form=form)
    said = _("Planned. It stands with both of you under what is coming, and a mail brings it to your calendars.")
    return done(request, code, lambda: actions.pick(found, form.picked, by=request.user), said)


@access.signed_in(methods=["POST"])
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    said = _("The appointment is cancelled, and the other is told. The conversation can be planned again.")
    return done(request, code, lambda: actions.cancel(found, by=request.user), said)


@access.signed_in(methods=["POST"])
def skip(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    return done(
        request, code, lambda: actions.skip(found, by=request.user), _("Skipped. The next one stands ready below.")
    )


@access.signed_in(methods=["POST"])
def points(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    require(rules.leads(request.user, found), _("The trainee chooses what it is about."))
    form = PointsForm(request.POST, conversation=found)
    if not form.is_valid():
        return page(request, found, status=422, points_form=form)
    said = _("Your points are there; you both see them.")
    return done(request, code, lambda: actions.set_points(found, form.texts, by=request.user), said)


@access.signed_in(methods=["POST"])
def hold(request: HttpRequest, code: str) -> HttpResponse:
    found = found_or_404(request, code)
    form = HeldForm(request.POST)
    if not form.is_valid():
        return page(request, found, status=422, held_form=form)
    said = _("Noted that you spoke. Now the report; the next conversation stands ready.")
    day = form.cleaned_data["held_on"]
    return done(request, code, lambda: actions.hold(found, on=day, by=request.user), said)
