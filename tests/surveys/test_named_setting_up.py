"""Setting up surveys with names, asking and reminding people (surveys.md Q2): only people who have a name here."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal import sender
from portal.models import OutboxRow, Role
from surveys.actions import waves
from surveys.models import Invitation, Survey
from tests import factories
from tests.surveys import rows

pytestmark = pytest.mark.django_db


def test_a_named_survey_has_no_open_address_and_no_guests(joke, named_survey, noor, sign_in):
    Survey.objects.filter(pk=named_survey.pk).update(launched_at=None)
    browser, edit = sign_in(joke), reverse("surveys:survey_edit", args=[named_survey.code])
    form = browser.get(edit).context["form"]
    held = {one.html_name: one.value() for one in form if one.value() not in (None, False, "")}
    held |= {name: held[name].strftime("%Y-%m-%dT%H:%M") for name in ("opens_at", "closes_at")}
    refused = browser.post(edit, held | {"has_open_code": "on"})
    assert refused.status_code == 422 and "geen open adres" in refused.content.decode()
    invite = reverse("surveys:invite", args=[named_survey.code])
    factories.member(noor, named_survey.organisation, Role.TRAINEE)
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
        waves.invite_addresses(named_survey, [stranger.email], group="learners", at=timezone.now())


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


def test_the_next_wave_has_names_too(joke, named_survey):
    term = {"opens_at": timezone.now() + rows.DAY, "closes_at": timezone.now() + 2 * rows.DAY}
    assert waves.next_wave(rows.closed(named_survey), by=joke, **term).is_named


def test_a_reminder_goes_to_who_has_not_answered(named_survey, noor):
    rows.answered_with_name(named_survey, noor)
    teun = rows.invited(named_survey, factories.person("Teun")).person
    rows.awake(teun)
    at = timezone.now()
    Survey.objects.update(remind_on=[timezone.localdate(at - rows.DAY).isoformat()])
    assert waves.send_reminders(at=at) == 1
    sender.drain()
    assert [one.to for one in mail.outbox] == [[teun.email]]
    assert "Je naam staat bij je antwoorden" in mail.outbox[0].body
    assert OutboxRow.objects.filter(kind="surveys.reminder").count() == 2


def test_no_count_of_a_day_stands_beside_the_list(named_survey):
    rows.answered_with_name(named_survey)
    Survey.objects.update(opens_at=timezone.now() - 2 * rows.DAY)
    assert waves.count(at=timezone.now()) == 0
