"""How a person's time is divided (P10): by quarter, with the advice of the guidance. Plain arithmetic, no database."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portfolios.models import Week
from portfolios.models.quarters import Quarter

ADVICE = (Decimal("0.1"), Decimal("0.2"))  # of the time for one's own development and education
ENOUGH = 4  # weeks logged in a quarter before anything is said about it
SHOWN = 4  # quarters in the trend


@dataclass(frozen=True)
class Share:
    """Of one quarter; hours."""

    quarter: Quarter
    weeks: int
    work: Decimal
    growth: Decimal

    @property
    def total(self) -> Decimal:
        return self.work + self.growth

    @property
    def part(self) -> Decimal | None:
        """Of all hours, those for development; None when there are none."""
        return self.growth / self.total if self.total else None

    @property
    def percent(self) -> Decimal | None:
        return None if self.part is None else 100 * self.part


def shown_from(on: datetime.date) -> datetime.date:
    """The first day of the quarters that are shown on this day."""
    first = Quarter.of(on)
    for _step in range(SHOWN - 1):
        first = first.before
    return first.first_day


def by_quarter(weeks: Iterable[Week]) -> list[Share]:
    """One for each quarter in which something was logged, the newest first. A week counts where its Monday is."""
    found: dict[Quarter, list[Week]] = {}
    for one in weeks:
        found.setdefault(Quarter.of(one.monday), []).append(one)
    return [
        Share(quarter, len(rows), sum((w.work for w in rows), Decimal()), sum((w.growth for w in rows), Decimal()))
        for quarter, rows in sorted(found.items(), reverse=True)
    ]


def to_talk_about(shares: Iterable[Share], on: datetime.date) -> Share | None:
    """The quarter before this one, when less than the advice went to development: a topic, never an alarm."""
    before = Quarter.of(on).before
    for share in shares:
        if share.quarter == before and share.weeks >= ENOUGH and share.part is not None and share.part < ADVICE[0]:
            return share
    return None
