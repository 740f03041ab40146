"""From the link of a mail to answers that are in (surveys.md Q1, Q3), by pages and forms alone."""

import re

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal import limits, tokens
from surveys.models import Answer, Ballot, Invitation, Survey
from surveys.views.filling import MOST_AN_HOUR
from tests.surveys import rows

pytestmark = pytest.mark.django_db


def link(row: Invitation) -> str:
    return reverse("surveys:invitation", args=[row.code, tokens.make(row.code, row.nonce)])


@pytest.fixture
def survey(db: None) -> Survey:
    return rows.survey()


@pytest.fixture
def visitor() -> Client:
    return Client()


def press(visitor: Client, survey: Survey, button: str, here: str = "", **typed):
    data = {"_to": button, "_here": here, **typed}
    return visitor.post(reverse("surveys:fill", args=[survey.code]), data)


def begin(visitor: Client, survey: Survey, **data) -> Invitation:
    row = rows.invited(survey)
    visitor.post(link(row), data)
    return row


def test_looking_at_the_link_spends_nothing_and_the_button_spends_it_once(survey, visitor):
    row = rows.invited(survey)
    for _time in range(3):
        assert "Begin" in visitor.get(link(row)).content.decode()
        visitor.head(link(row))
    assert not Invitation.objects.get().is_spent
    assert visitor.post(link(row)).url == reverse("surveys:fill", args=[survey.code])
    assert Invitation.objects.get().is_spent
    again = Client().post(link(row))
    assert again.status_code == 409 and "al gebruikt" in again.content.decode()
    assert Ballot.objects.count() == 1


def test_a_token_of_another_invitation_opens_nothing(survey, visitor):
    one, other = rows.invited(survey), rows.invited(survey)
    wrong = reverse("surveys:invitation", args=[one.code, tokens.make(other.code, other.nonce)])
    assert visitor.get(wrong).status_code == 404 and visitor.post(wrong).status_code == 404
    assert not Invitation.objects.filter(is_spent=True).exists()


def test_every_type_from_the_first_page_to_the_answers(survey, visitor):
    begin(visitor, survey)
    typed = rows.sheet_of(rows.ANSWERS)
    first = {name: value for name, value in typed.items() if name.split(":")[0] in ("yes", "why", "fit", "parts")}
    second = press(visitor, survey, "_next", "first", **first)
    page = second.content.decode()
    assert second.status_code == 200 and "Het vervolg" in page and 'name="why" type="hidden" value="Geen tijd"' in page
    check = press(visitor, survey, "_next", "second", **typed)
    assert "Kijk je antwoorden na" in check.content.decode() and "Geen tijd" in check.content.decode()
    done = press(visitor, survey, "_send", **typed)
    assert done.url == reverse("surveys:thanks", args=[survey.code])
    answer = Answer.objects.get()
    assert (answer.answers, answer.group) == (rows.ANSWERS, "learners")
    assert not visitor.cookies[f"ballot-{survey.code}"].value


def test_what_is_missing_is_said_and_nothing_typed_is_lost(survey, visitor):
    begin(visitor, survey)
    answer = press(visitor, survey, "_next", "first", why="Ik had dit al geschreven", fit="3")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Beantwoord deze vraag" in page
    assert "Ik had dit al geschreven" in page and re.search(r'value="3"[^>]*checked', page)
    back = press(visitor, survey, "_back", "second", why="Ik had dit al geschreven", fit="3")
    assert back.status_code == 200 and "Ik had dit al geschreven" in back.content.decode()
    assert press(visitor, survey, "_send", fit="3").status_code == 422
    assert not Answer.objects.exists()


def test_an_answer_to_what_was_not_shown_is_dropped(survey, visitor):
    begin(visitor, survey)
    press(visitor, survey, "_send", yes="yes", why="Toch iets", own="yes")
    assert Answer.objects.get().answers == {"yes": "yes"}


def test_zero_is_an_answer(survey, visitor):
    begin(visitor, survey)
    press(visitor, survey, "_send", yes="yes", advise="0", hours="0,0")
    assert Answer.objects.get().answers == {"yes": "yes", "advise": 0, "hours": "0"}


@pytest.mark.parametrize(
    "typed",
    [
        {"yes": "maybe"},
        {"fit": "6"},
        {"fit": "0"},
        {"parts:one": "5"},
        {"advise": "11"},
        {"place": "moon"},
        {"ways": ["talk", "sing"]},
        {"top:1": "aaa", "top:2": "aaa"},
        {"hours": "40,1"},
        {"hours": "1,25"},
        {"hours": "veel"},
        {"more": "x" * 2001},
        {"place": "other", "place:other": "x" * 201},
    ],
)
def test_what_the_page_does_not_offer_is_refused(survey, visitor, typed):
    begin(visitor, survey)
    assert press(visitor, survey, "_send", **{"yes": "yes"} | typed).status_code == 422
    assert not Answer.objects.exists()


