"""Quarters of a year: a SWOT is read as it stood at the end of one (P6)."""

import datetime
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int  # 1 to 4

    @classmethod
    def of(cls, day: datetime.date) -> Self:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, words: str) -> Self | None:
        """Out of an address, "2027-1"; None for anything else."""
        year, dash, number = words.partition("-")
        if not (dash and len(year) == 4 and year.isascii() and year.isdecimal() and number in ("1", "2", "3", "4")):
            return None
        return cls(int(year), int(number)) if int(year) >= 1 else None

    @property
    def first_day(self) -> datetime.date:
        return datetime.date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> datetime.date:
        if self.number == 4:
            return datetime.date(self.year, 12, 31)
        return datetime.date(self.year, 3 * self.number + 1, 1) - datetime.timedelta(days=1)

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return f"{self.year:04}-{self.number}"

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)
