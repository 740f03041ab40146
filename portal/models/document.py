"""Frozen things: bytes with a hash, never changed, though they may be destroyed (architecture.md "Frozen things")."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code


class Documents(models.QuerySet["Document"]):
    def live(self) -> "Documents":
        return self.filter(withdrawn_at=None)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A document is withdrawn, not deleted: portal.documents.")


class Document(models.Model):
    """What was published, signed or handed over. A trigger on both databases refuses every change but the one
    withdrawal (which may empty the title too). On SQLite a migration that remakes this table drops the trigger:
    it has to make it again, as 0004 does; a test sees it missing."""

    class Withdrawal(models.TextChoices):
        PRIVACY = "privacy", _("for privacy")
        PATIENT_DATA = "patient-data", _("because of patient data")
        ERASURE = "erasure", _("because its owner was erased")
        MISTAKE = "mistake", _("because of a mistake in it")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=12, blank=True)  # code of what it was made of
    number = models.PositiveIntegerField(default=1)  # version
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)  # of the bytes; shown on the page
    text_hash = models.CharField(max_length=64, blank=True)  # of the words; printed inside
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # none: nobody's
    is_temporary = models.BooleanField(default=False)  # the result of a job: goes with it, and leaves nothing
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal = models.CharField(max_length=20, blank=True, choices=Withdrawal.choices)

    objects = Documents.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["owner", "made_at"], name="document_owner")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about", "number", "language"],
                condition=~models.Q(about="") & models.Q(is_temporary=False),
                name="document_version_once",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawal="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawal="")),
                name="document_withdrawn_with_reason",
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0) & ~models.Q(sha256=""), name="document_has_bytes"),
        ]

    def __str__(self) -> str:
        return self.title or self.code

    @property
    def stored_as(self) -> str:
        """Named by its hash; with the code, so that two documents of the same bytes can go one by one."""
        return f"documents/{self.sha256[:2]}/{self.sha256}-{self.code}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A document is withdrawn, not deleted: portal.documents.")
