"""How hard the tests try, and that nothing is skipped where it counts."""

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_ALWAYS: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("test", max_examples=50, stateful_step_count=30, **_ALWAYS)
settings.register_profile("prove", max_examples=2000, stateful_step_count=60, **_ALWAYS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


def nothing_may_be_skipped() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and nothing_may_be_skipped() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which is a failure here: {call.excinfo.value if call.excinfo else ''}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.outcome == "skipped" and nothing_may_be_skipped():
        report.outcome = "failed"
        report.longrepr = f"Skipped as a whole, which is a failure here: {report.longrepr}"
    return report
