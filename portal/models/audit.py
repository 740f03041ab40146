"""Append-only chains of what matters (portal.md G9). Entries hold salted digests; payloads stand apart."""

from django.conf import settings
from django.db import models


class AuditChain(models.Model):
    name = models.CharField(max_length=60, unique=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    chain = models.ForeignKey(AuditChain, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_number_once")]

    def __str__(self) -> str:
        return f"{self.chain_id}.{self.number} {self.verb}"


class AuditPayload(models.Model):
    """What the digest of an entry is of: codes and facts, never free text. Erasing removes body and salt."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, primary_key=True, related_name="payload")
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    salt = models.BinaryField(max_length=16)
    body = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.entry_id)
