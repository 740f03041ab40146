"""Appointments in other calendars: they update and cancel, tell nothing confidential, and can be stopped."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from portal import calendar, reminders, sender, today, tokens
from portal.models import Appointment, CalendarFeed, User
from tests import factories

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def met(cast, told):
    """Noor and Joris meet; what it is about has a title that must stay inside."""
    return meet(cast, timezone.now() + 40 * factories.DAY)


def meet(cast, starts_at: datetime.datetime, **fields) -> Appointment:
    fields = {"place": "Kamer 4", "by": cast.joris} | fields
    return today.appoint(
        "test.meet",
        about="abc",
        organiser=cast.noor,
        people=[cast.joris],
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        link=("home",),
        args={"who": cast.joris.code},
        **fields,
    )


def entries(body: bytes) -> list:
    return list(Calendar.from_ical(body).walk("VEVENT"))


@pytest.mark.django_db
class TestInvitations:
    def test_a_change_and_a_cancellation_find_the_same_entry(self, cast, met):
        found = []
        for change in ("made", "moved", "cancelled"):
            if change == "moved":
                meet(cast, met.starts_at + HOUR)
            if change == "cancelled":
                today.cancel("abc", by=cast.noor)
            row = Appointment.objects.get()
            _name, body, kind = calendar.invitation(row, cast.noor)
            (entry,) = entries(body)
            found.append(
                (str(entry["uid"]), int(entry["sequence"]), str(entry["status"]), kind.partition("method=")[2])
            )
        uid = f"{met.code}@localhost"
        assert found == [
            (uid, 0, "CONFIRMED", "REQUEST"),
            (uid, 1, "CONFIRMED", "REQUEST"),
            (uid, 2, "CANCELLED", "CANCEL"),
        ]

    def test_each_receiver_gets_an_own_one_that_names_nobody_else(self, cast, met):
        _name, body, _kind = calendar.invitation(met, cast.noor)
        text = body.decode()
        assert cast.noor.email in text.replace("\r\n ", "")
        for secret in (cast.joris.email, "Joris", "Noor", cast.joris.family_name):
            assert secret not in text.replace("\r\n ", "").replace(cast.noor.email, "")
        (entry,) = entries(body)
        assert str(entry["summary"]) == "a conversation"
        assert str(entry["location"]) == "Kamer 4"

    def test_the_mail_brings_it_along(self, cast, met):
        tomorrow = timezone.localdate() + factories.DAY
        ten = reminders.instant(tomorrow, datetime.time(10), "Europe/Amsterdam")
        assert sender.drain(now=lambda: ten) == 1
        (sent,) = [one for one in mail.outbox if one.to == [cast.noor.email]]
        (attached,) = [part for part in sent.message().walk() if part.get_content_type() == "text/calendar"]
        assert attached.get_param("method") == "REQUEST"
        (entry,) = entries(attached.get_payload(decode=True))
        assert str(entry["uid"]).startswith(met.code)


INSTANTS = st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2060, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=datetime.UTC, microsecond=0)
)


@given(INSTANTS)
def test_the_hour_is_the_same_instant_in_every_year(starts_at):
    """Both clock changes too: what is written with a zone reads back as the same moment."""
    row = Appointment(
        code="abcdefghjkmn", kind="job.ready", starts_at=starts_at, ends_at=starts_at + HOUR, changed_at=starts_at
    )
    made = calendar._calendar("PUBLISH")
    made.add_component(calendar._of_appointment(row, "Europe/Amsterdam"))
    (entry,) = entries(calendar._written(made))
    assert entry["dtstart"].dt == starts_at
    assert entry["dtend"].dt == starts_at + HOUR
    assert entry["dtstart"].dt.utcoffset() == starts_at.astimezone(AMSTERDAM).utcoffset()


@pytest.mark.django_db
class TestFeed:
    def address(self, person: User) -> str:
        return calendar.open_feed(person, at=timezone.now()).removeprefix("http://localhost:8000")

    def test_it_holds_what_is_coming_for_this_person_and_nobody_else(self, cast, met, client):
        due_on = timezone.localdate() + 5 * factories.DAY
        args = {"who": cast.joris.code, "what": "", "on": "2027-03-09"}
        today.ask("test.write", to=cast.noor, about="x", link=("home",), due_on=due_on, args=args)
        answer = client.get(self.address(cast.noor))
        assert answer["Content-Type"].startswith("text/calendar")
        assert sorted(str(entry["uid"]).partition("@")[0] == met.code for entry in entries(answer.content)) == [
            False,
            True,
        ]
        text = answer.content.decode().replace("\r\n ", "")
        assert "Something waits for you" in text or "wacht" in text
        for secret in ("Joris", cast.joris.email, cast.noor.email):
            assert secret not in text
        assert entries(client.get(self.address(cast.teun)).content) == []

    def test_who_no_longer_takes_part_no_longer_has_it(self, cast, met, client):
        address = self.address(cast.joris)
        assert len(entries(client.get(address).content)) == 1
        when = {"starts_at": met.starts_at, "ends_at": met.ends_at}
        args = {"who": cast.teun.code}
        today.appoint(
            "test.meet", about="abc", organiser=cast.noor, people=[cast.teun], link=("home",), args=args, **when
        )
        assert entries(client.get(address).content) == []

    @pytest.mark.parametrize("how", ["replaced", "stopped", "blocked", "another code", "another token", "no token"])
    def test_an_address_that_no_longer_works_shows_nothing(self, cast, met, client, how):
        address = self.address(cast.noor)
        assert client.get(address).status_code == 200
        if how == "replaced":
            self.address(cast.noor)
        elif how == "stopped":
            calendar.close_feed(cast.noor)
        elif how == "blocked":
            User.objects.filter(pk=cast.noor.pk).update(is_active=False)
        elif how == "another code":
            other = self.address(cast.joris)
            address = address.replace(address.split("/")[2], other.split("/")[2])
        elif how == "another token":
            address = address[:-8] + ("x" if address[-8] != "x" else "y") + address[-7:]
        else:
            address = address.rpartition("/")[0] + "/.ics"
        answer = client.get(address)
        assert answer.status_code == 404
        assert b"VCALENDAR" not in answer.content

    def test_the_table_holds_no_address(self, cast):
        address = self.address(cast.noor)
        row = CalendarFeed.objects.get()
        token = address.rpartition("/")[2].removesuffix(".ics")
        assert token == tokens.make(row.code, row.nonce)
        assert token not in (row.code, row.nonce)

    def test_the_page_makes_shows_and_stops_it(self, cast, sign_in, client):
        noor, page = sign_in(cast.noor), reverse("my_calendar")
        noor.get(page)
        assert noor.post(page).status_code == 302
        shown = noor.get(page).context["address"].removeprefix("http://localhost:8000")
        assert client.get(shown).status_code == 200
        noor.post(page, {"stop": ""})
        assert client.get(shown).status_code == 404

    def test_logs_do_not_hold_the_address(self):
        from portal.logs import without_personal_data

        said = without_personal_data(None, "info", {"request": "GET /calendar/abcdefghjkmn/geheim.ics"})
        assert said["request"] == "GET /calendar/..."
