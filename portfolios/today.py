"""What the portfolio suggests on the home page: the first thing that helps somebody new."""

import datetime
from collections.abc import Iterator

from django.db.models import Exists, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import Membership, Role, User
from portal.today import NextStep
from portfolios import first_steps
from portfolios.models import Experience, Portfolio


def next_steps(person: User, at: datetime.datetime) -> Iterator[NextStep]:
    has_portfolio, has_logged, is_trainee, code, title, has_steps = _where_they_are(person, timezone.localdate(at))
    if code:
        yield _go_on(code, title)
    elif has_portfolio and not has_logged:
        yield _first_experience()
    elif has_steps:
        yield _more_steps()
    elif is_trainee and not has_portfolio:
        yield NextStep(
            _("Open your portfolio"),
            _(
                "A place for what you go through and learn. It is yours for your whole career; "
                "nobody reads along until you share."
            ),
            reverse("portfolios:portfolio"),
            _("Go to my portfolio"),
        )


def _where_they_are(person: User, on: datetime.date) -> tuple[bool, bool, bool, str | None, str | None, bool]:
    """Has a portfolio, has logged something, is a trainee; code and title of the latest draft; has first steps to take.
    One query."""
    logged = Experience.objects.filter(shareable__owner=person)
    latest = logged.drafts().order_by("-updated_at")
    begun = Q(has_logged=True) & (Q(has_goal=False) | Q(has_asked=False) | Q(has_brought=False))
    roles = Membership.objects.live(on).filter(person=person, role=Role.TRAINEE)
    return (
        User.objects.filter(pk=person.pk)
        .values_list(
            Exists(Portfolio.objects.filter(owner=person)),
            Exists(logged),
            Exists(roles),
            Subquery(latest.values("shareable__code")[:1]),
            Subquery(latest.values("shareable__title")[:1]),
            Exists(first_steps.annotated().filter(owner=person, steps_left_at=None).filter(begun)),
        )
        .get()
    )


def _go_on(code: str, title: str | None) -> NextStep:
    return NextStep(
        _("Go on with “%(title)s”") % {"title": title},
        _("It is still a draft. Nobody else sees it until you put it in your portfolio and share it."),
        reverse("portfolios:experience_edit", args=[code]),
        _("Continue writing"),
    )


def _more_steps() -> NextStep:
    return NextStep(
        _("On with the first steps"),
        _("One goal, one comment, and what you bring along. Leave out what does not suit you."),
        reverse("portfolios:first_steps"),
        _("Look at the first steps"),
    )


def _first_experience() -> NextStep:
    return NextStep(
        _("Log your first experience"),
        _(
            "One moment from this week is enough. "
            "Then you do not have to search for examples in your next conversation."
        ),
        reverse("portfolios:experience_new"),
        _("Log an experience"),
    )
