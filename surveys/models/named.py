"""Answers that stand with a name (a named survey): a table of its own, which the anonymous path never touches."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.models import Piece, Role, User
from surveys.models.questionnaires import organised_by
from surveys.models.waves import Survey

READERS = (Role.ORGANISER, Role.COORDINATOR)  # with who made the survey; an administrator of people reads no answers


def reads(person: User, path: str = "") -> Q:
    """Surveys (or what lies behind `path`) of which this person reads what others answered with their name, as each of
    them was told beforehand."""
    organised = organised_by(person)
    as_reader = {f"{path}organisation__in": organised.filter(role__in=READERS).values("organisation")}
    as_maker = {f"{path}owner": person.pk, f"{path}organisation__in": organised.values("organisation")}
    return Q(**as_reader) | Q(**as_maker)


class NamedAnswerRows(models.QuerySet["NamedAnswer"]):
    def whole(self) -> Self:
        """With what a page of one person's answers needs."""
        return self.select_related(
            "shareable", "person", "survey__organisation__sector", "survey__version", "survey__owner"
        )

    def visible_to(self, person: User) -> Self:
        """Their own, and those of surveys of which they read them."""
        if not person.is_active:
            return self.none()
        return self.filter(Q(person=person.pk) | reads(person, "survey__"))


class NamedAnswer(Piece):
    """What one person sent; its Shareable is theirs, and holds who read it.

    Triggers on both databases: only to a survey with names, of the owner of the Shareable, no change once it is closed.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="named_answers")
    # The owner of the Shareable, here too so that the database keeps it one for each person.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    group = models.SlugField(max_length=40)
    unit = models.SlugField(max_length=40, blank=True)
    answers = models.JSONField()  # by key of the question; docs/surveys.md says which value each type has
    version = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField(default=timezone.now)  # the last time

    objects = NamedAnswerRows.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["survey", "person"], name="named_answer_once")]
