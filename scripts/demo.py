"""The demo in the foreground: prepare the state, then web, worker and beat under one supervisor.

    python -m scripts.demo          PORT (8000), VAR_DIR (var), RESET=1 starts over

A killed child is started again. On Ctrl-C, SIGTERM or SIGHUP everything stops; when the supervisor
itself is killed the kernel tells the children (`dies_with_parent`).
"""

import contextlib
import fcntl
import http.client
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from scripts.processes import PYTHON, ROOT, ask_the_kernel, clean_environment, dies_with_parent

MADE_BY_THE_DEMO = ["leerlijn.sqlite3", "leerlijn.sqlite3-wal", "leerlijn.sqlite3-shm"]
FOLDERS_OF_THE_DEMO = ["broker", "log", "mail", "media", "tmp"]
GRACE = 10.0  # seconds between the polite and the hard stop
STEADY = 60.0  # a child that lived so long starts again at once
LONGEST_PAUSE = 30.0
PATIENCE = 30.0  # seconds before it is said that the web does not answer
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
call_command("load_demo", verbosity=0)
"""


def say(text: str) -> None:
    print(text, flush=True)


@dataclass
class Child:
    """One process that has to run. `command` is started in a session of its own."""

    name: str
    command: list[str]
    last_signal: signal.Signals
    log: Path
    inherits: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0

    def start(self, environment: dict[str, str]) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.inherits,
                start_new_session=True,
                preexec_fn=dies_with_parent(self.last_signal),
            )
        self.started = time.monotonic()

    def signal_group(self, number: signal.Signals) -> None:
        """The child and what it started. The group outlives a child that was killed."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def wait(self, seconds: float) -> None:
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)

    def note_end(self, now: float) -> float:
        """Plan the next start; returns the pause in seconds."""
        self.signal_group(signal.SIGKILL)
        self.process = None
        self.failures = 0 if now - self.started >= STEADY else self.failures + 1
        pause = min(LONGEST_PAUSE, 0.25 * 2**self.failures) if self.failures else 0.0
        self.due = now + pause
        return pause

    def last_lines(self, count: int = 12) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


@dataclass
class Supervisor:
    children: list[Child]
    environment: dict[str, str]
    port: int
    stopping: bool = False
    announced: bool = False
    next_knock: float = 0.0
    patience: float = field(default_factory=lambda: time.monotonic() + PATIENCE)
    alarm: tuple[int, int] = field(default_factory=os.pipe)

    def listen_to_signals(self) -> None:
        for end in self.alarm:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.alarm[1], warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake the loop

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self.stopping = True

    def run(self) -> None:
        self.listen_to_signals()
        try:
            while not self.stopping:
                self.look_after_children(time.monotonic())
                self.announce(time.monotonic())
                self.wait(0.2 if not self.announced else 1.0)
        finally:
            self.stop_children()

    def wait(self, seconds: float) -> None:
        if select.select([self.alarm[0]], [], [], seconds)[0]:
            os.read(self.alarm[0], 4096)

    def look_after_children(self, now: float) -> None:
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                code = child.process.returncode
                pause = child.note_end(now)
                say(f"The {child.name} ended ({ending(code)}); it starts again in {pause:.1f} s.")
                if child.failures > 2:
                    say(child.last_lines())
            if child.process is None and now >= child.due:
                child.start(self.environment)

    def announce(self, now: float) -> None:
        if self.announced or now < self.next_knock:
            return
        if answers(self.port):
            self.announced = True
            logs = self.children[0].log.parent
            say(f"Leerlijn: http://localhost:{self.port}/demo/    (Ctrl-C stops it; logs in {logs})")
        elif now > self.patience:
            self.patience = now + PATIENCE
            say(f"The web does not answer yet. Its last lines:\n{self.children[0].last_lines()}")
        self.next_knock = now + 0.2

    def stop_children(self) -> None:
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.signal_group(signal.SIGTERM)
        for child in self.children:
            child.wait(max(0.0, deadline - time.monotonic()))
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            child.wait(GRACE)


def ending(code: int) -> str:
    return f"code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listen(port: int) -> socket.socket:
    """The supervisor holds the door: while the web starts again, visitors wait instead of being refused."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
    except OSError as error:
        sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another one:  make demo PORT={port + 1}")
    door.listen(128)
    return door


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[TextIO]:
    """Two demos on one state would share a database and a queue."""
    with (var / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"A demo already runs on {var}. Stop it, or choose another folder:  make demo VAR_DIR=...")
        yield lock


def start_over(var: Path) -> None:
    """Remove what a demo leaves in `var`, and nothing else."""
    for name in MADE_BY_THE_DEMO:
        (var / name).unlink(missing_ok=True)
    for name in FOLDERS_OF_THE_DEMO:
        shutil.rmtree(var / name, ignore_errors=True)


def prepare(environment: dict[str, str]) -> None:
    guard = dies_with_parent(signal.SIGKILL)
    command = [PYTHON, "-c", PREPARE]
    done = subprocess.run(command, cwd=ROOT, env=environment, start_new_session=True, preexec_fn=guard)
    if done.returncode:
        sys.exit("The demo could not be prepared; the lines above say why. RESET=1 starts over.")


def children_of(var: Path, door: socket.socket) -> list[Child]:
    log = var / "log"
    bind = f"fd://{door.fileno()}"
    gunicorn = ["gunicorn", "portal.wsgi", "--bind", bind, "--workers", "1", "--threads", "8"]
    gunicorn += ["--no-control-socket", "--graceful-timeout", "5", "--worker-tmp-dir", str(var / "tmp")]
    celery = ["celery", "--app", "portal", "--quiet"]
    worker = ["worker", "--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    inherits = (door.fileno(),)
    return [
        # gunicorn's own worker notices within a second that its master is gone
        Child("web", [PYTHON, "-m", *gunicorn], signal.SIGTERM, log / "web.log", inherits),
        # a task may be cut off: what has to happen stands in the database
        Child("worker", [PYTHON, "-m", *celery, *worker], signal.SIGKILL, log / "worker.log"),
        Child("beat", [PYTHON, "-m", *celery, "beat", "--pidfile="], signal.SIGKILL, log / "beat.log"),
    ]


def main() -> None:
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT must be a number between 1 and 65535, not {port!r}.")
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    if os.environ.get("MAKELEVEL"):  # when make is killed, stop as for Ctrl-C
        ask_the_kernel(signal.SIGTERM, os.getppid())
    with only_one(var), listen(int(port)) as door:
        if os.environ.get("RESET", "") not in ("", "0"):
            start_over(var)
        for name in FOLDERS_OF_THE_DEMO:
            (var / name).mkdir(exist_ok=True)
        for log in (var / "log").glob("*.log"):
            log.unlink()
        environment = clean_environment(
            DEMO="1", VAR_DIR=str(var), SITE_URL=f"http://localhost:{port}", TMPDIR=str(var / "tmp")
        )
        prepare(environment)
        Supervisor(children_of(var, door), environment, int(port)).run()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
