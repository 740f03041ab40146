"""Worker, beat and an inspector as real processes, to be killed, stopped and started again."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.processes import PYTHON, ROOT, clean_environment, dies_with_parent
from tests.servers import migrated

CELERY = [PYTHON, "-m", "celery", "--app", "portal", "--quiet"]
FLAGS = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
COMMANDS = {
    "solo": [*CELERY, "worker", "--pool", "solo", *FLAGS],
    "prefork": [*CELERY, "worker", "--concurrency", "2", *FLAGS],
    "beat": [*CELERY, "beat", "--pidfile="],
}


def environment(var: Path, port: int, **given: str) -> dict[str, str]:
    """As in production, with a clock that ticks each second."""
    made = clean_environment(
        SECRET_KEY="0123456789" * 5,
        SITE_URL="http://localhost:8000",
        ALLOWED_HOSTS="localhost",
        VAR_DIR=str(var),
        EMAIL_URL=f"smtp://127.0.0.1:{port}",
        TICK_SECONDS="1",
        HEARTBEAT_SECONDS="1",
        SILENCE_SECONDS="6",
        FORGOTTEN_SECONDS="12",
        LEASE_SECONDS="4",
        DEAF_SECONDS="10",
        **given,
    )
    return {**made, "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "PYTHONPATH": str(ROOT)}


@dataclass
class Fleet:
    var: Path
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[Any]] = field(default_factory=dict)

    def start(self, name: str, command: str | list[str]) -> None:
        with (self.var / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                COMMANDS[command] if isinstance(command, str) else command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    def signal(self, name: str, number: signal.Signals) -> None:
        """To the process and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, number)

    def kill(self, name: str) -> None:
        self.signal(name, signal.SIGKILL)
        self.running.pop(name).wait(30)

    def revive(self, name: str, command: str) -> None:
        """As whoever runs it does when it ended by itself."""
        if self.running[name].poll() is not None:
            self.kill(name)
            self.start(name, command)

    def kill_child(self, name: str) -> bool:
        """One process of the worker's pool, as the kernel does when memory runs out."""
        children = Path(f"/proc/{self.running[name].pid}/task/{self.running[name].pid}/children")
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, IndexError):
            os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
            return True
        return False

    def ask(self, command: str) -> Any:
        inspector = self.running["inspector"]
        assert inspector.stdin and inspector.stdout
        inspector.stdin.write(command + "\n")
        inspector.stdin.flush()
        return json.loads(inspector.stdout.readline())

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.var.glob("*.log")))


@contextlib.contextmanager
def fleet(var: Path, settings: dict[str, str]) -> Iterator[Fleet]:
    """A migrated database and an inspector; workers and beats are for the test to start."""
    migrated(var)
    made = Fleet(var, settings)
    try:
        with (var / "inspector.log").open("wb") as log:
            made.running["inspector"] = subprocess.Popen(
                [PYTHON, "-m", "tests.faults.inspector"],
                cwd=ROOT,
                env=settings,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )
        yield made
    except BaseException:
        print(made.logs())  # pytest shows it with the failure
        raise
    finally:
        for name in list(made.running):
            made.signal(name, signal.SIGCONT)
            process = made.running[name]
            made.kill(name)
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
