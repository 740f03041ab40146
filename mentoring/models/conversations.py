"""One conversation of two people, from its due date to the signed report (M4); docs/conversations.md."""

import datetime
from collections.abc import Callable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mentoring.models.tracks import Track
from portal.models import Document, Piece, Relation, User
from portal.sharing import Person, Shared
from portal.sight import Condition

MOST_POINTS = 5
LONGEST = 20_000  # characters of one text


class State(models.TextChoices):
    DUE = "due", _("to be planned")
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    REPORTED = "reported", _("waits for signatures")
    SIGNED = "signed", _("signed by both")
    CLOSED = "closed_by_one", _("signed by one")
    SKIPPED = "skipped", _("skipped")
    ENDED = "ended", _("not held: the guidance ended")


# The legal moves; actions/conversations.py has one verb for each, docs/conversations.md says who and when.
MOVES: dict[str, frozenset[str]] = {
    State.DUE: frozenset({State.PLANNED, State.HELD, State.SKIPPED, State.ENDED}),
    State.PLANNED: frozenset({State.DUE, State.PLANNED, State.HELD, State.SKIPPED, State.ENDED}),
    State.HELD: frozenset({State.REPORTED}),
    State.REPORTED: frozenset({State.HELD, State.SIGNED, State.CLOSED}),
    State.SIGNED: frozenset(),
    State.CLOSED: frozenset(),
    State.SKIPPED: frozenset(),
    State.ENDED: frozenset(),
}
COMING = (State.DUE, State.PLANNED)
WRITABLE = (State.DUE, State.PLANNED, State.HELD)
FINAL = (State.SIGNED, State.CLOSED)
PAST = (State.HELD, State.REPORTED, *FINAL)


class TakesPart(Condition):
    """They are the trainee, or guide them now: (owner of the shareable, key of the track, which is of its relation).

    Written out as the rest of sight is (portal/sight.py).
    """

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        (owner, with_owner), (track, with_track) = (compiler.compile(column) for column in self.columns)
        on = connection.ops.adapt_datefield_value(timezone.localdate(self.at))
        guides = (
            f"SELECT 1 FROM {Relation._meta.db_table} WHERE id = {track} AND other_id = %s"
            " AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)"
        )
        return f"({owner} = %s OR EXISTS({guides}))", [*with_owner, self.person, *with_track, self.person, on, on]


class ConversationRows(Shared):
    def visible_to(self, person: Person, at: datetime.datetime | None = None, *, narrow: bool = False) -> Self:
        """The trainee always; the other while the grant lives *and* the relation does.

        The second is asked here as well, because a relation can be ended where nobody knows of conversations.
        """
        at = at or timezone.now()
        rows = super().visible_to(person, at, narrow=narrow)
        return rows.filter(TakesPart(person.pk, at, "shareable__owner", "track"))

    def with_people(self) -> Self:
        return self.select_related("shareable", "track__relation__person", "track__relation__other")

    def whole(self) -> Self:
        """With all that belongs to it: for a document; a page asks for what its state has, `complete`."""
        return self.with_people().select_related("document").prefetch_related(*(part() for part in PARTS.values()))


# How each part of a conversation is read, with whom it names.
PARTS: dict[str, Callable[[], models.Prefetch]] = {
    "times": lambda: models.Prefetch("times"),
    "points": lambda: models.Prefetch("points"),
    "agreements": lambda: models.Prefetch("agreements", Agreement.objects.select_related("who")),
    "signatures": lambda: models.Prefetch("signatures", Signature.objects.select_related("person")),
    "addenda": lambda: models.Prefetch("addenda", Addendum.objects.select_related("person")),
}


def complete(conversation: "Conversation") -> "Conversation":
    """Read the parts that a conversation in its state can have, each in one query."""
    names = ["points"]
    names += ["times"] if conversation.state == State.DUE else []
    names += ["agreements"] if conversation.state in PAST else []
    names += ["signatures", "addenda"] if conversation.state in (State.REPORTED, *FINAL) else []
    parts = [PARTS[name]() for name in names]
    models.prefetch_related_objects([conversation], *parts, *(["document"] if conversation.state in FINAL else []))
    return conversation


class Conversation(Piece):
    """`version` counts the changes of its texts: a signature is of the version that its signer read."""

    class Kind(models.TextChoices):
        MENTOR = "mentor", _("mentor conversation")
        PROGRESS = "progress", _("progress conversation")
        APPRAISAL = "appraisal", _("appraisal")

    track = models.ForeignKey(Track, models.CASCADE, related_name="conversations")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=16, choices=State, default=State.DUE)
    due_on = models.DateField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField(null=True)
    held_on = models.DateField(null=True)
    notes = models.TextField(blank=True, max_length=LONGEST)
    report = models.TextField(blank=True, max_length=LONGEST)
    response = models.TextField(blank=True, max_length=LONGEST)
    version = models.PositiveIntegerField(default=1)
    reported_at = models.DateTimeField(null=True)
    closes_on = models.DateField(null=True)  # with one signature: when it closes without the other
    ended_at = models.DateTimeField(null=True)  # when it came into a final state
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")  # the signed report

    objects = ConversationRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["track"], condition=Q(state__in=COMING), name="conversation_one_coming_a_track"
            ),
            models.UniqueConstraint(fields=["track", "due_on"], name="conversation_once_a_due_date"),
            models.CheckConstraint(
                condition=Q(state="planned", starts_at__isnull=False) | ~Q(state="planned"),
                name="conversation_planned_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PAST, held_on__isnull=False) | (~Q(state__in=PAST) & Q(held_on=None)),
                name="conversation_held_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("reported", *FINAL), reported_at__isnull=False)
                | (~Q(state__in=("reported", *FINAL)) & Q(reported_at=None)),
                name="conversation_reported_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(state="reported"), name="conversation_closes_while_reported"
            ),
        ]
        indexes = [
            models.Index(fields=["track", "-due_on"], name="conversation_in_order"),
            models.Index(
                fields=["ended_at"], condition=Q(state__in=FINAL, document=None), name="conversation_without_document"
            ),
            models.Index(fields=["closes_on"], condition=Q(closes_on__isnull=False), name="conversation_closes"),
        ]

    @property
    def trainee(self) -> User:
        return self.track.relation.person

    @property
    def other(self) -> User:
        return self.track.relation.other

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    def counterpart(self, person: User) -> User:
        """Whom `person` speaks with."""
        return self.other if person.pk == self.trainee.pk else self.trainee


class ProposedTime(models.Model):
    """One of three; the one who did not propose picks."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "starts_at"], name="proposed_time_once"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}"


class Point(models.Model):
    """What the trainee wants to talk about; at most five."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="point_position_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=MOST_POINTS), name="point_at_most_five"),
        ]

    def __str__(self) -> str:
        return self.text


class Agreement(models.Model):
    """Who does what until when; it becomes a to-do of that person."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="agreements")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=200)
    until = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["until", "pk"]

    def __str__(self) -> str:
        return self.text


class Signature(models.Model):
    """Of the text as it was at `version`."""

    class How(models.TextChoices):
        PASSKEY = "passkey", _("signed in with a passkey")
        APP = "app", _("signed in with a code from an app")
        RECOVERY = "recovery", _("signed in with a recovery code")
        MAIL = "mail", _("signed in with a code by mail")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    signed_at = models.DateTimeField()
    how = models.CharField(max_length=12, choices=How)

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="signature_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.signed_at}"


class Addendum(models.Model):
    """What somebody adds to a report that can no longer change."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="addenda")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
