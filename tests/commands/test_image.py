"""What can be said of the image and the stack without an engine to build them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from environs import Env
from ruamel.yaml import YAML

from scripts import bootstrap
from scripts.processes import ROOT, names_in_settings

OURS = ["migrate", "web", "worker", "beat"]


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    return YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())


def test_stack_follows_the_schema() -> None:
    tool = str(Path(sys.executable).parent / "check-jsonschema")
    command = [tool, "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "DOMAIN", "EMAIL_URL", "MAIL_FROM"])
def test_missing_secret_stops_the_start(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}(?!\w)([^}}]*)\}}", (ROOT / "docker-compose.yml").read_text())
    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_one_image_for_all_that_is_ours(stack: dict[str, Any]) -> None:
    services = stack["services"]
    assert len({services[name]["image"] for name in OURS}) == 1
    assert services["migrate"]["restart"] == "no"
    assert "container_name" in services["beat"]  # which makes a second one impossible
    assert not {"ports"} & {key for name in [*OURS, "db", "redis"] for key in services[name]}


def test_stack_speaks_the_language_of_the_settings(stack: dict[str, Any]) -> None:
    given = set(stack["services"]["web"]["environment"])
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= given <= set(names_in_settings())
    assert "DEMO" not in given


def test_redis_never_drops_what_waits(stack: dict[str, Any]) -> None:
    command = " ".join(stack["services"]["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_image_has_the_libraries_and_only_wheels_of_the_lock() -> None:
    recipe = (ROOT / "Dockerfile").read_text()
    assert [package for package in bootstrap.LIBRARIES.values() if package not in recipe] == []
    assert "--require-hashes --only-binary :all:" in recipe
    assert re.search(r"^USER leerlijn$", recipe, re.MULTILINE)


def test_image_takes_only_what_is_named() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[0] == "*"
    assert not {"!.", "!.env", "!.git", "!var", "!tests"} & set(lines)
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert {f"!{name}" for name in [*apps, "templates", "static", "locale", "manage.py"]} <= set(lines)


def test_every_setting_is_explained() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in names_in_settings() if f"`{name}`" not in guide] == []


def test_mail_of_the_example_is_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    (address,) = re.findall(r"EMAIL_URL=(\S+)", (ROOT / "docs" / "operations.md").read_text())
    monkeypatch.setenv("EMAIL_URL", address)
    mail = Env().dj_email_url("EMAIL_URL")
    assert mail["EMAIL_USE_TLS"]
    assert mail["EMAIL_HOST"] == "mail.example.org"
