"""Supervision levels and the card (P8): decided by a named supervisor, at one place, seen by colleagues of now."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal import erasure
from portal.actions import people
from portal.models import Membership, Notification, Placement, Reading, ToDo
from portfolios import rules
from portfolios.actions import supervision as actions
from portfolios.models import SupervisionCard, SupervisionLevel
from portfolios.models.supervision import MOVES, State
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def place(cast):
    """Noor's placement at Duinhof, supervised by Amina; Teun works there too, Farah elsewhere."""
    cast.placement = Placement.objects.create(
        person=cast.noor, organisation=cast.duinhof, supervisor=cast.amina, starts_on=timezone.localdate() - 30 * DAY
    )
    made = actions.open_card(cast.placement, by=cast.noor)
    cast.card = SupervisionCard.objects.whole().get(pk=made.pk)
    return cast


def asked(place, task: str = "Avonddienst", **fields) -> SupervisionLevel:
    given_ = {"asked_of": place.amina, "kind": "shift", "wanted": "3", "note": "Ik deed er tien."} | fields
    return actions.ask(place.card, by=place.noor, task=task, **given_)


def gave(place, task: str = "Avonddienst", key: str = "3", **fields) -> SupervisionLevel:
    level = asked(place, task)
    given_ = {"conditions": "Bel bij twijfel.", "review_on": None} | fields
    actions.give(level, by=place.amina, key=key, **given_)
    return level


def url(name: str, code: str) -> str:
    return reverse(f"portfolios:{name}", args=[code])


# --- Deciding ---------------------------------------------------------------------------------


def test_a_group_decides_and_one_of_it_answers_for_it(place, sign_in):
    level = asked(place)
    amina = sign_in(place.amina)
    amina.post(url("level_give", level.code), {"level": "2", "decided_with": "de opleidersgroep"})
    said = f"{place.amina.full_name}, met de opleidersgroep"
    for page in (url("level", level.code), url("card", place.card.code), reverse("portfolios:tonight")):
        assert said in sign_in(place.noor).get(page).content.decode(), page
    amina.post(url("level_end", level.code), {"end-reason": "Het toestel is vervangen."})
    level.refresh_from_db()
    assert (level.decided_by, level.decided_with) == (place.amina, ""), "the end was not the group's"


@pytest.mark.both
def test_from_question_to_card(place, sign_in):
    level = asked(place)
    assert ToDo.objects.filter(receiver=place.amina, about=level.code, done_at=None).exists()
    page = sign_in(place.amina).get(url("level", level.code)).content.decode()
    assert "Ik deed er tien." in page
    sign_in(place.amina).post(url("level_give", level.code), {"level": "2", "conditions": "Bel bij twijfel."})
    level.refresh_from_db()
    assert (level.state, level.level, level.names["nl"], level.decided_by) == ("given", "2", "Met hulp", place.amina)
    assert not ToDo.objects.filter(about=level.code, done_at=None).exists()
    assert Notification.objects.filter(receiver=place.noor, about=level.code).exists()
    shown = sign_in(place.noor).get(reverse("portfolios:tonight")).content.decode()
    assert "Avonddienst" in shown and "Met hulp" in shown and "Bel bij twijfel." in shown


def test_asking_twice_is_asking_once(place):
    assert asked(place).pk == asked(place).pk
    assert ToDo.objects.filter(receiver=place.amina, done_at=None).count() == 1


