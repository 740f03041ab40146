"""What somebody hears, and when: chosen on a page, kept by every mail from then on (G5)."""

import datetime
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import kinds, outbox, sender, today
from portal.actions import preferences
from portal.actions.preferences import Wish
from portal.models import Notification, OutboxRow, Preference, QuietHours
from portal.models.outbox import Reason, State, Way
from portal.models.today import Group
from portal.reminders import Quiet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]
PATH = "/account/preferences/"
DAY = datetime.timedelta(days=1)
NOON = datetime.datetime(2027, 3, 9, 11, tzinfo=datetime.UTC)


def form(**changes: str) -> dict[str, str]:
    groups = kinds.groups()
    said = {f"mail_{group}": "daily" for group in groups} | {f"portal_{group}": "on" for group in groups}
    hours = {"starts": "21:00", "ends": "07:00", "daily_at": "09:00"}
    return {name: value for name, value in {**said, **hours, **changes}.items() if value}


@pytest.fixture
def noors(cast: SimpleNamespace, sign_in: Any) -> Client:
    browser: Client = sign_in(cast.noor)
    return browser


def post_news(cast: SimpleNamespace, group_kind: str = "test.news") -> OutboxRow:
    today.tell(group_kind, to=cast.noor, link=("home",), args={"who": cast.joris.code}, at=NOON)
    return OutboxRow.objects.latest("pk")


def test_the_page_says_what_holds_now(cast: SimpleNamespace, noors: Client) -> None:
    page = noors.get(PATH).content.decode()
    assert page.count('type="radio"') == 3 * len(kinds.groups()) and page.count(" checked") == 2 * len(kinds.groups())
    assert '<option value="21:00" selected>' in page and '<option value="02:00"' not in page
    assert f'href="{PATH}"' in noors.get("/account/").content.decode()


def test_what_was_chosen_is_kept_and_shown(cast: SimpleNamespace, noors: Client) -> None:
    chosen = form(mail_feedback="at once", mail_sharing="never", portal_sharing="", weekends="on", starts="20:00")
    assert noors.post(PATH, chosen).headers["Location"] == PATH
    rows = {row.group: (row.mail, row.in_portal) for row in Preference.objects.filter(person=cast.noor)}
    assert rows["feedback"] == ("at once", True) and rows["sharing"] == ("never", False)
    hours = QuietHours.objects.get(person=cast.noor)
    assert (hours.starts, hours.weekends) == (datetime.time(20), True)
    page = noors.get(PATH).content.decode()
    assert '<option value="20:00" selected>' in page and page.count(" checked") == 2 * len(
        kinds.groups()
    )  # one less, and the weekends


@pytest.mark.parametrize("wrong", [{"mail_feedback": "weekly"}, {"starts": "02:00"}, {"ends": "x"}, {"daily_at": ""}])
def test_what_cannot_be_chosen_is_refused_and_nothing_changes(
    cast: SimpleNamespace, noors: Client, wrong: dict[str, str]
) -> None:
    answer = noors.post(PATH, form(mail_guidance="never", **wrong))
    assert answer.status_code == 422
    assert not Preference.objects.exists() and not QuietHours.objects.exists()
    [radio] = re.findall(r'<input[^>]*name="mail_guidance"[^>]*value="never"[^>]*>', answer.content.decode())
    assert "checked" in radio, "what was chosen rightly stays chosen"


def test_choosing_changes_what_still_waits(cast: SimpleNamespace) -> None:
    row = post_news(cast)
    other = OutboxRow.objects.create(
        key="x", kind="plain", way=Way.URGENT, receiver=cast.noor, due_at=NOON + DAY, next_at=NOON + DAY
    )
    assert (row.way, row.next_at) == (Way.BUNDLED, NOON + 20 * DAY / 24 + DAY / 24)
    preferences.choose(cast.noor, [Wish(Group.FEEDBACK, "at once", True)], quiet=Quiet(), at=NOON)
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.way, row.next_at) == (Way.ALONE, NOON) and other.next_at == NOON + DAY
    assert sender.drain(now=lambda: NOON) == 1


def test_no_mail_means_no_mail_but_the_page_still_tells(cast: SimpleNamespace, noors: Client) -> None:
    noors.post(PATH, form(mail_feedback="never"))
    row = post_news(cast)
    assert sender.drain(now=lambda: row.next_at) == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.DROPPED, Reason.PREFERENCE) and not mail.outbox
    assert "answered" in noors.get("/").content.decode()


def test_not_on_the_page_may_still_be_mailed(cast: SimpleNamespace, noors: Client) -> None:
    noors.post(PATH, form(portal_feedback=""))
    row = post_news(cast)
    assert not Notification.objects.get().is_shown
    assert "answered" not in noors.get("/").content.decode() + noors.get("/notifications/").content.decode()
    assert sender.drain(now=lambda: row.next_at) == 1


def test_a_mail_says_where_to_choose_and_an_invitation_does_not(cast: SimpleNamespace) -> None:
    row = post_news(cast)
    outbox.post("added", to=cast.noor, key="added", args={"membership": cast.noor.memberships.get().code}, due_at=NOON)
    assert sender.drain(now=lambda: row.next_at) == 2
    by_choice = {"List-Unsubscribe" in message.extra_headers: message for message in mail.outbox}
    assert by_choice[True].extra_headers["List-Unsubscribe"] == f"<http://localhost:8000{PATH}>"
    assert PATH in by_choice[True].body and PATH not in by_choice[False].body
    assert timezone.is_aware(row.next_at)
