"""Any steps in any order: the table of moves is kept, and what was published is there for good or gone for good."""

import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from events.actions import reports as actions
from events.models import Report
from portal.editing import EditedElsewhere
from tests import factories

State = Report.State
SECOND = datetime.timedelta(seconds=1)
# What a step leads to; writing leads nowhere.
LEADS_TO = {
    "send": State.CORRECTION,
    "approve": State.APPROVED,
    "take back": State.DRAFT,
    "publish": State.PUBLISHED,
    "withdraw": State.WITHDRAWN,
}
# "on" takes one of the legal steps, so that most examples come as far as publishing and withdrawing.
STEPS = st.tuples(st.sampled_from(["on"] * 5 + ["compose", "write", *LEADS_TO]), st.integers(0, 2))


def _legal(report: Report, which: int) -> str:
    steps = [step for step, to in LEADS_TO.items() if to in Report.MOVES[report.state]]
    return steps[-1 - which % len(steps)] if steps else "write"


class AnySteps(TestCase):
    @example([("compose", 0), ("on", 0), ("on", 0), ("compose", 0), ("on", 0), ("on", 0), ("on", 0), ("on", 2)])
    @settings(max_examples=20, deadline=None)
    @given(st.lists(STEPS, min_size=6, max_size=16))
    def test_any_steps(self, steps: list[tuple[str, int]]) -> None:
        self.joke = factories.person("Joke")
        self.room = factories.room(self.joke, factories.person("Mila"))
        self.files: dict[int, bytes] = {}
        self.at = timezone.now()
        for number, (step, which) in enumerate(steps):
            self.at += SECOND
            rows = list(Report.objects.whole().filter(room=self.room).order_by("-number"))
            if step == "compose" or not rows:
                actions.compose(self.room, by=self.joke, reason="Er is iets veranderd.")
            else:
                found = rows[which // 2 % len(rows)]
                self._step(_legal(found, which) if step == "on" else step, found, number)
            self._look()

    def _step(self, step: str, report: Report, number: int) -> None:
        before = report.state
        try:
            self._take(step, report, number)
        except (actions.NotNow, EditedElsewhere):
            after = Report.objects.get(pk=report.pk).state
            assert after == before
            open_for_writing = before in (State.DRAFT, State.CORRECTION)
            assert not open_for_writing if step == "write" else LEADS_TO[step] not in Report.MOVES[before]
            return
        after = Report.objects.get(pk=report.pk).state
        if step == "write":
            assert before == after and before in (State.DRAFT, State.CORRECTION)
        else:
            published_again = step == "publish" and before == State.PUBLISHED  # another attempt changes nothing
            assert after == LEADS_TO[step] and (after in Report.MOVES[before] or published_again)

    def _take(self, step: str, report: Report, number: int) -> None:
        if step == "write":
            text = {"conclusions": f"Besluit {number}."}
            actions.write(report, text, version=report.version, by=self.joke)
            return
        if step == "approve" and report.state in (State.DRAFT, State.CORRECTION) and not report.conclusions:
            actions.write(report, {"conclusions": "Eerst iets."}, version=report.version, by=self.joke)
        steps: dict[str, Any] = {
            "send": actions.send_to_rapporteurs,
            "approve": actions.approve,
            "take back": actions.take_back,
            "publish": actions.publish,
        }
        if step == "withdraw":
            with self.captureOnCommitCallbacks(execute=True):
                actions.withdraw(report, kind="mistake", by=self.joke, at=self.at)
        else:
            steps[step](report, by=self.joke, at=self.at)

    def _look(self) -> None:
        """As a stranger does."""
        client, rows = Client(), list(Report.objects.filter(room=self.room))
        assert len([one for one in rows if one.state in Report.IN_HAND]) <= 1
        current = [one for one in rows if one.state == State.PUBLISHED]
        assert len(current) <= 1
        for report in rows:
            args = [self.room.event.code, self.room.code, report.number]
            page = client.get(reverse("events:report_version", args=args))
            file = client.get(reverse("events:report_file", args=args))
            if report.state in Report.IN_HAND:
                assert (page.status_code, file.status_code) == (404, 404)
            elif report.state == State.WITHDRAWN:
                assert (page.status_code, file.status_code) == (200, 410)
                assert report.conclusions == ""
            else:
                body = b"".join(file.streaming_content) if file.streaming else file.content
                assert self.files.setdefault(report.number, body) == body and body.startswith(b"%PDF")
        shown = client.get(reverse("events:report", args=[self.room.event.code, self.room.code]))
        assert (shown.status_code == 200) == any(one.is_frozen for one in rows)
        if current:
            assert shown.context["report"] == current[0]
