"""Commenting on a piece, answering and hiding (P14)."""

import datetime

from django.db import transaction
from django.utils import timezone

from portal import today
from portal.models import Shareable, User
from portfolios import kinds, rules
from portfolios.models import Comment


class Refused(Exception):
    """Between opening the page and sending it the share ended, or became one to read only."""


def comment(piece: Shareable, text: str, *, by: User, code: str = "", at: datetime.datetime | None = None) -> Comment:
    """Say something about it; its owner is told. Sent twice under one `code` it is said once; other words
    under it are another comment. Raises Refused."""
    at = at or timezone.now()
    with transaction.atomic():
        piece = Shareable.objects.select_for_update(of=("self",)).select_related("owner").get(pk=piece.pk)
        if not rules.may_comment(by, piece, at):
            raise Refused
        if code and (made := Comment.objects.filter(code=code, author=by, piece=piece, text=text).first()):
            return made
        given = {"code": code} if code and not Comment.objects.filter(code=code).exists() else {}
        made = Comment.objects.create(piece=piece, author=by, text=text, written_at=at, **given)
        _tell(kinds.COMMENTED, made, to=piece.owner)
    return made


def answer(to: Comment, text: str, *, by: User, at: datetime.datetime | None = None) -> Comment:
    """The owner answers; who wrote the comment is told. The same words twice are one answer. Raises Refused."""
    at = at or timezone.now()
    if not rules.may_answer(by, to):
        raise Refused
    with transaction.atomic():
        Comment.objects.select_for_update().get(pk=to.pk)
        if made := Comment.objects.filter(answers=to, author=by, text=text).first():
            return made
        made = Comment.objects.create(piece=to.piece, author=by, answers=to, text=text, written_at=at)
        _tell(kinds.ANSWERED, made, to=to.author)
    return made


def _tell(kind: str, made: Comment, *, to: User) -> None:
    args = {"who": made.author.code, "what": made.piece.code}
    link = ("portfolios:comments", made.piece.code)
    today.tell(kind, to=to, link=link, args=args, about=made.piece.code, key=made.code, at=made.written_at)


def hide(row: Comment, *, by: User, at: datetime.datetime | None = None) -> None:
    """The owner folds it away, with its answers. Nobody is told. Raises Refused."""
    if not rules.may_hide(by, row):
        raise Refused
    Comment.objects.filter(pk=row.pk, hidden_at=None).update(hidden_at=at or timezone.now())


def show(row: Comment, *, by: User) -> None:
    """The owner unfolds it again. Raises Refused."""
    if not rules.may_hide(by, row):
        raise Refused
    Comment.objects.filter(pk=row.pk).update(hidden_at=None)
