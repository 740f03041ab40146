"""Sectors (G2) ship as data: names, words and phases by country and field of work."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.models import Sector

DATA = Path(__file__).resolve().parent / "data"


def shipped() -> list[dict[str, Any]]:
    return json.loads((DATA / "sectors.json").read_text(encoding="utf-8"))


def load_shipped() -> None:
    """Add the sectors, words and phases that are absent; what an operator worded differently stays.

    One query when nothing is absent.
    """
    there = Sector.objects.in_bulk()
    with transaction.atomic():
        for row in shipped():
            sector = there.get(row["key"])
            if sector is None:
                Sector.objects.create(**row)
            elif _add_absent(sector, row):
                sector.save(update_fields=["words", "phases"])


def _add_absent(sector: Sector, row: dict[str, Any]) -> bool:
    known = {phase["key"] for phase in sector.phases}
    words = {key: names for key, names in row["words"].items() if key not in sector.words}
    phases = [phase for phase in row["phases"] if phase["key"] not in known]
    sector.words, sector.phases = sector.words | words, sector.phases + phases
    return bool(words or phases)
