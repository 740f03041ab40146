"""The plain list of intervals that the site is held against (test_sharing_machine.py)."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")
WORD = "Proefwoord"  # stands in every title: a search for it finds all that one may see
READERS = {"joris": "mentor", "amina": "supervisor", "teun": "peer_mentor"}
GUEST = "guest"
FILED = 2  # the piece that has a file

HAPPENED: Counter[str] = Counter()  # steps, by what they had to tell


@dataclass
class Piece:
    code: str
    pk: int
    parent: int | None = None  # of an item in a section
    is_section: bool = False

    @property
    def is_draft(self) -> bool:
        return not self.is_section and self.parent is None


@dataclass
class Given:
    """One act on one piece: an interval, cut short when withdrawn."""

    reader: str
    piece: int
    source: str
    starts: datetime.datetime
    ends: datetime.datetime
    withdrawn: datetime.datetime | None = None

    def live(self, at: datetime.datetime) -> bool:
        return self.withdrawn is None and self.starts <= at < self.ends


@dataclass
class Model:
    given: list[Given] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    looks: dict[tuple[str, int, str, int], set[str]] = field(default_factory=dict)  # and the acts that allowed it
    member_until: dict[str, datetime.date | None] = field(default_factory=dict)

    def acts(self, reader: str, piece: Piece, at: datetime.datetime) -> set[str]:
        """What lets this reader see this piece now."""
        if reader in self.blocked:
            return set()
        targets = {piece.pk, piece.parent}
        return {g.source for g in self.given if g.reader == reader and g.piece in targets and g.live(at)}
