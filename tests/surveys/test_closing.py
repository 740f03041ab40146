"""Closing: the answers are kept, and nothing tells any more whose they are or when they came (surveys.md Q3)."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import audit
from portal.models import AuditEntry, OutboxRow, ToDo
from surveys.actions import closing, waves
from surveys.models import Answer, Ballot, ClosedAnswer, Invitation, Survey
from tests.surveys import rows

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def survey(db: None) -> Survey:
    return rows.survey()


def test_all_answers_are_there_and_the_rest_is_empty(survey):
    for number in range(7):
        rows.answered(survey, group="guides" if number % 2 else "learners", hours=str(number))
    silent = rows.invited(survey)
    rows.closed(survey)
    closed = ClosedAnswer.objects.filter(survey=survey)
    assert sorted((one.group, one.answers["hours"]) for one in closed) == sorted(
        ("guides" if number % 2 else "learners", str(number)) for number in range(7)
    )
    assert not Answer.objects.exists() and not Ballot.objects.exists()
    assert set(Invitation.objects.values_list("is_spent", "nonce")) == {(False, "")}
    assert Invitation.objects.filter(person=silent.person).exists()
    survey.refresh_from_db()
    assert survey.closed_at and survey.delivered() == {"guides": 3, "learners": 5}


def test_closing_twice_is_closing_once(survey):
    rows.answered(survey)
    rows.closed(survey)
    assert closing.close(survey, by=None, at=timezone.now()) is False
    assert ClosedAnswer.objects.count() == 1
    assert AuditEntry.objects.filter(verb=audit.SURVEY_CLOSED).count() == 1


def test_it_closes_at_its_end_and_not_before(survey):
    with pytest.raises(waves.NotNow):
        closing.close(survey, by=None, at=timezone.now())
    closing.end(survey, by=survey.owner, at=timezone.now())
    assert closing.close(survey, by=survey.owner, at=timezone.now())


def test_an_answer_after_closing_is_refused_by_the_database(survey):
    rows.closed(survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(survey=survey, group="learners", answers={})


@pytest.mark.parametrize("change", [{"minimum": 4}, {"closes_at": "opens_at"}, {"closed_at": None}])
def test_what_was_declared_stays(survey, change):
    rows.closed(survey)
    if "closes_at" in change:
        change = {"closes_at": survey.opens_at}
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(**change)


def test_the_minimum_only_rises_and_only_before_it_is_announced(survey):
    draft = rows.survey(launched=False)
    Survey.objects.filter(pk=draft.pk).update(minimum=8)
    for pk, minimum in ((draft.pk, 7), (survey.pk, 6)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Survey.objects.filter(pk=pk).update(minimum=minimum)
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(breakdown={"names": {"nl": "Afdeling"}, "units": []})


def test_answers_never_change(survey):
    rows.answered(survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.update(answers={})
    rows.closed(survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedAnswer.objects.update(group="guides")


def test_a_published_version_never_changes(survey):
    for act in (lambda: type(survey.version).objects.update(number=2), lambda: survey.version.delete()):
        Survey.objects.all().delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_nobody_is_reminded_of_a_closed_survey(survey):
    row = rows.invited(survey, is_sent=False)
    at = timezone.now()
    waves.send_invitations(at=at)
    assert ToDo.objects.filter(receiver=row.person).exists()
    Survey.objects.filter(pk=survey.pk).update(remind_on=[timezone.localdate(at - rows.DAY).isoformat()])
    waves.send_reminders(at=at)
    assert OutboxRow.objects.filter(kind="surveys.reminder").exists()
    rows.closed(survey)
    assert not ToDo.objects.exists() and not OutboxRow.objects.filter(kind="surveys.reminder").exists()
