"""Meet-ups belong to series (events.md E1). What follows from the clock (under way, past) is not stored."""

import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models import Membership, Organisation, Role, User


class Series(models.Model):
    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="nl")  # in which reports are written
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        """Of the audit: one for each organisation (portal.md G9)."""
        return f"organisation {self.organisation.code}"


def organised_by(person: User | AnonymousUser) -> models.QuerySet[Membership]:
    """The live roles of organiser of this person; their organisations own the series."""
    return Membership.objects.live().filter(person=person.pk, role=Role.ORGANISER)


class EventRows(models.QuerySet["Event"]):
    def whole(self) -> Self:
        return self.select_related("series__organisation")

    def open_to_all(self) -> Self:
        """What anybody may know of; the condition is that of the index."""
        return self.exclude(state=Event.State.DRAFT)

    def drafts_of(self, person: User | AnonymousUser) -> Self:
        """What this person's organisations prepare; a handful."""
        own = organised_by(person).values("organisation")
        return self.filter(state=Event.State.DRAFT, series__organisation__in=own).order_by("starts_at", "pk")[:50]

    def visible_to(self, person: User | AnonymousUser) -> Self:
        """Everybody sees what is published; a draft is seen by its organisers and its rapporteurs."""
        if person.is_anonymous:
            return self.open_to_all()
        own = organised_by(person).values("organisation")
        open_or_own = ~Q(state=Event.State.DRAFT) | Q(series__organisation__in=own)
        writes = Event.objects.filter(rooms__roles__person=person.pk).values("pk")
        return self.filter(open_or_own | Q(pk__in=writes))


class Event(models.Model):
    """One meet-up of a series, its `number`th edition."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        PUBLISHED = "published", _("announced")
        REPORTING = "reporting", _("reports are being made")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    MOVES: dict[str, tuple[str, ...]] = {
        State.DRAFT: (State.PUBLISHED, State.CANCELLED),
        State.PUBLISHED: (State.REPORTING, State.CANCELLED),
        State.REPORTING: (State.CLOSED,),
        State.CLOSED: (),
        State.CANCELLED: (),
    }

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    series = models.ForeignKey(Series, models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    about = models.TextField(blank=True, max_length=2000)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_online = models.BooleanField(default=False)
    place = models.CharField(max_length=160, blank=True)
    is_demo = models.BooleanField(default=False)  # its pages say that the content is invented
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    reason = models.CharField(max_length=300, blank=True)  # why it was cancelled, or closed without every report

    objects = EventRows.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="event_edition_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_term"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "reporting", "closed", "cancelled"]), name="event_state"
            ),
            models.CheckConstraint(condition=~Q(state="cancelled", reason=""), name="event_cancelled_with_reason"),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], condition=~Q(state="draft"), name="event_agenda"),
            models.Index(fields=["starts_at", "id"], condition=Q(state="draft"), name="event_drafts"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_under_way(self, at: datetime.datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def is_past(self, at: datetime.datetime) -> bool:
        return self.ends_at <= at
