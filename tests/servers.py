"""A private PostgreSQL and a private Redis for one run of the tests.

`scripts/test.py` starts them once and passes their addresses; a test that is run by hand gets its own
through the fixtures below. They hold nothing of worth and are gone with the process that started
them, also when that is killed.
"""

import contextlib
import functools
import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
import redis

from scripts.processes import PYTHON, ROOT, clean_environment, dies_with_parent

PATIENCE = 60.0  # seconds until a server has to answer
PREFIX = "leerlijn-servers-"


def until(ready: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Ask until the answer is true. Raises TimeoutError with `what` was waited for."""
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {patience:.0f} s for {what}.")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_alive(pid: int) -> bool:
    """A zombie that nobody has reaped yet counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """In /tmp: an unprivileged account must be able to get there. What killed runs left is swept up."""
    for old in Path("/tmp").glob(f"{PREFIX}*"):
        if not is_alive(int(old.name.removeprefix(PREFIX).partition("-")[0])):
            shutil.rmtree(old, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@functools.cache
def _original() -> tempfile.TemporaryDirectory[str]:
    """Migrating takes a while, copying none: once for each process of a run. Gone with the process."""
    var = tempfile.TemporaryDirectory(prefix="leerlijn-migrated-")
    migrate = [PYTHON, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=clean_environment(DEMO="1", VAR_DIR=var.name), check=True)
    return var


def migrated(var: Path) -> Path:
    """The database of a portal that has `var` as its VAR_DIR: a file of SQLite with all tables and no people."""
    return Path(shutil.copy(Path(_original().name) / "leerlijn.sqlite3", var / "leerlijn.sqlite3"))


@contextlib.contextmanager
def running(
    command: list[str],
    log: Path,
    last: signal.Signals,
    *,
    account: str | None = None,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
) -> Iterator[None]:
    """A process that writes to `log`, works in its folder or in `cwd`, and is stopped with `last`."""
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=cwd or log.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=account,
            extra_groups=[] if account else None,
            start_new_session=True,
            preexec_fn=dies_with_parent(last),
        )
    try:
        yield
    finally:
        server.send_signal(last)
        server.wait(PATIENCE)


def postgres_program(name: str) -> str:
    versions = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: float(path.split("/")[4]))
    found = shutil.which(name) or (versions[-1] if versions else None)
    if found is None:
        raise FileNotFoundError(f"There is no {name}. Run as root:  apt-get install -y postgresql")
    return found


@contextlib.contextmanager
def private_postgres() -> Iterator[str]:
    """Yields a DATABASE_URL. Reachable through a socket file only; durability is off."""
    account = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses root
    with folder() as place:
        if account:
            shutil.chown(place, account)
        data = place / "data"
        make = [postgres_program("initdb"), "-D", str(data), "-U", "leerlijn", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*make, "--locale=C.UTF-8", "--no-sync"],
            cwd=place,
            user=account,
            extra_groups=[] if account else None,
            check=True,
            capture_output=True,
        )
        quick = [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "listen_addresses=",
            "max_connections=80",
        ]
        options = [word for setting in quick for word in ("-c", setting)]
        command = [postgres_program("postgres"), "-D", str(data), "-k", str(place), *options]

        def ready() -> bool:
            try:
                psycopg2.connect(host=str(place), user="leerlijn", dbname="postgres").close()
            except psycopg2.OperationalError:
                return False
            return True

        with running(command, place / "log", signal.SIGQUIT, account=account):
            until(ready, "PostgreSQL")
            yield f"postgres://leerlijn@{quote(str(place), safe='')}/leerlijn"


@contextlib.contextmanager
def private_redis() -> Iterator[str]:
    """Yields a REDIS_URL without a database number."""
    program = shutil.which("redis-server")
    if program is None:
        raise FileNotFoundError("There is no redis-server. Run as root:  apt-get install -y redis-server")
    with folder() as place:
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(place)]
        command = [program, *options, "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]

        def ready() -> bool:
            with contextlib.closing(redis.Redis(port=port)) as client, contextlib.suppress(redis.ConnectionError):
                return bool(client.ping())
            return False

        with running(command, place / "log", signal.SIGTERM):
            until(ready, "Redis")
            yield f"redis://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with contextlib.nullcontext(given) if (given := os.environ.get("TEST_REDIS_URL")) else private_redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with contextlib.nullcontext(given) if (given := os.environ.get("TEST_POSTGRES_URL")) else private_postgres() as url:
        yield url


def pytest_configure(config: pytest.Config) -> None:
    """Each worker of a parallel run counts its sign-in limits in a Redis database of its own."""
    from django.conf import settings

    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if settings.REDIS_URL:
        settings.CACHES["default"]["LOCATION"] = f"{settings.REDIS_URL.rstrip('/')}/{int(worker[2:]) + 1}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite in a file: one in memory has no WAL, and threads would share one connection."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
