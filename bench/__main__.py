"""What the promises about speed say, measured: python -m bench [--quick] [--json FILE] [subject ...].

On SQLite in a folder of its own, or on the empty database of BENCH_DATABASE_URL. Each figure stands beside a floor of
the same run. Never a test: a busy machine would make it lie.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

SUBJECTS = ("pages", "permissions", "papers", "sweep", "surveys")
# full, quick
SIZES: dict[str, tuple[Any, Any]] = {
    "small": ({"trainees": 20, "items": 60, "rounds": 60}, {"trainees": 20, "items": 60, "rounds": 20}),
    "large": ({"trainees": 2000, "items": 100, "rounds": 60}, {"trainees": 300, "items": 60, "rounds": 20}),
    "permissions": ({"small": 1000, "large": 1_000_000, "rounds": 200}, {"small": 1000, "large": 50_000, "rounds": 50}),
    "papers": ({"rounds": 12}, {"rounds": 4}),
    "surveys": ({"people": 2000, "questions": 60}, {"people": 200, "questions": 60}),
    "sweep": ({"due": 100_000, "among": 1_000_000}, {"due": 5_000, "among": 50_000}),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="subject", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--json", help="also write the figures to this file")
    chosen = parser.parse_args()
    subjects = chosen.subjects or list(SUBJECTS)
    if unknown := [name for name in subjects if name not in SUBJECTS]:
        parser.error(f"{unknown[0]} is not one of {', '.join(SUBJECTS)}")
    with tempfile.TemporaryDirectory(prefix="leerlijn-bench-") as var:
        _prepare(var)
        figures = _run(subjects, quick=chosen.quick)
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1, default=str)
    return 0


def _prepare(var: str) -> None:
    os.environ.update(DEMO="1", VAR_DIR=var, DJANGO_SETTINGS_MODULE="bench.settings")
    os.environ.pop("DATABASE_URL", None)
    if given := os.environ.get("BENCH_DATABASE_URL"):
        os.environ["DATABASE_URL"] = given
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_data", verbosity=0)


def _run(subjects: list[str], *, quick: bool) -> dict[str, Any]:
    from django.db import connection

    from bench import pages, papers, permissions, surveys, sweep
    from bench.measure import Row, table

    works: list[tuple[str, str, Callable[..., list[Row]]]] = [
        ("pages", "small", pages.run),
        ("pages", "large", pages.run),
        ("permissions", "permissions", permissions.run),
        ("papers", "papers", papers.run),
        ("sweep", "sweep", sweep.run),
        ("surveys", "surveys", surveys.run),
    ]
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "database": connection.vendor}
    figures: dict[str, Any] = {"machine": machine}
    print(f"{machine}\n", flush=True)
    for subject, size, work in works:
        if subject in subjects:
            asked = SIZES[size][quick]
            rows = work(**asked)
            title = f"{subject}: " + ", ".join(f"{name} {value:,}" for name, value in asked.items())
            print(table(title, rows), flush=True)
            figures[f"{subject} {size}"] = {"asked": asked, "rows": [asdict(row) for row in rows]}
    return figures


if __name__ == "__main__":
    sys.exit(main())
