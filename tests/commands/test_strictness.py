import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.processes import ROOT

TESTS = """
import pytest
def test_skips(): pytest.skip("no browser here")
@pytest.mark.skip(reason="later")
def test_marked(): pass
@pytest.mark.xfail(strict=True)
def test_known_fault(): assert False
def test_passes(): pass
"""


def run(folder: Path, source: str, **environment: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "tests.strictness", "-p", "no:django", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--rootdir", str(folder), "-c", "/dev/null", "test_it.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CI": "", **environment},
        text=True,
        capture_output=True,
    )
    return done.returncode, done.stdout.splitlines()[-1]


def test_skips_are_failures_in_ci_only(tmp_path: Path) -> None:
    code, summary = run(tmp_path, TESTS)
    assert code == 0
    assert "1 passed, 2 skipped, 1 xfailed" in summary
    code, summary = run(tmp_path, TESTS, CI="true")
    assert code == 1
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in summary  # a mark skips in the set-up


@pytest.mark.parametrize(("ci", "expected"), [("", 5), ("true", 2)])
def test_a_module_skipped_as_a_whole_is_a_failure_in_ci(tmp_path: Path, ci: str, expected: int) -> None:
    source = 'import pytest\npytest.importorskip("leerlijn_absent")\n'
    assert run(tmp_path, source, CI=ci)[0] == expected
