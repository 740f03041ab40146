"""What was shared with somebody at one moment, frozen for a conversation or an application (P15)."""

from typing import Self

from django.conf import settings
from django.db import models

from portal.models import Document, Shareable


class SnapshotRows(models.QuerySet):
    def of(self, occasion: Shareable) -> Self:
        return self.filter(occasion=occasion).select_related("document", "reader", "occasion__owner")


class Snapshot(models.Model):
    """Seen by its owner, and by whoever sees what it was frozen for; withdrawing a share changes nothing in it. Its
    bytes can be destroyed: title, day, kind of reason and hash stay (portal.documents)."""

    occasion = models.ForeignKey(Shareable, models.PROTECT, related_name="snapshots")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    objects = SnapshotRows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occasion", "reader"], name="snapshot_once_an_occasion")]

    def __str__(self) -> str:
        return str(self.document)

    @property
    def code(self) -> str:
        return self.document.code
