"""Setting up, inviting, announcing, reminding, counting (surveys.md Q2). No page and no row says who answered."""

import datetime
import logging
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal import jobs, sender, tokens
from portal.models import Job, Membership, OutboxRow, Role, ToDo, User
from portal.models.outbox import State
from surveys import tasks
from surveys.actions import answers, waves
from surveys.models import Answer, Ballot, Invitation, Survey
from tests import factories
from tests.surveys import rows

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2027, 3, 3, 11, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def joke(db):
    return factories.person("Joke")


@pytest.fixture
def survey(joke):
    return rows.survey(joke)


# --- Setting up -----------------------------------------------------------------------------


def form_of(browser, path: str, **changes: Any) -> dict[str, Any]:
    form = browser.get(path).context["form"]
    held = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, "")}
    for name, value in held.items():
        if isinstance(value, datetime.datetime):
            held[name] = value.strftime("%Y-%m-%dT%H:%M")
    return held | changes


def test_a_survey_is_made_announced_and_then_stays_as_it_was_declared(joke, sign_in):
    place = factories.organisation(kind="association")
    factories.member(joke, place, Role.ORGANISER)
    version = rows.version(place)
    browser, new = sign_in(joke), reverse("surveys:survey_new")
    units = "Chirurgie | Surgery\n- Trauma | Trauma\n- Vaten | Vascular\nInterne | Internal"
    given = {"version": version.pk, "title_nl": "Hoe is het?", "title_en": "How is it?", "minimum": "6"}
    given |= {"unit_nl": "Vak", "unit_en": "Discipline", "units": units}
    made = browser.post(new, form_of(browser, new, **given))
    survey = Survey.objects.get()
    desk = reverse("surveys:survey", args=[survey.code])
    assert made.url == desk
    assert [one["key"] for one in survey.breakdown["units"] if "parent" in one] == ["trauma", "vaten"]
    browser.post(reverse("surveys:survey_launch", args=[survey.code]))
    assert "nodig mensen uit" in browser.get(desk).content.decode()
    invite = {"group": "learners", "unit": "trauma", "addresses": "a@example.org, b@example.org"}
    browser.post(reverse("surveys:invite", args=[survey.code]), invite)
    assert set(Invitation.objects.values_list("unit", "address")) == {
        ("trauma", "a@example.org"),
        ("trauma", "b@example.org"),
    }
    edit = reverse("surveys:survey_edit", args=[survey.code])
    assert browser.post(edit, form_of(browser, edit, minimum="5")).status_code == 422
    assert browser.post(edit, form_of(browser, edit, minimum="7")).status_code == 302
    browser.post(reverse("surveys:survey_launch", args=[survey.code]))
    survey.refresh_from_db()
    assert survey.launched_at and survey.minimum == 7
    browser.post(edit, form_of(browser, edit, title_nl="Anders", minimum="9", audience="everybody", units=""))
    survey.refresh_from_db()
    assert (survey.titles["nl"], survey.minimum, survey.audience) == ("Anders", 7, "organiser")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title_en": ""},
        {"minimum": "4"},
        {"closes_at": "2020-01-01T10:00"},
        {"unit_nl": "Vak", "unit_en": "Discipline", "units": ""},
        {"unit_nl": "Vak", "unit_en": "Discipline", "units": "Chirurgie"},
        {"units": "Een | One\nTwee | Two"},
    ],
)
def test_what_does_not_fit_is_said_and_kept(joke, sign_in, wrong):
    place = factories.organisation(kind="association")
    factories.member(joke, place, Role.ORGANISER)
    browser, new = sign_in(joke), reverse("surveys:survey_new")
    given = {"version": rows.version(place).pk, "title_nl": "Een lange naam", "title_en": "A long name"}
    page = browser.post(new, form_of(browser, new, **given) | wrong)
    assert page.status_code == 422 and "Een lange naam" in page.content.decode()
    assert not Survey.objects.exists()


