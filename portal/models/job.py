"""Long work: made in the background, may be left, tells when it is ready (look.md)."""

import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models.document import Document


class State(models.TextChoices):
    WAITING = "waiting", _("waiting for its turn")
    RUNNING = "running", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("not made")
    STOPPED = "stopped", _("stopped")


OPEN = (State.WAITING, State.RUNNING)
MOVES: dict[str, tuple[str, ...]] = {
    State.WAITING: (State.RUNNING, State.STOPPED),
    State.RUNNING: (State.RUNNING, State.READY, State.FAILED, State.STOPPED),  # to itself: another attempt
    State.READY: (),
    State.FAILED: (),
    State.STOPPED: (),
}


class Jobs(models.QuerySet["Job"]):
    def due(self, at: datetime.datetime) -> "Jobs":
        """New, or of a worker that did not come back."""
        return self.filter(
            models.Q(state=State.WAITING) | models.Q(state=State.RUNNING, lease_until__lte=at), state__in=OPEN
        )


class Job(models.Model):
    """`args` are codes, never words. `lease` is the token of the worker that has it until `lease_until`: who lost
    the lease may write nothing more."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=64)  # hash of kind and args
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)  # a code of portal.jobs
    result = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = Jobs.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="job_list"),
            models.Index(fields=["lease_until", "id"], condition=models.Q(state__in=OPEN), name="job_due"),
            models.Index(fields=["expires_at"], name="job_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], condition=models.Q(state__in=OPEN), name="job_open_once"),
            models.CheckConstraint(
                condition=models.Q(state=State.READY, result__isnull=False)
                | (~models.Q(state=State.READY) & models.Q(result=None)),
                name="job_ready_with_result",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.FAILED) & ~models.Q(reason="")
                | (~models.Q(state=State.FAILED) & models.Q(reason="")),
                name="job_failed_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN, expires_at=None)
                | (~models.Q(state__in=OPEN) & models.Q(expires_at__isnull=False)),
                name="job_over_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
