"""Answers that stand with a name (a named survey): a table of its own, which the anonymous path never touches."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.codes import new_code
from portal.models import Role, User
from surveys.models.questionnaires import organised_by
from surveys.models.waves import Survey

READERS = (Role.ORGANISER, Role.COORDINATOR)  # with who made the survey; an administrator of people reads no answers


class NamedAnswerRows(models.QuerySet["NamedAnswer"]):
    def visible_to(self, person: User) -> Self:
        """Their own, and those of surveys that they organise, as each of who answered was told beforehand."""
        if not person.is_active:
            return self.none()
        organised = organised_by(person)
        as_reader = Q(survey__organisation__in=organised.filter(role__in=READERS).values("organisation"))
        as_maker = Q(survey__owner=person.pk, survey__organisation__in=organised.values("organisation"))
        return self.filter(Q(person=person.pk) | as_reader | as_maker)


class NamedAnswer(models.Model):
    """What one person sent. Triggers on both databases: only to a survey with names, no change once it is closed."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="named_answers")
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

    def __str__(self) -> str:
        return self.code
