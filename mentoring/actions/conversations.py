"""From due to held: planning, preparing, skipping (M4). The verbs of the report stand in actions/reports.py."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring import kinds, rules
from mentoring.models import Conversation, Point, ProposedTime, State, Track
from mentoring.models.conversations import COMING, MOST_POINTS
from portal import sharing, today
from portal.models import Grant, Shareable, User

LENGTH = datetime.timedelta(minutes=45)
ASKED_BEFORE = datetime.timedelta(days=28)
SILENCE = datetime.timedelta(days=21)
KEPT = datetime.timedelta(days=2 * 365)  # how long the other reads it, as long as the relation lasts
TIMES = 3
DAY = datetime.timedelta(days=1)
TITLES = {
    "mentor": {"nl": "Mentorgesprek", "en": "Mentor conversation"},
    "progress": {"nl": "Voortgangsgesprek", "en": "Progress conversation"},
    "appraisal": {"nl": "Beoordelingsgesprek", "en": "Appraisal"},
}
Link = tuple[str, *tuple[str, ...]]


class Refused(Exception):
    """The message is for the reader of the page; nothing was changed."""


def locked(conversation: Conversation, to: str = "") -> Conversation:
    """The row, locked, if it may go to the state `to`. Raises Refused: meanwhile somebody did something else."""
    rows = Conversation.objects.select_for_update(of=("self",))
    found = rows.select_related("shareable__owner", "track__relation__person", "track__relation__other").get(
        pk=conversation.pk
    )
    if to and not rules.may_move(found, to):
        raise Refused(_("This changed meanwhile. Look at how it stands now; nothing was changed by you."))
    return found


def link(conversation: Conversation) -> Link:
    return ("mentoring:conversation", conversation.code)


def ask(kind: str, conversation: Conversation, *, to: User, on: datetime.date, **given: Any) -> None:
    args = {"who": conversation.counterpart(to).code, "what": conversation.code, "on": on.isoformat()}
    about = given.pop("about", conversation.code)
    today.ask(kind, to=to, about=about, link=link(conversation), args=args, **given)


# --- The next one ---------------------------------------------------------------------------


def plan_next(track: Track, *, after: datetime.date, at: datetime.datetime, kind: str = "") -> Conversation | None:
    """The first conversation due after that day, unless one is coming already or the relation is over by then."""
    relation = track.relation
    due_on = track.following(after)
    over = relation.ends_on is not None and relation.ends_on <= due_on
    if over or Conversation.objects.filter(track=track, state__in=COMING).exists():
        return None
    kind = kind or rules.KIND_OF[relation.kind]
    titles = TITLES[kind]
    shareable = Shareable.objects.create(
        kind=Shareable.Kind.CONVERSATION, owner=relation.person, template_titles=titles
    )
    made = Conversation.objects.create(shareable=shareable, track=track, kind=kind, due_on=due_on)
    _let_read(made, due_on, at)
    ask_to_plan(made, at)
    return made


def _let_read(conversation: Conversation, due_on: datetime.date, at: datetime.datetime) -> None:
    """The relation is the act of sharing: its code is the source of the grant, its end the grant's end."""
    relation = conversation.track.relation
    last = due_on + KEPT
    last = min(last, relation.ends_on) if relation.ends_on else last
    until = timezone.make_aware(datetime.datetime.combine(last, datetime.time.min))
    sharing.share(
        conversation.shareable,
        by=relation.person,
        reader=relation.other,
        right=sharing.COMMENT,
        purpose=Grant.Purpose.GUIDANCE,
        until=until,
        at=at,
        source=relation.code,
    )


def ask_to_plan(conversation: Conversation, at: datetime.datetime) -> None:
    due_on = conversation.due_on
    opens_on = min(max(due_on - ASKED_BEFORE, timezone.localdate(at)), due_on)
    ask(kinds.PLAN, conversation, to=conversation.trainee, on=due_on, opens_on=opens_on, due_on=due_on, at=at)
    _ask_when_silent(conversation, at)


def _ask_when_silent(conversation: Conversation, at: datetime.datetime) -> None:
    """Three weeks after it was due each is asked apart whether they spoke, unless it is planned by then."""
    asked_on = max(conversation.due_on + SILENCE, timezone.localdate(at))
    for person in (conversation.trainee, conversation.other):
        ask(kinds.SILENT, conversation, to=person, on=conversation.due_on, opens_on=asked_on, due_on=asked_on, at=at)


# --- Planning -------------------------------------------------------------------------------


def propose(
    conversation: Conversation,
    times: Sequence[datetime.datetime],
    *,
    by: User,
    place: str = "",
    at: datetime.datetime | None = None,
) -> None:
    """Three times for the other to pick from; proposing again replaces them, and frees a time that was picked."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation, State.PLANNED)
        if len(set(times)) != TIMES or min(times) <= at:
            raise Refused(_("Propose three different times that are still to come."))
        if found.state == State.PLANNED:
            today.cancel(found.code, by=by, at=at)
        ProposedTime.objects.filter(conversation=found).delete()
        ProposedTime.objects.bulk_create(ProposedTime(conversation=found, starts_at=one) for one in times)
        Conversation.objects.filter(pk=found.pk).update(
            state=State.DUE, starts_at=None, proposed_by=by, place=place[:120]
        )
        today.done(found.code, at=at)
        first = timezone.localdate(min(times))
        ask(kinds.PICK, found, to=found.counterpart(by), on=first, due_on=first, at=at)
        _ask_when_silent(found, at)


def pick(
    conversation: Conversation, starts_at: datetime.datetime, *, by: User, at: datetime.datetime | None = None
) -> None:
    """One of the proposed times becomes the appointment; the other is told, with an entry for the calendar."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation, State.PLANNED)
        offered = found.times.filter(starts_at=starts_at).exists()
        if not rules.may_pick(by, found) or not offered or starts_at <= at:
            raise Refused(_("This time is no longer on offer. Look at the times below."))
        found.state, found.starts_at = State.PLANNED, starts_at
        found.save(update_fields=["state", "starts_at"])
        found.times.all().delete()
        today.done(found.code, at=at)
        _appoint(found, by=by, at=at)


