"""After closing nothing tells who answered what, nor when: rows, ids, order, outbox, log, dump (surveys.md Q3)."""

import io
import logging
import random
import re
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import tokens
from portal.models import AuditPayload
from surveys.actions import closing, waves
from surveys.models import Answer, Ballot, ClosedAnswer, Invitation, Survey
from tests.surveys import rows

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PEOPLE = 60


@pytest.fixture
def survey(db: None) -> Survey:
    return rows.survey()


def fill_in(row: Invitation, survey: Survey, hours: int) -> None:
    """By pages, as a browser does."""
    browser = Client()
    browser.post(reverse("surveys:invitation", args=[row.code, tokens.make(row.code, row.nonce)]))
    sent = {"_to": "_send", "yes": "yes", "hours": str(hours % 40)}
    assert browser.post(reverse("surveys:fill", args=[survey.code]), sent).status_code == 302


def in_physical_order(model: type[models.Model], survey: Survey) -> list[models.Model]:
    """As they lie in the database, which is how a dump writes them."""
    place = "ctid" if connection.vendor == "postgresql" else "rowid"
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table} WHERE survey_id = %s ORDER BY {place}", [survey.pk])
        keys = [row[0] for row in cursor.fetchall()]
    found = {str(row.pk).replace("-", ""): row for row in model.objects.filter(survey=survey)}
    return [found[str(key).replace("-", "")] for key in keys]


def correlation(one: list[int], other: list[int]) -> float:
    """Spearman, of ranks without ties."""
    number = len(one)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / (number * (number**2 - 1))


def looks_ordered(came: list[int]) -> bool:
    """Further from chance than one in a hundred thousand: 4.5 standard deviations of shuffled ranks, or more than ten
    who came one after the other side by side, where two are expected (an order that is cut in pieces)."""
    side_by_side = sum(abs(one - next_) == 1 for one, next_ in pairwise(came))
    return abs(correlation(came, list(range(len(came))))) > 4.5 / (len(came) - 1) ** 0.5 or side_by_side > 10


def came_in(answers: list, order: list[int]) -> list[int]:
    """For each answer, as it lies there, when it was given."""
    return [order.index(one.answers["number"]) for one in answers]


def test_order_and_ids_say_nothing_after_closing_though_they_do_before(survey):
    chance = random.Random(5)
    order = chance.sample(range(PEOPLE), PEOPLE)
    invited = [rows.invited(survey) for _number in range(PEOPLE)]
    if connection.vendor == "postgresql":  # a new file: in an old one, rows go where the vacuum made room
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {Answer._meta.db_table}")
    for number in order:
        Invitation.objects.filter(pk=invited[number].pk).update(is_spent=True)
        Answer.objects.create(survey=survey, group="learners", answers={"number": number})
    assert looks_ordered(came_in(in_physical_order(Answer, survey), order)), "planted: before closing the order shows"
    rows.closed(survey)
    for closed in (in_physical_order(ClosedAnswer, survey), list(ClosedAnswer.objects.order_by("pk"))):
        assert not looks_ordered(came_in(closed, order))
    places = {row.pk: number for number, row in enumerate(invited)}
    spent = [order.index(places[row.pk]) for row in in_physical_order(Invitation, survey)]
    assert not looks_ordered(spent), "the order of invitations is that of spending"
    assert not Answer.objects.exists() and not Ballot.objects.exists()


def test_no_column_of_the_answers_can_hold_a_time_a_person_or_an_order():
    allowed = {
        Answer: {"id", "survey_id", "group", "unit", "answers"},
        ClosedAnswer: {"id", "survey_id", "group", "unit", "answers"},
        Ballot: {"key_hash", "survey_id", "group", "unit", "is_used"},
    }
    for model, columns in allowed.items():
        assert {field.attname for field in model._meta.concrete_fields} == columns
        assert not [one for one in model._meta.get_fields() if one.is_relation and one.related_model not in (Survey,)]
    kinds = {type(field) for field in Invitation._meta.concrete_fields}
    assert not kinds & {models.DateTimeField, models.DateField, models.TimeField}


def test_a_dump_after_closing_is_the_same_whoever_answered(survey):
    """Two orders of answering, one dump: but for random ids and random order, every row of every table is equal."""
    dumps = []
    invited = [rows.invited(survey) for _number in range(8)]
    at = timezone.now()
    Survey.objects.update(remind_on=[timezone.localdate(at - rows.DAY).isoformat()])
    for order in (range(6), range(7, 1, -1)):
        point = transaction.savepoint()
        for place, number in enumerate(order):
            fill_in(invited[number], survey, place)
        waves.send_reminders(at=at)
        Survey.objects.update(closes_at=at)
        closing.close(survey, by=None, at=at)
        dumps.append(_dump())
        transaction.savepoint_rollback(point)
    one, other = dumps
    assert one == other
    assert sum("surveys.closedanswer" in line for line in one) == 6


def _dump() -> list[str]:
    """Every row, without the random ids of answers and what the audit draws by chance."""
    out = io.StringIO()
    call_command("dumpdata", "surveys", "portal", exclude=["portal.auditpayload", "portal.auditentry"], stdout=out)
    text = re.sub(r'"model": "surveys.closedanswer", "pk": "[^"]+"', '"model": "surveys.closedanswer"', out.getvalue())
    text = re.sub(r'("model": "portal.auditchain", )"pk": \d+|"head": "[0-9a-f]*"', r"\1", text)
    return sorted(re.split(r'(?<=\}\}), (?=\{"model")', text.strip("[]\n")))


def test_the_log_names_nobody_no_code_and_no_key(survey, caplog):
    row = rows.invited(survey)
    token = tokens.make(row.code, row.nonce)
    browser = Client()
    with caplog.at_level(logging.DEBUG):
        browser.post(reverse("surveys:invitation", args=[row.code, token]))
        key = browser.cookies[f"ballot-{survey.code}"].value
        browser.get(reverse("surveys:ballot", args=[key]))
        browser.get(reverse("surveys:fill", args=[survey.code]))
        browser.post(reverse("surveys:fill", args=[survey.code]), {"_to": "_send", "yes": "yes", "more": "Geheim"})
        browser.get(reverse("surveys:thanks", args=[survey.code]))
    told = " ".join(str(record.msg) for record in caplog.records)
    assert told.count("POST /surveys/one-time/...") == 2, "each request has its lines, so that finding nothing proves"
    secrets = (row.code, token, key, survey.code, row.person.email, row.person.code, "Geheim")
    assert not [one for one in secrets if one in told]


def test_answering_writes_no_audit_entry_and_touches_no_table_of_people(survey):
    row = rows.invited(survey)
    before = AuditPayload.objects.count()
    written: set[str] = set()

    def spy(execute, sql, params, many, context):
        if found := re.match(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', sql):
            written.add(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        fill_in(row, survey, 3)
    own = {"surveys_invitation", "surveys_ballot", "surveys_answer", "portal_todo"}  # the to-do is taken away
    assert written == own, "no session, no reading, no mail"
    assert AuditPayload.objects.count() == before


def test_nothing_typed_before_sending_is_on_the_server(survey):
    row = rows.invited(survey)
    browser = Client()
    browser.post(reverse("surveys:invitation", args=[row.code, tokens.make(row.code, row.nonce)]))
    typed = {"_to": "_next", "_here": "first", "yes": "no", "why": "Alleen hier getypt"}
    assert browser.post(reverse("surveys:fill", args=[survey.code]), typed).status_code == 200
    out = io.StringIO()
    call_command("dumpdata", stdout=out)
    assert "Alleen hier getypt" not in out.getvalue() and row.code in out.getvalue()
