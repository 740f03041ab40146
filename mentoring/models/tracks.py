"""How often two people talk: the cadence of a relation. Dates only; why it pauses is nobody's business (M4)."""

import datetime

from django.db import models
from django.db.models import F, Q

from portal import cadence
from portal.models import Relation


class Track(models.Model):
    """The line of conversations of one relation, counted in months from the day on which it began."""

    relation = models.OneToOneField(Relation, models.CASCADE, primary_key=True, related_name="track")
    months = models.PositiveSmallIntegerField(default=cadence.MONTHS)
    ended_at = models.DateTimeField(null=True)  # when what was coming was cancelled, because the relation was over

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(months__gte=1, months__lte=24), name="track_months")]

    def __str__(self) -> str:
        return f"{self.relation_id}: {self.months}"

    def following(self, after: datetime.date) -> datetime.date:
        """The first due date later than `after`: anchored, so that 30 November gives 28 February, then 30 May."""
        pauses = [cadence.Pause(one.starts_on, one.ends_on) for one in self.pauses.all()]
        return cadence.following(self.relation.starts_on, after, months=self.months, pauses=pauses)


class Pause(models.Model):
    """Leave or part-time: from `starts_on` until `ends_on`, the latter not included."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="pauses")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="pause_term")]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on}"
