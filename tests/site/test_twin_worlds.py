"""Two worlds that differ in one rater's secret answer alike to everybody else: no byte tells a score early (S9)."""

import datetime
import logging
import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from portal.models import Notification, OutboxRow, ToDo
from selection.actions import sheets
from selection.models import Answer
from tests.selection import rows
from tests.site import building, walk
from tests.site import names as n
from tests.site.policy import TABLE
from tests.site.world import World

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2027, 3, 3, 12, 0, tzinfo=datetime.UTC)
# What the chair gave, in one world and in the other.
SECRETS = {
    "score": ({"score": 5}, {"score": 1}),
    "not seen": ({"score": 4}, {"score": None, "is_not_observed": True}),
    "words": ({"evidence": "Kort."}, {"evidence": "Een heel lange zin over wat er gebeurde. " * 20}),
    "concern": ({"concern": ""}, {"concern": "Gevaarlijk."}),
    "notes": ({"situation": ""}, {"situation": "Nacht.", "reflection": "Veel geleerd."}),
}
ALONE = tuple(SECRETS)
TOGETHER = "all but not seen"  # what goes with it: whoever cannot tell these apart cannot tell one of them
SECRETS[TOGETHER] = tuple(
    {key: value for name in ALONE if name != "not seen" for key, value in SECRETS[name][world_].items()}
    for world_ in (0, 1)
)
OTHERS = (n.RECUSED, n.OWNER, n.ADMINISTRATOR, n.SUPERUSER)  # who have no seat, or stepped back
CASES = [(n.RATER, secret) for secret in ("not seen", TOGETHER)] + [(actor, TOGETHER) for actor in OTHERS]
if os.environ.get("HYPOTHESIS_PROFILE") == "prove":
    CASES = [(actor, secret) for actor in (n.RATER, *OTHERS) for secret in ALONE]
# These differ each time that they are asked: challenges, keys, how long ago somebody signed.
BY_CHANCE = frozenset({"healthz", "draft_key", "mfa_activate_totp", "mfa_add_webauthn", "mfa_login_webauthn"})
BY_CHANCE |= {"mfa_authenticate", "mfa_reauthenticate_webauthn", "mfa_signup_webauthn"}
BY_CHANCE |= {f"portfolios:{one}" for one in ("experience_new", "goal_new", "level_ask", "product_new")}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def seen(here: World, actor: str) -> dict[str, tuple]:
    """Status, headers and body of every address, plain and in parts."""
    client, found = here.browser(actor), {}
    for key, line in TABLE.items():
        if key in BY_CHANCE or (key.startswith("admin:") and key.endswith("_add")):  # a new code each time
            continue
        for number, cell in enumerate(line.cells):
            path = walk.path_of(key, cell.args(here), cell.query)
            for htmx in (False, True):
                response = walk.ask(client, "GET", path, htmx=htmx).response
                assert response is not None, path
                found[f"{key} {number} {htmx}"] = walk.masked(response)
    return found


def told(here: World) -> list:
    """What waits, is new, is to be mailed, was mailed."""
    rows_ = [
        list(model.objects.order_by("pk").values("kind", "args", "about")) for model in (ToDo, Notification, OutboxRow)
    ]
    return [*rows_, [one.message().as_string() for one in mail.outbox]]


def _give(here: World, secret: dict) -> None:
    """Before it is handed in; the world's own sheet of the chair is, so they score the other candidate."""
    mine = rows.sheet(here.candidates[n.OTHER_CANDIDATE], here.people[n.CHAIR])
    for key in rows.KEYS:
        row = rows.answer(mine, key)
        content = {"score": 3, "evidence": "Zag het.", "reason": "Geen tijd."} | secret
        sheets.write(row, sheets.Content(**content), version=row.version, by=here.people[n.CHAIR])
    sheets.submit(mine, by=here.people[n.CHAIR])


@pytest.mark.parametrize(("actor", "secret"), CASES)
def test_nobody_can_tell_the_worlds_apart(actor, secret):
    with time_machine.travel(NOON, tick=False):
        here = building.build()
        worlds = []
        for given in SECRETS[secret]:
            point = transaction.savepoint()
            _give(here, given)
            worlds.append(SimpleNamespace(seen=seen(here, actor), told=told(here)))
            transaction.savepoint_rollback(point)
            mail.outbox.clear()
        one, other = worlds
        assert {key for key in one.seen if one.seen[key] != other.seen[key]} == set()
        assert one.told == other.told


def test_the_worlds_do_differ():
    """Or equal answers would prove nothing: the chair sees the difference on their own sheet."""
    with time_machine.travel(NOON, tick=False):
        here = building.build()
        found = []
        for given in SECRETS["score"]:
            mine = rows.sheet(here.candidates[n.OTHER_CANDIDATE], here.people[n.CHAIR])
            Answer.objects.filter(sheet=mine).update(**given)
            path = walk.path_of("selection:question", (mine.code, 1))
            found.append(walk.masked(walk.ask(here.browser(n.CHAIR), "GET", path).response))
        assert found[0] != found[1]
        assert timezone.now() == NOON