def test_of_two_who_change_a_survey_the_second_is_asked_and_nothing_typed_is_lost(joke, sign_in):
    drafted = rows.survey(joke, launched=False)
    rows.invited(drafted)
    ben = factories.person("Ben")
    factories.member(ben, drafted.organisation, Role.COORDINATOR)
    edit = reverse("surveys:survey_edit", args=[drafted.code])
    first, second = sign_in(joke), sign_in(ben)
    hers, his = (form_of(one, edit) for one in (first, second))
    assert first.post(edit, hers | {"title_nl": "Van Joke", "minimum": "7"}).status_code == 302
    page = second.post(edit, his | {"title_nl": "Van Ben"})
    said = page.content.decode()
    assert page.status_code == 409 and "Van Joke" in said and "Van Ben" in said
    assert ("Naam in het Nederlands", "Van Joke") in page.context["others"]
    drafted.refresh_from_db()
    assert (drafted.titles["nl"], drafted.minimum) == ("Van Joke", 7)
    again = his | {"title_nl": "Van Ben", "minimum": "8", "revision": page.context["form"]["revision"].value()}
    assert second.post(edit, again).status_code == 302
    drafted.refresh_from_db()
    assert (drafted.titles["nl"], drafted.minimum) == ("Van Ben", 8)
    late = form_of(second, edit)
    waves.launch(drafted, by=joke, at=timezone.now())
    page = second.post(
        edit, late | {"minimum": "9", "unit_nl": "Vak", "unit_en": "Discipline", "units": "A | B\nC | D"}
    )
    assert page.status_code == 409 and page.context["form"].is_declared
    assert {
        ("De delen ervan", "A | B\nC | D"),
        ("Het kleinste aantal antwoorden waarvan iets getoond wordt", "9"),
    } <= set(page.context["gone"])
    drafted.refresh_from_db()
    assert drafted.minimum == 8 and not drafted.breakdown


def test_the_questionnaire_of_another_organisation_cannot_be_asked(joke, sign_in):
    place = factories.organisation(kind="association")
    factories.member(joke, place, Role.ORGANISER)
    browser, new = sign_in(joke), reverse("surveys:survey_new")
    foreign = rows.version(factories.organisation())
    given = {"version": foreign.pk, "title_nl": "Hoe?", "title_en": "How?"}
    assert browser.post(new, form_of(browser, new, **given)).status_code == 422


def test_only_who_makes_surveys_there_finds_it(survey, sign_in):
    path = reverse("surveys:survey", args=[survey.code])
    for role, status in ((Role.COORDINATOR, 200), (Role.ADMINISTRATOR, 200), (Role.TRAINEE, 404), (Role.MENTOR, 404)):
        person = factories.person()
        factories.member(person, survey.organisation, role)
        assert sign_in(person).get(path).status_code == status, role
    former = factories.person()
    ended = timezone.localdate() - DAY
    factories.member(former, survey.organisation, Role.ORGANISER, ends_on=ended)
    assert sign_in(former).get(path).status_code == 404
    assert Membership.objects.filter(person=former).exists()


# --- Inviting -------------------------------------------------------------------------------


def test_people_are_invited_once_by_role_and_by_address(survey, joke, sign_in):
    teun = factories.person("Teun")
    factories.member(teun, survey.organisation, Role.TRAINEE)
    path = reverse("surveys:invite", args=[survey.code])
    browser = sign_in(joke)
    given = {"group": "learners", "role": "trainee", "addresses": f"Nieuw@Example.org\n{teun.email}"}
    browser.post(path, given)
    browser.post(path, given)
    assert Invitation.objects.count() == 2
    guest = User.objects.get(email="nieuw@example.org")
    assert guest.is_guest and not guest.has_usable_password()
    page = browser.get(reverse("surveys:invitations", args=[survey.code])).content.decode()
    assert "nieuw@example.org" in page and teun.email in page and "Teun" not in page.replace(teun.email, "")
    wrong = browser.post(path, {"group": "learners", "addresses": "goed@example.org\nfout"})
    assert wrong.status_code == 422 and "goed@example.org" in wrong.content.decode()


def test_off_the_list_until_it_was_sent(survey, joke, sign_in):
    row = rows.invited(survey, is_sent=False)
    path = reverse("surveys:invitation_withdraw", args=[survey.code, row.code])
    sent = rows.invited(survey)
    browser = sign_in(joke)
    browser.post(path)
    browser.post(reverse("surveys:invitation_withdraw", args=[survey.code, sent.code]))
    assert list(Invitation.objects.all()) == [sent]


def test_invitations_leave_when_it_opens_once_with_a_link_that_works(survey, client):
    row, guest = rows.invited(survey, is_sent=False), factories.person(is_guest=True)
    rows.invited(survey, guest, is_sent=False)
    Survey.objects.update(opens_at=NOON, closes_at=NOON + 9 * DAY)
    assert waves.send_invitations(at=NOON - DAY) == 0
    assert waves.send_invitations(at=NOON) == 2
    assert waves.send_invitations(at=NOON) == 0
    with time_machine.travel(NOON, tick=False):
        assert sender.drain() == 2
    said = next(one for one in mail.outbox if one.to == [row.person.email])
    link = reverse("surveys:invitation", args=[row.code, tokens.make(row.code, row.nonce)])
    assert link in said.body and "Hoe is je stage?" in said.subject
    assert [one.receiver for one in ToDo.objects.all()] == [row.person], "a guest has no list of things to do"
    held = list(OutboxRow.objects.values_list("key", "args"))
    assert tokens.make(row.code, row.nonce) not in str(held)
    assert client.get(link).status_code == 200


