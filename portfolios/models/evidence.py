"""What shows what: an item as evidence of a goal or a profile, linked and never copied (P3)."""

from django.db import models
from django.db.models import F, Q

from portal.models import Shareable


class EvidenceLink(models.Model):
    """Both ends are of one owner (a trigger sees to it). A link grants nothing: who sees one end sees the other only
    by a share of that other (portal.md G4)."""

    item = models.ForeignKey(Shareable, models.CASCADE, related_name="uses")
    target = models.ForeignKey(Shareable, models.CASCADE, related_name="evidence")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "target"], name="evidence_link_once"),
            models.CheckConstraint(condition=~Q(item=F("target")), name="evidence_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} -> {self.target_id}"
