"""What the portfolio suggests on the home page: the first thing that helps somebody new."""

import datetime
from collections.abc import Iterator

from django.db.models import Exists, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.models import Role, User
from portal.nav import roles_of
from portal.today import NextStep
from portfolios import first_steps
from portfolios.models import Experience, Portfolio

CODE, TITLE = "shareable__code", "shareable__title"


def next_steps(person: User, at: datetime.datetime) -> Iterator[NextStep]:
    logged = Experience.objects.filter(shareable__owner=person)
    latest = logged.drafts().order_by("-updated_at").values(row=JSONObject(code=CODE, title=TITLE))[:1]
    known = Portfolio.objects.annotate(has_logged=Exists(logged), draft=Subquery(latest))
    portfolio = known.filter(owner=person).first()
    if portfolio is None:
        if Role.TRAINEE in roles_of(person):
            yield _open_portfolio()
        return
    if portfolio.draft:
        yield _go_on(**portfolio.draft)
    elif not portfolio.has_logged:
        yield _first_experience()
    elif first_steps.to_take(portfolio, at):
        yield _more_steps()
    if portfolio.has_logged:
        yield NextStep("", "", reverse("portfolios:experience_new"), _("Log an experience"), is_main=True)


def _open_portfolio() -> NextStep:
    return NextStep(
        _("Open your portfolio"),
        _(
            "A place for what you go through and learn. It is yours for your whole career; "
            "nobody reads along until you share."
        ),
        reverse("portfolios:portfolio"),
        _("Go to my portfolio"),
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
