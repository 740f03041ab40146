from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Piece
from portal.published import in_language
from portal.sharing import Shared
from portfolios.models.competencies import FrameworkVersion


class SectionTemplate(models.Model):
    """A version of the standard sections; a portfolio keeps the version that it was opened with."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    sections = models.JSONField()  # [{"key", "names": {...}, "about": {...}, "holds_items": bool}]
    published_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("template of sections"), _("templates of sections")

    def __str__(self) -> str:
        return str(self.number)


class Portfolio(models.Model):
    """The one portfolio of a person, for life; employment and placements stand beside it."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="portfolio")
    framework_version = models.ForeignKey(FrameworkVersion, models.PROTECT, related_name="+")
    template = models.ForeignKey(SectionTemplate, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    steps_left_at = models.DateTimeField(null=True, blank=True)  # the first ten minutes are folded away (P11)

    def __str__(self) -> str:
        return str(self.owner)


# What a row of a list shows of its piece.
TITLE = tuple(f"shareable__{name}" for name in ("code", "title", "template_titles"))


class SectionRows(Shared):
    def with_counts(self) -> "SectionRows":
        """A count for each section by itself: grouped in one join, the database would carry all texts along."""
        table = self.model._meta.get_field("experiences").related_model._meta.db_table
        many = f"(SELECT COUNT(*) FROM {table} WHERE section_id = %(expressions)s)"
        return self.annotate(experience_count=models.Func("pk", template=many, output_field=models.IntegerField()))

    def shown(self) -> "SectionRows":
        return self.filter(hidden_at=None)

    def for_list(self) -> "SectionRows":
        """Of one portfolio, in order, with what the list of its parts shows."""
        wanted = ("key", "about", "text", "hidden_at", "portfolio__opened_at", "portfolio__steps_left_at", *TITLE)
        rows = self.select_related("shareable", "portfolio").only("shareable__parent", *wanted)
        return rows.order_by("position", "pk")

    def in_order(self) -> "SectionRows":
        return self.select_related("shareable__owner").order_by("position", "pk")


class Section(Piece):
    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="sections")
    key = models.SlugField(blank=True)  # of the template; empty for the owner's own sections
    about = models.JSONField(default=dict, blank=True)  # what belongs here, by language, from the template
    holds_items = models.BooleanField(default=True)
    text = models.TextField(blank=True, max_length=20_000)
    position = models.PositiveSmallIntegerField()
    hidden_at = models.DateTimeField(null=True, blank=True)  # from the owner's own list; ends nothing that is shared
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = SectionRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "key"], condition=~models.Q(key=""), name="section_key_once"),
        ]
        indexes = [models.Index(fields=["portfolio", "position"], name="section_in_order")]

    @property
    def is_own(self) -> bool:
        """Made by the owner, not by a template."""
        return not self.key

    def takes(self, item: Any) -> bool:
        """Offered as a place for this one: a hidden section only when it lies there already."""
        return self.holds_items and (self.hidden_at is None or item.section_id == self.pk)

    @property
    def explanation(self) -> str:
        return in_language(self.about) if self.about else ""
