from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models import User
from selection.models.procedures import PanelMember, Procedure


class CandidateRows(models.QuerySet):
    def visible_to(self, person: User) -> "CandidateRows":
        """For the committee; a candidate from whom somebody stands back does not exist for them (S5)."""
        seat = PanelMember.objects.filter(procedure=OuterRef("procedure"), person=person)
        back = Declaration.objects.filter(candidate=OuterRef("pk"), member__person=person, stands_back=True)
        return self.filter(Exists(seat), ~Exists(back))


class Candidate(models.Model):
    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="candidates")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    institution = models.CharField(max_length=160, blank=True)

    objects = CandidateRows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="candidate_number_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name or str(_("Candidate %(number)d")) % {"number": self.number}


class Declaration(models.Model):
    """Before anything but name and institution is shown: does something tie this rater to this candidate?"""

    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="declarations")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="declarations")
    stands_back = models.BooleanField()
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "candidate"], name="declaration_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.candidate_id}"
