"""A door that closes while somebody looks: nothing leaves that was asked after the act was there.

For every way in which a share can end, rounds of a real reader against the act, each in a thread with a
connection of its own. A reading noted at a moment after the commit would be content served too late.
"""

import datetime
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import audit, erasure, readings, sharing
from portal.actions import people
from portal.models import AuditChain, Grant, Membership, Reading, Shareable, User
from portfolios.actions import experiences
from portfolios.models import Experience, Portfolio
from tests import factories
from tests.races.test_races import at_once

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]

ROUNDS = 170 if os.environ.get("HYPOTHESIS_PROFILE") == "prove" else 9  # for each of six acts
MOST_LOOKS = 400
WORDS = "Een volle afdeling."


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@dataclass
class Round:
    owner: User
    reader: User
    operator: User
    portfolio: Portfolio
    item: Experience
    given: Grant
    membership: Membership
    browser: Client


def withdraw(now: Round) -> None:
    sharing.withdraw(Grant.objects.filter(pk=now.given.pk), by=now.owner)


def withdraw_all(now: Round) -> None:
    sharing.withdraw(Grant.objects.filter(user=now.reader, content_object__owner=now.owner), by=now.owner)


def move_away(now: Round) -> None:
    experiences.place(now.item, section=factories.section(now.portfolio, "plan"), by=now.owner)


def block(now: Round) -> None:
    people.block(now.reader, by=now.operator)


def end_membership(now: Round) -> None:
    people.end_membership(now.membership, by=now.operator, on=timezone.localdate())


def erase(now: Round) -> None:
    erasure.erase(now.owner)


@pytest.fixture
def new_round(sign_in: Callable[[User], Client]) -> Callable[[], Round]:
    place, operator = factories.organisation(), factories.person(is_staff=True)

    def _new_round() -> Round:
        owner, reader = factories.person(), factories.person()
        factories.member(owner, place)
        membership = factories.member(reader, place)
        portfolio = factories.portfolio(owner)
        section = factories.section(portfolio)
        item = factories.experience(owner, "Overdracht", into=section, situation=WORDS)
        given = factories.grant(section, reader)
        return Round(owner, reader, operator, portfolio, item, given, membership, sign_in(reader))

    return _new_round


@pytest.mark.parametrize("close", [withdraw, withdraw_all, move_away, block, end_membership, erase])
def test_nothing_is_served_that_was_asked_after_the_door_closed(new_round, close):
    served = 0
    for _ in range(ROUNDS):
        now = new_round()
        page = reverse("portfolios:experience", args=[now.item.code])
        closed: list[datetime.datetime] = []
        looks: list[tuple[datetime.datetime, bool]] = []

        def shut(now: Round = now, closed: list[Any] = closed) -> None:
            close(now)
            closed.append(timezone.now())

        def look(now: Round = now, looks: list[Any] = looks, page: str = page) -> None:
            """Until the door is found closed."""
            for _ in range(MOST_LOOKS):
                asked = timezone.now()
                answer = now.browser.get(page)
                looks.append((asked, WORDS in answer.content.decode()))
                if answer.status_code != 200:
                    return

        assert at_once(shut, look) == [None, None]
        assert not looks[-1][1], "the door was never found closed"
        assert [at for at, content in looks if content and at > closed[0]] == []
        rows = list(Reading.objects.filter(shareable=now.item.pk))
        assert [row.source for row in rows] == [now.given.source] * any(content for _, content in looks)
        if close is not block:  # who somebody is, is asked once, when a request begins: it may end after the block
            assert all(row.read_at <= closed[0] for row in rows)
        served += len(rows)
    assert [fault for chain in AuditChain.objects.all() for fault in audit.faults(chain)] == []
    assert readings.faults() == []


def test_a_draft_that_is_shared_while_it_is_placed_is_shared_as_an_item_or_not_at_all(new_round):
    now = new_round()
    section = factories.section(now.portfolio, "plan")
    until = timezone.now() + factories.DAY
    for _ in range(ROUNDS):
        draft = factories.experience(now.owner)

        def share(draft: Experience = draft) -> Grant:
            return sharing.share(
                draft.shareable, by=now.owner, reader=now.reader, right="read", purpose="guidance", until=until
            )

        placed, shared = at_once(lambda draft=draft: experiences.place(draft, section=section, by=now.owner), share)
        assert placed is None
        assert isinstance(shared, Grant | sharing.NotShareable), shared
        row = Shareable.objects.get(pk=draft.pk)
        assert row.kind == Shareable.Kind.ITEM and row.parent_id == section.pk
        assert Grant.objects.filter(content_object=row).exists() == isinstance(shared, Grant)
    assert list(audit.faults(AuditChain.objects.get(name=audit.PLATFORM))) == []


def test_a_draft_thrown_away_while_it_is_shared_leaves_no_grant_behind(new_round):
    now = new_round()
    for _ in range(ROUNDS):
        draft = factories.experience(now.owner)
        until = timezone.now() + factories.DAY
        at_once(
            lambda draft=draft: experiences.remove_draft(draft, by=now.owner),
            lambda draft=draft, until=until: factories.grant(draft, now.reader, until=until),
        )
        assert not Shareable.objects.filter(pk=draft.pk).exists()
        assert not Grant.objects.filter(content_object=draft.pk).exists()


def test_the_same_share_sent_twice_at_once_is_one_act(new_round, sign_in):
    """A double click: the second waits for the first and finds it."""
    now = new_round()
    factories.relation(now.owner, now.reader)
    plan = factories.section(now.portfolio, "plan")
    browsers = [sign_in(now.owner) for _ in range(2)]
    form = {"what": [plan.code], "who": now.reader.code, "purpose": "guidance", "confirm": ""}
    form |= {"until": (timezone.localdate() + factories.DAY).isoformat()}
    sent = at_once(*[lambda one=one: one.post(reverse("portfolios:share"), form).status_code for one in browsers])
    assert sent == [302, 302]
    assert Grant.objects.live(timezone.now()).filter(content_object=plan.pk).count() == 1
    withdraw_all(now)
    assert now.browser.get(reverse("portfolios:section", args=[plan.code])).status_code == 404


def test_two_withdrawals_of_one_share_at_once_are_one_act(new_round):
    now = new_round()
    assert sorted(at_once(*[lambda: sharing.withdraw(Grant.objects.filter(pk=now.given.pk), by=now.owner)] * 4)) == [
        0,
        0,
        0,
        1,
    ]
    withdrawn = audit.WITHDRAWN
    assert AuditChain.objects.get(name=audit.PLATFORM).entries.filter(verb=withdrawn).count() == 1
