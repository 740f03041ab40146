"""Supervision levels (P8): what somebody may do at one place, decided by a named supervisor, on one card."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import sharing
from portal.codes import new_code
from portal.models import Organisation, Piece, Placement, User
from portal.published import in_language
from portal.sharing import Shared
from portfolios.models.experiences import Experience


def _live(at: datetime.datetime) -> Q:
    """As PeriodRows.live, of the placement: through the card, so that no index is passed by."""
    on = timezone.localdate(at)
    return Q(placement__starts_on__lte=on) & (Q(placement__ends_on=None) | Q(placement__ends_on__gt=on))


class CardRows(Shared):
    department = True  # the one thing that whoever is a member of the department now may see

    def visible_to(self, person: sharing.Person, at: datetime.datetime | None = None, *, narrow: bool = False) -> Self:
        """To others while the placement lasts: its end may have come before that of the showing."""
        at = at or timezone.now()
        rows = super().visible_to(person, at, narrow=narrow)
        return rows.filter(Q(shareable__owner=person.pk) | _live(at))

    def shown_to(self, person: User, at: datetime.datetime) -> Self:
        """What people of the departments where this person works now show to their colleagues."""
        if not sharing.sees_anything(person):
            return self.none()
        shown = sharing.departments_of(person, at).values("shareable")
        return self.filter(_live(at), pk__in=shown)

    def whole(self) -> Self:
        return self.select_related(
            "shareable__owner__portfolio__framework_version",
            "placement__organisation__sector",
            "placement__department",
            "placement__supervisor",
        )


class SupervisionCard(Piece):
    """One for each placement: levels are the employer's, and go nowhere by themselves."""

    placement = models.OneToOneField(Placement, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = CardRows.as_manager()

    class Meta:
        default_permissions = ()

    @property
    def owner(self) -> User:
        return self.shareable.owner

    @property
    def department(self) -> Organisation:
        return self.placement.department or self.placement.organisation

    @property
    def scale(self) -> list[dict[str, Any]]:
        """The levels of the owner's framework, lowest first: of a physician 1 to 5, of an analyst an authorisation."""
        levels: list[dict[str, Any]] = self.owner.portfolio.framework_version.levels
        return levels


class State(models.TextChoices):
    ASKED = "asked", _("asked")
    GIVEN = "given", _("given")
    REFUSED = "refused", _("not given")
    TAKEN_BACK = "taken_back", _("taken back")
    ENDED = "ended", _("ended")


MOVES: dict[str, frozenset[str]] = {
    State.ASKED: frozenset({State.GIVEN, State.REFUSED, State.TAKEN_BACK}),
    State.GIVEN: frozenset({State.ENDED}),
    State.REFUSED: frozenset(),
    State.TAKEN_BACK: frozenset(),
    State.ENDED: frozenset(),
}
GIVEN_ONCE = (State.GIVEN, State.ENDED)
DECIDED = (State.GIVEN, State.REFUSED, State.ENDED)


class SupervisionLevel(models.Model):
    """Asked by the trainee for one task, shift or device; decided by one supervisor. Of two given for the same task
    the later one holds. `names` are the words of the level as they were when it was given."""

    class Kind(models.TextChoices):
        TASK = "task", _("task")
        SHIFT = "shift", _("shift")
        DEVICE = "device", _("analysis or device")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    card = models.ForeignKey(SupervisionCard, models.PROTECT, related_name="levels")
    trainee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # for the constraints
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TASK)
    task = models.CharField(max_length=120)
    note = models.TextField(blank=True, max_length=2_000)
    evidence = models.ManyToManyField(Experience, related_name="+", blank=True)
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    wanted = models.SlugField()  # key of a level
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    level = models.SlugField(blank=True)
    names = models.JSONField(default=dict, blank=True)
    conditions = models.TextField(blank=True, max_length=1_000)
    review_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_with = models.CharField(max_length=200, blank=True)  # a group or colleagues, in words
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, max_length=1_000)  # of a refusal or an end

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(trainee=F("asked_of")), name="level_asked_of_another"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(trainee=F("decided_by")), name="level_never_self_granted"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by=None, decided_at=None)),
                name="level_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=GIVEN_ONCE) & ~Q(level="")) | (~Q(state__in=GIVEN_ONCE) & Q(level="")),
                name="level_given_with_a_level",
            ),
            models.UniqueConstraint("card", Lower("task"), condition=Q(state="asked"), name="level_asked_once"),
        ]
        indexes = [
            models.Index(fields=["card", "-asked_at"], name="level_of_card"),
            models.Index(fields=["asked_of"], condition=Q(state="asked"), name="level_to_decide"),
        ]

    def __str__(self) -> str:
        return self.task

    @property
    def words(self) -> str:
        return in_language(self.names) if self.names else ""

    @property
    def deciders(self) -> str:
        """Who answers for it, and with whom."""
        if self.decided_by is None or not self.decided_with:
            return self.decided_by.full_name if self.decided_by else ""
        return gettext("%(name)s, with %(group)s") % {"name": self.decided_by.full_name, "group": self.decided_with}

    def is_due(self, on: datetime.date) -> bool:
        """Its review date has come: it no longer says what may be done tonight."""
        return self.review_on is not None and self.review_on <= on
