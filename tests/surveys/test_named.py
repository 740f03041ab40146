"""Surveys with names (issue 4; surveys.md Q1-Q4): said beforehand, read by few, and never mixed with anonymous ones."""

import datetime
import io
import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from portal import erasure, registry, sender, today, tokens
from portal.editing import EditedElsewhere
from portal.models import Draft, OutboxRow, QuietHours, Role, ToDo, User
from surveys.actions import answers, named, results, waves
from surveys.models import Answer, Ballot, ClosedAnswer, Invitation, NamedAnswer, Survey
from tests import factories
from tests.surveys import rows

pytestmark = pytest.mark.django_db
SAID = {"yes": "no", "why": "Geen tijd", "fit": 4, "ways": ["read", "other"], "ways:other": "doen", "hours": "2.5"}


@pytest.fixture
def joke(db):
    return factories.person("Joke")


@pytest.fixture
def noor(db):
    return factories.person("Noor")


@pytest.fixture
def survey(joke):
    return rows.survey(joke, is_named=True)


def fill(row: Invitation) -> str:
    return reverse("surveys:named_fill", args=[row.code])


def typed(browser: Any, path: str, **changes: Any) -> dict[str, Any]:
    """What the page would send: what it carries, and what is typed on it."""
    page = browser.get(path)
    held: dict[str, Any] = {"version": page.context["version"], "autosave_start": page.context["editing"].start}
    held |= {name: value for name, value in page.context["editing"].confirmed.items() if value}
    return held | rows.sheet_of(changes)


def send(browser: Any, row: Invitation, **changes: Any) -> Any:
    return browser.post(fill(row), typed(browser, fill(row), **changes) | {"_to": "_send"})


def awake(person: User) -> None:
    """Whatever the hour is: the same hour twice is no quiet hour."""
    QuietHours.objects.create(person=person, starts=datetime.time(0), ends=datetime.time(0))


# --- The whole path -------------------------------------------------------------------------


def test_invited_told_sent_changed_closed_and_read(joke, survey, noor, sign_in, django_capture_on_commit_callbacks):
    factories.member(noor, survey.organisation, Role.TRAINEE)
    at = timezone.now()
    awake(noor)
    waves.invite(survey, [noor], group="learners", at=at)
    with django_capture_on_commit_callbacks(execute=True):
        waves.send_invitations(at=at)
    sender.drain()
    row = Invitation.objects.get()
    (told,) = mail.outbox
    assert "Je naam staat bij je antwoorden" in told.body and joke.full_name in told.body
    assert reverse("surveys:named", args=[row.code]) in told.body and "one-time" not in told.body
    browser, desk = sign_in(noor), reverse("surveys:named", args=[row.code])
    assert ToDo.objects.get().url_name == "surveys:named"
    before = browser.get(desk).content.decode()
    assert "Je naam staat bij je antwoorden" in before and joke.full_name in before
    assert "Je naam staat bij je antwoorden" in browser.get(fill(row)).content.decode()
    sent = send(browser, row, **SAID)
    answer = NamedAnswer.objects.get()
    assert sent.url == reverse("surveys:answers", args=[answer.code])
    assert (answer.person, answer.group, answer.answers, answer.version) == (noor, "learners", SAID, 1)
    assert ToDo.objects.get().done_at and not Draft.objects.exists()
    assert "Geen tijd" in browser.get(sent.url).content.decode()
    assert "Geen tijd" in browser.get(fill(row)).content.decode(), "what was sent stands in the form"
    send(browser, row, why="Toch wel")
    answer.refresh_from_db()
    assert (answer.answers["why"], answer.answers["fit"], answer.version) == ("Toch wel", 4, 2)
    reader = sign_in(joke)
    listed = reader.get(reverse("surveys:invitations", args=[survey.code])).content.decode()
    assert reverse("surveys:answers", args=[answer.code]) in listed and "beantwoord op" in listed
    assert "Toch wel" in reader.get(sent.url).content.decode()
    rows.closed(survey)
    assert browser.post(fill(row), {"_to": "_send", "yes": "yes", "version": "2"}).status_code == 409
    assert browser.get(fill(row)).url == desk
    assert "Toch wel" in browser.get(sent.url).content.decode()
    assert NamedAnswer.objects.get().answers["why"] == "Toch wel" and not ClosedAnswer.objects.exists()


