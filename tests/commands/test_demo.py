"""`make demo` as a whole: real processes, real signals."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import demo
from scripts.processes import PYTHON, ROOT
from tests.servers import free_port, is_alive, until

pytestmark = pytest.mark.xdist_group("demo")
PARTS = {"web": "-m gunicorn ", "worker": " worker --pool ", "beat": " beat --pidfile"}
TRAP = "postgres://nobody@127.0.0.1:1/must-not-be-asked"


class Running:
    """A demo of this test. Every process of it carries its VAR_DIR, which no other has."""

    def __init__(self, var: Path, port: int, command: list[str]) -> None:
        self.var, self.port, self.lines = var, port, []
        environment = {**os.environ, "VAR_DIR": str(var), "PORT": str(port), "DATABASE_URL": TRAP, "MAKELEVEL": ""}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout))
        self.reader.start()

    def pids(self) -> dict[int, str]:
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"VAR_DIR={self.var}\0".encode() in (folder / "environ").read_bytes() and is_alive(int(folder.name)):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def leaders(self, part: str) -> list[int]:
        """The child itself, not what it forked: it leads its own session."""
        return [pid for pid, command in self.pids().items() if PARTS[part] in command and os.getsid(pid) == pid]

    def ask(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def announced(self) -> bool:
        assert self.process.poll() is None, "".join(self.lines)
        return any(line.startswith("Leerlijn: http") for line in self.lines)

    def parts(self) -> list[str]:
        """Their commands, without the child that prints a document when there is one to print."""
        return [command for command in self.pids().values() if "portal.children" not in command]

    def all_well(self) -> bool:
        status, body = self.ask("/healthz")
        return status == 200 and json.loads(body)["worker"]["ok"] is True

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(30)
        until(lambda: not self.pids(), f"the end of {self.pids()}", 30)
        self.reader.join(30)

    def destroy(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.reader.join(30)
        self.process.stdout.close()


@contextlib.contextmanager
def running(var: Path, command: list[str] | None = None) -> Iterator[Running]:
    started = Running(var, free_port(), command or [PYTHON, "-m", "scripts.demo"])
    try:
        yield started
    finally:
        started.destroy()


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One state for all tests here: only the first has to load the demo's people."""
    return tmp_path_factory.mktemp("demo") / "var"


def test_killed_parts_start_again_and_sigterm_leaves_nothing(var: Path) -> None:
    with running(var) as portal:
        until(portal.announced, "the address of the demo", 120)
        assert portal.ask("/demo/")[0] == 200
        for part in PARTS:
            (before,) = portal.leaders(part)
            os.kill(before, signal.SIGKILL)
            until(lambda part=part, before=before: portal.leaders(part) not in ([], [before]), f"another {part}", 60)
        until(portal.all_well, "all parts being well", 60)
        assert sum("signal SIGKILL" in line for line in portal.lines) == len(PARTS)
        parts = portal.parts()
        assert len(parts) == 5  # supervisor, gunicorn and its worker, worker, beat; a child for PDFs may be warm
        portal.end(signal.SIGTERM)
        assert portal.process.returncode == 0


def test_killed_supervisor_leaves_nothing(var: Path) -> None:
    with running(var) as portal:
        until(portal.announced, "the address of the demo", 120)
        assert len(portal.parts()) == 5
        portal.end(signal.SIGKILL)


def test_supervisor_killed_while_it_prepares_leaves_nothing(var: Path) -> None:
    with running(var) as portal:
        until(lambda: len(portal.pids()) == 2, "the preparation", 60)
        portal.end(signal.SIGKILL)
    with running(var) as portal:
        until(portal.announced, "the address after a cut-off start", 120)
        portal.end(signal.SIGINT)


def test_killed_make_leaves_nothing(var: Path) -> None:
    with running(var, ["make", "--silent", "demo"]) as portal:
        until(portal.announced, "the address of the demo", 120)
        portal.end(signal.SIGKILL)


def test_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = {**os.environ, "VAR_DIR": str(tmp_path), "PORT": str(port), "MAKELEVEL": ""}
        command = [PYTHON, "-m", "scripts.demo"]
        done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} cannot be used")
    assert f"make demo PORT={port + 1}" in done.stderr


def test_two_demos_on_one_state_are_refused(tmp_path: Path) -> None:
    with demo.only_one(tmp_path), pytest.raises(SystemExit, match="already runs"), demo.only_one(tmp_path):
        pass


def test_starting_over_removes_what_the_demo_made_and_nothing_else(tmp_path: Path) -> None:
    for name in demo.FOLDERS_OF_THE_DEMO:
        (tmp_path / name).mkdir()
    for name in [*demo.MADE_BY_THE_DEMO, "mail/one.log", "thesis.odt"]:
        (tmp_path / name).write_text("x")
    demo.start_over(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_child_that_keeps_failing_waits_longer_each_time(tmp_path: Path) -> None:
    child = demo.Child("web", ["true"], signal.SIGTERM, tmp_path / "web.log")
    pauses = [child.note_end(now) for now in range(12)]
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses[-1] == demo.LONGEST_PAUSE
    assert child.note_end(demo.STEADY) == 0.0
