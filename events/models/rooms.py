"""Breakout rooms and who takes notes in them (events.md E5, E6)."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.models.series import Event
from portal.codes import new_code

OPENS_BEFORE, LOCKS_AFTER = datetime.timedelta(hours=24), datetime.timedelta(hours=72)  # hours that pass, not days


class Room(models.Model):
    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="rooms")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)  # the theme
    reopened_until = models.DateTimeField(null=True)  # notes are open again until then
    reopening = models.CharField(max_length=300, blank=True)  # why

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="room_number_once"),
            models.CheckConstraint(
                condition=Q(reopened_until=None, reopening="") | (Q(reopened_until__isnull=False) & ~Q(reopening="")),
                name="room_reopened_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def notes_open_at(self) -> datetime.datetime:
        return self.event.starts_at - OPENS_BEFORE

    @property
    def notes_close_at(self) -> datetime.datetime:
        return max(self.event.ends_at + LOCKS_AFTER, self.reopened_until or self.event.ends_at)

    def is_open_for_notes(self, at: datetime.datetime) -> bool:
        """Half open: at the closing moment itself they are closed."""
        usual = self.notes_open_at <= at < self.event.ends_at + LOCKS_AFTER
        return usual or bool(self.reopened_until and self.notes_open_at <= at < self.reopened_until)


class RoomRole(models.Model):
    """`person` writes the notes of this room. `is_named`: agreed to stand in the report by name."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="roles")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_named = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "room"], name="room_role_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.room}"
