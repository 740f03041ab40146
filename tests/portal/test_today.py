"""The home page: what waits, what is coming, what is new, for whom it is and nobody else (G5)."""

import datetime
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal import sender, today, wording
from portal.models import Appointment, Attendance, Grant, Notification, OutboxRow, ToDo
from portal.models.outbox import Reason
from portfolios.actions.sharing import share_pieces
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]
DAY = datetime.timedelta(days=1)


def ask(cast: SimpleNamespace, about: str = "abc", *, what: str = "", due: int | None = 3, **fields: Any) -> ToDo:
    due_on = None if due is None else timezone.localdate() + due * DAY
    args = {"who": cast.joris.code, "what": what, "on": "2027-03-09"}
    return today.ask("test.write", to=cast.noor, about=about, link=("portfolios:portfolio",), args=args,
                     due_on=due_on, opens_on=timezone.localdate() - 20 * DAY, **fields)  # fmt: skip


def words_of(browser: Client, path: str = "/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text.replace("&quot;", '"').replace("&#x27;", "'"))


# --- To-dos ---------------------------------------------------------------------------------


def test_a_to_do_stands_on_the_page_of_who_is_to_act_and_nowhere_else(cast, sign_in) -> None:
    ask(cast)
    mine = words_of(sign_in(cast.noor))
    assert "Write to dr. Proef about iets" in mine and "Graag voor" in mine and "Eén ding wacht op jou." in mine
    assert "Write to" not in words_of(sign_in(cast.joris))
    assert today.done("abc", to=cast.joris) == 0 and today.done("abc") == 1
    assert "Write to" not in words_of(sign_in(cast.noor))


@pytest.mark.parametrize(("due", "said"), [(-2, "Het was voor"), (0, "Graag vandaag."), (2, "Graag voor")])
def test_how_much_time_is_left_is_said_in_words(cast, sign_in, due: int, said: str) -> None:
    ask(cast, due=due)
    assert said in words_of(sign_in(cast.noor))


def test_what_is_due_first_stands_first_and_what_has_no_date_last(cast) -> None:
    for about, due in (("none", None), ("late", 9), ("soon", 1)):
        ask(cast, about, due=due)
    assert [row.about for row in today.todos_of(cast.noor, on=timezone.localdate())] == ["soon", "late", "none"]


def test_what_opens_later_waits_for_its_day(cast) -> None:
    later = timezone.localdate() + 5 * DAY
    today.ask("test.write", to=cast.noor, about="abc", link=("home",), opens_on=later)
    assert not today.todos_of(cast.noor, on=later - DAY).exists()
    assert today.todos_of(cast.noor, on=later).exists()


def test_a_title_is_shown_only_to_who_may_see_the_piece(cast, sign_in) -> None:
    item = factories.experience(cast.teun, "Geheim gesprek", into=None)
    section = factories.section(factories.portfolio(cast.teun))
    placed = factories.experience(cast.teun, "Zichtbaar gesprek", into=section)
    ask(cast, "draft", what=item.code)
    ask(cast, "placed", what=placed.code)
    before = words_of(sign_in(cast.noor))
    assert "Geheim" not in before and "Zichtbaar" not in before and before.count("about iets") >= 2
    given = factories.grant(section, cast.noor)
    assert "about Zichtbaar gesprek" in words_of(sign_in(cast.noor))
    Grant.objects.filter(pk=given.pk).update(withdrawn_at=timezone.now())
    assert "Zichtbaar" not in words_of(sign_in(cast.noor))


def test_many_to_dos_go_over_pages(cast, sign_in) -> None:
    for number in range(today.TODOS_SHOWN + 3):
        ask(cast, f"code{number}")
    browser = sign_in(cast.noor)
    first, second = browser.get("/").content.decode(), browser.get("/?page=2").content.decode()
    assert (first.count("Write to dr. Proef</") + first.count(">Write to")) >= today.TODOS_SHOWN
    assert "13 dingen wachten op jou." in first and "13 dingen wachten op jou." in second
    assert second.count('class="sr">: Write to') == 3 and first.count('class="sr">: Write to') == 10
    for strange in ("0", "x", "999999", "-1"):
        assert browser.get("/", {"page": strange}).status_code == 200


def test_a_link_whose_page_is_gone_leads_home(cast) -> None:
    row = ask(cast)
    assert wording.link_of(row) == "/portfolio/"
    row.url_name = "gone:page"
    assert wording.link_of(row) == "/"


def test_a_kind_that_nobody_names_fails_where_it_is_said(cast) -> None:
    with pytest.raises(KeyError):
        today.ask("test.unknown", to=cast.noor, about="abc", link=("home",))
    assert not ToDo.objects.exists()


# --- Appointments ---------------------------------------------------------------------------


def meet(cast, starts_at: datetime.datetime, **fields: Any) -> Appointment:
    return today.appoint("test.meet", about="gesprek", organiser=cast.joris, people=[cast.noor], link=("home",),
                         starts_at=starts_at, ends_at=starts_at + DAY / 24,
                         args={"who": cast.joris.code, "whom": cast.noor.code}, **fields)  # fmt: skip


def test_what_is_coming_stands_on_the_line_of_all_its_people(cast, sign_in) -> None:
    row = meet(cast, timezone.now() + 5 * DAY, place="Kamer 3.12")
    for person, other in ((cast.noor, cast.joris), (cast.joris, cast.noor)):
        page = words_of(sign_in(person))
        assert f"Meet {other.short_name} " in page and "Kamer 3.12" in page, "nobody meets themselves"
    assert "Meet " not in words_of(sign_in(cast.teun))
    moved = meet(cast, timezone.now() + 6 * DAY)
    assert (moved.pk, moved.sequence) == (row.pk, 1)
    assert meet(cast, moved.starts_at).sequence == 1, "nothing changed"
    today.cancel("gesprek", by=cast.joris)
    assert "Meet " not in words_of(sign_in(cast.noor))
    assert meet(cast, moved.starts_at).pk != row.pk


def test_who_is_no_longer_of_it_does_not_see_it(cast, sign_in) -> None:
    row = meet(cast, timezone.now() + 5 * DAY)
    today.appoint("test.meet", about="gesprek", organiser=cast.joris, people=[cast.teun], link=("home",),
                  starts_at=row.starts_at, ends_at=row.ends_at)  # fmt: skip
    assert {one.person for one in Attendance.objects.all()} == {cast.joris, cast.teun}
    assert "Meet " not in words_of(sign_in(cast.noor))


# --- News -----------------------------------------------------------------------------------


def test_news_is_new_until_it_was_seen(cast, sign_in) -> None:
    today.tell("test.news", to=cast.noor, link=("home",), args={"who": cast.joris.code})
    browser = sign_in(cast.noor)
    assert "Dr. Proef answered" in words_of(browser)
    assert "answered" not in words_of(sign_in(cast.joris), "/notifications/")
    assert browser.post("/notifications/see/").headers["Location"] == "/notifications/"
    assert "answered" not in words_of(browser)
    assert "Dr. Proef answered" in words_of(browser, "/notifications/")


def test_everything_that_was_new_goes_over_pages(cast, sign_in) -> None:
    for _ in range(21):
        today.tell("test.news", to=cast.noor, link=("home",), args={"who": cast.joris.code})
    browser = sign_in(cast.noor)
    counts = [words_of(browser, f"/notifications/?page={number}").count("answered") for number in (1, 2)]
    assert counts == [20, 1]


def test_sharing_tells_the_reader_once_and_not_after_it_was_withdrawn(cast, sign_in) -> None:
    until = timezone.now() + 30 * DAY
    pieces = [cast.experiences.shareable, cast.plan.shareable]
    for purpose in ("guidance", "feedback"):
        share_pieces(pieces, by=cast.noor, readers=[cast.joris], purpose=purpose, until=until)
    assert Notification.objects.filter(receiver=cast.joris).count() == 2
    assert "Noor Proef heeft iets met je gedeeld" in words_of(sign_in(cast.joris))
    first = Notification.objects.earliest("pk")
    Grant.objects.filter(source=first.about).update(withdrawn_at=timezone.now())
    at = OutboxRow.objects.earliest("pk").next_at
    assert sender.drain(now=lambda: at) == 1
    assert [row.reason for row in OutboxRow.objects.order_by("pk")] == [Reason.RIGHT_GONE, ""]
    [message] = mail.outbox
    assert not {"Noor", "Ontwikkelplan"} & set(re.findall(r"\w+", message.body + str(message.alternatives)))


# --- Keeping --------------------------------------------------------------------------------


def test_what_was_over_a_year_ago_is_forgotten(cast) -> None:
    now = timezone.now()
    for about, done_at in (("old", now - 366 * DAY), ("new", now - 364 * DAY), ("open", None)):
        row = ask(cast, about)
        ToDo.objects.filter(pk=row.pk).update(done_at=done_at, next_at=None)
    for seen_at in (now - 366 * DAY, now, None):
        today.tell("test.news", to=cast.noor, link=("home",))
        Notification.objects.filter(seen_at=None, created_at__gt=now - DAY).update(
            seen_at=seen_at, created_at=now - 400 * DAY
        )
    meet(cast, now - 367 * DAY)
    today.forget(before=now - 365 * DAY)
    assert {row.about for row in ToDo.objects.all()} == {"new", "open"}
    assert Notification.objects.count() == 2 and not Appointment.objects.exists()
