"""SWOT per quarter, and goals from planned to reached or let go (P6)."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal import today
from portal.editing import EditedElsewhere
from portal.models import OutboxRow, Reading, ToDo
from portfolios.actions import plan as actions
from portfolios.models import Goal, Section, SwotItem
from portfolios.models.plan import CLOSED, MOST_LINES, MOVES, OPEN, State
from portfolios.models.quarters import Quarter
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def url(name: str, *codes: str) -> str:
    return reverse(f"portfolios:{name}", args=codes)


@pytest.fixture
def swot(cast) -> Section:
    return factories.section(cast.portfolio, "swot")


# --- Goals ----------------------------------------------------------------------------------

VERBS = {
    "start": (actions.start, State.IN_PROGRESS),
    "reach": (actions.reach, State.REACHED),
    "let_go": (lambda goal, *, by: actions.let_go(goal, "Het past niet meer.", by=by), State.LET_GO),
    "take_up": (actions.take_up, State.IN_PROGRESS),
}
ARROWS = {
    (State.PLANNED, "start"),
    (State.PLANNED, "reach"),
    (State.PLANNED, "let_go"),
    (State.IN_PROGRESS, "reach"),
    (State.IN_PROGRESS, "let_go"),
    (State.REACHED, "take_up"),
    (State.LET_GO, "take_up"),
}


def test_the_arrows_are_the_legal_moves():
    assert {(before, VERBS[verb][1]) for before, verb in ARROWS} == {
        (before, to) for before, found in MOVES.items() for to in found
    }


class Goals(TestCase):
    @given(st.lists(st.sampled_from(sorted(VERBS)), max_size=8))
    def test_whatever_is_pressed_only_arrows_move_it_and_the_row_always_fits(self, pressed):
        portfolio = factories.portfolio()
        goal, state = factories.goal(portfolio, target_on=timezone.localdate()), State.PLANNED
        for verb in pressed:
            act, to = VERBS[verb]
            if (state, verb) in ARROWS:
                act(goal, by=portfolio.owner)
                state = to
            else:
                with pytest.raises(actions.Refused):
                    act(goal, by=portfolio.owner)
            row = Goal.objects.get(pk=goal.pk)
            assert row.state == state
            assert bool(row.reason) == (state == State.LET_GO)
            assert bool(row.closed_on) == (state in CLOSED)
            asked = ToDo.objects.filter(about=goal.code, done_at=None).exists()
            assert asked == (state in OPEN)


def test_the_database_knows_what_a_closed_goal_must_have(cast):
    goal = factories.goal(cast.portfolio)
    for wrong in ({"state": "let_go"}, {"reason": "Zomaar"}, {"closed_on": timezone.localdate()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Goal.objects.filter(pk=goal.pk).update(**wrong)


def test_setting_a_goal_once_however_often_it_is_sent(cast, sign_in):
    noor = sign_in(cast.noor)
    code = noor.get(url("goal_new")).context["form"]["code"].value()
    for _ in range(2):
        page = noor.post(url("goal_new"), {"code": code, "what": "Eerder bellen", "why": "Rust", "how": "Oefenen"})
    goal = Goal.objects.get()
    assert (page.url, goal.title, goal.why, goal.state) == (url("goal", code), "Eerder bellen", "Rust", State.PLANNED)
    assert goal.shareable.parent_id == cast.plan.pk
    for shown in (url("goal", code), url("section", cast.plan.code)):
        assert "Eerder bellen" in noor.get(shown).content.decode()


def test_who_reads_the_plan_reads_its_goals_and_moves_none(cast, sign_in):
    goal = factories.goal(cast.portfolio, "Eerder bellen", why="Omdat het rust geeft")
    factories.grant(cast.plan, cast.joris)
    joris = sign_in(cast.joris)
    page = joris.get(url("goal", goal.code)).content.decode()
    assert "Omdat het rust geeft" in page and url("goal_reach", goal.code) not in page
    assert Reading.objects.get(shareable=goal.pk).reader == cast.joris
    for verb in ("start", "reach", "take_up", "let_go"):
        assert joris.post(url(f"goal_{verb}", goal.code), {"reason": "Nee"}).status_code == 403
    assert joris.get(url("goal_edit", goal.code)).status_code == 403
    assert sign_in(cast.amina).get(url("goal", goal.code)).status_code == 404
    assert Goal.objects.get().state == State.PLANNED


def test_a_goal_can_be_shared_without_its_plan(cast, sign_in):
    goal, other = factories.goal(cast.portfolio, "Eerder bellen"), factories.goal(cast.portfolio, "Ander doel")
    factories.grant(goal, cast.joris)
    joris = sign_in(cast.joris)
    assert "Eerder bellen" in joris.get(url("shared_by", cast.noor.code)).content.decode()
    assert joris.get(url("goal", goal.code)).status_code == 200
    assert joris.get(url("goal", other.code)).status_code == 404
    assert joris.get(url("section", cast.plan.code)).status_code == 404
    assert joris.get(url("piece", goal.code)).url == url("goal", goal.code)
    assert joris.get(url("piece", other.code)).status_code == 404


def test_the_buttons_are_the_moves(cast, sign_in):
    goal, noor = factories.goal(cast.portfolio), sign_in(cast.noor)

    def offered() -> set[str]:
        page = noor.get(url("goal", goal.code)).content.decode()
        return {verb for verb in VERBS if f'"{url(f"goal_{verb}", goal.code)}"' in page}

    assert offered() == {"start", "reach", "let_go"}
    noor.post(url("goal_start", goal.code))
    assert offered() == {"reach", "let_go"}
    assert noor.post(url("goal_let_go", goal.code), {"reason": " "}).status_code == 422
    noor.post(url("goal_let_go", goal.code), {"reason": "Het past niet meer bij mij."})
    assert offered() == {"take_up"}
    assert "Het past niet meer bij mij." in noor.get(url("goal", goal.code)).content.decode()
    noor.post(url("goal_take_up", goal.code))
    noor.post(url("goal_reach", goal.code))
    assert offered() == {"take_up"}
    said = noor.post(url("goal_reach", goal.code), follow=True).content.decode()
    assert "andere tab" in said


def test_two_tabs_lose_nothing_of_a_goal(cast):
    goal = factories.goal(cast.portfolio, "Eerder bellen")
    actions.change(goal, actions.Content(what="Veel eerder bellen"), version=1, by=cast.noor)
    with pytest.raises(EditedElsewhere):
        actions.change(goal, actions.Content(what="Later bellen"), version=1, by=cast.noor)
    assert Goal.objects.get().title == "Veel eerder bellen"
    with pytest.raises(ValueError, match="owner"):
        actions.change(goal, actions.Content(what="Van mij"), version=2, by=cast.joris)


def test_the_day_of_a_goal_stands_on_the_home_page_once_and_is_never_mailed(cast, sign_in):
    day = timezone.localdate() + 5 * factories.DAY
    goal = factories.goal(cast.portfolio, "Eerder bellen", target_on=day)
    todo = ToDo.objects.get(about=goal.code)
    assert (todo.receiver, todo.opens_on, todo.due_on, todo.next_at) == (cast.noor, day, None, None)
    today.scan(at=timezone.now() + 60 * factories.DAY)
    assert not OutboxRow.objects.filter(receiver=cast.noor).exists()
    later = day + 30 * factories.DAY
    actions.change(goal, actions.Content(what="Eerder bellen", target_on=later), version=1, by=cast.noor)
    assert ToDo.objects.get(done_at=None).opens_on == later
    noor = sign_in(cast.noor)
    assert "Eerder bellen" not in noor.get(reverse("home")).content.decode()
    ToDo.objects.update(opens_on=timezone.localdate())
    assert "Eerder bellen" in noor.get(reverse("home")).content.decode()
    noor.post(url("goal_reach", goal.code))
    assert "Eerder bellen" not in noor.get(reverse("home")).content.decode()


def test_a_day_that_has_passed_is_refused_unless_it_stood_there(cast, sign_in):
    noor, past = sign_in(cast.noor), timezone.localdate() - factories.DAY
    page = noor.post(url("goal_new"), {"what": "Te laat", "why": "Blijft staan", "target_on": past.isoformat()})
    assert page.status_code == 422 and "Blijft staan" in page.content.decode()
    goal = factories.goal(cast.portfolio, "Eerder", target_on=past)
    form = {"what": "Eerder", "version": 1, "target_on": past.isoformat()}
    assert noor.post(url("goal_edit", goal.code), form).status_code == 302


# --- SWOT -----------------------------------------------------------------------------------

DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2027, 12, 31))


@given(DAYS)
def test_every_day_lies_in_one_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.after.first_day == quarter.last_day + datetime.timedelta(days=1)
    assert quarter.after.before == quarter == Quarter.read(quarter.key)
    assert quarter.before < quarter < quarter.after


@pytest.mark.parametrize("words", ["", "2027", "2027-5", "2027-0", "27-1", "abcd-1", "2027-1-1", "0000-1", "²027-1"])
def test_what_is_no_quarter_is_none(words):
    assert Quarter.read(words) is None


class Lists(TestCase):
    @given(st.lists(st.tuples(st.integers(0, 140), st.sampled_from("acd"), st.integers(0, 4)), max_size=12))
    def test_a_quarter_that_is_over_says_what_stood_at_its_end(self, steps):
        """Against a plain list of words, photographed at the end of each quarter."""
        portfolio = factories.portfolio()
        section, kind = factories.section(portfolio, "swot"), SwotItem.List.STRENGTH
        start, standing, photographs = datetime.date(2026, 1, 1), list[str](), dict[Quarter, list[str]]()
        was = Quarter.of(start)
        for number, (offset, verb, which) in enumerate(sorted(steps, key=lambda step: step[0])):
            on = start + datetime.timedelta(days=offset)
            while was < Quarter.of(on):
                photographs[was], was = sorted(standing), was.after
            there = SwotItem.objects.on(on).filter(section=section).in_order()
            item = there.filter(text=sorted(standing)[which % len(standing)]).first() if standing else None
            if verb == "a":
                actions.add_line(section, kind, f"Regel {number}", by=portfolio.owner, on=on)
                standing.append(f"Regel {number}")
            elif item and verb == "c":
                actions.change_line(item, f"Regel {number}", by=portfolio.owner, on=on)
                standing = [f"Regel {number}" if one == item.text else one for one in standing]
            elif item:
                actions.drop_line(item, by=portfolio.owner, on=on)
                standing.remove(item.text)
        photographs[was] = sorted(standing)
        for quarter, words in photographs.items():
            found = SwotItem.objects.on(quarter.last_day).filter(section=section)
            assert sorted(one.text for one in found) == words, quarter
            every = [one for one in section.swot_items.all() if one.stands_on(quarter.last_day)]
            assert sorted(one.text for one in every) == words, quarter


def test_a_line_becomes_one_goal_however_often_it_is_clicked(cast, swot, sign_in):
    line = actions.add_line(swot, "weakness", "Ik vraag laat om hulp", by=cast.noor)
    noor = sign_in(cast.noor)
    for _ in range(2):
        page = noor.post(url("line_make_goal", line.code))
    goal = Goal.objects.get()
    assert page.url == url("goal_edit", goal.code)
    assert (goal.title, goal.state, goal.swot_item) == ("Ik vraag laat om hulp", State.PLANNED, line)
    assert url("goal", goal.code) in noor.get(url("section", swot.code)).content.decode()


def test_the_button_says_who_will_read_the_goal(cast, swot, sign_in):
    actions.add_line(swot, "weakness", "Ik vraag laat om hulp", by=cast.noor)
    noor = sign_in(cast.noor)
    assert cast.joris.short_name not in noor.get(url("section", swot.code)).content.decode()
    factories.grant(cast.plan, cast.joris)
    assert cast.joris.short_name in noor.get(url("section", swot.code)).content.decode()


def test_a_reader_of_the_swot_does_not_learn_that_a_goal_exists(cast, swot, sign_in):
    line = actions.add_line(swot, "weakness", "Ik vraag laat om hulp", by=cast.noor)
    goal = actions.goal_from(line, by=cast.noor)
    factories.grant(swot, cast.joris)
    joris = sign_in(cast.joris)
    page = joris.get(url("section", swot.code)).content.decode()
    assert "Ik vraag laat om hulp" in page and goal.code not in page and "goal" not in page.lower().split("</head>")[1]
    factories.grant(goal, cast.joris)
    assert url("goal", goal.code) in joris.get(url("section", swot.code)).content.decode()


def test_an_earlier_quarter_can_be_read_and_not_changed(cast, swot, sign_in):
    now = Quarter.of(timezone.localdate())
    line = actions.add_line(swot, "strength", "Ik blijf rustig", by=cast.noor, on=now.before.first_day)
    actions.change_line(line, "Ik blijf heel rustig", by=cast.noor)
    noor = sign_in(cast.noor)
    this = noor.get(url("section", swot.code)).content.decode()
    before = noor.get(url("section", swot.code), {"quarter": now.before.key}).content.decode()
    assert "Ik blijf heel rustig" in this and "Ik blijf rustig<" not in this
    assert "Ik blijf rustig<" in before and "Ik blijf heel rustig" not in before
    assert url("line_add") in this
    assert "/drop/" in this and "/drop/" not in before
    for odd in ("1999-1", "2999-4", "niets"):
        assert noor.get(url("section", swot.code), {"quarter": odd}).status_code == 200
    assert noor.post(url("line_drop", line.code)).status_code == 404, "it no longer stands there"


def test_a_list_is_full_at_some_time_and_the_words_stay_in_the_form(cast, swot, sign_in):
    for number in range(MOST_LINES):
        actions.add_line(swot, "threat", f"Regel {number}", by=cast.noor)
    page = sign_in(cast.noor).post(url("line_add"), {"list": "threat", "text": "Nog een"})
    assert page.status_code == 422 and "Nog een" in page.content.decode()
    assert sign_in(cast.noor).post(url("line_add"), {"list": "strength", "text": "Nog een"}).status_code == 302


def test_lines_are_the_owners_alone(cast, swot, sign_in):
    line = actions.add_line(swot, "strength", "Ik blijf rustig", by=cast.noor)
    factories.grant(swot, cast.joris)
    joris = sign_in(cast.joris)
    for name in ("line_edit", "line_drop", "line_make_goal"):
        assert joris.post(url(name, line.code), {"text": "Van mij"}).status_code == 404
    assert joris.get(url("line_add")).status_code == 404, "he has no portfolio"
    with pytest.raises(ValueError, match="owner"):
        actions.add_line(swot, "strength", "Van mij", by=cast.joris)
    assert SwotItem.objects.get().text == "Ik blijf rustig"
