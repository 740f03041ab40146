"""Who may do what with a portfolio. Seeing is `visible_to`; these are for who already sees."""

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import sharing
from portal.models import Membership, Placement, Relation, Shareable, User
from portfolios.models import Comment, Experience, Goal, Profile, Section, SupervisionCard, SupervisionLevel
from portfolios.models.plan import MOVES
from portfolios.models.supervision import State


def may_edit(person: User, shareable: Shareable) -> bool:
    """Nobody but the owner, ever."""
    return person.is_active and shareable.owner_id == person.pk


def may_share(person: User, shareable: Shareable) -> bool:
    return may_edit(person, shareable) and shareable.kind != Shareable.Kind.DRAFT


def may_comment(person: User, shareable: Shareable, at: datetime.datetime | None = None) -> bool:
    """Who was given that right; the owner answers instead."""
    return shareable.owner_id != person.pk and sharing.may(person, sharing.COMMENT, shareable, at)


def may_assess(person: User, shareable: Shareable, at: datetime.datetime | None = None) -> bool:
    """Who was given that right; the owner rates themselves apart from it."""
    return shareable.owner_id != person.pk and sharing.may(person, sharing.ASSESS, shareable, at)


def may_hide(person: User, comment: Comment) -> bool:
    """The owner of the piece, of what others wrote about it."""
    return may_edit(person, comment.piece) and comment.answers_id is None


def may_answer(person: User, comment: Comment) -> bool:
    return may_hide(person, comment)


def may_remove(person: User, experience: Experience) -> bool:
    """Only a draft is thrown away; what is in the portfolio stays."""
    return may_edit(person, experience.shareable) and experience.is_draft


# --- Supervision levels (P8) ------------------------------------------------------------------

YEAR = datetime.timedelta(days=365)


def deciders(card: SupervisionCard, at: datetime.datetime) -> list[User]:
    """Who decides levels on this card now: the placement's supervisor, and the supervisors that the trainee has now
    who belong to this organisation or department. Never the trainee; nobody once the placement is over."""
    on, placement = timezone.localdate(at), card.placement
    if not placement.is_live(on):
        return []
    places = {placement.organisation_id, placement.department_id} - {None}
    here = Membership.objects.live(on).filter(organisation__in=places).values("person")
    relations = Relation.objects.live(on).filter(person=placement.person_id, kind=Relation.Kind.SUPERVISOR)
    named = Placement.objects.filter(pk=placement.pk).order_by().values("supervisor")
    both = named.union(relations.filter(other__in=here).order_by().values("other"))
    found = User.objects.filter(pk__in=both, is_active=True)
    return list(found.exclude(pk=placement.person_id).order_by("family_name", "given_name", "pk"))


def may_ask_level(person: User, card: SupervisionCard, on: datetime.date) -> bool:
    return may_edit(person, card.shareable) and card.placement.is_live(on)


def may_decide_level(person: User, level: SupervisionLevel, at: datetime.datetime) -> bool:
    """Whoever supervises here now; a question is decided by who was asked."""
    is_asked = level.state != State.ASKED or level.asked_of_id == person.pk
    return is_asked and person in deciders(level.card, at)


def may_see_level(person: User, level: SupervisionLevel) -> bool:
    """The question itself, with its answer: who asked, who was asked, who decided."""
    return person.is_active and person.pk in (level.trainee_id, level.asked_of_id, level.decided_by_id)


def card_until(card: SupervisionCard, at: datetime.datetime) -> datetime.datetime:
    """Until the placement ends; a placement without an end a year."""
    ends_on = card.placement.ends_on or timezone.localdate(at + YEAR)
    return timezone.make_aware(datetime.datetime.combine(ends_on, datetime.time()))


def holding(levels: Iterable[SupervisionLevel], on: datetime.date) -> list[SupervisionLevel]:
    """What may be done tonight: of each task what was given last, unless its review date has come.

    In the order in which they were asked: a task is asked once at a time, so they were given in that order too, and
    the moment of an end says nothing about that.
    """
    last: dict[str, SupervisionLevel] = {}
    for level in sorted(levels, key=lambda one: (one.asked_at, one.pk or 0)):
        if level.state in (State.GIVEN, State.ENDED):
            last[level.task.casefold()] = level
    given = [one for one in last.values() if one.state == State.GIVEN and not one.is_due(on)]
    return sorted(given, key=lambda one: (one.kind, one.task.casefold()))


def may_rename(person: User, section: Section) -> bool:
    """What a template named keeps that name: everybody who guides knows it by it."""
    return may_edit(person, section.shareable) and section.is_own


def may_drop(person: User, profile: Profile) -> bool:
    """A profile in which nothing is or was: no text, nothing made, nothing linked, no words of others, never shared."""
    if not may_edit(person, profile.shareable) or profile.text or profile.products.exists():
        return False
    ways = ("evidence", "comments", "files", "grants", "readings")
    in_use = Q(*((f"{way}__isnull", False) for way in ways), _connector=Q.OR)
    return not Shareable.objects.filter(in_use, pk=profile.pk).exists()


def why_kept(section: Section) -> str:
    """Why this section cannot be removed, in words for its owner; empty: it can."""
    piece = section.shareable
    if not section.is_own:
        return _("This section belongs to everybody's portfolio. You can hide it.")
    if section.text or piece.children.exists() or piece.comments.exists() or piece.files.exists():
        return _("There is something in this section. Move it elsewhere first, or hide the section.")
    if piece.grants.exists() or piece.readings.exists():
        return _("This section was shared once, and the log of that stays. You can hide it.")
    return ""


def may_move(goal: Goal, to: str) -> bool:
    """The gate: is this a legal move from where the goal is now?"""
    return to in MOVES[goal.state]
