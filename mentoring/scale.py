"""Conversations of an invented country (portal/scale.py)."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Permission

from mentoring.actions.conversations import TITLES
from mentoring.actions.papers import KIND
from mentoring.models import Conversation, Point, State, Track
from portal import scale as ground
from portal import sharing
from portal.models import Document, Relation, Shareable
from portal.scale import DAY, Scale

TEXT = "We begonnen bij de overdracht. Beginnen bij de zorgen helpt, al voelt het nog onwennig. " * 4
HELD, EVERY = 4, 91  # conversations of each pair that are over, and days between them


def seed(scale: Scale) -> None:
    """Every pair of a trainee and a mentor has a line: four signed conversations and one to come."""
    right = Permission.objects.get(codename=sharing.COMMENT, content_type__app_label="portal")
    people = set(scale.people)
    rows = Relation.objects.filter(kind=Relation.Kind.MENTOR, track=None).order_by("pk")
    pairs = [one for one in rows.iterator() if one.person_id in people]
    for chunk in ground.chunks(pairs):
        ground.insert(Track(relation=one) for one in chunk)
        talks = _talks(scale, chunk)
        others = {one.pk: one.other_id for one in chunk}
        ground.grants(scale, [(talk.shareable, others[talk.track_id]) for talk in talks], right=right)
        ground.insert(
            Point(conversation=talk, position=number, text=f"Punt {number}") for talk in talks for number in (1, 2, 3)
        )
        # Points come before: to a final report nothing is added.
        held = Conversation.objects.filter(pk__in=[one.pk for one in talks if one.state == State.HELD])
        held.update(state=State.SIGNED, reported_at=scale.at - DAY, ended_at=scale.at - DAY)


def _talks(scale: Scale, pairs: Sequence[Relation]) -> list[Conversation]:
    wanted = [(pair, number) for pair in pairs for number in range(HELD + 1)]
    shareables = ground.insert(
        Shareable(
            code=scale.code(),
            kind=Shareable.Kind.CONVERSATION,
            owner_id=pair.person_id,
            template_titles=TITLES["mentor"],
        )
        for pair, _number in wanted
    )
    documents = ground.insert(
        Document(
            code=scale.code(),
            kind=KIND,
            about=shareable.code,
            title="Mentorgesprek",
            language="nl",
            media_type="application/pdf",
            size=1,  # nobody opens it
            sha256="0" * 64,
            owner_id=shareable.owner_id,
            made_at=scale.at,
        )
        for shareable, (_pair, number) in zip(shareables, wanted, strict=True)
        if number < HELD
    )
    papers = iter(documents)
    return ground.insert(
        Conversation(
            shareable=shareable,
            track_id=pair.pk,
            kind=Conversation.Kind.MENTOR,
            due_on=scale.today + (number - HELD) * EVERY * DAY + 20 * DAY,
            **(_past(scale, number, next(papers)) if number < HELD else {}),
        )
        for shareable, (pair, number) in zip(shareables, wanted, strict=True)
    )


def _past(scale: Scale, number: int, document: Document) -> dict[str, Any]:
    on = scale.today + (number - HELD) * EVERY * DAY + 21 * DAY
    texts = {"notes": TEXT, "report": TEXT, "response": TEXT}
    return {"state": State.HELD, "held_on": on, "document": document, **texts}
