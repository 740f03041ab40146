"""An invitation, a ballot and a closing survey, from many at the same moment."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.editing import EditedElsewhere
from portal.models import Reading
from surveys.actions import answers, closing, named, waves
from surveys.models import Answer, Ballot, ClosedAnswer, Invitation, NamedAnswer, Survey
from tests.races.test_races import asked_while_the_log_is_held, at_once
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


def test_one_person_sends_from_many_pages_at_once_and_nothing_is_overwritten_unseen(survey):
    named_survey = rows.survey(survey.owner, organisation=survey.organisation, version=survey.version, is_named=True)
    row = rows.invited(named_survey)
    done = at_once(
        *[
            lambda n=n: named.send(row, {"yes": "yes", "hours": str(n)}, version=0, at=timezone.now())
            for n in range(THREADS)
        ]
    )
    sent = [one for one in done if isinstance(one, NamedAnswer)]
    assert len(sent) == 1 and sum(isinstance(one, EditedElsewhere) for one in done) == THREADS - 1, done
    assert NamedAnswer.objects.get().answers == sent[0].answers
    same = at_once(*[lambda: named.send(row, {"yes": "no"}, version=1, at=timezone.now())] * THREADS)
    assert {one.version for one in same} == {2} and NamedAnswer.objects.get().version == 2, "sent twice, sent once"


def test_while_the_log_cannot_be_written_no_answer_of_a_person_is_shown(survey, sign_in):
    with_names = rows.survey(survey.owner, organisation=survey.organisation, version=survey.version, is_named=True)
    answer = rows.answered_with_name(with_names, more="Van mij")
    browser, path = sign_in(survey.owner), reverse("surveys:answers", args=[answer.code])
    status, again, page = asked_while_the_log_is_held(browser, path)
    assert (status, again) == (503, "1") and "Van mij" not in page
    assert not Reading.objects.exists()
    assert "Van mij" in browser.get(path).content.decode() and Reading.objects.count() == 1


def test_sending_with_a_name_while_it_closes_is_in_or_refused(survey):
    for _round in range(4):
        same = {"organisation": survey.organisation, "version": survey.version}
        one = rows.survey(survey.owner, is_named=True, **same)
        asked = [rows.invited(one) for _number in range(THREADS)]
        end = timezone.now()
        Survey.objects.filter(pk=one.pk).update(closes_at=end)
        early = end - rows.DAY / 48

        def send(row: Invitation, early=early) -> None:
            named.send(row, {"yes": "yes"}, version=0, at=early)

        def close(one=one, end=end) -> bool:
            return closing.close(one, by=None, at=end)

        done = at_once(close, *(lambda row=row: send(row) for row in asked))
        assert done[0] is True and set(codes(done[1:])) <= {"done", "closed"}, done
        assert one.named_answers.count() == sum(result is None for result in done)


def test_settings_kept_by_many_at_once_are_kept_once(survey):
    facts = [{"titles": {"nl": f"Nummer {number}", "en": f"Number {number}"}} for number in range(THREADS)]
    done = at_once(*[lambda f=f: waves.change(survey, f, revision=1, at=timezone.now()) for f in facts])
    assert sum(one is None for one in done) == 1, done
    assert sum(isinstance(one, EditedElsewhere) for one in done) == THREADS - 1, done
    kept = Survey.objects.get(pk=survey.pk)
    assert kept.revision == 2 and kept.titles == facts[done.index(None)]["titles"]


def test_announcing_while_it_is_changed_loses_neither(survey):
    for _round in range(4):
        same = {"organisation": survey.organisation, "version": survey.version}
        one = rows.survey(survey.owner, launched=False, **same)
        rows.invited(one)

        def launch(one=one) -> None:
            waves.launch(one, by=one.owner, at=timezone.now())

        def change(one=one) -> None:
            waves.change(one, {"minimum": 9}, revision=1, at=timezone.now())

        launched, changed = at_once(launch, change)
        one.refresh_from_db()
        assert launched is None and one.launched_at
        assert (one.minimum == 9) == (changed is None) and (changed is None or isinstance(changed, EditedElsewhere))


def test_closing_by_many_at_once_copies_once(survey):
    for _number in range(3):
        rows.answered(survey)
    end = timezone.now()
    Survey.objects.update(closes_at=end)
    done = at_once(*[lambda: closing.close(survey, by=None, at=end)] * THREADS)
    assert sorted(done) == [False] * (THREADS - 1) + [True], done
    assert ClosedAnswer.objects.count() == 3
