"""A committee at work (demo mode only): two sheets are in, the others open; nobody sees what the others gave."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from portal.demo import accounts
from portal.models import Organisation, User
from selection.actions import procedures, sheets
from selection.models import Candidate, PanelMember, Procedure

DATA = Path(__file__).resolve().parent / "data" / "demo" / "procedure.json"


def load() -> None:
    """Nothing when it is there."""
    document: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    if Procedure.objects.filter(title=document["title"]).exists():
        return
    users, at = accounts(), timezone.now()
    procedure = Procedure.objects.create(
        organisation=Organisation.objects.get(name=document["organisation"]),
        title=document["title"],
        interviews_on=timezone.localdate(at) + datetime.timedelta(days=document["interviews_in"]),
    )
    for row in document["members"]:
        PanelMember.objects.create(procedure=procedure, person=users[row["person"]], role=row["role"])
    for number, row in enumerate(document["candidates"], 1):
        person = users.get(row["person"])
        Candidate.objects.create(
            procedure=procedure, person=person, number=number, name=row["name"], institution=row["institution"]
        )
    chair = users[document["members"][0]["person"]]
    procedures.publish(procedure, document["content"], by=chair, at=at)
    procedures.begin_interviews(procedure, by=chair, at=at)
    for row in document["sheets"]:
        _fill(procedure, users[row["rater"]], row, at)


def _fill(procedure: Procedure, rater: User, row: dict[str, Any], at: datetime.datetime) -> None:
    candidate = procedure.candidates.get(number=row["candidate"])
    sheet = sheets.declare(candidate, by=rater, stands_back=row.get("stands_back", False), at=at)
    if sheet is None:
        return
    for answer in sheet.answers.select_related("sheet__member", "sheet__candidate"):
        if given := row["answers"].get(answer.criterion):
            sheets.write(answer, sheets.Content(**given), version=answer.version, by=rater, at=at)
    if row["submitted"]:
        sheets.submit(sheet, by=rater, at=at)
