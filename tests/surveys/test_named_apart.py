"""Surveys with names and anonymous ones never meet (surveys.md Q3): not in a page, an action or a table."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal import tokens
from surveys.actions import answers, named
from surveys.models import Answer, Ballot, ClosedAnswer, Invitation, NamedAnswer, Survey
from tests.surveys import rows, sheets

pytestmark = pytest.mark.django_db


def test_the_pages_of_anonymous_surveys_do_not_know_a_named_one(named_survey, noor, sign_in):
    row = rows.invited(named_survey, noor)
    browser = sign_in(noor)
    token = tokens.make(row.code, row.nonce)
    for name, args in (
        ("invitation", [row.code, token]),
        ("invited", [row.code]),
        ("fill", [named_survey.code]),
        ("thanks", [named_survey.code]),
    ):
        path = reverse(f"surveys:{name}", args=args)
        assert browser.get(path).status_code == 404, name
        assert browser.post(path, {"yes": "yes"}).status_code in (404, 405), name
    with pytest.raises(answers.Refused):
        answers.exchange(row, at=timezone.now())
    assert not Ballot.objects.exists() and not Invitation.objects.get().is_spent


def test_the_pages_with_names_do_not_know_an_anonymous_survey(noor, sign_in):
    anonymous = rows.survey()
    row = rows.invited(anonymous, noor)
    for name in ("named", "named_fill"):
        assert sign_in(noor).get(reverse(f"surveys:{name}", args=[row.code])).status_code == 404
    with pytest.raises(answers.Refused):
        named.send(row, {"yes": "yes"}, version=0, at=timezone.now())


@pytest.mark.both
def test_the_database_keeps_the_two_kinds_apart(named_survey, noor):
    anonymous, empty = rows.survey(), {"group": "learners", "answers": {}}
    piece, joke = rows.pieces([noor, named_survey.owner])
    for table, of in (
        (Ballot(key_hash="a", survey=named_survey, group="learners"), "a ballot"),
        (Answer(survey=named_survey, group="learners", answers={}), "an answer"),
        (ClosedAnswer(survey=named_survey, group="learners", answers={}), "a closed answer"),
        (NamedAnswer(shareable=piece, survey=anonymous, person=noor, **empty), "a named one"),
        (NamedAnswer(shareable=joke, survey=named_survey, person=noor, **empty), "of another than its piece"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.save(force_insert=True)
        assert not type(table).objects.exists(), of
    answer = rows.answered_with_name(named_survey, noor)
    for changes in ({"survey": anonymous}, {"person": named_survey.owner}, {"shareable": piece}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NamedAnswer.objects.filter(pk=answer.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedAnswer.objects.create(shareable=piece, survey=named_survey, person=noor, **empty)
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=named_survey.pk).update(open_code="openopenopen")
    rows.closed(named_survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedAnswer.objects.filter(pk=answer.pk).update(answers={"yes": "no"})
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedAnswer.objects.create(shareable=joke, survey=named_survey, person=named_survey.owner, **empty)
    assert NamedAnswer.objects.get().answers == {"yes": "yes"}


@pytest.mark.both
@pytest.mark.parametrize("is_named", [True, False])
def test_with_or_without_names_stays_as_announced(joke, is_named):
    drafted = rows.survey(joke, launched=False, is_named=not is_named)
    Survey.objects.filter(pk=drafted.pk).update(is_named=is_named)
    Survey.objects.filter(pk=drafted.pk).update(launched_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=drafted.pk).update(is_named=not is_named)
    Survey.objects.filter(pk=drafted.pk).update(titles={"nl": "Anders", "en": "Other"})
    assert Survey.objects.get().is_named == is_named


def test_answering_with_a_name_writes_nothing_that_anonymous_surveys_use(named_survey, noor, sign_in):
    row = rows.invited(named_survey, noor)
    sheets.send(sign_in(noor), row, **sheets.SAID)
    assert not Answer.objects.exists() and not Ballot.objects.exists() and not Invitation.objects.get().is_spent
