"""The whole suite: what has SQL of its own on PostgreSQL first, then everything on SQLite.

    python -m scripts.test [--prove] [arguments of pytest]

In this order the last lines are pytest's, and say it all: the run stops at the first half that is red.
PostgreSQL and Redis are those of DATABASE_URL and REDIS_URL, else private ones.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile

from scripts.processes import PYTHON, ROOT, clean_environment, dies_with_parent

NOTHING_SELECTED = 5  # pytest's exit code


def pytest(title: str, arguments: list[str], environment: dict[str, str]) -> int:
    print(f"--- {title}", flush=True)
    processes = str(min(4, os.cpu_count() or 1))
    command = [PYTHON, "-m", "pytest", "-q", "-n", processes, "--dist", "loadgroup", *arguments]
    guard = dies_with_parent(signal.SIGTERM)
    return subprocess.run(command, cwd=ROOT, env=environment, preexec_fn=guard).returncode


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    from tests.servers import private_postgres, private_redis

    prove = "--prove" in arguments
    chosen = [argument for argument in arguments if argument != "--prove"]
    given_database, given_redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    with (
        tempfile.TemporaryDirectory(prefix="leerlijn-test-") as var,
        contextlib.nullcontext(given_database) if given_database else private_postgres() as database,
        contextlib.nullcontext(given_redis) if given_redis else private_redis() as redis,
    ):
        shared = clean_environment(
            VAR_DIR=var,
            REQUIRE_BROWSER="1",
            TEST_POSTGRES_URL=database,
            TEST_REDIS_URL=redis,
            HYPOTHESIS_PROFILE="prove" if prove else "test",
        )
        on_postgres = {**shared, "DATABASE_URL": database, "REDIS_URL": redis}
        only = [] if prove else ["-m", "both"]
        code = pytest("PostgreSQL and Redis", [*only, *chosen], on_postgres)
        if code not in (0, NOTHING_SELECTED):
            return code
        return pytest("SQLite", chosen, shared)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
