"""Any order of what two people and the clock can do: what holds always (M4)."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mentoring.actions import conversations, reports, tracks
from mentoring.actions.conversations import Refused
from mentoring.actions.reports import TextChanged
from mentoring.models import Conversation, State
from mentoring.models.conversations import COMING, FINAL, MOVES
from portal.models import Appointment, Grant, Relation, ToDo
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
DAY = factories.DAY
WHO = st.sampled_from(["noor", "joris"])


class Talks(RuleBasedStateMachine):
    """The newest conversation of one pair, and all that came before it."""

    @initialize()
    def begin(self) -> None:
        for model in (ToDo, Appointment, Conversation, Grant, Relation):
            model.objects.all().delete()
        self.now = timezone.now()
        self.noor, self.joris = factories.person("Noor"), factories.person("Joris")
        self.relation = factories.relation(self.noor, self.joris, starts_on=timezone.localdate(self.now))
        tracks.begin(self.relation, at=self.now)
        self.before: dict[int, str] = {}
        self.finals: dict[int, str] = {}

    def _try(self, act) -> None:
        try:
            act()
        except (Refused, TextChanged):
            pass

    def _talk(self, number: int) -> Conversation:
        rows = list(Conversation.objects.whole().order_by("due_on"))
        return rows[number % len(rows)]

    def _who(self, who: str):
        return getattr(self, who)

    @rule(number=st.integers(0, 3), who=WHO)
    def propose(self, number, who):
        times = [self.now + n * DAY for n in (1, 2, 3)]
        self._try(lambda: conversations.propose(self._talk(number), times, by=self._who(who), at=self.now))

    @rule(number=st.integers(0, 3), who=WHO, which=st.integers(0, 2))
    def pick(self, number, who, which):
        talk = self._talk(number)
        times = [one.starts_at for one in talk.times.all()] or [self.now + DAY]
        starts_at = times[which % len(times)]
        self._try(lambda: conversations.pick(talk, starts_at, by=self._who(who), at=self.now))

    @rule(number=st.integers(0, 3), who=WHO)
    def cancel(self, number, who):
        self._try(lambda: conversations.cancel(self._talk(number), by=self._who(who), at=self.now))

    @rule(number=st.integers(0, 3), who=WHO)
    def skip(self, number, who):
        self._try(lambda: conversations.skip(self._talk(number), by=self._who(who), at=self.now))

    @rule(number=st.integers(0, 3), who=WHO)
    def hold(self, number, who):
        on = timezone.localdate(self.now)
        self._try(lambda: conversations.hold(self._talk(number), on=on, by=self._who(who), at=self.now))

    @rule(number=st.integers(0, 3), who=WHO)
    def report(self, number, who):
        talk = self._talk(number)
        Conversation.objects.filter(pk=talk.pk, state=State.HELD).update(report=f"Versie {talk.version}")
        self._try(lambda: reports.report(talk, by=self._who(who), at=self.now))

    @rule(number=st.integers(0, 3), who=WHO)
    def reopen(self, number, who):
        self._try(lambda: reports.reopen(self._talk(number), by=self._who(who), at=self.now))

    @rule(number=st.integers(0, 3), who=WHO, older=st.integers(0, 1))
    def sign(self, number, who, older):
        talk = self._talk(number)
        version = talk.version - older
        self._try(lambda: reports.sign(talk, version=version, by=self._who(who), how="app", at=self.now))

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.now += datetime.timedelta(days=days)
        reports.close_overdue(at=self.now)

    @rule()
    def end(self):
        if self.relation.starts_on < timezone.localdate(self.now):
            Relation.objects.filter(pk=self.relation.pk).update(ends_on=timezone.localdate(self.now))
            tracks.follow(at=self.now)

    @invariant()
    def what_is_final_stays(self):
        for row in Conversation.objects.filter(state__in=FINAL):
            assert self.finals.setdefault(row.pk, row.report) == row.report

    @invariant()
    def states_only_move_as_the_table_says(self):
        now = dict(Conversation.objects.values_list("pk", "state"))
        for pk, was in self.before.items():
            assert _reachable(was, now[pk])
        self.before = now

    @invariant()
    def one_is_coming_while_they_talk(self):
        relation = Relation.objects.get(pk=self.relation.pk)
        coming = Conversation.objects.filter(state__in=COMING).count()
        assert coming == (0 if relation.ends_on else 1)

    @invariant()
    def the_calendar_says_what_the_page_says(self):
        planned = set(Conversation.objects.filter(state=State.PLANNED).values_list("shareable__code", flat=True))
        shown = Appointment.objects.filter(cancelled_at=None, starts_at__gt=self.now)
        assert set(shown.values_list("about", flat=True)) <= planned

    @invariant()
    def signatures_are_of_the_text_that_stands(self):
        for row in Conversation.objects.prefetch_related("signatures"):
            assert all(one.version == row.version for one in row.signatures.all())
            assert (len(row.signatures.all()) == 2) == (row.state == State.SIGNED)

    @invariant()
    def nothing_is_asked_about_what_is_over(self):
        over = Conversation.objects.filter(state__in=(*FINAL, State.SKIPPED, State.ENDED))
        codes = list(over.values_list("shareable__code", flat=True))
        assert not ToDo.objects.filter(about__in=codes, done_at=None).exists()


def _reachable(was: str, now: str) -> bool:
    """In one act a planned one may become due again, and a clock that jumps may close what was reported."""
    return was == now or now in MOVES[was]


def test_any_order_of_acts_keeps_what_always_holds():
    small = settings(
        max_examples=12,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    run_state_machine_as_test(Talks, settings=small)
