"""The servers of the tests go with the process that started them, however that ends."""

import os
import signal
import subprocess
from pathlib import Path

from scripts.processes import PYTHON, ROOT
from tests.servers import is_alive, until

START = """
import signal
from tests.servers import private_postgres, private_redis
with private_postgres() as postgres, private_redis() as redis:
    print("ready", flush=True)
    signal.pause()
"""


def descendants(pid: int) -> list[int]:
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*children, *(below for child in children for below in descendants(child))]


def test_killed_run_leaves_no_server(tmp_path: Path) -> None:
    runner = subprocess.Popen([PYTHON, "-c", START], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    with runner.stdout:
        assert runner.stdout.readline() == "ready\n"
        servers = descendants(runner.pid)
        assert len(servers) > 3  # Redis, PostgreSQL and what that forked
        os.kill(runner.pid, signal.SIGKILL)
        runner.wait(30)
        until(lambda: not any(is_alive(pid) for pid in servers), "the end of the servers", 30)
