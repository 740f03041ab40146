"""Asking for a supervision level, deciding it, and showing the card to a department (P8)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import audit, sharing, today
from portal.codes import new_code
from portal.models import Placement, Shareable, User
from portfolios import kinds, rules
from portfolios.models import Experience, SupervisionCard, SupervisionLevel
from portfolios.models.supervision import MOVES, State


class NotNow(Exception):
    """This step cannot be taken in this state."""


def open_card(placement: Placement, *, by: User, at: datetime.datetime | None = None) -> SupervisionCard:
    """The card of an own placement, made when it is not there yet. Safe to call again."""
    if placement.person_id != by.pk:
        raise ValueError("a card is of one's own placement")
    at = at or timezone.now()
    with transaction.atomic():
        Placement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
        found = SupervisionCard.objects.filter(placement=placement).first()
        if found:
            return found
        shareable = Shareable.objects.create(kind=Shareable.Kind.CARD, owner=by, title=str(placement)[:200])
        return SupervisionCard.objects.create(shareable=shareable, placement=placement, opened_at=at)


def ask(
    card: SupervisionCard,
    *,
    by: User,
    asked_of: User,
    task: str,
    kind: str,
    wanted: str,
    note: str = "",
    evidence: Iterable[Experience] = (),
    code: str = "",
    at: datetime.datetime | None = None,
) -> SupervisionLevel:
    """Asked twice for the same task, or sent twice under one `code`, it is one question.

    ValueError for who may not decide here or is no supervisor.
    """
    at = at or timezone.now()
    if not rules.may_ask_level(by, card, timezone.localdate(at)) or asked_of not in rules.deciders(card, at):
        raise ValueError("asked by the owner, of somebody who supervises them here")
    if there := card.levels.filter(code=code, task__iexact=task).exclude(state=State.TAKEN_BACK).first():
        return there
    try:
        with transaction.atomic():
            made = SupervisionLevel.objects.create(
                code=code if code and not SupervisionLevel.objects.filter(code=code).exists() else new_code(),
                card=card,
                trainee=by,
                asked_of=asked_of,
                asked_at=at,
                task=task,
                kind=kind,
                wanted=wanted,
                note=note,
            )
            made.evidence.set([one for one in evidence if one.shareable.owner_id == by.pk])
            link = ("portfolios:level", made.code)
            today.ask(kinds.DECIDE_LEVEL, to=asked_of, about=made.code, link=link, args={"who": by.code}, at=at)
    except IntegrityError:
        return SupervisionLevel.objects.get(card=card, task__iexact=task, state=State.ASKED)
    return made


def take_back(level: SupervisionLevel, *, by: User, at: datetime.datetime | None = None) -> None:
    """Raises NotNow when it is decided already."""
    if level.trainee_id != by.pk:
        raise ValueError("only who asked takes it back")
    with transaction.atomic():
        _move(level, State.TAKEN_BACK)
        today.done(level.code, kind=kinds.DECIDE_LEVEL, at=at)


def give(
    level: SupervisionLevel,
    *,
    by: User,
    key: str,
    conditions: str,
    review_on: datetime.date | None,
    decided_with: str = "",
    at: datetime.datetime | None = None,
) -> None:
    """`decided_with`: the group in which it was decided; `by` answers for it.

    Raises NotNow when it was decided or taken back meanwhile, ValueError for who may not decide.
    """
    names = next(one["names"] for one in level.card.scale if one["key"] == key)
    facts = {"level": key, "names": names, "conditions": conditions, "review_on": review_on}
    facts |= {"decided_with": decided_with}
    _decide(level, State.GIVEN, by=by, at=at or timezone.now(), facts=facts)


def refuse(level: SupervisionLevel, *, by: User, reason: str, at: datetime.datetime | None = None) -> None:
    """As `give`."""
    _decide(level, State.REFUSED, by=by, at=at or timezone.now(), facts={"reason": reason})


def end(level: SupervisionLevel, *, by: User, reason: str, at: datetime.datetime | None = None) -> None:
    """What was given holds no longer, from now on. As `give`."""
    _decide(level, State.ENDED, by=by, at=at or timezone.now(), facts={"reason": reason})


def _decide(level: SupervisionLevel, to: State, *, by: User, at: datetime.datetime, facts: dict[str, Any]) -> None:
    if not rules.may_decide_level(by, level, at):
        raise ValueError("decided by who supervises here")
    with transaction.atomic():
        _move(level, to, **{"decided_by": by, "decided_with": "", "decided_at": at} | facts)
        today.done(level.code, kind=kinds.DECIDE_LEVEL, at=at)
        link = ("portfolios:card", level.card.code)
        today.tell(kinds.LEVEL_DECIDED, to=level.trainee, link=link, about=level.code, key=f"{level.code} {to}", at=at)
        said = {"level": level.code, "state": str(to), "key": level.level}
        audit.record(audit.LEVEL_DECIDED, subject=level.trainee, by=by, at=at, facts=said)


def _move(level: SupervisionLevel, to: State, /, **changes: Any) -> None:
    """One conditional update: of two who decide at once, one does."""
    before = [state for state, allowed in MOVES.items() if to in allowed]
    rows = SupervisionLevel.objects.filter(pk=level.pk, state__in=before)
    if not rows.update(state=to, **changes):
        raise NotNow
    level.refresh_from_db(fields=["state", *changes])


# --- Showing it to the department -------------------------------------------------------------


def show(card: SupervisionCard, *, by: User, at: datetime.datetime | None = None) -> datetime.datetime:
    """Let whoever is a member of the department now see the card, until the placement ends. Raises NotShareable."""
    at = at or timezone.now()
    until = rules.card_until(card, at)
    sharing.share_with_department(card.shareable, card.department, by=by, until=until, at=at)
    return until


def hide(card: SupervisionCard, *, by: User, at: datetime.datetime | None = None) -> None:
    sharing.withdraw_from_department(card.shareable, card.department, by=by, at=at or timezone.now())
