"""The first ten minutes (P11): four small things for somebody new. Seen from what is there; nothing is counted."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import sharing
from portal.models import Grant, User
from portfolios.models import Experience, Goal, Portfolio, Section

ASKED = (sharing.COMMENT, sharing.ASSESS)  # rights to say something about it
NEW = datetime.timedelta(days=90)  # so long the other pages lead here; this page itself stays


@dataclass(frozen=True)
class Step:
    title: str | Promise
    why: str | Promise
    url: str
    action: str | Promise
    is_done: bool


def annotated() -> QuerySet[Portfolio]:
    """Portfolios that know what their owner has begun: one query."""
    mine = Section.objects.filter(portfolio=OuterRef("pk"))
    brought = mine.filter(key="competencies")
    items = Experience.objects.filter(shareable__owner=OuterRef("pk"))
    asked = Grant.objects.filter(content_object__owner=OuterRef("pk"), permission__codename__in=ASKED)
    return Portfolio.objects.annotate(
        has_logged=Exists(items),
        has_goal=Exists(Goal.objects.filter(shareable__owner=OuterRef("pk"))),
        has_asked=Exists(asked),
        has_brought=Exists(brought.exclude(text="")),
        bring_to=Subquery(brought.values("shareable__code")[:1]),
        first_item=Subquery(items.placed().order_by("happened_on", "pk").values("shareable__code")[:1]),
    )


def of(person: User) -> tuple[Portfolio, list[Step]] | None:
    """None: no portfolio yet."""
    portfolio = annotated().filter(owner=person).first()
    return (portfolio, steps(portfolio)) if portfolio else None


def to_take(portfolio: Portfolio, at: datetime.datetime) -> list[Step]:
    """What somebody new has not done yet; nothing for who left the steps or is no longer new."""
    if portfolio.steps_left_at or at - portfolio.opened_at > NEW:
        return []
    found = annotated().get(pk=portfolio.pk)
    return [step for step in steps(found) if not step.is_done]


def steps(portfolio: Portfolio) -> list[Step]:
    """Of an annotated portfolio, in the order that helps most; each can be done first, later or never."""
    bring = reverse("portfolios:section_edit", args=[portfolio.bring_to]) if portfolio.bring_to else ""
    share = reverse("portfolios:share") + (f"?what={portfolio.first_item}" if portfolio.first_item else "")
    return [
        Step(
            _("Log one experience"),
            _("One moment from this week, in one line. You can add to it later."),
            reverse("portfolios:experience_new"),
            _("Log an experience"),
            portfolio.has_logged,
        ),
        Step(
            _("Write down what you bring along"),
            _("You could do a lot before you came here. What do you no longer have to learn, and how can one tell?"),
            bring or reverse("portfolios:template_adopt"),
            _("Write about it"),
            portfolio.has_brought,
        ),
        Step(
            _("Set one goal"),
            _("Something small that you would like to do better in a month."),
            reverse("portfolios:goal_new"),
            _("Set a goal"),
            portfolio.has_goal,
        ),
        Step(
            _("Ask somebody what they saw"),
            _("Let one person read one experience and comment on it. You choose who, and until when."),
            share,
            _("Ask for a comment"),
            portfolio.has_asked,
        ),
    ]
