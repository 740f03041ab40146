"""One goal in two tabs at the same moment, and a line that is clicked many times (P3, P6)."""

from typing import Any

import pytest

from portfolios.actions import evidence, growth, plan
from portfolios.models import EvidenceLink, Goal, Rating
from portfolios.models.plan import State
from tests import factories
from tests.races.test_races import THREADS, at_once

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def tried(act: Any) -> bool:
    try:
        act()
    except plan.Refused:
        return False
    return True


def test_a_goal_that_is_moved_twice_at_once_moves_once():
    for _ in range(3):
        portfolio = factories.portfolio()
        goal, by = factories.goal(portfolio), portfolio.owner
        reached, let_go = at_once(
            lambda goal=goal, by=by: tried(lambda: plan.reach(goal, by=by)),
            lambda goal=goal, by=by: tried(lambda: plan.let_go(goal, "Anders.", by=by)),
        )
        row = Goal.objects.get(pk=goal.pk)
        assert reached != let_go, "one of them came too late"
        assert row.state == (State.REACHED if reached else State.LET_GO)
        assert bool(row.reason) == let_go and row.closed_on


def test_a_line_clicked_by_many_is_one_goal_and_one_link_is_one_link():
    portfolio = factories.portfolio()
    by, section = portfolio.owner, factories.section(portfolio, "swot")
    line = plan.add_line(section, "strength", "Ik blijf rustig", by=by)
    at_once(*[lambda: plan.goal_from(line, by=by)] * THREADS)
    goal, item = Goal.objects.get(), factories.experience(by, "Overdracht")
    at_once(*[lambda: evidence.link(item.shareable, goal.shareable, by=by)] * THREADS)
    assert EvidenceLink.objects.count() == 1


def test_levels_given_twice_at_once_are_given_once():
    portfolio = factories.portfolio()
    levels = factories.section(portfolio, "competencies")
    given = dict.fromkeys(portfolio.framework_version.competencies.select_related("version"), 2)
    at_once(*[lambda: growth.rate(levels, given, by=portfolio.owner)] * THREADS)
    assert Rating.objects.count() == len(given)
