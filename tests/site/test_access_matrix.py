"""The access matrix (promises.md): every URL x method x plain/htmx x person x thing, against policy.py."""

import logging
import os
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal.access import rule_of
from portal.codes import LENGTH
from tests.site import building, walk
from tests.site import names as n
from tests.site.cells import DEMO, Cell, Line
from tests.site.policy import TABLE, expected
from tests.site.rights import NO_ONE
from tests.site.walk import ABSENT, METHODS, OK, SAFE, SESSION_TABLES, Answer
from tests.site.world import World

pytestmark = pytest.mark.django_db

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "prove"
OFTEN = (
    "portfolios:",
    "mentoring:",
    "events:",
    "person",
    "people",
    "membership_",
    "placement_",
    "relation_",
    "period_",
)
ONE_IN = 25  # of what the small size leaves to a sample, spread over people, things and addresses


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Twenty thousand requests would be forty thousand lines of log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def cells() -> Iterator[tuple[str, Line, Cell]]:
    for key, line in TABLE.items():
        for cell in line.cells:
            yield key, line, cell


def is_asked(key: str, line: Line, cell: Cell, actor: str, method: str, htmx: bool) -> bool:
    """Always: every GET; every POST where something of a person can be changed, and a HEAD where that is let in."""
    if FULL or (method == "GET" and not htmx):
        return True
    if method in ("POST", "HEAD") and not htmx and key.startswith(OFTEN):
        return method == "POST" or ("POST" in line.methods and expected(line, cell, actor, "HEAD") == OK)
    return zlib.crc32(f"{key} {cell.name} {actor} {method} {htmx}".encode()) % ONE_IN == 0


def test_every_url_declares_a_rule():
    without = [one.key for one in walk.patterns() if rule_of(one.view, one.name, one.namespace) is None]
    assert without == []


def test_every_url_has_a_line_in_the_policy_and_no_line_is_stale():
    there = {one.key for one in walk.patterns()}
    assert sorted(there - TABLE.keys()) == [], "say in tests/site/policy.py who gets in there"
    assert sorted(TABLE.keys() - there) == []


@pytest.mark.parametrize("actor", n.ACTORS)
def test_everybody_gets_where_the_policy_says_and_nowhere_else(actor):
    here = building.build()
    client = here.browser(actor)
    wrong = [
        f"{method}{' (htmx)' if htmx else ''} {key} [{cell.name}] {fault}"
        for key, line, cell in cells()
        for method in METHODS
        for htmx in (False, True)
        if is_asked(key, line, cell, actor, method, htmx)
        for fault in faults(here, client, actor, key, line, cell, method, htmx)
    ]
    assert wrong == []


def faults(
    here: World, client: Client, actor: str, key: str, line: Line, cell: Cell, method: str, htmx: bool
) -> Iterator[str]:
    cache.clear()
    path = walk.path_of(key, cell.args(here), cell.query)
    answer = walk.ask(client, method, path, data=cell.data(here), htmx=htmx)
    wanted = expected(line, cell, actor, method)
    got = OK if answer.response is not None and answer.response.status_code in line.also else answer.outcome
    if got != wanted:
        yield f"is {got}, should be {wanted}"
    if method in SAFE or wanted != OK:
        yield from _written(answer, {"portal_reading", *line.writes} if wanted == OK else set())


def _written(answer: Answer, allowed: set[str]) -> Iterator[str]:
    """Looking changes nothing, and neither does what was refused."""
    if written := answer.written - SESSION_TABLES - allowed:
        yield f"wrote to {sorted(written)}"


@pytest.mark.parametrize("actor", n.SIGNED_IN if FULL else (n.SAME_HOSPITAL, n.MENTOR, n.ADMINISTRATOR, n.SUPERUSER))
def test_what_one_may_not_see_looks_like_what_never_was(actor):
    here = building.build()
    client = here.browser(actor)
    told = []
    for key, line, cell in cells():
        reference = next((one for one in line.cells if one.name.startswith(n.ABSENT)), None)
        if reference is None or reference is cell or expected(line, cell, actor, "GET") != ABSENT:
            continue
        seen, never = (_get(client, key, one, here) for one in (cell, reference))
        if seen[0] != never[0]:
            told.append(f"{key} [{cell.name}] differs from what is absent")
        if key.startswith("portfolios:") and cell.name in n.PIECES and seen[1] != never[1]:
            told.append(f"{key} [{cell.name}] asks {seen[1]} queries, for what is absent {never[1]}")
    assert told == []


def _get(client: Client, key: str, cell: Cell, here: World) -> tuple[Any, int]:
    args = cell.args(here)
    path = walk.path_of(key, args)
    answer = walk.ask(client, "GET", path)
    assert answer.response is not None
    codes = [arg for arg in args if isinstance(arg, str) and len(arg) == LENGTH]
    return walk.masked(answer.response, path, *codes), answer.queries


# --- The demo's pages: in demo mode, from this machine, and nowhere else ----------------------


def demo_lines() -> list[tuple[str, Line, Cell]]:
    return [(key, line, cell) for key, line, cell in cells() if line.gate == DEMO]


@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "192.0.2.7"},
        {"REMOTE_ADDR": "::1", "HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_the_demo_is_absent_for_who_is_not_at_this_machine(settings, where):
    settings.DEMO = True
    here = building.build()
    client = Client(**where)
    for key, line, cell in demo_lines():
        for method in line.methods:
            answer = walk.ask(client, method, walk.path_of(key, cell.args(here)), data={"person": "noor"})
            assert (key, answer.outcome, answer.written - SESSION_TABLES) == (key, ABSENT, set())


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_demo_answers_on_this_machine_in_demo_mode(settings, tmp_path, address):
    settings.DEMO, settings.MAIL_DIR = True, tmp_path
    here = building.build()
    client = Client(REMOTE_ADDR=address)
    absent = {"demo_sign_in", "demo_mail_one"}  # nobody and no mail of this name
    for key, line, cell in demo_lines():
        answer = walk.ask(client, line.methods[0], walk.path_of(key, cell.args(here)), data={"person": "nobody"})
        assert (key, answer.outcome) == (key, ABSENT if key in absent else OK)


def test_the_demo_signs_in_as_demo_people_only(settings):
    settings.DEMO = True
    here = building.build()
    client = Client(REMOTE_ADDR="127.0.0.1")
    for person in here.people.values():
        for asked in (person.email, person.code, str(person.pk)):
            assert client.post("/demo/sign-in/", {"person": asked}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_policy_speaks_of_everybody_and_everything():
    """A name misspelled in the policy would quietly let in nobody."""
    actors = {actor for _, line, cell in cells() for actor in {*cell.inside, *cell.refused, *(cell.by_post or NO_ONE)}}
    assert actors <= set(n.ACTORS)
