"""What one rater heard from one candidate (S8). Until all are in, a sheet exists for its rater alone (S9)."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models import User
from selection.models.candidates import Candidate, Declaration
from selection.models.procedures import PanelMember, Procedure, ProcedureVersion

TEXT = {"blank": True, "max_length": 4000}


class SheetRows(models.QuerySet):
    def visible_to(self, person: User) -> "SheetRows":
        """The own ones; those of all once the scores are open; never one of a candidate from whom one stands back."""
        seat = PanelMember.objects.filter(procedure=OuterRef("candidate__procedure"), person=person)
        back = Declaration.objects.filter(candidate=OuterRef("candidate"), member__person=person, stands_back=True)
        open_now = Q(candidate__procedure__state=Procedure.State.REVEALED) & Q(Exists(seat))
        return self.filter(Q(member__person=person) | open_now).exclude(Exists(back))

    def whole(self) -> "SheetRows":
        return self.select_related("candidate__procedure", "member__person", "version").prefetch_related("answers")


class Sheet(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("being filled in")
        SUBMITTED = "submitted", _("handed in")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="sheets")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="sheets")
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = SheetRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "candidate"], name="sheet_once"),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None) | Q(state="submitted", submitted_at__isnull=False),
                name="sheet_submitted_has_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["candidate", "state"], name="sheet_of_candidate")]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Answer(models.Model):
    """One question of one sheet. Of a sheet that is handed in nothing changes any more: triggers see to it."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="answers")
    criterion = models.SlugField(max_length=40)  # key in the version
    situation = models.TextField(_("Situation"), **TEXT)
    task = models.TextField(_("Task"), **TEXT)
    action = models.TextField(_("Action"), **TEXT)
    result = models.TextField(_("Result"), **TEXT)
    reflection = models.TextField(_("Reflection"), **TEXT)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    is_not_observed = models.BooleanField(default=False)
    reason = models.TextField(**TEXT)  # why it was not observed
    evidence = models.TextField(**TEXT)
    concern = models.TextField(**TEXT)  # about safety; apart from the scores
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="answer_once"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="answer_score"),
            models.CheckConstraint(
                condition=~Q(score__isnull=False, is_not_observed=True), name="answer_observed_or_not"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.criterion}"

    @property
    def is_frozen(self) -> bool:
        return not self.sheet.is_open
