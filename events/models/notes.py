"""Live notes (events.md E6): a text for each section of a room, and all that was ever accepted of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.rooms import Room

LONGEST = 20_000  # characters in one section


class Note(models.Model):
    """The text of one section as it stands; `version` is the number of its newest revision, 0 for none."""

    class Section(models.TextChoices):
        BOTTLENECKS = "bottlenecks", _("Bottlenecks")
        IDEAS = "ideas", _("Ideas")
        DISCUSSED = "discussed", _("Discussed")
        CONCLUSIONS = "conclusions", _("Conclusions")
        ACTIONS = "actions", _("Actions")
        QUOTES = "quotes", _("Quotes")

    room = models.ForeignKey(Room, models.PROTECT, related_name="notes")
    section = models.CharField(max_length=12, choices=Section)
    text = models.TextField(blank=True, max_length=LONGEST)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["room", "section"], name="note_section_once"),
            models.CheckConstraint(
                condition=models.Q(
                    section__in=["bottlenecks", "ideas", "discussed", "conclusions", "actions", "quotes"]
                ),
                name="note_section",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room}, {self.get_section_display()}"


class Revisions(models.QuerySet["NoteRevision"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("What was accepted stays.")


class NoteRevision(models.Model):
    """Something that was accepted. Append-only: the database refuses to change it."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_woven = models.BooleanField(default=False)  # another's change of the same moment is in it too
    restored = models.PositiveIntegerField(null=True)  # the number of the revision that was put back

    is_frozen = True

    objects = Revisions.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="note_revision_once")]

    def __str__(self) -> str:
        return f"{self.note} {self.number}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("What was accepted stays.")
