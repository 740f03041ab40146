"""A procedure, the frozen versions of what it asks, and who sits on its committee (selection.md S2, S3)."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models import Organisation, User

ANCHORS = (1, 2, 3, 4, 5)


class ProcedureRows(models.QuerySet):
    def visible_to(self, person: User) -> "ProcedureRows":
        """Whoever sits on the committee."""
        seats = PanelMember.objects.filter(procedure=OuterRef("pk"), person=person)
        return self.filter(Exists(seats))


class Procedure(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        PUBLISHED = "published", _("published")
        INTERVIEWS = "interviews", _("interviews")
        REVEALED = "revealed", _("scores open")

    # From where to where; what is not here cannot happen.
    MOVES = {
        State.DRAFT: {State.PUBLISHED},
        State.PUBLISHED: {State.INTERVIEWS},
        State.INTERVIEWS: {State.REVEALED},
        State.REVEALED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    interviews_on = models.DateField()
    locked_at = models.DateTimeField(null=True, blank=True)  # the first score: from here on no version follows
    revealed_at = models.DateTimeField(null=True, blank=True)

    objects = ProcedureRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="revealed", revealed_at__isnull=False) | (~Q(state="revealed") & Q(revealed_at=None)),
                name="procedure_revealed_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_revealed(self) -> bool:
        return self.state == self.State.REVEALED


@dataclass(frozen=True)
class Criterion:
    """One question of a version, in the reader's language."""

    number: int
    key: str
    name: str
    weight: int  # of 100
    question: str
    anchors: tuple[str, ...]  # what a 1, 2, 3, 4, 5 looks like


def _in_language(words: dict[str, str]) -> str:
    return words.get(get_language() or "nl") or words["nl"]


class ProcedureVersion(models.Model):
    """What is asked and how it is scored, as published: canonical JSON and its SHA-256. Triggers keep it as it is."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_once")]

    def __str__(self) -> str:
        return f"{self.procedure} {self.number}"

    @property
    def criteria(self) -> list[Criterion]:
        rows: list[dict[str, Any]] = self.content["criteria"]
        return [
            Criterion(
                number,
                row["key"],
                _in_language(row["names"]),
                row["weight"],
                _in_language(row["question"]),
                tuple(_in_language(anchor) for anchor in row["anchors"]),
            )
            for number, row in enumerate(rows, 1)
        ]


class PanelMember(models.Model):
    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        STAFF = "staff", _("staff")
        TRAINEE = "trainee", _("trainee")
        HRM = "hrm", _("personnel")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "person"], name="panel_member_once"),
            models.UniqueConstraint(fields=["procedure"], condition=Q(role="chair"), name="panel_one_chair"),
        ]
        indexes = [models.Index(fields=["person", "procedure"], name="panel_of_person")]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"
