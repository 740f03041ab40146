"""What the portfolio suggests on the home page: the first thing that helps somebody new."""

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import Membership, Role, User
from portal.today import NextStep
from portfolios.models import Experience, Portfolio


def next_steps(person: User, at: datetime.datetime) -> Iterator[NextStep]:
    if Portfolio.objects.filter(owner=person).exists():
        yield from _with_portfolio(person)
    elif Membership.objects.live(timezone.localdate(at)).filter(person=person, role=Role.TRAINEE).exists():
        yield NextStep(
            _("Open your portfolio"),
            _(
                "A place for what you go through and learn. It is yours for your whole career; "
                "nobody reads along until you share."
            ),
            reverse("portfolios:portfolio"),
            _("Go to my portfolio"),
        )


def _with_portfolio(person: User) -> Iterator[NextStep]:
    drafts = Experience.objects.filter(shareable__owner=person).drafts().select_related("shareable")
    draft = drafts.order_by("-updated_at").first()
    if draft:
        yield NextStep(
            _("Go on with “%(title)s”") % {"title": draft.title},
            _("It is still a draft. Nobody else sees it until you put it in your portfolio and share it."),
            reverse("portfolios:experience_edit", args=[draft.code]),
            _("Continue writing"),
        )
    elif not Experience.objects.filter(shareable__owner=person).exists():
        yield NextStep(
            _("Log your first experience"),
            _(
                "One moment from this week is enough. "
                "Then you do not have to search for examples in your next conversation."
            ),
            reverse("portfolios:experience_new"),
            _("Log an experience"),
        )