@pytest.mark.both
def test_nobody_grants_themselves_a_level(place):
    """Not through the action, and not past it."""
    level = asked(place)
    Placement.objects.filter(pk=place.placement.pk).update(supervisor=place.noor)
    place.card.placement.refresh_from_db()
    with pytest.raises(ValueError, match="asked by the owner"):
        asked(place, "Nachtdienst", asked_of=place.noor)
    with pytest.raises(ValueError, match="who supervises"):
        actions.give(level, by=place.noor, key="3", conditions="", review_on=None)
    for change in ({"asked_of": place.noor}, {"state": "given", "level": "3", "decided_by": place.noor}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupervisionLevel.objects.filter(pk=level.pk).update(decided_at=timezone.now(), **change)


def test_only_who_supervises_here_and_now_decides(place):
    level = asked(place)
    for other in (place.joris, place.teun, place.admin, place.farah):
        with pytest.raises(ValueError, match="who supervises"):
            actions.give(level, by=other, key="3", conditions="", review_on=None)
    factories.relation(place.noor, place.joris, "supervisor")
    at = timezone.now()
    assert rules.deciders(place.card, at) == sorted([place.amina, place.joris], key=lambda one: one.given_name)
    Membership.objects.filter(person=place.joris).update(ends_on=timezone.localdate(at))
    assert rules.deciders(place.card, at) == [place.amina]
    assert rules.deciders(place.card, at + 400 * DAY) == [place.amina]
    Placement.objects.filter(pk=place.placement.pk).update(ends_on=timezone.localdate(at))
    place.card.placement.refresh_from_db()
    assert rules.deciders(place.card, at) == []


def test_what_is_decided_stays_decided(place):
    level = gave(place)
    with pytest.raises(actions.NotNow):
        actions.take_back(level, by=place.noor)
    with pytest.raises(actions.NotNow):
        actions.refuse(level, by=place.amina, reason="Toch niet")
    actions.end(level, by=place.amina, reason="Een incident")
    with pytest.raises(actions.NotNow):
        actions.end(level, by=place.amina, reason="Nog eens")
    assert level.reason == "Een incident"


@pytest.mark.parametrize("to", State)
@pytest.mark.parametrize("start", State)
def test_every_move_is_in_the_table_or_refused(place, start, to):
    level = asked(place)
    decided = {} if start in ("asked", "taken_back") else {"decided_by": place.amina, "decided_at": timezone.now()}
    SupervisionLevel.objects.update(state=start, level="3" if start in ("given", "ended") else "", **decided)
    if to == State.ASKED:
        assert not any(to in allowed for allowed in MOVES.values())
        return
    changes = {} if to == "taken_back" else {"decided_by": place.amina, "decided_at": timezone.now()}
    changes |= {"level": "3"} if to == "given" else {}
    if to in MOVES[start]:
        actions._move(level, to, **changes)
        assert level.state == to
    else:
        with pytest.raises(actions.NotNow):
            actions._move(level, to, **changes)


def test_bad_input_is_said_and_nothing_typed_is_lost(place, sign_in):
    level = asked(place)
    past = (timezone.localdate() - DAY).isoformat()
    page = sign_in(place.amina).post(
        url("level_give", level.code), {"level": "9", "conditions": "Alleen overdag", "review_on": past}
    )
    assert page.status_code == 422 and "Alleen overdag" in page.content.decode()
    assert sign_in(place.amina).post(url("level_refuse", level.code), {"refuse-reason": " "}).status_code == 422
    level.refresh_from_db()
    assert level.state == "asked"


# --- What holds tonight -----------------------------------------------------------------------


def test_of_two_the_later_holds_and_an_end_does_not_bring_back_the_former(place):
    gave(place, key="3")
    later = gave(place, key="2")
    on = timezone.localdate()
    assert [one.level for one in rules.holding(place.card.levels.all(), on)] == ["2"]
    actions.end(later, by=place.amina, reason="Een incident")
    assert rules.holding(place.card.levels.all(), on) == []


def test_at_its_review_date_it_falls_off_the_card(place):
    on = timezone.localdate()
    gave(place, review_on=on + 3 * DAY)
    levels = list(place.card.levels.all())
    assert [bool(rules.holding(levels, on + days * DAY)) for days in (0, 2, 3, 4)] == [True, True, False, False]


states = st.sampled_from(["asked", "given", "refused", "taken_back", "ended"])
moments = st.integers(0, 50)


@given(st.lists(st.tuples(st.sampled_from("ab"), states, moments), max_size=8))
def test_what_holds_is_the_last_given_of_each_task(rows):
    start = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    decided = ("given", "refused", "ended")
    levels = [
        SupervisionLevel(
            task=task,
            state=state,
            asked_at=start + n * DAY,
            decided_at=start + n * DAY if state in decided else None,
            level=str(at),
        )
        for n, (task, state, at) in enumerate(rows)
    ]
    holds = {one.task: one for one in rules.holding(levels, start.date())}
    for task in "ab":
        told = [one for one in levels if one.task == task and one.state in ("given", "ended")]
        assert (holds.get(task) is told[-1]) if told and told[-1].state == "given" else task not in holds


# --- Who sees it ------------------------------------------------------------------------------


@pytest.mark.both
def test_the_card_is_for_whoever_works_in_the_department_now(place, sign_in):
    gave(place)
    teun, farah, amina = sign_in(place.teun), sign_in(place.farah), sign_in(place.amina)
    where = url("card", place.card.code)
    assert teun.get(where).status_code == 404
    sign_in(place.noor).post(url("card_show", place.card.code))
    page = teun.get(where).content.decode()
    assert "Avonddienst" in page and "Ik deed er tien." not in page
    assert "Noor" in teun.get(reverse("portfolios:department_cards")).content.decode()
    assert farah.get(where).status_code == 404
    assert Reading.objects.filter(reader=place.teun, shareable=place.card.pk).count() == 1
    assert amina.get(where).status_code == 200
    Membership.objects.filter(person=place.teun).update(ends_on=timezone.localdate())
    assert teun.get(where).status_code == 404
    sign_in(place.noor).post(url("card_hide", place.card.code))
    assert amina.get(where).status_code == 404
    assert "Noor" not in amina.get(reverse("portfolios:department_cards")).content.decode()
    assert sign_in(place.noor).get(where).status_code == 200


def test_showing_ends_with_the_placement(place):
    Placement.objects.filter(pk=place.placement.pk).update(ends_on=timezone.localdate() + 5 * DAY)
    place.card.placement.refresh_from_db()
    until = actions.show(place.card, by=place.noor)
    seen = SupervisionCard.objects.filter(pk=place.card.pk)
    assert seen.visible_to(place.teun, until - DAY / 24, narrow=True).exists()
    assert not seen.visible_to(place.teun, until, narrow=True).exists()
    assert not seen.visible_to(place.teun, until).exists()


def test_evidence_is_seen_only_where_it_is_shared(place, sign_in):
    """Asking shares nothing."""
    shared = factories.experience(place.noor, "Gedeeld voorbeeld", into=place.experiences)
    hidden = factories.experience(place.noor, "Geheim voorbeeld", into=place.experiences)
    factories.grant(shared, place.amina)
    level = asked(place, evidence=[shared, hidden])
    page = sign_in(place.amina).get(url("level", level.code)).content.decode()
    assert "Gedeeld voorbeeld" in page and "Geheim" not in page
    assert sign_in(place.teun).get(url("level", level.code)).status_code == 404
    assert sign_in(place.joris).get(url("level", level.code)).status_code == 404


def test_levels_do_not_go_along_to_another_place(place):
    gave(place)
    other = Placement.objects.create(
        person=place.noor, organisation=place.heideberg, supervisor=place.farah, starts_on=timezone.localdate()
    )
    card = actions.open_card(other, by=place.noor)
    assert card.pk != place.card.pk and not card.levels.exists()
    assert actions.open_card(other, by=place.noor).pk == card.pk


def test_erasing_the_owner_erases_card_and_levels(place):
    gave(place)
    actions.show(place.card, by=place.noor)
    erasure.erase(place.noor)
    assert not SupervisionLevel.objects.exists() and not SupervisionCard.objects.exists()


def test_the_pages_work_with_the_forms_alone(place, sign_in):
    noor = sign_in(place.noor)
    fields = {"kind": "shift", "task": "Nachtdienst", "wanted": "3", "asked_of": place.amina.pk}
    assert noor.post(url("level_ask", place.card.code), fields | {"task": ""}).status_code == 422
    assert noor.post(url("level_ask", place.card.code), fields).status_code == 302
    level = SupervisionLevel.objects.get(task="Nachtdienst")
    assert noor.post(url("level_take_back", level.code)).status_code == 302
    level.refresh_from_db()
    assert level.state == "taken_back"


@pytest.mark.both
def test_ending_what_was_replaced_takes_nothing_off_the_card(place):
    former, later = gave(place, key="2"), gave(place, key="3")
    actions.end(former, by=place.amina, reason="Vervangen.")
    on = timezone.localdate()
    assert [one.pk for one in rules.holding(place.card.levels.all(), on)] == [later.pk]


@pytest.mark.both
def test_a_task_in_other_letters_is_the_same_question(place):
    assert asked(place, "Avonddienst SEH").pk == asked(place, "avonddienst seh").pk
    assert SupervisionLevel.objects.count() == 1


@pytest.mark.both
def test_when_the_placement_ends_early_colleagues_no_longer_find_the_card(place, sign_in):
    on = timezone.localdate()
    Placement.objects.filter(pk=place.placement.pk).update(ends_on=on + 90 * DAY)
    place.card.placement.refresh_from_db()
    actions.show(place.card, by=place.noor)
    teun, where = sign_in(place.teun), url("card", place.card.code)
    assert teun.get(where).status_code == 200
    people.end_placement(place.placement, by=place.admin, on=on)
    assert teun.get(where).status_code == 404
    assert "Noor" not in teun.get(reverse("portfolios:department_cards")).content.decode()
    assert not SupervisionCard.objects.visible_to(place.teun).exists()
    assert "voorbij" in sign_in(place.noor).get(where).content.decode()


def test_what_points_at_a_patient_is_said_beside_what_was_saved(place, sign_in):
    fields = {"kind": "shift", "task": "Nachtdienst", "wanted": "3", "asked_of": place.amina.pk}
    noor, amina = sign_in(place.noor), sign_in(place.amina)
    page = noor.post(url("level_ask", place.card.code), fields | {"note": "Bij mw. Jansen."}, follow=True)
    assert "er lijkt de naam van een persoon in te staan" in page.content.decode()
    level = SupervisionLevel.objects.get()
    page = amina.post(url("level_give", level.code), {"level": "2", "conditions": "Als bij dhr. Pieters"}, follow=True)
    assert "er lijkt de naam van een persoon in te staan" in page.content.decode()
    page = amina.post(url("level_end", level.code), {"end-reason": "Door mw. Jansen"}, follow=True)
    assert "er lijkt de naam van een persoon in te staan" in page.content.decode()