def test_what_could_not_be_delivered_does_not_count(survey):
    one, other = rows.invited(survey, is_sent=False), rows.invited(survey, is_sent=False)
    at = timezone.now()
    waves.send_invitations(at=at)
    OutboxRow.objects.filter(receiver=one.person).update(state=State.DEAD, ended_at=at)
    assert survey.delivered() == {"learners": 2}
    rows.closed(survey)
    assert survey.delivered() == {"learners": 1}
    assert list(Invitation.objects.filter(is_undeliverable=True).values_list("person", flat=True)) == [one.person_id]
    assert other.person_id != one.person_id


# --- Reminding: two worlds that differ in who answered ----------------------------------------


def refuse(self: Any, messages: list[Any]) -> int:
    """A mail server that takes nothing from anybody."""
    raise OSError("refused")


def remind(survey: Survey) -> None:
    """The day of the reminder came, and the outbox was looked at."""
    waves.send_reminders(at=NOON)
    with time_machine.travel(NOON, tick=False):
        sender.drain()


def traces(told: list[logging.LogRecord], joke: User, survey: Survey, sign_in: Any) -> dict[str, Any]:
    """All that a reader of the portal, an organiser or an operator can look at."""
    operator = factories.person("Petra", is_staff=True)
    pages = {}
    for who, path in (
        (joke, reverse("surveys:survey", args=[survey.code])),
        (joke, reverse("surveys:invitations", args=[survey.code])),
        (joke, reverse("surveys:surveys")),
        (operator, reverse("admin:portal_outboxrow_changelist")),
    ):
        with time_machine.travel(NOON, tick=False):
            text = sign_in(who).get(path).content.decode()
        pages[path] = [line for line in text.splitlines() if "csrf" not in line.lower()]
    fields = [one.attname for one in OutboxRow._meta.concrete_fields if one.attname not in ("id", "lease")]
    reminders = OutboxRow.objects.filter(kind="surveys.reminder").order_by("key")
    return {
        "outbox": list(reminders.values(*fields)),
        "log": [record.getMessage() for record in told if record.name.startswith("portal")],
        "pages": pages,
    }


@pytest.mark.parametrize("server", ["takes all", "refuses all"])
def test_two_worlds_that_differ_in_who_answered_leave_equal_traces(joke, sign_in, caplog, monkeypatch, server):
    """The mail alone differs: it goes to exactly those who did not answer."""
    with time_machine.travel(NOON - DAY, tick=False):
        survey = rows.survey(joke, closes_at=NOON + 9 * DAY, remind_on=["2027-03-03"])
        people = [rows.invited(survey) for _number in range(4)]
    if server == "refuses all":
        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    worlds, mailed = [], []
    for who in (people[0], people[3]):
        point = transaction.savepoint()
        caplog.clear()
        with time_machine.travel(NOON - DAY / 2, tick=False):
            answers.submit(answers.exchange(who, at=timezone.now()), {"yes": "no"}, at=timezone.now())
        remind(survey)
        assert Invitation.objects.filter(is_spent=True).get() == who
        worlds.append(traces(caplog.records, joke, survey, sign_in))
        mailed.append(sorted(address for one in mail.outbox for address in one.to))
        mail.outbox.clear()
        transaction.savepoint_rollback(point)
    one, other = worlds
    for page in (*one["pages"].values(), *other["pages"].values()):
        assert page, "a page that is empty proves nothing"
    assert one["outbox"] == other["outbox"] and len(one["outbox"]) == 4
    assert {row["state"] for row in one["outbox"]} == {"sent"}
    assert one["log"] == other["log"]
    assert _without_codes(one["pages"]) == _without_codes(other["pages"])
    if server == "takes all":
        assert mailed == [
            sorted(row.person.email for row in people[1:]),
            sorted(row.person.email for row in people[:3]),
        ]


def _without_codes(pages: dict[str, list[str]]) -> dict[str, list[str]]:
    """The operator of each world is another person, with another name in the rail."""
    return {path: [line for line in lines if "Petra" not in line] for path, lines in pages.items()}