def _appoint(conversation: Conversation, *, by: User, at: datetime.datetime) -> None:
    starts_at = conversation.starts_at
    assert starts_at is not None
    on = timezone.localdate(starts_at)
    today.appoint(
        kinds.MEET,
        about=conversation.code,
        organiser=conversation.trainee,
        people=[conversation.other],
        starts_at=starts_at,
        ends_at=starts_at + LENGTH,
        link=link(conversation),
        args={"trainee": conversation.trainee.code, "other": conversation.other.code},
        place=conversation.place,
        by=by,
        at=at,
    )
    opens_on = max(on - rules.PREPARED_BEFORE, min(timezone.localdate(at), on))
    ask(kinds.PREPARE, conversation, to=conversation.trainee, on=on, opens_on=opens_on, due_on=on, at=at)
    for person in (conversation.trainee, conversation.other):
        ask(kinds.SPOKE, conversation, to=person, on=on, opens_on=on + DAY, due_on=on + 7 * DAY, at=at)


def cancel(conversation: Conversation, *, by: User, at: datetime.datetime | None = None) -> None:
    """The appointment does not take place; the conversation is to be planned again."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation, State.DUE)
        Conversation.objects.filter(pk=found.pk).update(state=State.DUE, starts_at=None, proposed_by=None)
        today.cancel(found.code, by=by, at=at)
        today.done(found.code, at=at)
        ask_to_plan(found, at)


# --- Preparing, holding, skipping -----------------------------------------------------------


def set_points(
    conversation: Conversation, texts: Sequence[str], *, by: User, at: datetime.datetime | None = None
) -> None:
    """What the trainee wants to talk about, in this order; both see it. At most five."""
    texts = [text.strip() for text in texts if text.strip()]
    with transaction.atomic():
        found = locked(conversation)
        if not rules.may_set_points(by, found) or len(texts) > MOST_POINTS:
            raise Refused(_("The points can no longer be changed. Nothing was changed."))
        found.points.all().delete()
        Point.objects.bulk_create(
            Point(conversation=found, position=number, text=text) for number, text in enumerate(texts, start=1)
        )
        if texts:
            today.done(found.code, kind=kinds.PREPARE, at=at)


def add_point(conversation: Conversation, text: str, *, by: User, at: datetime.datetime | None = None) -> None:
    """One more, after those that are there; said already, nothing changes. Raises Refused when there are five."""
    with transaction.atomic():
        found = locked(conversation)
        there = list(found.points.values_list("text", flat=True))
        if text in there:
            return
        if not rules.may_set_points(by, found):
            raise Refused(_("The points can no longer be changed. Nothing was changed."))
        if len(there) >= MOST_POINTS:
            raise Refused(_("There are five points already. Change or drop one on the page of the conversation."))
        Point.objects.create(conversation=found, position=len(there) + 1, text=text)
        today.done(found.code, kind=kinds.PREPARE, at=at)


def hold(
    conversation: Conversation, *, on: datetime.date, by: User, at: datetime.datetime | None = None
) -> Conversation | None:
    """They spoke on that day. The report is asked, and the next conversation stands ready; returns that one."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation, State.HELD)
        if not rules.may_hold(by, found):  # a report that waits for signatures is reopened, not held again
            raise Refused(_("It is noted already that you spoke. Nothing was changed."))
        if on > timezone.localdate(at):
            raise Refused(_("That day is still to come. Choose the day on which you spoke."))
        was_planned = found.state == State.PLANNED
        found.state, found.held_on = State.HELD, on
        found.save(update_fields=["state", "held_on"])
        found.times.all().delete()
        today.done(found.code, at=at)
        if was_planned and found.starts_at and found.starts_at > at:
            today.cancel(found.code, by=by, at=at)  # they spoke earlier than planned
        ask_to_report(found, at)
        return plan_next(found.track, after=max(found.due_on, on), at=at)


def ask_to_report(conversation: Conversation, at: datetime.datetime) -> None:
    on = timezone.localdate(at)
    for person in (conversation.trainee, conversation.other):
        if rules.reports(person, conversation):
            ask(kinds.REPORT, conversation, to=person, on=on, due_on=on + 7 * DAY, at=at)


def skip(conversation: Conversation, *, by: User, at: datetime.datetime | None = None) -> Conversation | None:
    """Not this time; no reason is asked. The next one stands ready; returns that one."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation, State.SKIPPED)
        end(found, State.SKIPPED, by=by, at=at)
        return plan_next(found.track, after=max(found.due_on, timezone.localdate(at)), at=at)


def end(conversation: Conversation, state: str, *, by: User | None, at: datetime.datetime) -> None:
    """Nothing comes of it any more: appointment, to-dos and proposed times go. Within a transaction, with the lock."""
    Conversation.objects.filter(pk=conversation.pk).update(state=state, starts_at=None, proposed_by=None, ended_at=at)
    conversation.times.all().delete()
    today.cancel(conversation.code, by=by, at=at)
    today.done(conversation.code, at=at)
