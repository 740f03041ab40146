"""Who may do what with a portfolio. Seeing is `visible_to`; these are for who already sees."""

import datetime

from portal import sharing
from portal.models import Shareable, User
from portfolios.models import Comment, Experience


def may_edit(person: User, shareable: Shareable) -> bool:
    """Nobody but the owner, ever."""
    return person.is_active and shareable.owner_id == person.pk


def may_share(person: User, shareable: Shareable) -> bool:
    return may_edit(person, shareable) and shareable.kind != Shareable.Kind.DRAFT


def may_comment(person: User, shareable: Shareable, at: datetime.datetime | None = None) -> bool:
    """Who was given that right; the owner answers instead."""
    return shareable.owner_id != person.pk and sharing.may(person, sharing.COMMENT, shareable, at)


def may_hide(person: User, comment: Comment) -> bool:
    """The owner of the piece, of what others wrote about it."""
    return may_edit(person, comment.piece) and comment.answers_id is None


def may_answer(person: User, comment: Comment) -> bool:
    return may_hide(person, comment)


def may_remove(person: User, experience: Experience) -> bool:
    """Only a draft is thrown away; what is in the portfolio stays."""
    return may_edit(person, experience.shareable) and experience.is_draft
