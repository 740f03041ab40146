"""What has to be mailed, row by row (portal.md G6). docs/reminders.md tells a row's life.

A row holds a kind, a receiver and codes; never a text, a title, a token. Words and links are made when it is sent.
"""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    LEASED = "leased", _("being sent")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("not needed")
    DEAD = "dead", _("set aside")


OPEN = (State.WAITING, State.LEASED)
# From where to where; what is not here cannot happen. Sent and dropped are final.
MOVES = {
    State.WAITING: {State.LEASED, State.DROPPED, State.DEAD},
    State.LEASED: {State.WAITING, State.SENT, State.DROPPED, State.DEAD},
    State.DEAD: {State.WAITING},
    State.SENT: set(),
    State.DROPPED: set(),
}


class Reason(models.TextChoices):
    """Why a row was dropped."""

    DONE = "done", _("already done")
    RIGHT_GONE = "right gone", _("the right to see it ended")
    PREFERENCE = "preference", _("the person does not want it")
    TOO_LATE = "too late", _("a later one replaced it")
    PERSON_GONE = "person gone", _("the account is closed")


class Way(models.TextChoices):
    URGENT = "urgent", _("at once, at any hour")
    ALONE = "alone", _("at once, outside quiet hours")
    BUNDLED = "bundled", _("in the daily mail")


class Bundle(models.Model):
    """The one mail of reminders that a person gets on a day. Its rows are fixed before it is first sent."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receiver", "on"], name="bundle_once_a_day")]

    def __str__(self) -> str:
        return self.code

    @property
    def message_id(self) -> str:
        return f"bundle.{self.code}"


class OutboxRow(models.Model):
    """One due moment of one person. `key` (kind, subject, moment, receiver) makes it the only one."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    group = models.CharField(max_length=20, blank=True)  # of preferences; empty: nobody can switch it off
    way = models.CharField(max_length=8, choices=Way)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    about = models.CharField(max_length=12, blank=True)  # the code of the to-do or news that it is about
    args = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField()  # the moment itself, never moved
    next_at = models.DateTimeField()  # not before: quiet hours, the daily mail, a pause after a failure, a lease's end
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    lease = models.CharField(max_length=12, blank=True)  # who claimed it; a later claim makes the former powerless
    attempts = models.PositiveSmallIntegerField(default=0)  # counted before sending, so that a killer row ends too
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    last_error = models.CharField(max_length=60, blank=True)  # a class name, never a message: those hold addresses
    bundle = models.ForeignKey(Bundle, models.PROTECT, null=True, blank=True, related_name="rows")

    class Meta:
        verbose_name = _("mail to send")
        verbose_name_plural = _("mails to send")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="outbox_state"),
            models.CheckConstraint(
                condition=Q(state="leased", lease__gt="") | (~Q(state="leased") & Q(lease="")), name="outbox_leased"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at=None) | (~Q(state__in=OPEN) & Q(ended_at__isnull=False)),
                name="outbox_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="dropped", reason__in=Reason.values) | (~Q(state="dropped") & Q(reason="")),
                name="outbox_reason",
            ),
            models.CheckConstraint(condition=Q(bundle=None) | Q(way="bundled"), name="outbox_bundled"),
        ]
        indexes = [
            models.Index(fields=["way", "next_at", "id"], condition=Q(state__in=OPEN), name="outbox_next"),
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN), name="outbox_due"),
            models.Index(fields=["receiver", "next_at"], condition=Q(state__in=OPEN), name="outbox_of_person"),
            models.Index(fields=["about"], condition=Q(state="waiting"), name="outbox_about"),
            models.Index(fields=["bundle"], condition=Q(state__in=OPEN), name="outbox_of_bundle"),
            models.Index(fields=["-ended_at"], condition=Q(state="dead"), name="outbox_dead"),
            models.Index(fields=["ended_at"], condition=Q(state__in=["sent", "dropped"]), name="outbox_ended_at"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def message_id(self) -> str:
        """The same for every try of this row."""
        return f"{self.kind}.{hashlib.sha256(self.key.encode()).hexdigest()[:24]}"
