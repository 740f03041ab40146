"""Surveys with names (issue 4; surveys.md Q1-Q3): said beforehand, typed, kept, sent, changed until it closes."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal import sender, today
from portal.editing import EditedElsewhere
from portal.models import Draft, Role, ToDo
from surveys.actions import answers, named, waves
from surveys.models import ClosedAnswer, Invitation, NamedAnswer
from tests import factories
from tests.surveys import rows, sheets

pytestmark = pytest.mark.django_db


def test_invited_told_sent_changed_closed_and_read(
    joke, named_survey, noor, sign_in, django_capture_on_commit_callbacks
):
    factories.member(noor, named_survey.organisation, Role.TRAINEE)
    at = timezone.now()
    rows.awake(noor)
    waves.invite(named_survey, [noor], group="learners", at=at)
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
    assert "Je naam staat bij je antwoorden" in browser.get(sheets.fill(row)).content.decode()
    sent = sheets.send(browser, row, **sheets.SAID)
    answer = NamedAnswer.objects.get()
    assert sent.url == reverse("surveys:answers", args=[answer.code])
    assert (answer.person, answer.group, answer.answers, answer.version) == (noor, "learners", sheets.SAID, 1)
    assert ToDo.objects.get().done_at and not Draft.objects.exists()
    assert "Geen tijd" in browser.get(sent.url).content.decode()
    assert "Geen tijd" in browser.get(sheets.fill(row)).content.decode(), "what was sent stands in the form"
    sheets.send(browser, row, why="Toch wel")
    answer.refresh_from_db()
    assert (answer.answers["why"], answer.answers["fit"], answer.version) == ("Toch wel", 4, 2)
    reader = sign_in(joke)
    listed = reader.get(reverse("surveys:invitations", args=[named_survey.code])).content.decode()
    assert reverse("surveys:answers", args=[answer.code]) in listed and "beantwoord op" in listed
    assert "Toch wel" in reader.get(sent.url).content.decode()
    rows.closed(named_survey)
    assert browser.post(sheets.fill(row), {"_to": "_send", "yes": "yes", "version": "2"}).status_code == 409
    assert browser.get(sheets.fill(row)).url == desk
    assert "Toch wel" in browser.get(sent.url).content.decode()
    assert NamedAnswer.objects.get().answers["why"] == "Toch wel" and not ClosedAnswer.objects.exists()


def test_what_is_typed_is_kept_counts_for_nothing_and_comes_back(named_survey, noor, sign_in):
    row = rows.invited(named_survey, noor)
    browser = sign_in(noor)
    held = sheets.typed(browser, sheets.fill(row), yes="no", why="Half getypt", ways=["talk"])
    keep = reverse("draft_keep", args=["survey-answers", row.code])
    assert browser.post(keep, held | {"autosave_base": held["autosave_start"]}).json()["revision"] == 1
    assert not NamedAnswer.objects.exists()
    back = browser.get(sheets.fill(row))
    assert "Half getypt" in back.content.decode()
    carried = [(one.name, one.value, one.is_on) for one in back.context["hidden"] if one.name.startswith("ways")]
    assert carried == [
        ("ways", "talk", True),
        ("ways", "read", False),
        ("ways", "other", False),
        ("ways:other", "", False),
    ]
    onward = browser.post(
        sheets.fill(row), sheets.typed(browser, sheets.fill(row)) | {"_here": "first", "_to": "_next"}
    )
    assert onward.context["number"] == 2 and onward.context["form"]["ways"].value() == ["talk"]
    assert browser.get(reverse("drafts")).context["page"][0].address == sheets.fill(row)
    sheets.send(browser, row)
    assert NamedAnswer.objects.get().answers == {"yes": "no", "why": "Half getypt", "ways": ["talk"]}
    assert not Draft.objects.exists()


def test_unsent_text_is_shown_back_after_closing(named_survey, noor, sign_in):
    row = rows.invited(named_survey, noor)
    today.ask("surveys.fill_in_named", to=noor, about=row.code, link=("surveys:named", row.code))
    browser = sign_in(noor)
    held = sheets.typed(browser, sheets.fill(row), yes="no", why="Nooit gestuurd")
    browser.post(
        reverse("draft_keep", args=["survey-answers", row.code]), held | {"autosave_base": held["autosave_start"]}
    )
    rows.closed(named_survey)
    assert not ToDo.objects.exists(), "it asks no more"
    assert "Nooit gestuurd" in browser.get(reverse("surveys:named", args=[row.code])).content.decode()
    assert "Nooit gestuurd" in browser.post(sheets.fill(row), held | {"_to": "_send"}).content.decode()
    assert not NamedAnswer.objects.exists()


def test_what_was_sent_from_two_pages_is_never_overwritten_unseen(named_survey, noor, sign_in):
    row = rows.invited(named_survey, noor)
    browser = sign_in(noor)
    first, second = (sheets.typed(browser, sheets.fill(row), yes="no") | {"_to": "_send"} for _page in range(2))
    third = sheets.typed(browser, sheets.fill(row), yes="no", hours="4") | {"_to": "_send"}
    assert browser.post(sheets.fill(row), first | {"why": "De ene"}).status_code == 302
    clash = browser.post(sheets.fill(row), second | {"why": "De andere"})
    assert clash.status_code == 409 and {"De ene", "De andere"} <= set(
        re.findall("De ene|De andere", clash.content.decode())
    )
    assert NamedAnswer.objects.get().answers["why"] == "De ene"
    again = second | {"why": "De andere", "version": clash.context["version"]}
    again["autosave_start"] = clash.context["editing"].start
    assert browser.post(sheets.fill(row), again).status_code == 302
    assert NamedAnswer.objects.get().answers["why"] == "De andere"
    assert browser.post(sheets.fill(row), third).status_code == 302, "another question: woven together"
    assert NamedAnswer.objects.get().answers == {"yes": "no", "why": "De andere", "hours": "4"}
    assert browser.post(sheets.fill(row), third).status_code == 302, "sent twice is sent once"
    assert NamedAnswer.objects.get().version == 3


def test_what_is_required_is_asked_again(named_survey, noor, sign_in):
    row = rows.invited(named_survey, noor)
    page = sheets.send(sign_in(noor), row, why="Zonder ja of nee", hours="4")
    assert page.status_code == 422 and not NamedAnswer.objects.exists()
    assert "Zonder ja of nee" in page.content.decode()
    with pytest.raises(answers.Incomplete):
        named.send(row, {"hours": "4"}, version=0, at=timezone.now())
    rows_there = named.send(row, {"yes": "yes"}, version=0, at=timezone.now())
    with pytest.raises(EditedElsewhere) as elsewhere:
        named.send(row, {"yes": "no"}, version=0, at=timezone.now())
    assert elsewhere.value.current == rows_there
