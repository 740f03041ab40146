"""Meet-ups: who sees them, and the steps from prepared to closed (E1)."""

import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.actions import series as actions
from events.models import Event, NoteRevision, Room
from portal import scale
from portal.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
State = Event.State
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def desk(meet) -> str:
    return reverse("events:desk", args=[meet.event.code])


def test_what_is_not_announced_is_seen_by_who_prepares_it(meet, sign_in):
    draft = factories.meetup(series=meet.event.series, state=State.DRAFT, title="Nog geheim")
    factories.room(None, meet.sami, event=draft)
    page = reverse("events:event", args=[draft.code])
    seen = {"joke": (200, True), "sami": (200, False), "bo": (404, False)}
    for name, (status, listed) in seen.items():
        browser = sign_in(getattr(meet, name))
        assert browser.get(page).status_code == status
        agenda = browser.get(reverse("events:events")).content.decode()
        assert meet.event.title in agenda and ("Nog geheim" in agenda) == listed
    assert Client().get(page).status_code == 404
    assert "Nog geheim" not in Client().get(reverse("events:events")).content.decode()
    assert sign_in(meet.joke).post(reverse("events:event_announce", args=[draft.code])).status_code == 302
    assert "Nog geheim" in Client().get(page).content.decode()


def test_the_agenda_has_the_latest_first_and_pages(meet):
    now = timezone.now()
    for number in range(24):
        term = {
            "starts_at": now - (number + 1) * factories.DAY,
            "ends_at": now - number * factories.DAY - factories.DAY / 2,
        }
        factories.meetup(series=meet.event.series, title=f"Eerder {number}", **term)
    pages = [list(Client().get(reverse("events:events"), {"page": page}).context["page"]) for page in (1, 2)]
    assert [len(page) for page in pages] == [20, 5]
    starts = [event.starts_at for page in pages for event in page]
    assert starts == sorted(starts, reverse=True)


def test_an_organiser_of_elsewhere_or_of_before_is_a_stranger(meet, sign_in):
    elsewhere, former = factories.person("Elders"), factories.person("Vroeger")
    factories.member(elsewhere, factories.organisation("Anders"), "organiser")
    over = timezone.localdate() - factories.DAY
    factories.member(former, meet.event.series.organisation, "organiser", ends_on=over)
    assert [sign_in(one).get(desk(meet)).status_code for one in (meet.joke, elsewhere, former, meet.mila)] == [
        200,
        404,
        404,
        404,
    ]


def test_cancelling_says_why(meet, sign_in):
    joke, where = sign_in(meet.joke), reverse("events:event_cancel", args=[meet.event.code])
    joke.post(where, {"reason": "  "})
    meet.event.refresh_from_db()
    assert meet.event.state == State.PUBLISHED
    joke.post(where, {"reason": "De zaal is <b>dicht</b>."})
    page = Client().get(reverse("events:event", args=[meet.event.code])).content.decode()
    assert "De zaal is &lt;b&gt;dicht" in page and "gaat niet door" in page
    assert AuditEntry.objects.get().chain.name == meet.event.series.chain
    with pytest.raises(actions.NotNow):
        actions.move(meet.event, State.PUBLISHED, by=meet.joke, at=timezone.now())


def test_closing_without_every_report_says_why(meet):
    at = timezone.now()
    actions.move(meet.event, State.REPORTING, by=meet.joke, at=at)
    with pytest.raises(actions.NotNow):
        actions.move(meet.event, State.CLOSED, by=meet.joke, at=at)
    factories.report(meet.room, meet.joke, state="published")
    with pytest.raises(actions.NotNow):
        actions.move(meet.event, State.CLOSED, by=meet.mila, at=at, reason="Klaar.")
    actions.move(meet.event, State.CLOSED, by=meet.joke, at=at)
    assert (meet.event.state, meet.event.reason) == (State.CLOSED, "")


@pytest.mark.both
@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "nergens"},
        {"state": "cancelled", "reason": ""},
        {"ends_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
    ],
)
def test_the_database_refuses_what_cannot_be(meet, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=meet.event.pk).update(**wrong)


def test_the_desk_says_what_is_done_and_what_comes(meet, sign_in):
    factories.room(None, event=meet.event)
    factories.note(meet.room, meet.mila, "Eén.")
    steps = {
        one["title"]: (one["is_done"], one.get("now")) for one in sign_in(meet.joke).get(desk(meet)).context["steps"]
    }
    assert steps["Aangekondigd"] == (True, None)
    assert steps["Elke ruimte heeft notities"] == (False, 1)
    assert steps["Elke ruimte heeft een openbaar verslag"] == (False, 0)


def test_a_country_of_meetups_is_made(meet):
    call_command("load_data", verbosity=0)
    before = Room.objects.count()
    scale.build(scale.Scale(6, 2, timezone.now()))
    assert Room.objects.count() == before + 40 and NoteRevision.objects.count() == 40 * 6 * 6
