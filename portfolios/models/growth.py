"""Levels per competency, the owner's own and those of assessors, each on its day (P5)."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from portfolios.models.competencies import Competency
from portfolios.models.sections import Section

MOST = 9  # levels in one framework


class RatingRows(models.QuerySet):
    def since(self, day: datetime.date) -> Self:
        return self.filter(rated_on__gt=day).order_by("competency__position", "rated_on", "pk")


class Rating(models.Model):
    """`level` counts from 1, the lowest of the framework. Lies in the section of competencies and is read with it."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="ratings")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    rated_on = models.DateField()

    objects = RatingRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "by", "competency", "rated_on"], name="rating_once_a_day"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=MOST), name="rating_level"),
        ]
        indexes = [models.Index(fields=["section", "rated_on"], name="rating_in_section")]

    def __str__(self) -> str:
        return f"{self.competency_id}: {self.level}"
