"""The meet-ups of the demo (demo mode only). Date, title and themes of the fourth are public facts; what was said
in its rooms, and the fifth, are invented: their pages say so.
"""

import datetime
import json
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from events.actions import notes, reports
from events.models import Event, Report, Room, RoomRole, Series
from portal.demo import accounts, day
from portal.models import Organisation, User

DATA = Path(__file__).resolve().parent / "data" / "demo"
HOUR = datetime.timedelta(hours=1)


def load() -> None:
    """Add the series when it is not there; through the real actions, so that history and audit are those of use."""
    story = json.loads((DATA / "meetups.json").read_text(encoding="utf-8"))
    if Series.objects.filter(title=story["series"]["title"]).exists():
        return
    users = accounts()
    owner = Organisation.objects.get(name=story["series"]["organisation"])
    series = Series.objects.create(
        title=story["series"]["title"], language=story["series"]["language"], organisation=owner
    )
    for row in story["events"]:
        event = _event(series, row)
        for room in row["rooms"]:
            _room(event, room, users, users[story["organiser"]])


def _event(series: Series, row: dict[str, Any]) -> Event:
    names = ("number", "title", "about", "state")
    return Event.objects.create(
        series=series,
        is_online=True,
        is_demo=True,
        starts_at=_instant(row, "starts_at"),
        ends_at=_instant(row, "ends_at"),
        **{name: row[name] for name in names},
    )


def _instant(row: dict[str, Any], name: str) -> datetime.datetime:
    """A local time of a date, or of the day that is so many days from now."""
    text = row[name] if "T" in row[name] else f"{day(row['day'])}T{row[name]}"
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def _room(event: Event, row: dict[str, Any], users: dict[str, User], organiser: User) -> None:
    room = Room.objects.create(event=event, number=row["number"], title=row["title"])
    writers = [users[key] for key in row["rapporteurs"]]
    for person in writers:
        RoomRole.objects.create(room=room, person=person, is_named=row.get("is_named", False))
    for number, (section, text) in enumerate(row.get("notes", {}).items()):
        at = event.starts_at + HOUR + number * HOUR / 12
        notes.save(room, section, typed=_typed(text), by=writers[number % len(writers)], at=at)
    if "report" in row:
        _report(room, row["report"], organiser)


def _typed(text: str) -> QueryDict:
    """As the browser of a rapporteur sends it."""
    sent = QueryDict(mutable=True)
    sent.update({"text": text, "autosave_base": '{"text": ""}', "autosave_revision": "0"})
    return sent


def _report(room: Room, row: dict[str, Any], organiser: User) -> None:
    report: Report = reports.compose(room, by=organiser)
    texts = {name: row[name] for name in ("lede", "summary", "participants")}
    reports.write(report, texts, version=report.version, by=organiser)
    if row["state"] == Report.State.PUBLISHED:
        reports.approve(report, by=organiser, at=room.event.ends_at + 11 * 24 * HOUR)
        at = room.event.ends_at + 14 * 24 * HOUR
        transaction.on_commit(partial(reports.publish, report, by=organiser, at=at))  # a document is made outside it
