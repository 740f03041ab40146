"""Two who decide at the same moment: a supervision level, and the results of a survey."""

import pytest
from django.utils import timezone

from portal.models import Document, Placement
from portfolios.actions import supervision
from portfolios.models import SupervisionCard, SupervisionLevel
from surveys.actions import results
from surveys.actions.waves import NotNow
from surveys.models import ClosedAnswer, Result, TextToCheck
from tests import factories
from tests.races.test_races import at_once
from tests.surveys import rows

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
THREADS = 4


def test_a_level_given_and_refused_at_once_is_one_of_the_two():
    noor, amina, place = factories.person("Noor"), factories.person("Amina"), factories.organisation()
    factories.portfolio(noor)
    on = timezone.localdate()
    placement = Placement.objects.create(person=noor, organisation=place, supervisor=amina, starts_on=on)
    made = supervision.open_card(placement, by=noor)
    for number in range(4):
        card = SupervisionCard.objects.whole().get(pk=made.pk)
        asked = {"asked_of": amina, "task": f"Dienst {number}", "kind": "shift", "wanted": "3"}
        one = supervision.ask(card, by=noor, **asked)

        def again(one: SupervisionLevel = one) -> SupervisionLevel:
            return SupervisionLevel.objects.select_related("card__placement").get(pk=one.pk)

        done = at_once(
            lambda: supervision.give(again(), by=amina, key="3", conditions="", review_on=None),
            lambda: supervision.refuse(again(), by=amina, reason="Nog niet"),
            lambda: supervision.take_back(again(), by=noor),
        )
        assert sorted(type(result).__name__ for result in done) == ["NoneType", "NotNow", "NotNow"], done
        state = SupervisionLevel.objects.get(pk=one.pk).state
        assert state == ("given", "refused", "taken_back")[done.index(None)]


def test_a_level_asked_by_many_at_once_is_one_question():
    noor, amina = factories.person("Noor"), factories.person("Amina")
    factories.portfolio(noor)
    on = timezone.localdate()
    place = Placement.objects.create(person=noor, organisation=factories.organisation(), supervisor=amina, starts_on=on)
    cards = at_once(*[lambda: supervision.open_card(place, by=noor)] * THREADS)
    assert len({card.pk for card in cards}) == 1, cards
    card = SupervisionCard.objects.whole().get(pk=cards[0].pk)
    asked = {"asked_of": amina, "task": "Nachtdienst", "kind": "shift", "wanted": "3"}
    done = at_once(*[lambda: supervision.ask(card, by=noor, **asked)] * THREADS)
    assert len({one.pk for one in done}) == 1, done


def test_results_begun_and_fixed_by_many_at_once_are_one_snapshot():
    survey = rows.survey()
    ClosedAnswer.objects.bulk_create(
        ClosedAnswer(survey=survey, group="learners", answers={"yes": "yes", "more": "Meer."}) for _ in range(6)
    )
    rows.closed(survey)
    at = timezone.now()
    begun = at_once(*[lambda: results.begin(survey, at=at)] * THREADS)
    assert sorted(map(bool, begun)) == [False] * (THREADS - 1) + [True], begun
    assert TextToCheck.objects.count() == 6
    results.check(survey, {text.code: text.words for text in TextToCheck.objects.all()})
    fixed = at_once(*[lambda: results.freeze(survey, by=survey.owner, at=at)] * THREADS)
    assert sum(isinstance(one, Document) for one in fixed) == 1, fixed
    assert sum(isinstance(one, NotNow) for one in fixed) == THREADS - 1, fixed
    assert Result.objects.get().document == Document.objects.get(kind=results.SNAPSHOT)
