"""What a new person meets first: the set-up on a machine that may lack everything."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.processes import ROOT

SCRIPT = ROOT / "scripts" / "bootstrap.py"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose locks ask for nothing, set up once."""
    root = tmp_path_factory.mktemp("checkout")
    (root / "scripts").mkdir()
    (root / "requirements").mkdir()
    shutil.copy(SCRIPT, root / "scripts")
    for name in ("base", "dev"):
        (root / "requirements" / f"{name}.txt").write_text(f"# nothing for {name}\n")
    assert prepare(root, "base").returncode == 0
    return root


def prepare(root: Path, kind: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts" / "bootstrap.py"), kind]
    return subprocess.run(command, text=True, capture_output=True, timeout=120)


def remove_pip(root: Path) -> None:
    for folder in (root / ".venv" / "lib").glob("python*/site-packages/pip*"):
        shutil.rmtree(folder)


def test_old_python_is_refused_in_one_sentence() -> None:
    with pytest.raises(SystemExit) as refusal:
        bootstrap.refuse_old_python((3, 10, 12, "final", 0))
    assert refusal.value.code == "Leerlijn needs Python 3.11 or newer; this is Python 3.10.12."
    bootstrap.refuse_old_python((3, 11, 0, "final", 0))


def test_old_python_can_read_the_script_that_refuses_it() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))


def test_missing_library_without_root_gives_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bootstrap.LIBRARIES, "libleerlijn-absent.so.7", "libleerlijn-absent7")
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    with pytest.raises(SystemExit) as refusal:
        bootstrap.install_packages("base")
    wanted = "Run as root:  apt-get update && apt-get install -y --no-install-recommends libleerlijn-absent7"
    assert refusal.value.code == wanted


def test_absent_servers_are_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name, path=None: None)
    monkeypatch.setattr(bootstrap.glob, "glob", lambda pattern: [])
    assert bootstrap.missing_servers() == ["chromium", "postgresql", "redis-server", "poppler-utils"]


def test_unchanged_lock_runs_no_pip(checkout: Path) -> None:
    remove_pip(checkout)
    again = prepare(checkout, "base")
    assert (again.returncode, again.stdout) == (0, "")
    (checkout / "requirements" / "base.txt").write_text("# something else\n")
    changed = prepare(checkout, "base")
    assert changed.returncode == 0, changed.stderr
    assert "Making .venv" in changed.stdout  # pip was needed and not there
    assert "Installing the packages" in changed.stdout


def test_dev_holds_base_but_base_not_dev(checkout: Path) -> None:
    bootstrap_at = {
        "ROOT": str(checkout),
        "VENV": str(checkout / ".venv"),
        "PYTHON": str(checkout / ".venv/bin/python"),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in bootstrap_at.items():
            patch.setattr(bootstrap, name, value)
        (checkout / ".venv" / ".lock-base").unlink(missing_ok=True)
        assert not bootstrap.is_installed("base")
        (checkout / ".venv" / ".lock-dev").write_text(bootstrap.fingerprint("dev"))
        assert bootstrap.is_installed("base")
        (checkout / ".venv" / ".lock-dev").unlink()
        (checkout / ".venv" / ".lock-base").write_text(bootstrap.fingerprint("base"))
        assert not bootstrap.is_installed("dev")


def test_only_stale_catalogues_are_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = tmp_path / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Today"\nmsgstr "Vandaag"\n')
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    assert bootstrap.stale_catalogues() == [str(source)]
    bootstrap.compile_catalogues()
    assert b"Vandaag" in source.with_suffix(".mo").read_bytes()
    assert bootstrap.stale_catalogues() == []
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 60))
    assert bootstrap.stale_catalogues() == [str(source)]


def test_unknown_request_is_explained() -> None:
    with pytest.raises(SystemExit, match=r"base\|dev"):
        bootstrap.main(["everything"])
