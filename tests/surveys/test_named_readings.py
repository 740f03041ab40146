"""Who really read answers with a name (portal.md G4, portfolios.md P13): noted first, shown to who gave them."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from portal import erasure, readings
from portal.models import Reading, Role, Shareable
from portal.models.sharing import QUARTER, Channel
from surveys.actions import named
from surveys.rules.named import acts
from tests import factories
from tests.surveys import rows

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def answer(named_survey, noor):
    return rows.answered_with_name(named_survey, noor, more="Van Noor")


def page_of(answer):
    return reverse("surveys:answers", args=[answer.code])


def desk_of(answer):
    row = answer.survey.invitations.get(person=answer.person)
    return reverse("surveys:named", args=[row.code])


def test_each_reader_is_one_line_a_quarter_and_who_answered_sees_them(answer, joke, noor, sign_in):
    amina = factories.person("Amina")
    factories.member(amina, answer.survey.organisation, Role.COORDINATOR)
    quarter = datetime.datetime.fromtimestamp(timezone.now().timestamp() // QUARTER * QUARTER, datetime.UTC)
    readers = {joke: sign_in(joke), amina: sign_in(amina)}
    for reader, minutes in ((joke, 0), (joke, 14), (joke, 15), (amina, 16)):
        with time_machine.travel(quarter + datetime.timedelta(minutes=minutes), tick=False):
            assert "Van Noor" in readers[reader].get(page_of(answer)).content.decode()
    found = Reading.objects.order_by("read_at").values_list("reader", "shareable", "channel", "source")
    assert list(found) == [(one.pk, answer.pk, "page", answer.survey.code) for one in (joke, joke, amina)]
    seen = sign_in(noor).get(desk_of(answer))
    assert [one.reader for one in seen.context["page"]] == [amina, joke, joke], "the latest first"
    assert seen.content.decode().count("Amina Proef") == 1
    assert "Hoe is je stage?" in sign_in(noor).get(reverse("home")).content.decode(), "it stands on the home page too"


def test_the_own_look_is_no_reading_and_the_notice_says_that_others_are(answer, noor, sign_in):
    browser = sign_in(noor)
    own = browser.get(page_of(answer)).content.decode()
    assert "Van Noor" in own and not Reading.objects.exists()
    desk = browser.get(desk_of(answer)).content.decode()
    for page in (own, desk):
        assert "wordt dat genoteerd" in page
    assert "Nog niemand heeft gekeken." in desk


def test_a_list_of_names_without_answers_is_no_reading(answer, joke, sign_in):
    browser = sign_in(joke)
    for name in ("invitations", "survey"):
        page = browser.get(reverse(f"surveys:{name}", args=[answer.survey.code])).content.decode()
        assert "Van Noor" not in page
    assert "Noor Proef" in browser.get(reverse("surveys:invitations", args=[answer.survey.code])).content.decode()
    assert not Reading.objects.exists()


def test_who_may_not_read_leaves_nothing_and_reads_nothing(answer, joke, sign_in):
    administrator = factories.person()
    factories.member(administrator, answer.survey.organisation, Role.ADMINISTRATOR)
    assert sign_in(administrator).get(page_of(answer)).status_code == 404
    answer.survey.organisation.memberships.filter(person=joke).update(ends_on=timezone.localdate())
    assert sign_in(joke).get(page_of(answer)).status_code == 404
    assert not Reading.objects.exists()


def test_a_right_that_ended_between_the_look_and_the_line_gives_no_line(answer, joke):
    answer.survey.organisation.memberships.filter(person=joke).update(ends_on=timezone.localdate())
    with pytest.raises(readings.Busy):
        readings.note(joke, [answer.shareable], channel=Channel.PAGE, at=timezone.now(), acts=acts)
    assert not Reading.objects.exists()


def test_it_is_noted_after_closing_too_and_changing_keeps_the_lines(answer, joke, noor, sign_in):
    sign_in(joke).get(page_of(answer))
    row = answer.survey.invitations.get()
    named.send(row, {"yes": "no"}, version=1, at=timezone.now())
    assert Shareable.objects.filter(owner=noor).count() == 1
    rows.closed(answer.survey)
    Reading.objects.update(bucket=0)
    assert sign_in(joke).get(page_of(answer)).status_code == 200
    assert Reading.objects.filter(shareable=answer.pk, reader=joke).count() == 2
    assert [one.reader for one in sign_in(noor).get(desk_of(answer)).context["page"]] == [joke, joke]


def test_erasing_who_answered_takes_answer_and_title_and_leaves_a_line_of_shells(answer, joke, noor, sign_in):
    sign_in(joke).get(page_of(answer))
    erasure.erase(noor, at=timezone.now())
    piece = Reading.objects.get().shareable
    assert (piece.pk, piece.title, piece.template_titles) == (answer.pk, "", {})
    assert not type(answer).objects.exists() and readings.faults() == []
    assert sign_in(joke).get(page_of(answer)).status_code == 404
