"""Competency frameworks are versioned data (P4): a published version never changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.published import in_language


class Framework(models.Model):
    key = models.SlugField(primary_key=True)
    names = models.JSONField()  # by language

    def __str__(self) -> str:
        return in_language(self.names)


class FrameworkVersion(models.Model):
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical JSON that it was published from
    source = models.JSONField()  # that JSON, whole: what an export gives back
    levels = models.JSONField()  # [{"key": ..., "names": {"nl": ..., "en": ...}}], lowest first
    size = models.PositiveSmallIntegerField()  # of competencies; a trigger lets in so many and no more
    published_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("competency framework"), _("competency frameworks")
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_version_once")]

    def __str__(self) -> str:
        return f"{self.framework} {self.number}"


class FrameworkMapping(models.Model):
    """What each competency of an older version became. It proposes; who owns a portfolio decides."""

    older = models.ForeignKey(FrameworkVersion, models.PROTECT, related_name="mappings")
    newer = models.ForeignKey(FrameworkVersion, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    source = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("mapping of a framework"), _("mappings of frameworks")
        constraints = [models.UniqueConstraint(fields=["older", "newer"], name="framework_mapping_once")]

    def __str__(self) -> str:
        return f"{self.older} > {self.newer.number}"


class Competency(models.Model):
    version = models.ForeignKey(FrameworkVersion, models.PROTECT, related_name="competencies")
    key = models.SlugField()
    names = models.JSONField()
    descriptions = models.JSONField(default=dict)
    group = models.JSONField(default=dict)  # heading by language; the same words, the same group
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="competency_key_once"),
            models.UniqueConstraint(fields=["version", "position"], name="competency_position_once"),
        ]

    def __str__(self) -> str:
        return in_language(self.names)

    @property
    def description(self) -> str:
        return in_language(self.descriptions) if self.descriptions else ""

    @property
    def heading(self) -> str:
        return in_language(self.group) if self.group else ""
