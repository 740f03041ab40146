"""kill -9 at random points: no moment is lost, none is there twice, every fault shows in /healthz (promises.md).

The points of a run follow from its seed, which a failure prints: FAULT_SEED=... repeats them.
"""

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator

import pytest
import redis

from tests.faults.fleet import Fleet, environment, fleet
from tests.faults.mailserver import MailServer, listening
from tests.servers import folder, free_port, until

PROVING = os.environ.get("HYPOTHESIS_PROFILE") == "prove"
KILLS, PEOPLE = (500, 12) if PROVING else (6, 12)
PATIENCE = 120.0
pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with listening(MailServer(delay=0.03)) as server:
        yield server


@pytest.fixture(params=["files", "redis"])
def ships(request: pytest.FixtureRequest, server: MailServer, redis_url: str) -> Iterator[Fleet]:
    """With files as broker and one process, as in the demo; over Redis with a pool and two beats, as in production."""
    with folder() as var:
        given = {"REDIS_URL": f"{redis_url}/14"} if request.param == "redis" else {}
        with fleet(var, environment(var, server.port, **given)) as made:
            made.start("worker", "prefork" if given else "solo")
            made.start("beat", "beat")
            if given:
                made.start("second beat", "beat")
            yield made


def pool(ships: Fleet) -> str:
    return "prefork" if "second beat" in ships.running else "solo"


def wreck(ships: Fleet, server: MailServer, chance: random.Random) -> str:
    """Kill one thing, or everything, in the middle of a mail or at any other moment, and start it again."""
    victims = ["worker", "beat", "both"] + ["child"] * (pool(ships) == "prefork")
    victim = chance.choice(victims)
    nth_mail, moment = server.tried + chance.randrange(1, 30), time.monotonic() + chance.uniform(0, 4)
    until(lambda: server.tried >= nth_mail or time.monotonic() > moment, "the blow to fall")
    if victim == "child":
        ships.kill_child("worker")
        return victim
    names = {"worker": "worker", "beat": "beat"}
    hit = [names[victim]] if victim in names else list(names)
    for name in hit:
        ships.kill(name)
    for name in hit:
        ships.start(name, pool(ships) if name == "worker" else "beat")
    return victim


def judge(ships: Fleet, server: MailServer, kills: int) -> None:
    rows = ships.ask("rows")
    assert len(rows) == ships.ask("expected"), "each moment is one row"
    ended = {(state, reason) for _kind, state, reason, *_rest in rows}
    assert ended <= {("sent", ""), ("dropped", "too late"), ("dropped", "right gone")}, ended
    sent = {f"<{bundle or own}@localhost>" for _k, state, _r, _a, own, bundle in rows if state == "sent"}
    times = server.times_taken()
    assert sent <= set(times), "at least one mail for each row that was not dropped"
    assert set(times) <= sent, "no mail without a row"
    again = sum(times.values()) - len(times)
    assert again <= kills, "a second mail only where a kill fell between the server's yes and our commit"
    by_person = {}
    for message_id, address in server.taken:
        if message_id.startswith("<bundle."):
            by_person.setdefault(address, set()).add(message_id)
    assert all(len(ids) == 1 for ids in by_person.values()), "one bundle a day"


def test_nothing_is_lost_and_nothing_is_there_twice(ships: Fleet, server: MailServer) -> None:
    seed = int(os.environ.get("FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    chance, story = random.Random(seed), []
    try:
        for number in range(KILLS):
            if number % 3 == 0:
                ships.ask(f"plant {PEOPLE}")
            story.append(wreck(ships, server, chance))

        def ended() -> bool:
            ships.revive("worker", pool(ships))
            return bool(ships.ask("open") == 0)

        until(ended, "every row to end", PATIENCE)
        judge(ships, server, KILLS)
        until(lambda: ships.ask("health")["ok"], "health", PATIENCE)
    except BaseException:
        print(f"FAULT_SEED={seed}", story, ships.ask("health"), ships.logs(), sep="\n")
        raise


def test_a_queue_that_is_emptied_or_away_shows_and_loses_nothing(server: MailServer) -> None:
    port = free_port()
    redis_server = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    client = redis.Redis(port=port)

    def answers() -> bool:
        with contextlib.suppress(redis.ConnectionError):
            return bool(client.ping())
        return False

    settings = {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    with contextlib.closing(client), folder() as var, fleet(var, environment(var, server.port, **settings)) as ships:
        ships.start("redis", redis_server)
        until(answers, "Redis")
        ships.start("worker", "prefork")
        ships.start("beat", "beat")
        until(lambda: ships.ask("health")["ok"], "health", PATIENCE)
        ships.ask(f"plant {PEOPLE}")
        client.flushall()
        ships.kill("redis")
        ships.ask(f"plant {PEOPLE}")
        until(lambda: {"cache", "worker", "beat"} & set(ships.ask("health")["ill"]), "the gap to show", PATIENCE)
        ships.start("redis", redis_server)

        def healed() -> bool:
            ships.revive("worker", "prefork")
            return bool(ships.ask("health")["ok"]) and ships.ask("open") == 0

        until(healed, "health", PATIENCE)
        client.flushall()
        ships.ask(f"plant {PEOPLE}")
        until(lambda: ships.ask("open") == 0, "every row to end", PATIENCE)
        judge(ships, server, kills=0)


def stopped_between_writes(ships: Fleet) -> bool:
    """Who is stopped in the middle of a write keeps the one pen of SQLite, so that nobody could sign or plant."""
    ships.signal("worker", signal.SIGSTOP)
    if ships.ask("writable"):
        return True
    ships.signal("worker", signal.SIGCONT)
    return False


def test_a_stopped_worker_shows_and_heals(server: MailServer) -> None:
    with folder() as var, fleet(var, environment(var, server.port)) as ships:
        ships.start("worker", "solo")
        ships.start("beat", "beat")
        until(lambda: ships.ask("health")["ok"], "health", PATIENCE)
        until(lambda: stopped_between_writes(ships), "a worker that stands still", PATIENCE)
        until(lambda: {"worker", "workers"} & set(ships.ask("health")["ill"]), "the silence to show", PATIENCE)
        ships.ask(f"plant {PEOPLE}")
        ships.signal("worker", signal.SIGCONT)
        until(lambda: ships.ask("health")["ok"] and ships.ask("open") == 0, "health", PATIENCE)
        judge(ships, server, kills=0)
