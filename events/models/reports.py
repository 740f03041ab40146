"""The report of a breakout room (events.md E7). docs/reports.md tells its life."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.rooms import Room
from portal.codes import new_code
from portal.models import Document

TEXTS = (
    "lede",
    "summary",
    "bottlenecks",
    "ideas",
    "discussed",
    "conclusions",
    "actions",
    "quotes",
    "participants",
)
# In the notes, the same sections carry the same names.
FROM_NOTES = ("bottlenecks", "ideas", "discussed", "conclusions", "actions", "quotes")


class ReportRows(models.QuerySet["Report"]):
    def whole(self) -> Self:
        return self.select_related("room__event__series__organisation", "document", "approved_by")

    def public(self) -> Self:
        """What was published once has a page for good, also when it was replaced or withdrawn."""
        return self.filter(state__in=Report.PUBLIC)

    def in_hand(self) -> Self:
        """What is still being made; one at most for a room."""
        return self.filter(state__in=Report.IN_HAND)


class Report(models.Model):
    """One version of the report of a room. Once published, its texts are frozen by the database."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CORRECTION = "correction", _("read by the rapporteurs")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        REPLACED = "replaced", _("replaced")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES: dict[str, tuple[str, ...]] = {
        State.DRAFT: (State.CORRECTION, State.APPROVED),
        State.CORRECTION: (State.DRAFT, State.APPROVED),
        State.APPROVED: (State.DRAFT, State.PUBLISHED),
        State.PUBLISHED: (State.REPLACED, State.WITHDRAWN),
        State.REPLACED: (State.WITHDRAWN,),
        State.WITHDRAWN: (),
    }
    IN_HAND = (State.DRAFT, State.CORRECTION, State.APPROVED)
    PUBLIC = (State.PUBLISHED, State.REPLACED, State.WITHDRAWN)

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    room = models.ForeignKey(Room, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)  # of the text while it is being written
    lede = models.TextField(blank=True, max_length=600)
    summary = models.TextField(blank=True, max_length=3_000)
    bottlenecks = models.TextField(blank=True, max_length=20_000)
    ideas = models.TextField(blank=True, max_length=20_000)
    discussed = models.TextField(blank=True, max_length=20_000)
    conclusions = models.TextField(blank=True, max_length=20_000)
    actions = models.TextField(blank=True, max_length=20_000)
    quotes = models.TextField(blank=True, max_length=20_000)
    participants = models.TextField(blank=True, max_length=2_000)
    reason = models.CharField(max_length=300, blank=True)  # why this version replaces the one before
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    text_hash = models.CharField(max_length=64, blank=True)  # of the words of the document
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal = models.CharField(max_length=20, blank=True, choices=Document.Withdrawal.choices)

    objects = ReportRows.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="report_version_once"),
            models.UniqueConstraint(fields=["room"], condition=Q(state="published"), name="report_published_once"),
            models.UniqueConstraint(
                fields=["room"], condition=Q(state__in=["draft", "correction", "approved"]), name="report_in_hand_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "correction"], approved_at=None, approved_by=None, document=None)
                | Q(state="approved", approved_at__isnull=False, approved_by__isnull=False, document=None)
                | Q(
                    state__in=["published", "replaced", "withdrawn"],
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                    document__isnull=False,
                    published_at__isnull=False,
                    text_hash__gt="",
                ),
                name="report_state_with_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False, withdrawal__gt="")
                | (~Q(state="withdrawn") & Q(withdrawn_at=None, withdrawal="")),
                name="report_withdrawn_with_reason",
            ),
            models.CheckConstraint(condition=Q(number=1) | Q(reason__gt=""), name="report_replaces_with_reason"),
        ]
        indexes = [models.Index(fields=["state", "-published_at", "-id"], name="report_published")]

    def __str__(self) -> str:
        return f"{self.room} {self.number}"

    @property
    def title(self) -> str:
        return self.room.title

    @property
    def is_frozen(self) -> bool:
        return self.state in self.PUBLIC

    @property
    def is_in_hand(self) -> bool:
        return self.state in self.IN_HAND
