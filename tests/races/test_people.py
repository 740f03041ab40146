"""Two administrators at the same moment: one person, one role, one entry for each act, and a chain that is whole."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal import audit
from portal.actions import imports, people
from portal.models import AuditChain, AuditEntry, Grant, Membership, User
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
AT_ONCE = 4


def at_once(act: Callable[[], Any]) -> list[Any]:
    """What each of the threads got: a value, or the exception."""
    start, results = threading.Barrier(AT_ONCE), []

    def run() -> None:
        try:
            start.wait(10)
            results.append(act())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def whole(chain: str) -> bool:
    return not list(audit.faults(AuditChain.objects.get(name=chain)))


def test_the_same_new_address_becomes_one_person_with_one_role() -> None:
    place, admin = factories.organisation(), factories.person()

    def add() -> Membership:
        return people.add_person(
            place, by=admin, email="nieuw@example.org", names={}, role="trainee", starts_on=timezone.localdate()
        )

    results = at_once(add)
    assert User.objects.filter(email="nieuw@example.org").count() == 1
    assert Membership.objects.filter(person__email="nieuw@example.org").count() == 1
    assert sum(isinstance(result, Membership) for result in results) == 1
    assert all(isinstance(result, Membership | people.Refused) for result in results), results
    assert AuditEntry.objects.filter(verb=audit.MEMBER_ADDED).count() == 1
    assert whole(people.chain_of(place))


def test_the_same_list_is_imported_once() -> None:
    place, admin = factories.organisation(), factories.person()
    text = b"e-mail;rol\n" + b"".join(b"n%d@example.org;trainee\n" % n for n in range(20))

    def run() -> int:
        return imports.import_people(imports.read(text, on=timezone.localdate()), place, by=admin, tell=False)

    results = at_once(run)
    assert sorted(results) == [0] * (AT_ONCE - 1) + [20], results
    assert Membership.objects.filter(organisation=place).count() == 20
    assert whole(people.chain_of(place))


def test_ending_twice_ends_once() -> None:
    place, admin, owner, reader = factories.organisation(), *(factories.person() for _ in range(3))
    factories.member(owner, place)
    row = factories.member(reader, place)
    factories.grant(factories.section(factories.portfolio(owner)), reader)
    results = at_once(lambda: people.end_membership(row, by=admin, on=timezone.localdate()))
    assert [result for result in results if isinstance(result, int)] == [1]
    assert all(isinstance(result, int | people.Refused) for result in results), results
    assert not Grant.objects.live(timezone.now()).filter(user=reader).exists()
    assert AuditEntry.objects.filter(verb=audit.MEMBER_ENDED).count() == 1
    assert whole(people.chain_of(place)) and whole(audit.PLATFORM)