def test_only_the_mailboxes_differ(joke):
    """One of two has answered: the rows are alike to the second, one mail went out."""
    with time_machine.travel(NOON - DAY, tick=False):
        survey = rows.survey(joke, closes_at=NOON + 9 * DAY, remind_on=["2027-03-03"])
        who, other = rows.invited(survey), rows.invited(survey)
        answers.exchange(who, at=timezone.now())
    remind(survey)
    assert set(OutboxRow.objects.values_list("receiver", "state", "attempts")) == {
        (who.person_id, "sent", 1),
        (other.person_id, "sent", 1),
    }
    rows_ = OutboxRow.objects.all()
    assert all(one.ended_at == one.next_at == one.due_at for one in rows_), "how long a mail took would tell"
    assert [one.to for one in mail.outbox] == [[other.person.email]]


def test_each_chosen_day_is_one_reminder_and_a_missed_one_is_not_made_up_for(joke):
    with time_machine.travel(NOON - 5 * DAY, tick=False):
        days = ["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-05"]
        survey = rows.survey(joke, closes_at=NOON + 9 * DAY, remind_on=days)
        rows.invited(survey)
    assert waves.send_reminders(at=NOON) == 1
    assert waves.send_reminders(at=NOON + DAY) == 0
    assert waves.send_reminders(at=NOON + 2 * DAY) == 1
    assert [row.due_at.date().isoformat() for row in OutboxRow.objects.order_by("due_at")] == [
        "2027-03-03",
        "2027-03-05",
    ]


def test_who_answered_from_the_list_of_things_to_do_leaves_no_time_there(survey):
    row = rows.invited(survey, is_sent=False)
    waves.send_invitations(at=timezone.now())
    assert ToDo.objects.count() == 1
    answers.exchange(row, at=timezone.now())
    assert not ToDo.objects.exists()


# --- Counting -------------------------------------------------------------------------------


def test_while_it_is_open_there_is_a_count_for_each_group_once_a_day_in_steps_of_five(joke, sign_in):
    with time_machine.travel(NOON - DAY, tick=False):
        survey = rows.survey(joke, closes_at=NOON + 9 * DAY)
        for _number in range(7):
            rows.answered(survey)
        for _number in range(4):
            rows.answered(survey, group="guides")
        waves.count(at=NOON - DAY)
    survey.refresh_from_db()
    assert survey.counts == {} and survey.counted_on is None, "not on the day that it opened"
    waves.count(at=NOON)
    with time_machine.travel(NOON, tick=False):
        for _number in range(9):
            rows.answered(survey)
        waves.count(at=NOON + datetime.timedelta(hours=3))
        survey.refresh_from_db()
        assert survey.counts == {"learners": 5, "guides": 0}
        page = sign_in(joke).get(reverse("surveys:survey", args=[survey.code])).content.decode()
    assert "5 antwoorden of een paar meer" in page and "minder dan 5 antwoorden" in page
    assert not [
        number for number in (4, 7, 9, 11, 16, 20) if f">{number} antwoorden" in page or f" {number} antw" in page
    ]
    waves.count(at=NOON + DAY)
    survey.refresh_from_db()
    assert survey.counts == {"learners": 15, "guides": 0}


# --- The next wave --------------------------------------------------------------------------


def test_the_next_wave_asks_the_same_under_the_same_rules(survey, joke, sign_in):
    browser, repeat = sign_in(joke), reverse("surveys:survey_repeat", args=[survey.code])
    assert browser.post(repeat).url == reverse("surveys:survey", args=[survey.code])
    rows.closed(survey)
    browser.post(repeat)
    browser.post(repeat)
    first, second = Survey.objects.order_by("wave")
    assert (second.wave, second.series, second.version, second.launched_at) == (2, first.series, first.version, None)


def test_closing_now_shows_its_progress(survey, joke, sign_in):
    rows.answered(survey)
    browser = sign_in(joke)
    asked = browser.post(reverse("surveys:survey_close", args=[survey.code]))
    job = Job.objects.get()
    assert asked.url == reverse("job", args=[job.code])
    jobs.work(seconds=5)
    job.refresh_from_db()
    survey.refresh_from_db()
    assert (job.state, job.done, job.total) == ("ready", 2, 2) and survey.closed_at
    assert "gesloten" in browser.get(reverse("job_result", args=[job.code])).getvalue().decode()
    assert not Answer.objects.exists() and not Ballot.objects.exists()


@pytest.mark.both
def test_the_tick_closes_what_is_over(survey):
    rows.answered(survey)
    Survey.objects.update(closes_at=timezone.now())
    tasks.follow()
    survey.refresh_from_db()
    assert survey.closed_at
