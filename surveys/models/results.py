"""What a closed survey gives (surveys.md Q4): one frozen snapshot, and until then the texts that are to be checked."""

from django.db import models

from portal.codes import new_code
from portal.models import Document
from surveys.models.waves import Survey


class Result(models.Model):
    """Made when a survey closes. `document` is the snapshot (canonical JSON, frozen): None while texts are checked."""

    survey = models.OneToOneField(Survey, models.PROTECT, primary_key=True, related_name="result")
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    printed_at = models.DateTimeField(null=True)  # its PDFs are made, or the reason stands in `refusal`
    refusal = models.CharField(max_length=20, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(printed_at=None) | models.Q(document__isnull=False),
                name="result_frozen_then_printed",
            ),
            models.CheckConstraint(
                condition=models.Q(refusal="") | models.Q(printed_at__isnull=False), name="result_refused_when_printed"
            ),
        ]

    def __str__(self) -> str:
        return f"result {self.survey_id}"


class TextToCheck(models.Model):
    """A free text that will be published, before somebody has looked for names. Gone once the snapshot is frozen.

    Only texts of groups of which they may be shown come here; `place` is by chance, and nothing leads to an answer.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="texts")
    item = models.CharField(max_length=90)
    group = models.SlugField(max_length=40)
    place = models.PositiveIntegerField()
    words = models.TextField(max_length=2_000)
    is_checked = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["survey", "place"], name="text_place_once")]
        indexes = [
            models.Index(fields=["survey"], condition=models.Q(is_checked=False), name="text_waiting"),
        ]

    def __str__(self) -> str:
        return self.code