def test_on_anothers_device_the_browser_keeps_nothing(survey):
    visitor = Client()
    row = rows.invited(survey)
    page = visitor.post(link(row), {"shared": "1"})
    assert f"ballot-{survey.code}" not in visitor.cookies and "data-survey" not in page.content.decode()
    key = re.search(r'name="_ballot" type="hidden" value="([^"]+)"', page.content.decode())[1]
    assert visitor.get(reverse("surveys:fill", args=[survey.code])).status_code == 409
    assert press(visitor, survey, "_send", yes="yes", _ballot=key).url == reverse("surveys:thanks", args=[survey.code])
    assert Answer.objects.count() == 1


def test_a_ballot_goes_on_elsewhere_and_is_used_once(survey, visitor):
    begin(visitor, survey)
    key = visitor.cookies[f"ballot-{survey.code}"].value
    other = Client()
    elsewhere = reverse("surveys:ballot", args=[key])
    other.get(elsewhere)
    assert not Ballot.objects.get().is_used
    other.post(elsewhere)
    press(other, survey, "_send", yes="no")
    late = press(visitor, survey, "_send", yes="yes", more="Mijn hele verhaal.")
    assert late.status_code == 409 and "Mijn hele verhaal." in late.content.decode()
    assert Answer.objects.get().answers == {"yes": "no"}
    assert Client().get(elsewhere).status_code == 409


def test_a_ballot_begins_nothing_when_the_survey_is_over(survey, visitor):
    begin(visitor, survey)
    elsewhere = reverse("surveys:ballot", args=[visitor.cookies[f"ballot-{survey.code}"].value])
    Survey.objects.update(closes_at=timezone.now())
    page = Client().get(elsewhere).content.decode()
    assert "Deze enquête sloot op" in page and 'name="shared"' not in page
    for how in ({}, {"shared": "1"}):
        late = Client().post(elsewhere, how)
        assert late.status_code == 409 and "Wil je een vervolg?" not in late.content.decode(), how


def test_nothing_is_taken_before_it_opens_or_after_it_closed(survey, visitor):
    row = rows.invited(survey)
    begin(visitor, survey)
    Survey.objects.update(closes_at=timezone.now())
    late = press(visitor, survey, "_send", yes="yes", more="Net te laat.")
    assert late.status_code == 409 and "Net te laat." in late.content.decode()
    assert visitor.post(link(row)).status_code == 409
    assert "sloot op" in visitor.get(link(row)).content.decode()
    Survey.objects.update(opens_at=timezone.now() + rows.DAY, closes_at=timezone.now() + 2 * rows.DAY)
    assert visitor.post(link(row)).status_code == 409 and "opent op" in visitor.get(link(row)).content.decode()
    assert not Answer.objects.exists() and Invitation.objects.filter(is_spent=True).count() == 1


def test_with_an_open_code_one_says_which_group_and_goes_on_in_the_same_browser(visitor):
    survey = rows.survey(open_code="openopen2345")
    path = reverse("surveys:open_survey", args=["openopen2345"])
    assert "vaker dan één keer" in visitor.get(path).content.decode()
    assert visitor.post(path).status_code == 422
    assert visitor.post(path, {"group": "guides"}).url == reverse("surveys:fill", args=[survey.code])
    assert visitor.post(path, {"group": "learners"}).url == reverse("surveys:fill", args=[survey.code])
    assert [ballot.group for ballot in Ballot.objects.all()] == ["guides"]
    assert (
        "Mijn begeleiding past bij wie leert."
        in visitor.get(reverse("surveys:fill", args=[survey.code])).content.decode()
    )


def test_one_network_gets_so_many_ballots_of_an_open_survey_in_an_hour():
    survey = rows.survey(open_code="openopen2345")
    path = reverse("surveys:open_survey", args=["openopen2345"])
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _time in range(MOST_AN_HOUR - 1):
            limits.take(RequestFactory().get("/"), what=f"ballot {survey.code}", most=MOST_AN_HOUR, at=now)
        assert Client().post(path, {}).status_code == 422, "what is not whole takes nothing"
        last = Client()
        assert last.post(path, {"group": "guides"}).status_code == 302
        refused = Client().post(path, {"group": "learners"})
        said = refused.content.decode()
        assert refused.status_code == 429 and "300 keer begonnen" in said
        assert re.search(r'value="learners"[^>]*checked', said), "what was chosen stays"
        assert last.post(path, {"group": "learners"}).status_code == 302, "who began goes on"
        assert Client(REMOTE_ADDR="203.0.113.7").post(path, {"group": "guides"}).status_code == 302
        row = rows.invited(survey)
        assert Client().post(link(row)).status_code == 302, "who is invited is not counted"
    assert Ballot.objects.count() == 3


def test_who_is_signed_in_finds_only_the_own_invitation(survey, sign_in):
    row = rows.invited(survey)
    path = reverse("surveys:invited", args=[row.code])
    other = rows.invited(survey)
    assert sign_in(other.person).get(path).status_code == 404
    mine = sign_in(row.person)
    assert mine.post(path).url == reverse("surveys:fill", args=[survey.code])