def test_the_notice_is_in_english_too(joke, survey):
    with translation.override("en"):
        said = render_to_string("surveys/with_names.html", {"survey": survey})
    assert "Your name stands with your answers" in said
    assert f"{joke.full_name}, who made this survey, and the organisers and coordinators of" in said


def test_who_reads_what_one_person_sent(joke, survey, noor, sign_in):
    answer = rows.answered_with_name(survey, noor, more="Van Noor")
    path = reverse("surveys:answers", args=[answer.code])
    colleague = rows.answered_with_name(survey, more="Van een ander").person
    may = {"maker": (joke, True), "self": (noor, True), "another who answered": (colleague, False)}
    for role, sees in (
        (Role.ORGANISER, True),
        (Role.COORDINATOR, True),
        (Role.ADMINISTRATOR, False),
        (Role.TRAINEE, False),
        (Role.MENTOR, False),
    ):
        person = factories.person()
        factories.member(person, survey.organisation, role)
        may[role] = person, sees
    elsewhere = factories.person()
    factories.member(elsewhere, factories.organisation(), Role.ORGANISER)
    former = factories.person()
    factories.member(former, survey.organisation, Role.ORGANISER, ends_on=timezone.localdate() - rows.DAY)
    operator = factories.person(is_staff=True, is_superuser=True)
    may |= {"organiser elsewhere": (elsewhere, False), "former": (former, False), "operator": (operator, False)}
    for who, (person, sees) in may.items():
        page = sign_in(person).get(path)
        assert page.status_code == (200 if sees else 404), who
        assert ("Van Noor" in page.content.decode()) == sees, who
    assert survey.organisation.memberships.filter(person=joke).update(ends_on=timezone.localdate()) == 1
    assert sign_in(joke).get(path).status_code == 404, "who made it reads no more when the role has ended"


def test_an_administrator_sees_who_answered_and_no_way_to_the_answers(survey, noor, sign_in):
    answer = rows.answered_with_name(survey, noor)
    administrator = factories.person()
    factories.member(administrator, survey.organisation, Role.ADMINISTRATOR)
    listed = sign_in(administrator).get(reverse("surveys:invitations", args=[survey.code])).content.decode()
    assert "beantwoord op" in listed and answer.code not in listed


def test_nobody_else_fills_it_in(survey, noor, sign_in):
    row = rows.invited(survey, noor)
    for name in ("named", "named_fill"):
        path = reverse(f"surveys:{name}", args=[row.code])
        assert sign_in(factories.person()).get(path).status_code == 404
        assert sign_in(survey.owner).get(path).status_code == 404
    Invitation.objects.update(is_sent=False)
    assert sign_in(noor).get(fill(row)).status_code == 404, "not asked yet"


# --- Two kinds that never meet --------------------------------------------------------------


