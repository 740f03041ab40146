"""Real threads on a real database, all started at one barrier. Green on SQLite alone proves nothing here."""

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import audit, readings, sharing
from portal.editing import EditedElsewhere
from portal.models import AuditChain, AuditEntry, Grant, Reading
from portal.models.sharing import Channel
from portfolios.actions import experiences, sections
from portfolios.models import Experience, Portfolio, Section, SectionTemplate
from tests import factories

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
THREADS = 8


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each in a thread with a connection of its own; results or exceptions, in order."""
    barrier, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(number: int, verb: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[number] = verb()
        except Exception as error:  # the test judges it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return results


@pytest.fixture
def item(cast) -> Experience:
    return factories.experience(cast.noor, "Overdracht", into=cast.experiences)


def test_one_reading_for_many_looks_at_once(cast, item):
    factories.grant(item, cast.joris)
    now = timezone.now()
    look = lambda: readings.note(cast.joris, [item.shareable], channel=Channel.PAGE, at=now)  # noqa: E731
    assert at_once(*[look] * THREADS) == [None] * THREADS
    assert Reading.objects.count() == 1


def test_overlapping_pages_leave_each_reading_once(cast):
    pieces = [factories.experience(cast.noor, into=cast.experiences).shareable for _ in range(6)]
    factories.grant(cast.experiences, cast.joris)
    now = timezone.now()

    def look(start: int) -> Callable[[], None]:
        return lambda: readings.note(cast.joris, pieces[start : start + 4], channel=Channel.LIST, at=now)

    assert at_once(*[look(n % 3) for n in range(THREADS)]) == [None] * THREADS
    assert sorted(Reading.objects.values_list("shareable", flat=True)) == sorted(piece.pk for piece in pieces)


def test_one_act_of_sharing_is_one_row(cast, item):
    until = timezone.now() + factories.DAY
    share = lambda: factories.grant(item, cast.joris, until=until, source="abcdefgh2345")  # noqa: E731
    results = at_once(*[share] * THREADS)
    assert sum(isinstance(result, Grant) for result in results) == 1
    assert sum(isinstance(result, IntegrityError) for result in results) == THREADS - 1
    assert Grant.objects.count() == AuditEntry.objects.filter(verb=audit.SHARED).count() == 1


def test_many_audit_entries_at_once_make_one_whole_chain(db):
    record = lambda: audit.record(audit.SHARED, by=None, facts={})  # noqa: E731
    results = at_once(*[record] * THREADS)
    assert sorted(entry.number for entry in results) == list(range(1, THREADS + 1))
    assert list(audit.faults(AuditChain.objects.get())) == []


def test_a_portfolio_opened_many_times_at_once_is_one(db):
    factories.standards()
    owner = factories.person()
    results = at_once(*[lambda: sections.open_portfolio(owner, framework_key=sections.DEFAULT_FRAMEWORK)] * THREADS)
    assert {result.pk for result in results} == {owner.pk}
    assert Portfolio.objects.count() == 1
    assert Section.objects.count() == len(SectionTemplate.objects.get().sections)


def test_of_edits_of_one_version_one_is_saved_and_the_others_get_both_texts(cast, item):
    def save(number: int) -> Callable[[], None]:
        content = experiences.Content(title=f"Versie {number}", happened_on=item.happened_on)
        return lambda: experiences.change(item, content, version=item.version, by=cast.noor)

    results = at_once(*[save(number) for number in range(THREADS)])
    assert results.count(None) == 1
    saved = Experience.objects.select_related("shareable").get(pk=item.pk)
    assert saved.version == item.version + 1 and saved.title == f"Versie {results.index(None)}"
    clashes = [result for result in results if result is not None]
    assert all(isinstance(clash, EditedElsewhere) and clash.current.title == saved.title for clash in clashes)


def test_an_item_moved_to_two_sections_at_once_lies_in_one_with_one_parent(cast, item):
    def move(section: Section) -> Callable[[], None]:
        return lambda: experiences.place(item, section=section, by=cast.noor)

    assert at_once(move(cast.plan), move(cast.experiences), move(cast.plan), move(cast.experiences)) == [None] * 4
    now = Experience.objects.select_related("shareable").get(pk=item.pk)
    assert now.section_id == now.shareable.parent_id
    assert list(audit.faults(AuditChain.objects.get())) == []


def test_a_draft_thrown_away_while_it_is_placed_is_whole_or_gone(cast):
    for _ in range(10):
        draft = factories.experience(cast.noor)
        at_once(
            lambda draft=draft: experiences.place(draft, section=cast.plan, by=cast.noor),
            lambda draft=draft: experiences.remove_draft(draft, by=cast.noor),
        )
        left = Experience.objects.select_related("shareable").filter(pk=draft.pk).first()
        assert left is None or left.section_id == left.shareable.parent_id == cast.plan.pk


def test_nothing_is_served_after_a_withdrawal_is_committed(cast, item, sign_in):
    """A look that answers with content was asked before the withdrawal was there."""
    browser, path = sign_in(cast.joris), reverse("portfolios:experience", args=[item.code])
    for _ in range(20):
        given = factories.grant(item, cast.joris)
        committed: list[datetime.datetime] = []
        asked: list[tuple[datetime.datetime, int]] = []

        def withdraw(given=given, committed=committed) -> None:
            sharing.withdraw(Grant.objects.filter(pk=given.pk), by=cast.noor)
            committed.append(timezone.now())

        def look(asked=asked) -> None:
            for _ in range(3):
                asked.append((timezone.now(), browser.get(path).status_code))

        assert at_once(withdraw, look) == [None, None]
        assert all(status == 404 for at, status in asked if at > committed[0])
        assert browser.get(path).status_code == 404


def asked_while_the_log_is_held(browser: Client, path: str) -> tuple[int, str, str]:
    """The status, when to try again, and the page that somebody gets while no line of the log can be written."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("LOCK TABLE portal_reading IN EXCLUSIVE MODE")
            held.set()
            done.wait(timeout=30)

    def look() -> tuple[int, str, str]:
        held.wait(timeout=30)
        try:
            answer = browser.get(path)
            return answer.status_code, answer.headers.get("Retry-After", ""), answer.content.decode()
        finally:
            done.set()

    return at_once(hold, look)[1]


def test_while_the_log_cannot_be_written_nothing_is_shown(cast, sign_in):
    """No row, no content: a held write lock gives "try again", on both databases."""
    item = factories.experience(cast.noor, "Overdracht", situation="Een volle afdeling.", into=cast.experiences)
    factories.grant(item, cast.joris)
    browser, path = sign_in(cast.joris), reverse("portfolios:experience", args=[item.code])
    status, again, page = asked_while_the_log_is_held(browser, path)
    assert (status, again) == (503, "1") and "Een volle afdeling." not in page
    assert not Reading.objects.exists()
    assert "Een volle afdeling." in browser.get(path).content.decode() and Reading.objects.count() == 1


def test_without_an_act_that_allows_it_nothing_is_noted_and_nothing_shown(cast, item):
    """Withdrawn between the look and the row, or a page that forgot to ask for sight: both are refused here."""
    now = timezone.now()
    for reader in (cast.teun, type(cast.joris)(pk=10**9, email="niemand@example.org")):
        with pytest.raises(readings.Busy):
            readings.note(reader, [item.shareable], channel=Channel.PAGE, at=now)
    assert not Reading.objects.exists()
