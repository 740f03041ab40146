"""Who reads answers that stand with names (surveys.md Q1, Q4): they are told of beforehand, and nobody else does."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from portal import erasure, registry
from portal.models import Role
from surveys.actions import results
from surveys.models import Invitation, NamedAnswer, Survey
from tests import factories
from tests.surveys import rows, sheets

pytestmark = pytest.mark.django_db


def test_the_notice_is_in_english_too(joke, named_survey):
    with translation.override("en"):
        said = render_to_string("surveys/with_names.html", {"survey": named_survey})
    assert "Your name stands with your answers" in said
    assert f"{joke.full_name}, who made this survey, and the organisers and coordinators of" in said


def test_who_reads_what_one_person_sent(joke, named_survey, noor, sign_in):
    answer = rows.answered_with_name(named_survey, noor, more="Van Noor")
    path = reverse("surveys:answers", args=[answer.code])
    colleague = rows.answered_with_name(named_survey, more="Van een ander").person
    may = {"maker": (joke, True), "self": (noor, True), "another who answered": (colleague, False)}
    for role, sees in (
        (Role.ORGANISER, True),
        (Role.COORDINATOR, True),
        (Role.ADMINISTRATOR, False),
        (Role.TRAINEE, False),
        (Role.MENTOR, False),
    ):
        person = factories.person()
        factories.member(person, named_survey.organisation, role)
        may[role] = person, sees
    elsewhere = factories.person()
    factories.member(elsewhere, factories.organisation(), Role.ORGANISER)
    former = factories.person()
    factories.member(former, named_survey.organisation, Role.ORGANISER, ends_on=timezone.localdate() - rows.DAY)
    operator = factories.person(is_staff=True, is_superuser=True)
    may |= {"organiser elsewhere": (elsewhere, False), "former": (former, False), "operator": (operator, False)}
    for who, (person, sees) in may.items():
        page = sign_in(person).get(path)
        assert page.status_code == (200 if sees else 404), who
        assert ("Van Noor" in page.content.decode()) == sees, who
    assert named_survey.organisation.memberships.filter(person=joke).update(ends_on=timezone.localdate()) == 1
    assert sign_in(joke).get(path).status_code == 404, "who made it reads no more when the role has ended"


def test_an_administrator_sees_who_answered_and_no_way_to_the_answers(named_survey, noor, sign_in):
    answer = rows.answered_with_name(named_survey, noor)
    administrator = factories.person()
    factories.member(administrator, named_survey.organisation, Role.ADMINISTRATOR)
    listed = sign_in(administrator).get(reverse("surveys:invitations", args=[named_survey.code])).content.decode()
    assert "beantwoord op" in listed and answer.code not in listed


def test_nobody_else_fills_it_in(named_survey, noor, sign_in):
    row = rows.invited(named_survey, noor)
    for name in ("named", "named_fill"):
        path = reverse(f"surveys:{name}", args=[row.code])
        assert sign_in(factories.person()).get(path).status_code == 404
        assert sign_in(named_survey.owner).get(path).status_code == 404
    Invitation.objects.update(is_sent=False)
    assert sign_in(noor).get(sheets.fill(row)).status_code == 404, "not asked yet"


def test_others_see_of_it_what_they_would_see_without_names(joke, noor, sign_in):
    """The same answers with and without names give the same figures, and no name."""
    made = {}
    for is_named in (True, False):
        survey = rows.survey(joke, is_named=is_named, audience="invited", organisation=_place(joke))
        for number in range(6):
            said = {"yes": "yes" if number else "no", "fit": 1 + number % 5}
            if is_named:
                rows.answered_with_name(survey, **said)
            else:
                rows.answered(survey, **said)
        rows.invited(survey, noor)
        results.begin(rows.closed(survey), at=timezone.now())
        made[is_named] = results.read(Survey.objects.get(pk=survey.pk).result.document)["items"]
        page = sign_in(noor).get(reverse("surveys:results", args=[survey.code])).content.decode()
        assert not [one for one in survey.invitations.exclude(person=noor) if one.person.full_name in page]
    assert made[True] == made[False] and made[True]


def _place(joke: Any) -> Any:
    there = joke.memberships.first()
    return there.organisation if there else factories.organisation(kind="association")


def test_too_few_are_not_shown_though_the_organiser_reads_each(joke, noor, sign_in):
    survey = rows.survey(joke, is_named=True, audience="everybody")
    for _number in range(4):
        rows.answered_with_name(survey, hours="37.5")
    results.begin(rows.closed(survey), at=timezone.now())
    page = sign_in(noor).get(reverse("surveys:results_json", args=[survey.code])).content
    assert b"37.5" not in b"".join(page if isinstance(page, list) else [page])


def test_erasing_somebody_takes_their_answers_with_them_also_after_closing(named_survey, noor):
    rows.answered_with_name(named_survey, noor, more="Van Noor")
    other = rows.answered_with_name(named_survey, more="Van een ander")
    rows.closed(named_survey)
    dump = io.StringIO()
    call_command("dumpdata", "surveys", stdout=dump)
    assert "Van Noor" in dump.getvalue(), "planted"
    assert registry.by_model()["surveys.namedanswer"].owner == "person"
    erasure.erase(noor, at=timezone.now())
    assert list(NamedAnswer.objects.all()) == [other]
