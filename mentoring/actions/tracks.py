"""The line of conversations of a relation: it begins, pauses and ends with dates alone (M4)."""

import datetime

from django.db import transaction
from django.utils import timezone

from mentoring import rules
from mentoring.actions.conversations import ask_to_plan, end, locked, plan_next
from mentoring.actions.reports import about_agreement
from mentoring.models import Agreement, Conversation, Pause, State, Track
from mentoring.models.conversations import COMING
from portal import today
from portal.models import Relation

BATCH = 500


def begin(relation: Relation, *, at: datetime.datetime | None = None, months: int = 0) -> Track:
    """A line for this relation, with its first conversation. Again: nothing changes."""
    at = at or timezone.now()
    with transaction.atomic():
        relation = (
            Relation.objects.select_for_update(of=("self",)).select_related("person", "other").get(pk=relation.pk)
        )
        given = {"months": months} if months else {}
        track, is_new = Track.objects.get_or_create(relation=relation, defaults=given)
        if is_new:
            # The last due date that lies a cadence back or more is gone; what comes is what is planned.
            yesterday = timezone.localdate(at) - datetime.timedelta(days=1)
            plan_next(track, after=max(relation.starts_on, yesterday), at=at)
    return track


def pause(
    track: Track, starts_on: datetime.date, ends_on: datetime.date, *, at: datetime.datetime | None = None
) -> None:
    """From `starts_on` until `ends_on` (not included) the line rests: what is due after moves by as many days."""
    at = at or timezone.now()
    with transaction.atomic():
        track = Track.objects.select_for_update(of=("self",)).select_related("relation").get(pk=track.pk)
        coming = Conversation.objects.filter(track=track, state=State.DUE, proposed_by=None).first()
        Pause.objects.create(track=track, starts_on=starts_on, ends_on=ends_on)
        if coming is None or coming.due_on < starts_on:
            return
        found = locked(coming)
        if found.state == State.DUE and found.due_on >= starts_on:
            last = Conversation.objects.filter(track=track).exclude(pk=found.pk).order_by("-due_on").first()
            found.due_on = track.following(last.due_on if last else track.relation.starts_on)
            found.save(update_fields=["due_on"])
            ask_to_plan(found, at)


def follow(*, at: datetime.datetime) -> tuple[int, int]:
    """Begin the lines of new relations and end those of relations that are over; how many of each. Any number of
    times: what is done is not found again."""
    on = timezone.localdate(at)
    begun = ended = 0
    new = Relation.objects.live(on).filter(track=None, kind__in=rules.KIND_OF).order_by("pk")
    for relation in new[:BATCH]:
        begin(relation, at=at)
        begun += 1
    over = Track.objects.filter(ended_at=None, relation__ends_on__lte=on).order_by("pk")
    for track in over[:BATCH]:
        ended += stop(track, at=at)
    return begun, ended


def stop(track: Track, *, at: datetime.datetime) -> int:
    """The relation is over: what was coming does not come, and both calendars hear it. To the other nothing is
    asked any more; the trainee can still finish and sign what was held."""
    with transaction.atomic():
        track = Track.objects.select_for_update(of=("self",)).select_related("relation__other").get(pk=track.pk)
        if track.ended_at:
            return 0
        for conversation in Conversation.objects.filter(track=track, state__in=COMING):
            found = locked(conversation)
            if rules.may_move(found, State.ENDED):
                end(found, State.ENDED, by=None, at=at)
        codes = Conversation.objects.filter(track=track).values_list("shareable__code", flat=True)
        agreed = Agreement.objects.filter(conversation__track=track, done_at=None)
        for about in [*codes, *(about_agreement(one) for one in agreed.select_related("conversation__shareable"))]:
            today.done(about, to=track.relation.other, at=at)
        Track.objects.filter(pk=track.pk).update(ended_at=at)
    return 1
