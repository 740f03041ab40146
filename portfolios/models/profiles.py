"""Profiles beside the profession (P9): chosen freely, equal in value, without a score."""

from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models import Piece, StoredFile
from portal.published import in_language
from portal.sharing import Shared
from portfolios.models.sections import Section


class ProfileSet(models.Model):
    """A version of the profiles to choose from; who chose keeps the version they chose from."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    profiles = models.JSONField()  # [{"key", "names", "about", "basis", "deepening", "examples": [words, ...]}]
    published_at = models.DateTimeField()

    class Meta:
        verbose_name, verbose_name_plural = _("set of profiles"), _("sets of profiles")

    def __str__(self) -> str:
        return str(self.number)


class ProfileRows(Shared):
    def whole(self) -> Self:
        return self.select_related("shareable__owner", "section__shareable", "chosen_from")


class Profile(Piece):
    """One profile that somebody chose. Evidence is what they made, and what their own part in it was."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="profiles")
    chosen_from = models.ForeignKey(ProfileSet, models.PROTECT, related_name="+")
    key = models.SlugField()
    text = models.TextField(blank=True, max_length=10_000)  # why this one, and what the owner aims at
    version = models.PositiveIntegerField(default=1)
    chosen_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ProfileRows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="profile_once")]

    @property
    def standard(self) -> dict[str, Any]:
        """What the set says of this profile, in the words of the version that it was chosen from."""
        found = next(one for one in self.chosen_from.profiles if one["key"] == self.key)
        return {
            "about": in_language(found["about"]),
            "basis": in_language(found["basis"]),
            "deepening": in_language(found["deepening"]),
            "examples": [in_language(words) for words in found["examples"]],
        }


class ProfileProduct(models.Model):
    """Something made for a profile, and the owner's part in it."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="products")
    title = models.CharField(max_length=200)
    made_on = models.DateField()
    contribution = models.TextField(max_length=4000)
    version = models.PositiveIntegerField(default=1)
    # Each belongs to the piece that the profile is (StoredFile.about), so whoever sees the profile sees it.
    files = models.ManyToManyField(StoredFile, related_name="products", blank=True)

    class Meta:
        ordering = ["-made_on", "-pk"]
        indexes = [models.Index(fields=["profile", "-made_on"], name="product_of_profile")]

    def __str__(self) -> str:
        return self.title

    @property
    def texts(self) -> list[str]:
        return [self.contribution]
