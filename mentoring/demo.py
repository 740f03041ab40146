"""Conversations of the demo's people, through the real actions, in the order of what happened (demo mode only)."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.db import transaction

from mentoring.actions import conversations, reports, tracks
from mentoring.models import Conversation, Signature, Track
from mentoring.models.conversations import COMING
from portal.demo import accounts, day, moment
from portal.models import Relation, User

DATA = Path(__file__).resolve().parent / "data" / "demo" / "conversations.json"
DAY = datetime.timedelta(days=1)


def load() -> None:
    """Give each pair of the data its line who has none yet."""
    users = accounts()
    for row in json.loads(DATA.read_text(encoding="utf-8")):
        if not {row["person"], row["other"]} <= users.keys():
            continue
        pair = Relation.objects.live().filter(person=users[row["person"]], other=users[row["other"]], track=None)
        relation = pair.first()
        if relation:
            with transaction.atomic():
                _Story(row, relation, users).tell()


class _Story:
    def __init__(self, row: dict[str, Any], relation: Relation, users: dict[str, User]) -> None:
        self.row, self.relation, self.users = row, relation, users
        self.trainee, self.other = users[row["person"]], users[row["other"]]

    def tell(self) -> None:
        first = self.row["held"][0]["proposed"] if self.row["held"] else self.row["planned"]["proposed"]
        self.track: Track = tracks.begin(self.relation, months=self.row["months"], at=moment(first - 1))
        for held in self.row["held"]:
            self._hold(held)
        if self.row["skipped"] is not None:
            conversations.skip(self._coming(), by=self.trainee, at=moment(self.row["skipped"]))
        self._plan(self.row["planned"], moment(self.row["planned"]["on"], "16:00"))

    def _coming(self) -> Conversation:
        return Conversation.objects.whole().get(track=self.track, state__in=COMING)

    def _plan(self, row: dict[str, Any], starts_at: datetime.datetime) -> None:
        """The other proposes three times, the trainee picks."""
        times = [starts_at, starts_at + DAY, starts_at + 2 * DAY]
        at = moment(row["proposed"], "17:10")
        conversations.propose(self._coming(), times, by=self.other, place=self.row["place"], at=at)
        if row.get("picked", row["proposed"] + 1) is None:
            return
        conversations.pick(self._coming(), starts_at, by=self.trainee, at=at + DAY / 2)
        conversations.set_points(self._coming(), row["points"], by=self.trainee, at=at + DAY)

    def _hold(self, row: dict[str, Any]) -> None:
        starts_at = moment(row["on"], "16:00")
        self._plan(row, starts_at)
        talk = self._coming()
        at = starts_at + DAY / 24
        on = day(row["on"])
        assert on is not None
        conversations.hold(talk, on=on, by=self.trainee, at=at)
        Conversation.objects.filter(pk=talk.pk).update(**{name: row[name] for name in ("notes", "report", "response")})
        for one in row["agreements"]:
            until = day(one["until"])
            assert until is not None
            reports.agree(talk, who=self.users[one["who"]], text=one["text"], until=until, by=self.trainee)
        reports.report(talk, by=self.trainee, at=at + DAY)
        for number, person in enumerate((self.trainee, self.other), start=2):
            version = Conversation.objects.get(pk=talk.pk).version
            how = Signature.How.MAIL if person == self.trainee else Signature.How.APP
            reports.sign(talk, version=version, by=person, how=how, at=at + number * DAY)
        self._finish(talk, row["agreements"], at)

    def _finish(self, talk: Conversation, rows: list[dict[str, Any]], at: datetime.datetime) -> None:
        """What was to be done by now is done."""
        for one in talk.agreements.select_related("conversation__shareable", "who"):
            if one.until < day(0):
                reports.finish_agreement(one, by=one.who, at=at + 5 * DAY)
