"""The four lists of a SWOT, and goals from planned to reached or let go (P6)."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal import sharing, today
from portal.codes import new_code
from portal.editing import EditedElsewhere
from portal.models import Shareable, User
from portfolios import kinds, rules
from portfolios.models import Goal, Section, SwotItem
from portfolios.models.plan import MOST_LINES, OPEN, State
from portfolios.models.quarters import Quarter


class Refused(Exception):
    """It was moved, dropped or changed between opening the page and sending it."""


class Full(Exception):
    """This list holds as many lines as it can."""


# --- SWOT -----------------------------------------------------------------------------------


def add_line(section: Section, kind: str, text: str, *, by: User, on: datetime.date | None = None) -> SwotItem:
    """Add a line to one of the four lists; the same words twice in one list are one line. Raises Full."""
    _require_owner(section.shareable, by)
    on = on or timezone.localdate()
    with transaction.atomic():
        Section.objects.select_for_update().get(pk=section.pk)
        standing = SwotItem.objects.on(on).filter(section=section, list=kind)
        if there := standing.filter(text=text).first():
            return there
        if standing.count() >= MOST_LINES:
            raise Full
        return SwotItem.objects.create(section=section, list=kind, text=text, added_on=on)


def change_line(item: SwotItem, text: str, *, by: User, on: datetime.date | None = None) -> SwotItem:
    """Other words for a line; what an earlier quarter says stays. Returns the line that now stands. Raises Refused."""
    on = on or timezone.localdate()
    with transaction.atomic():
        item = _standing(item, by)
        if item.text == text:
            return item
        if Quarter.of(item.added_on) == Quarter.of(on):
            SwotItem.objects.filter(pk=item.pk).update(text=text)
            item.text = text
            return item
        SwotItem.objects.filter(pk=item.pk).update(dropped_on=on)
        new = SwotItem.objects.create(section=item.section, list=item.list, text=text, added_on=on, follows=item)
        Goal.objects.filter(swot_item=item).update(swot_item=new)
    return new


def drop_line(item: SwotItem, *, by: User, on: datetime.date | None = None) -> None:
    """From today on it no longer stands there; earlier quarters keep it. Raises Refused."""
    with transaction.atomic():
        item = _standing(item, by)
        SwotItem.objects.filter(pk=item.pk).update(dropped_on=on or timezone.localdate())


def _standing(item: SwotItem, by: User) -> SwotItem:
    """The line, locked, while it stands there."""
    _require_owner(item.section.shareable, by)
    Section.objects.select_for_update().get(pk=item.section_id)
    found = SwotItem.objects.select_related("section").get(pk=item.pk)
    if found.dropped_on is not None:
        raise Refused
    return found


def goal_from(item: SwotItem, *, by: User, at: datetime.datetime | None = None) -> Goal:
    """A planned goal out of a line; a line becomes one goal, also when clicked twice. Raises Refused."""
    at = at or timezone.now()
    with transaction.atomic():
        item = _standing(item, by)
        if made := Goal.objects.whole().filter(swot_item=item).first():
            return made
        plan = Section.objects.select_related("shareable").get(portfolio=item.section.portfolio_id, key="plan")
        return create(plan, Content(what=item.text), by=by, swot_item=item, at=at)


# --- Goals ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Content:
    """What the owner wrote of a goal; only `what` is asked."""

    what: str
    why: str = ""
    how: str = ""
    target_on: datetime.date | None = None


def create(
    plan: Section,
    content: Content,
    *,
    by: User,
    code: str = "",
    swot_item: SwotItem | None = None,
    at: datetime.datetime | None = None,
) -> Goal:
    """A planned goal in the development plan; whoever reads that section reads it. Sent twice under one `code` it is
    made once."""
    at = at or timezone.now()
    _require_owner(plan.shareable, by)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if code and (made := Goal.objects.whole().filter(shareable__owner=by, shareable__code=code).first()):
            return made
        if not code or Shareable.objects.filter(code=code).exists():
            code = new_code()
        piece = Shareable.objects.create(code=code, kind=Shareable.Kind.DRAFT, owner=by, title=content.what)
        sharing.file_under(piece, plan.shareable, by=by, at=at)
        piece.refresh_from_db()
        texts = {"why": content.why, "how": content.how, "target_on": content.target_on}
        goal = Goal.objects.create(
            shareable=piece, section=plan, swot_item=swot_item, created_at=at, updated_at=at, **texts
        )
        _ask(goal, at)
    return goal


def change(goal: Goal, content: Content, *, version: int, by: User, at: datetime.datetime | None = None) -> None:
    """Save. Raises EditedElsewhere when `version` is not the newest, and then changes nothing."""
    at = at or timezone.now()
    _require_owner(goal.shareable, by)
    with transaction.atomic():
        texts = {"why": content.why, "how": content.how, "target_on": content.target_on}
        same = Goal.objects.filter(pk=goal.pk, version=version)
        if not same.update(version=F("version") + 1, updated_at=at, **texts):
            raise EditedElsewhere(Goal.objects.whole().get(pk=goal.pk))
        Shareable.objects.filter(pk=goal.pk).update(title=content.what)
        _ask(Goal.objects.whole().get(pk=goal.pk), at)


def start(goal: Goal, *, by: User, at: datetime.datetime | None = None) -> None:
    """Work on it has begun. Raises Refused."""
    _move(goal, (State.PLANNED,), State.IN_PROGRESS, by, at)


def reach(goal: Goal, *, by: User, at: datetime.datetime | None = None) -> None:
    """It is reached. Raises Refused."""
    _move(goal, OPEN, State.REACHED, by, at)


def let_go(goal: Goal, reason: str, *, by: User, at: datetime.datetime | None = None) -> None:
    """It is no longer wanted, for this reason. Raises Refused."""
    _move(goal, OPEN, State.LET_GO, by, at, reason=reason)


def take_up(goal: Goal, *, by: User, at: datetime.datetime | None = None) -> None:
    """What was reached or let go is worked on again. Raises Refused."""
    _move(goal, (State.REACHED, State.LET_GO), State.IN_PROGRESS, by, at)


def _move(
    goal: Goal, before: tuple[str, ...], to: State, by: User, at: datetime.datetime | None, reason: str = ""
) -> None:
    at = at or timezone.now()
    _require_owner(goal.shareable, by)
    with transaction.atomic():
        found = Goal.objects.select_for_update(of=("self",)).select_related("shareable__owner").get(pk=goal.pk)
        if found.state not in before or not rules.may_move(found, to):
            raise Refused
        found.state, found.reason = to, reason
        found.closed_on = None if to in OPEN else timezone.localdate(at)
        found.updated_at = at
        found.save(update_fields=["state", "reason", "closed_on", "updated_at"])
        _ask(found, at)


def _ask(goal: Goal, at: datetime.datetime) -> None:
    """Once, when the target date of an open goal has come; no reminders after it."""
    if not (goal.is_open and goal.target_on):
        today.done(goal.code, kind=kinds.GOAL_DATE, at=at)
        return
    link, args = ("portfolios:goal", goal.code), {"what": goal.code}
    owner, day = goal.shareable.owner, goal.target_on
    today.ask(kinds.GOAL_DATE, to=owner, about=goal.code, link=link, args=args, opens_on=day, at=at)


def _require_owner(shareable: Shareable, by: User) -> None:
    if shareable.owner_id != by.pk:
        raise ValueError("only the owner changes a SWOT or a plan")
