"""All that can be judged without running the tests. Every step runs; the first faults are not the last.

python -m scripts.lint
"""

import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.processes import PYTHON, ROOT, clean_environment

BIN = Path(PYTHON).parent
AT_ONCE = 2
# As in production, as far as settings are concerned; no server is asked.
PRODUCTION = {
    "SECRET_KEY": "for-this-check-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "SITE_URL": "https://leerlijn.example.org",
    "ALLOWED_HOSTS": "leerlijn.example.org",
    "DATABASE_URL": "postgres://leerlijn@127.0.0.1/leerlijn",
    "REDIS_URL": "redis://127.0.0.1/0",
    "TRUSTED_PROXY_COUNT": "1",
}


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]
    settings: dict[str, str]


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def steps() -> list[Step]:
    def tool(name: str, *arguments: str) -> Step:
        return Step(name, [str(BIN / name), *arguments], {"DEMO": "1"})

    manage = [PYTHON, "manage.py"]
    return [
        Step("mypy", [str(BIN / "mypy"), "--no-error-summary"], {"DEMO": "1"}),
        Step("ruff check", [str(BIN / "ruff"), "check", "--quiet", "."], {}),
        Step("ruff format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], {}),
        tool("lint-imports"),
        tool("djade", "--check", "--target-version", "5.2", *templates()),
        Step("catalogues", [PYTHON, "-m", "scripts.catalogues", "check"], {"DEMO": "1"}),
        tool("deptry", "."),
        tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], {"DEMO": "1"}),
        Step("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    ]


def floors_are_watched() -> list[str]:
    """An app that import-linter does not know would be free to import anything."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    watched = set(settings["tool"]["importlinter"]["root_packages"])
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    return [f"{name} is not in root_packages of [tool.importlinter]" for name in sorted(apps - watched)]


def run(step: Step) -> tuple[Step, bool, float, str]:
    began = time.monotonic()
    environment = clean_environment(NO_COLOR="1", **step.settings)
    done = subprocess.run(
        step.command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return step, done.returncode == 0, time.monotonic() - began, done.stdout.strip()


def main() -> int:
    faults = floors_are_watched()
    print("\n".join(faults), end="\n" if faults else "")
    failed = ["import-linter's list of apps"] if faults else []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for step, passed, seconds, output in pool.map(run, steps()):
            print(f"{'ok   ' if passed else 'FAULT'} {step.name} ({seconds:.1f} s)", flush=True)
            if not passed:
                failed.append(step.name)
                print(output, flush=True)
    print(f"Faults in: {', '.join(failed)}" if failed else "No faults.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
