"""Files that people added (portal.md G8): bytes that we made, and a row that says through what one sees them."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.codes import new_code
from portal.models.sharing import Shareable


class FileRows(models.QuerySet):
    def there(self) -> Self:
        """Neither reported nor destroyed."""
        return self.filter(reported_at=None, destroyed_at=None)


class StoredFile(models.Model):
    """`about` is the piece that it belongs to: who sees that, sees the file. Reported as holding patient data, it is
    hidden at once and its bytes are destroyed within a day; the row stays and says so to its owner."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="files")
    about = models.ForeignKey(Shareable, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=100)  # media type of what we made
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100, blank=True)
    pages = models.PositiveSmallIntegerField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    declared_at = models.DateTimeField()  # "there is no patient data in it", said by the owner
    added_at = models.DateTimeField(default=timezone.now)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    destroyed_at = models.DateTimeField(null=True, blank=True)

    objects = FileRows.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at=None) ^ Q(stored_as=""), name="file_has_bytes_until_destroyed"
            ),
        ]
        indexes = [
            models.Index(fields=["about", "added_at"], name="file_of_piece"),
            models.Index(
                fields=["reported_at"],
                condition=Q(reported_at__isnull=False, destroyed_at=None),
                name="file_to_destroy",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind.startswith("image/")

    @property
    def is_hidden(self) -> bool:
        return self.reported_at is not None or self.destroyed_at is not None

    @property
    def destroyed_by(self) -> datetime.datetime | None:
        """The last moment at which the bytes of a reported file are there."""
        return self.reported_at + datetime.timedelta(days=1) if self.reported_at else None
