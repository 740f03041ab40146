"""Questionnaires are versioned data (surveys.md Q1): a published version never changes."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.codes import new_code
from portal.models import Membership, Organisation, Role, User
from portal.published import in_language

MAKERS = (Role.ORGANISER, Role.COORDINATOR, Role.ADMINISTRATOR)


def organised_by(person: Any) -> models.QuerySet[Membership]:
    """The live roles in which this person makes questionnaires and surveys of an organisation."""
    return Membership.objects.live().filter(person=person.pk, role__in=MAKERS)


class QuestionnaireRows(models.QuerySet["Questionnaire"]):
    def visible_to(self, person: User) -> Self:
        """What ships with the portal, and what the own organisations made."""
        if not person.is_active:
            return self.none()
        places = list(organised_by(person).values_list("organisation", flat=True))
        return self.filter(Q(organisation__in=places) | Q(organisation=None)) if places else self.none()


class Questionnaire(models.Model):
    """`draft` is the document that is being written; empty when nothing has changed since the last version."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    key = models.SlugField(max_length=60)  # in documents
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    names = models.JSONField()  # by language
    draft = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)  # of the draft

    objects = QuestionnaireRows.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="questionnaire_key_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(organisation=None), name="questionnaire_shipped_key_once"
            ),
            models.CheckConstraint(condition=~Q(organisation=None) | Q(draft={}), name="questionnaire_shipped_stays"),
        ]

    def __str__(self) -> str:
        return in_language(self.names)


class QuestionnaireVersion(models.Model):
    """A published document. A trigger on both databases refuses every change."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()  # as data/schemas/questionnaire.schema.json says
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical document
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.number}"
