"""Time beside time: what is compared is measured in turns, in one run, so that a busy machine slows both."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[], Any]


@dataclass
class Row:
    """One line of the table. Times in milliseconds; `ratio` is to the floor of the same run."""

    what: str
    median: float
    ratio: float | None = None
    must: float | None = None
    aim: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.must is None:
            return ""
        return (
            "above the limit" if self.ratio > self.must else "aim met" if self.aim and self.ratio <= self.aim else "met"
        )


def interleaved(works: dict[str, Work], *, rounds: int, warm: int = 2) -> dict[str, float]:
    """Median milliseconds of each, one call of every one in each round."""
    for work in works.values():
        for _ in range(warm):
            work()
    times: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    for _ in range(rounds):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


def timed(work: Work) -> tuple[float, Any]:
    """Seconds of one call, and what it gave."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def table(title: str, rows: list[Row]) -> str:
    lines = [f"## {title}", "", "| what | ms | x floor | must | aim | | facts |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        ratio, must, aim = (f"{value:.2f}" if value is not None else "" for value in (row.ratio, row.must, row.aim))
        facts = ", ".join(f"{name} {value}" for name, value in row.facts.items())
        lines.append(f"| {row.what} | {row.median:.2f} | {ratio} | {must} | {aim} | {row.verdict} | {facts} |")
    return "\n".join([*lines, ""])
