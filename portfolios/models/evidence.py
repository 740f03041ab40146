"""What shows what: an item as evidence of a goal or a profile, linked and never copied (P3)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from portal.models import Shareable
from portfolios.models.plan import Goal


class EvidenceRows(models.QuerySet):
    def goals_first(self) -> Self:
        """With the target, and whether it is a goal; what is none is a profile."""
        goal = f"EXISTS(SELECT 1 FROM {Goal._meta.db_table} WHERE shareable_id = %(expressions)s)"
        is_goal = models.Func("target", template=goal, output_field=models.BooleanField())
        return self.annotate(is_goal=is_goal).select_related("target").order_by("-is_goal", "linked_at", "pk")


class EvidenceLink(models.Model):
    """Both ends are of one owner (a trigger sees to it). A link grants nothing: who sees one end sees the other only
    by a share of that other (portal.md G4)."""

    item = models.ForeignKey(Shareable, models.CASCADE, related_name="uses")
    target = models.ForeignKey(Shareable, models.CASCADE, related_name="evidence")
    linked_at = models.DateTimeField()

    objects = EvidenceRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "target"], name="evidence_link_once"),
            models.CheckConstraint(condition=~Q(item=F("target")), name="evidence_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} -> {self.target_id}"
