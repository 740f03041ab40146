"""An invitation, a ballot and a closing survey, from many at the same moment."""

import pytest
from django.utils import timezone

from surveys.actions import answers, closing
from surveys.models import Answer, Ballot, ClosedAnswer, Invitation, Survey
from tests.races.test_races import at_once
from tests.surveys import rows

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
THREADS = 6


@pytest.fixture
def survey(db: None) -> Survey:
    return rows.survey()


def codes(done: list) -> list[str]:
    return sorted(getattr(one, "code", "done") for one in done)


def test_an_invitation_exchanged_by_many_at_once_gives_one_ballot(survey):
    row = rows.invited(survey)
    done = at_once(*[lambda: answers.exchange(row, at=timezone.now())] * THREADS)
    assert sum(isinstance(one, str) for one in done) == 1, done
    assert Ballot.objects.count() == 1 and Invitation.objects.get().is_spent


def test_a_ballot_used_by_many_at_once_is_one_answer(survey):
    key = answers.exchange(rows.invited(survey), at=timezone.now())
    done = at_once(*[lambda: answers.submit(key, {"yes": "yes"}, at=timezone.now())] * THREADS)
    assert codes(done) == ["done", *["used"] * (THREADS - 1)], done
    assert Answer.objects.count() == 1


def test_sending_while_it_closes_keeps_the_answer_or_says_that_it_is_closed(survey):
    for _round in range(4):
        one = rows.survey(survey.owner, organisation=survey.organisation, version=survey.version)
        keys = [answers.exchange(rows.invited(one), at=timezone.now()) for _number in range(THREADS)]
        end = timezone.now()
        Survey.objects.filter(pk=one.pk).update(closes_at=end)
        early = end - rows.DAY / 48  # a clock that says it is still open, as one did that looked just before

        def send(key: str, early=early) -> None:
            answers.submit(key, {"yes": "yes"}, at=early)

        def close(one=one, end=end) -> bool:
            return closing.close(one, by=None, at=end)

        done = at_once(close, *(lambda key=key: send(key) for key in keys))
        sent = sum(result is None for result in done)
        assert done[0] is True and set(codes(done[1:])) <= {"done", "none", "closed"}, done
        assert ClosedAnswer.objects.filter(survey=one).count() == sent
        assert not Answer.objects.filter(survey=one).exists()


def test_closing_by_many_at_once_copies_once(survey):
    for _number in range(3):
        rows.answered(survey)
    end = timezone.now()
    Survey.objects.update(closes_at=end)
    done = at_once(*[lambda: closing.close(survey, by=None, at=end)] * THREADS)
    assert sorted(done) == [False] * (THREADS - 1) + [True], done
    assert ClosedAnswer.objects.count() == 3