def test_the_pages_of_anonymous_surveys_do_not_know_a_named_one(survey, noor, sign_in):
    row = rows.invited(survey, noor)
    browser = sign_in(noor)
    token = tokens.make(row.code, row.nonce)
    for name, args in (
        ("invitation", [row.code, token]),
        ("invited", [row.code]),
        ("fill", [survey.code]),
        ("thanks", [survey.code]),
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
def test_the_database_keeps_the_two_kinds_apart(survey, noor):
    anonymous = rows.survey()
    for table, of in (
        (Ballot(key_hash="a", survey=survey, group="learners"), "a ballot"),
        (Answer(survey=survey, group="learners", answers={}), "an answer"),
        (ClosedAnswer(survey=survey, group="learners", answers={}), "a closed answer"),
        (NamedAnswer(survey=anonymous, person=noor, group="learners", answers={}), "a named one"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.save(force_insert=True)
        assert not type(table).objects.exists(), of
    answer = rows.answered_with_name(survey, noor)
    for changes in ({"survey": anonymous}, {"person": survey.owner}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NamedAnswer.objects.filter(pk=answer.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedAnswer.objects.create(survey=survey, person=noor, group="learners", answers={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(open_code="openopenopen")
    rows.closed(survey)
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedAnswer.objects.filter(pk=answer.pk).update(answers={"yes": "no"})
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedAnswer.objects.create(survey=survey, person=survey.owner, group="learners", answers={})
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


def test_answering_with_a_name_writes_nothing_that_anonymous_surveys_use(survey, noor, sign_in):
    row = rows.invited(survey, noor)
    send(sign_in(noor), row, **SAID)
    assert not Answer.objects.exists() and not Ballot.objects.exists() and not Invitation.objects.get().is_spent


# --- Setting up -----------------------------------------------------------------------------


def test_a_named_survey_has_no_open_address_and_no_guests(joke, survey, noor, sign_in):
    Survey.objects.filter(pk=survey.pk).update(launched_at=None)
    browser, edit = sign_in(joke), reverse("surveys:survey_edit", args=[survey.code])
    form = browser.get(edit).context["form"]
    held = {one.html_name: one.value() for one in form if one.value() not in (None, False, "")}
    held |= {name: held[name].strftime("%Y-%m-%dT%H:%M") for name in ("opens_at", "closes_at")}
    refused = browser.post(edit, held | {"has_open_code": "on"})
    assert refused.status_code == 422 and "geen open adres" in refused.content.decode()
    invite = reverse("surveys:invite", args=[survey.code])
    factories.member(noor, survey.organisation, Role.TRAINEE)
    stranger = factories.person()
    asked = {"group": "learners", "addresses": f"{noor.email.upper()}\n{stranger.email}\nnieuw@example.org"}
    page = browser.post(invite, asked)
    said = page.content.decode()
    assert page.status_code == 422 and f"{stranger.email}, nieuw@example.org" in said, (
        "known elsewhere reads as unknown"
    )
    browser.post(invite, asked | {"addresses": noor.email.upper()})
    assert [row.person for row in Invitation.objects.all()] == [noor]
    with pytest.raises(ValueError, match="nobody here"):
        waves.invite_addresses(survey, [stranger.email], group="learners", at=timezone.now())


def test_who_has_no_account_keeps_a_survey_from_having_names(joke, sign_in):
    drafted = rows.survey(joke, launched=False)
    waves.invite_addresses(drafted, ["gast@example.org"], group="learners", at=timezone.now())
    browser, edit = sign_in(joke), reverse("surveys:survey_edit", args=[drafted.code])
    form = browser.get(edit).context["form"]
    held = {one.html_name: one.value() for one in form if one.value() not in (None, False, "")}
    held |= {name: held[name].strftime("%Y-%m-%dT%H:%M") for name in ("opens_at", "closes_at")}
    assert browser.post(edit, held | {"is_named": "on"}).status_code == 422
    Survey.objects.update(is_named=True)
    drafted.refresh_from_db()
    with pytest.raises(waves.NotNow):
        waves.launch(drafted, by=joke, at=timezone.now())


def test_the_next_wave_has_names_too(joke, survey):
    term = {"opens_at": timezone.now() + rows.DAY, "closes_at": timezone.now() + 2 * rows.DAY}
    assert waves.next_wave(rows.closed(survey), by=joke, **term).is_named


# --- Drafts ---------------------------------------------------------------------------------


def test_what_is_typed_is_kept_counts_for_nothing_and_comes_back(survey, noor, sign_in):
    row = rows.invited(survey, noor)
    browser = sign_in(noor)
    held = typed(browser, fill(row), yes="no", why="Half getypt", ways=["talk"])
    keep = reverse("draft_keep", args=["survey-answers", row.code])
    assert browser.post(keep, held | {"autosave_base": held["autosave_start"]}).json()["revision"] == 1
    assert not NamedAnswer.objects.exists()
    back = browser.get(fill(row))
    assert "Half getypt" in back.content.decode()
    carried = [(one.name, one.value, one.is_on) for one in back.context["hidden"] if one.name.startswith("ways")]
    assert carried == [
        ("ways", "talk", True),
        ("ways", "read", False),
        ("ways", "other", False),
        ("ways:other", "", False),
    ]
    onward = browser.post(fill(row), typed(browser, fill(row)) | {"_here": "first", "_to": "_next"})
    assert onward.context["number"] == 2 and onward.context["form"]["ways"].value() == ["talk"]
    assert browser.get(reverse("drafts")).context["page"][0].address == fill(row)
    send(browser, row)
    assert NamedAnswer.objects.get().answers == {"yes": "no", "why": "Half getypt", "ways": ["talk"]}
    assert not Draft.objects.exists()


def test_unsent_text_is_shown_back_after_closing(survey, noor, sign_in):
    row = rows.invited(survey, noor)
    today.ask("surveys.fill_in_named", to=noor, about=row.code, link=("surveys:named", row.code))
    browser = sign_in(noor)
    held = typed(browser, fill(row), yes="no", why="Nooit gestuurd")
    browser.post(
        reverse("draft_keep", args=["survey-answers", row.code]), held | {"autosave_base": held["autosave_start"]}
    )
    rows.closed(survey)
    assert not ToDo.objects.exists(), "it asks no more"
    assert "Nooit gestuurd" in browser.get(reverse("surveys:named", args=[row.code])).content.decode()
    assert "Nooit gestuurd" in browser.post(fill(row), held | {"_to": "_send"}).content.decode()
    assert not NamedAnswer.objects.exists()


def test_what_was_sent_from_two_pages_is_never_overwritten_unseen(survey, noor, sign_in):
    row = rows.invited(survey, noor)
    browser = sign_in(noor)
    first, second = (typed(browser, fill(row), yes="no") | {"_to": "_send"} for _page in range(2))
    third = typed(browser, fill(row), yes="no", hours="4") | {"_to": "_send"}
    assert browser.post(fill(row), first | {"why": "De ene"}).status_code == 302
    clash = browser.post(fill(row), second | {"why": "De andere"})
    assert clash.status_code == 409 and {"De ene", "De andere"} <= set(
        re.findall("De ene|De andere", clash.content.decode())
    )
    assert NamedAnswer.objects.get().answers["why"] == "De ene"
    again = second | {"why": "De andere", "version": clash.context["version"]}
    again["autosave_start"] = clash.context["editing"].start
    assert browser.post(fill(row), again).status_code == 302
    assert NamedAnswer.objects.get().answers["why"] == "De andere"
    assert browser.post(fill(row), third).status_code == 302, "another question: woven together"
    assert NamedAnswer.objects.get().answers == {"yes": "no", "why": "De andere", "hours": "4"}
    assert browser.post(fill(row), third).status_code == 302, "sent twice is sent once"
    assert NamedAnswer.objects.get().version == 3


def test_what_is_required_is_asked_again(survey, noor, sign_in):
    row = rows.invited(survey, noor)
    page = send(sign_in(noor), row, why="Zonder ja of nee", hours="4")
    assert page.status_code == 422 and not NamedAnswer.objects.exists()
    assert "Zonder ja of nee" in page.content.decode()
    with pytest.raises(answers.Incomplete):
        named.send(row, {"hours": "4"}, version=0, at=timezone.now())
    rows_there = named.send(row, {"yes": "yes"}, version=0, at=timezone.now())
    with pytest.raises(EditedElsewhere) as elsewhere:
        named.send(row, {"yes": "no"}, version=0, at=timezone.now())
    assert elsewhere.value.current == rows_there


# --- Reminders, results, erasing ------------------------------------------------------------


def test_a_reminder_goes_to_who_has_not_answered(survey, noor):
    rows.answered_with_name(survey, noor)
    teun = rows.invited(survey, factories.person("Teun")).person
    awake(teun)
    at = timezone.now()
    Survey.objects.update(remind_on=[timezone.localdate(at - rows.DAY).isoformat()])
    assert waves.send_reminders(at=at) == 1
    sender.drain()
    assert [one.to for one in mail.outbox] == [[teun.email]]
    assert "Je naam staat bij je antwoorden" in mail.outbox[0].body
    assert OutboxRow.objects.filter(kind="surveys.reminder").count() == 2


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


def test_no_count_of_a_day_stands_beside_the_list(survey):
    rows.answered_with_name(survey)
    Survey.objects.update(opens_at=timezone.now() - 2 * rows.DAY)
    assert waves.count(at=timezone.now()) == 0


def test_erasing_somebody_takes_their_answers_with_them_also_after_closing(survey, noor):
    rows.answered_with_name(survey, noor, more="Van Noor")
    other = rows.answered_with_name(survey, more="Van een ander")
    rows.closed(survey)
    dump = io.StringIO()
    call_command("dumpdata", "surveys", stdout=dump)
    assert "Van Noor" in dump.getvalue(), "planted"
    assert registry.by_model()["surveys.namedanswer"].owner == "person"
    erasure.erase(noor, at=timezone.now())
    assert list(NamedAnswer.objects.all()) == [other]
