"""Where somebody stands (SWOT) and where they want to go (goals), P6; docs/portfolio.md."""

import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models import Piece
from portal.sharing import Shared
from portfolios.models.sections import TITLE, Section

LONGEST = 4000  # characters of why, how and the reason
MOST_LINES = 12  # in one list: what fits in a conversation


class SwotRows(models.QuerySet):
    def on(self, day: datetime.date) -> Self:
        """What stood there at the end of this day."""
        return self.filter(added_on__lte=day).filter(Q(dropped_on=None) | Q(dropped_on__gt=day))

    def in_order(self) -> Self:
        return self.order_by("added_on", "pk")


class SwotItem(models.Model):
    """One line of one of the four lists. Read and shared with its section as a whole.

    A quarter that is over keeps its words: a line that is changed later ends, and `follows` names it in the new one.
    """

    class List(models.TextChoices):
        STRENGTH = "strength", _("Strengths")
        WEAKNESS = "weakness", _("Weaknesses")
        OPPORTUNITY = "opportunity", _("Opportunities")
        THREAT = "threat", _("Threats")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="swot_items")
    list = models.CharField(max_length=12, choices=List)
    text = models.CharField(max_length=200)
    added_on = models.DateField()
    dropped_on = models.DateField(null=True)  # from this day on it no longer stands there
    follows = models.OneToOneField("self", models.SET_NULL, null=True, related_name="followed_by")

    objects = SwotRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped_on=None) | Q(dropped_on__gte=F("added_on")), name="swot_item_term"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="swot_item_says_something"),
        ]
        indexes = [models.Index(fields=["section", "added_on"], name="swot_item_of_section")]

    def __str__(self) -> str:
        return self.text

    def stands_on(self, day: datetime.date) -> bool:
        """As SwotRows.on, of a line that was read already."""
        return self.added_on <= day and (self.dropped_on is None or self.dropped_on > day)


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    IN_PROGRESS = "in_progress", _("in progress")
    REACHED = "reached", _("reached")
    LET_GO = "let_go", _("let go")


# The legal moves; actions/plan.py has one verb for each arrow, docs/portfolio.md says what they mean.
MOVES: dict[str, frozenset[str]] = {
    State.PLANNED: frozenset({State.IN_PROGRESS, State.REACHED, State.LET_GO}),
    State.IN_PROGRESS: frozenset({State.REACHED, State.LET_GO}),
    State.REACHED: frozenset({State.IN_PROGRESS}),
    State.LET_GO: frozenset({State.IN_PROGRESS}),
}
OPEN = (State.PLANNED, State.IN_PROGRESS)
CLOSED = (State.REACHED, State.LET_GO)


class GoalRows(Shared):
    def whole(self) -> "GoalRows":
        return self.select_related("shareable__owner", "shareable__parent", "section__shareable")

    def open(self) -> "GoalRows":
        return self.filter(state__in=OPEN)

    def soonest_first(self) -> "GoalRows":
        """Open ones, which have no day of closing, by their date, those without one after them; then what is over,
        the latest first."""
        return self.order_by(F("closed_on").desc(nulls_first=True), F("target_on").asc(nulls_last=True), "pk")

    def for_list(self) -> "GoalRows":
        """With what a row of a list shows and no more: title, state and day."""
        return self.select_related("shareable").only("section", "state", "target_on", "closed_on", *TITLE)


class Goal(Piece):
    """What somebody wants to reach: the title of its shareable. Lies in the development plan."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="goals")
    swot_item = models.OneToOneField(SwotItem, models.SET_NULL, null=True, related_name="goal")
    why = models.TextField(blank=True, max_length=LONGEST)
    how = models.TextField(blank=True, max_length=LONGEST)
    target_on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    reason = models.TextField(blank=True, max_length=LONGEST)  # why it was let go
    closed_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = GoalRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="let_go") & ~Q(reason="")) | (~Q(state="let_go") & Q(reason="")),
                name="goal_let_go_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, closed_on=None) | Q(state__in=CLOSED, closed_on__isnull=False),
                name="goal_closed_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["section", "state", "target_on"], name="goal_in_section")]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def texts(self) -> list[str]:
        return [self.why, self.how]
