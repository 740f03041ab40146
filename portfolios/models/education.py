"""Education followed, certificates, and a light weekly log of time (P10)."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portfolios.models.sections import Section

MOST_HOURS = 168  # of a week


class Lesson(models.Model):
    """Education that somebody followed. Read and shared with its section as a whole."""

    class Kind(models.TextChoices):
        PATIENT = "patient", _("about patients or samples")
        THEME = "theme", _("about a theme")
        ACROSS = "across", _("across disciplines (DOO)")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="lessons")
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    followed_on = models.DateField()
    learned = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["-followed_on", "-pk"]
        indexes = [models.Index(fields=["section", "-followed_on"], name="lesson_of_section")]

    def __str__(self) -> str:
        return self.title


class Certificate(models.Model):
    """A certificate or learning unit."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="certificates")
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200)
    level = models.CharField(max_length=80, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    issued_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # the last day on which it is valid
    is_minded = models.BooleanField(default=True)  # a calm to-do before it ends

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("issued_on")), name="certificate_term"
            ),
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0), name="certificate_hours"),
        ]
        indexes = [models.Index(fields=["section", "-issued_on"], name="certificate_of_section")]

    def __str__(self) -> str:
        return self.title


class WeekRows(models.QuerySet):
    def between(self, first: Any, last: Any) -> Self:
        """A week belongs to the quarter in which its Monday falls."""
        return self.filter(monday__gte=first, monday__lte=last)


class Week(models.Model):
    """Hours of one week: clinical or laboratory work, and one's own development and education."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="weeks")
    monday = models.DateField()
    work = models.DecimalField(
        max_digits=4, decimal_places=1, validators=[MinValueValidator(0), MaxValueValidator(MOST_HOURS)]
    )
    growth = models.DecimalField(
        max_digits=4, decimal_places=1, validators=[MinValueValidator(0), MaxValueValidator(MOST_HOURS)]
    )

    objects = WeekRows.as_manager()

    class Meta:
        ordering = ["-monday"]
        constraints = [
            models.UniqueConstraint(fields=["section", "monday"], name="week_once"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="week_begins_on_monday"),
            models.CheckConstraint(
                condition=Q(work__gte=0, growth__gte=0, work__lte=MOST_HOURS - models.F("growth")), name="week_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.monday.isoformat()
