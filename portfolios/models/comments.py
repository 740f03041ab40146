"""What a reader says about a piece, and what its owner answers (P14)."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal import sharing
from portal.codes import new_code
from portal.models import Shareable, User

LONGEST = 4000
ANSWERS = 5  # the last ones, beside their comment; all of them have a page


class CommentRows(models.QuerySet):
    def visible_to(self, person: User, at: datetime.datetime) -> Self:
        """The owner of the piece sees all; a reader their own and the answers to it, while they see the piece."""
        if not sharing.sees_anything(person):
            return self.none()
        sight = sharing.sight(person, at, path="piece__", own=False)
        own = Q(author=person) | Q(answers__author=person)
        return self.filter(Q(piece__owner=person) | (own & Q(sight)))

    def beside(self, piece: Shareable, person: User) -> Self:
        """For the page of the piece, which has just found that this person sees it: what is folded away stays so."""
        rows = self.filter(piece=piece.pk, hidden_at=None)
        return rows if piece.owner_id == person.pk else rows.filter(author=person.pk)

    def threads(self) -> Self:
        """Comments, the first first, with their last answers."""
        last = Comment.objects.select_related("author").order_by("-written_at", "-pk")[: ANSWERS + 1]
        answers = models.Prefetch("replies", last, to_attr="last_answers")
        return self.filter(answers=None).select_related("author").prefetch_related(answers).order_by("written_at", "pk")


class Comment(models.Model):
    """Of a reader; or, with `answers`, of the owner to one. Stays with the owner when the share ends."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    piece = models.ForeignKey(Shareable, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    text = models.TextField(max_length=LONGEST)
    written_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)  # by the owner: folded away, and left out of what is made of the piece

    last_answers: list["Comment"]  # of threads, the last first

    objects = CommentRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(answers=F("id")), name="comment_answers_another"),
            models.CheckConstraint(condition=Q(answers=None) | Q(hidden_at=None), name="comment_hidden_as_a_whole"),
        ]
        indexes = [models.Index(fields=["piece", "written_at"], name="comment_of_piece")]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def answers_beside(self) -> list["Comment"]:
        """Of threads(): the last few, the first first."""
        return self.last_answers[:ANSWERS][::-1]

    @property
    def has_earlier_answers(self) -> bool:
        """Of threads(): whether there are more than those."""
        return len(self.last_answers) > ANSWERS
