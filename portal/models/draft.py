from django.conf import settings
from django.db import models
from django.utils import timezone


class Draft(models.Model):
    """What somebody typed in a form and did not save yet (portal.md G10). Nobody else ever sees it.

    `base` is what the form held when it was opened, at `version` of what it changes: from these three
    a text that was saved elsewhere meanwhile can be merged. `revision` counts the saves of the draft itself.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    kind = models.SlugField(max_length=40)
    code = models.CharField(max_length=25)  # of what it changes; where that is part of a piece, after that of the piece
    fields = models.JSONField()
    base = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "kind", "code"], name="draft_once")]
        indexes = [models.Index(fields=["person", "-updated_at"], name="draft_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
