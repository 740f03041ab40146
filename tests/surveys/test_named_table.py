"""Taking answers with a name along as a table (portal.md G4, G16): each in it is a reading, and no cell calculates."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal import documents, jobs, readings
from portal.models import Document, Job, Reading, Role, User
from surveys import tasks
from surveys.models import NamedAnswer, Survey
from surveys.rules.named import may_read
from tests import factories
from tests.surveys import rows

pytestmark = pytest.mark.django_db


def ask(browser: Any, survey: Survey) -> Any:
    return browser.post(reverse("surveys:answers_take_along", args=[survey.code]))


def made(browser: Any, survey: Survey) -> Job:
    assert ask(browser, survey).status_code == 302
    assert jobs.work(seconds=60) == 1
    return Job.objects.select_related("result").latest("pk")


def answer_all(survey: Survey, many: int) -> None:
    """So many people more."""
    there = User.objects.count()
    names = {"given_name": "Iemand", "family_name": "Proef", "password": "!"}
    people = User.objects.bulk_create(User(email=f"i{there + n}@example.org", **names) for n in range(many))
    said = {"survey": survey, "group": "learners", "answers": {"yes": "yes"}}
    NamedAnswer.objects.bulk_create(NamedAnswer(shareable=one, person=one.owner, **said) for one in rows.pieces(people))


def cells(job: Job) -> list[list[str]]:
    assert job.result is not None, job.reason
    return list(csv.reader(io.StringIO(documents.read(job.result).decode("utf-8-sig"))))


def by_column(job: Job) -> list[dict[str, str]]:
    head, *lines = cells(job)
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_a_line_for_each_person_in_the_words_of_the_page(named_survey, joke, noor, sign_in):
    rows.answered_with_name(named_survey, noor, **rows.ANSWERS)
    rows.answered_with_name(named_survey, factories.person("Amina"))
    browser = sign_in(joke)
    assert (
        "Neem de antwoorden mee"
        in browser.get(reverse("surveys:invitations", args=[named_survey.code])).content.decode()
    )
    job = made(browser, named_survey)
    amina, mine = by_column(job)
    assert amina["Naam"] == "Amina Proef" and amina["yes: Wil je een vervolg?"] == "Ja"
    assert {name: mine[name] for name in mine if name != "Verstuurd op"} == {
        "Naam": "Noor Proef",
        "Groep": "Wie leert",
        "yes: Wil je een vervolg?": "Nee",
        "why: Waarom niet?": "Geen tijd",
        "fit: De begeleiding past bij mij.": "stap 4",
        "parts: Hoe waren de delen?": "Het eerste: 1; Het tweede: Niet van toepassing",
        "advise: Raad je het aan?": "0",
        "place: Waar?": "Iets anders: thuis",
        "ways: Hoe?": "Read; Iets anders: doen",
        "top: Wat eerst?": "1. Ccc; 2. Aaa",
        "hours: Hoeveel uur?": "2.5 uur",
        "own: Leid je zelf op?": "",
        "more: Wat nog?": "Niets.",
    }
    assert mine["Verstuurd op"][:10] == timezone.localdate().isoformat()
    file = browser.get(reverse("job_result", args=[job.code]))
    assert file["Content-Type"].startswith("text/csv") and ".csv" in file["Content-Disposition"]


def test_each_person_in_it_is_a_reading_and_the_own_answers_are_none(named_survey, joke, noor, sign_in):
    theirs = rows.answered_with_name(named_survey, noor)
    rows.answered_with_name(named_survey, joke)
    made(sign_in(joke), named_survey)
    assert [(one.reader, one.shareable_id, one.channel, one.source) for one in Reading.objects.all()] == [
        (joke, theirs.pk, "file", named_survey.code)
    ]
    row = named_survey.invitations.get(person=noor)
    assert "als bestand" in sign_in(noor).get(reverse("surveys:named", args=[row.code])).content.decode()


def test_a_cell_that_looks_like_a_formula_is_made_harmless(named_survey, joke, sign_in):
    evil = User.objects.create(email="e@example.org", given_name="=HYPERLINK(1)", family_name="Proef", password="!")
    rows.answered_with_name(named_survey, evil, yes="no", why="@SUM(1)", more="+1\n=2")
    (line,) = cells(made(sign_in(joke), named_survey))[1:]
    assert line[0] == "'=HYPERLINK(1) Proef" and "'@SUM(1)" in line and "'+1\n=2" in line
    assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_who_may_take_along_is_who_may_read(named_survey, joke, noor, sign_in):
    answer = rows.answered_with_name(named_survey, noor)
    people = {"maker": (joke, 302), "who answered": (noor, 404), "elsewhere": (factories.person(), 404)}
    roles = ((Role.ORGANISER, 302), (Role.COORDINATOR, 302), (Role.ADMINISTRATOR, 403), (Role.TRAINEE, 404))
    for role, status in roles:
        people[role] = factories.person(), status
        factories.member(people[role][0], named_survey.organisation, role)
    factories.member(people["elsewhere"][0], factories.organisation(), Role.ORGANISER)
    for who, (person, status) in people.items():
        assert ask(sign_in(person), named_survey).status_code == status, who
        sees = NamedAnswer.objects.visible_to(person).filter(pk=answer.pk).exists()
        assert may_read(person, named_survey) == (status == 302) == (sees and person != noor), who
    anonymous = rows.survey(joke, organisation=named_survey.organisation, version=named_survey.version)
    assert ask(sign_in(joke), anonymous).status_code == 404 and not may_read(joke, anonymous)


def test_a_right_that_ended_meanwhile_makes_nothing_and_opens_nothing(named_survey, joke, noor, sign_in):
    rows.answered_with_name(named_survey, noor, more="Van Noor")
    browser = sign_in(joke)
    ready = made(browser, named_survey)
    Job.objects.filter(pk=ready.pk).update(created_at=timezone.now() - factories.DAY)
    Reading.objects.all().delete()
    ask(browser, named_survey)
    named_survey.organisation.memberships.filter(person=joke).update(ends_on=timezone.localdate())
    jobs.work(seconds=60)
    late = Job.objects.latest("pk")
    assert late.pk != ready.pk and (late.state, late.reason, late.result) == ("failed", "right_gone", None)
    assert not Reading.objects.exists()
    assert browser.get(reverse("job_result", args=[ready.code])).status_code == 403


def test_a_right_that_ends_halfway_gives_no_half_table(named_survey, joke, sign_in):
    answer_all(named_survey, tasks.AT_ONCE + 1)
    ask(sign_in(joke), named_survey)
    job = jobs.claim(at=timezone.now())

    def end_the_role(_done: int, _total: int) -> None:
        named_survey.organisation.memberships.filter(person=joke).update(ends_on=timezone.localdate())

    with pytest.raises(readings.Busy):
        tasks.take_along(job, end_the_role)
    assert Reading.objects.count() == tasks.AT_ONCE and not Document.objects.exists()


def test_it_asks_the_same_of_the_database_at_1_3_and_100_people(named_survey, joke, sign_in):
    browser, there, found = sign_in(joke), 0, []
    for many in (1, 3, 100):
        answer_all(named_survey, many - there)
        there = many
        Reading.objects.all().delete()
        ask(browser, named_survey)
        job = jobs.claim(at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            document = tasks.take_along(job, lambda done, total: None)
        jobs.finish(job, Job.objects.filter(pk=job.pk), document)
        Job.objects.update(created_at=timezone.now() - factories.DAY)
        found.append(len(queries))
    assert found == [11, 11, 11]
