"""portal.md G9: a chain that nobody can change unnoticed, and that survives an erasure."""

import pytest
import structlog

from portal import audit
from portal.models import AuditChain, AuditEntry, AuditPayload
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def chain(db) -> AuditChain:
    people = [factories.person(), factories.person()]
    for number in range(6):
        audit.record(audit.SHARED, by=people[0], subject=people[number % 2], facts={"number": number})
    return AuditChain.objects.get()


def found(chain: AuditChain) -> list[str]:
    chain.refresh_from_db()
    return list(audit.faults(chain))


def test_a_whole_chain_has_no_faults_and_counts_up(chain):
    assert found(chain) == []
    assert list(chain.entries.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "change", [{"verb": audit.WITHDRAWN}, {"digest": "0" * 64}, {"hash": "0" * 64}, {"number": 99}]
)
def test_a_changed_entry_is_found(chain, change):
    AuditEntry.objects.filter(number=3).update(**change)
    assert found(chain)


def test_a_changed_body_is_found(chain):
    AuditPayload.objects.filter(entry__number=3).update(body='{"number":7}')
    assert found(chain) == ["platform 3: the payload was changed"]


def test_a_removed_entry_and_a_cut_tail_are_found(chain):
    AuditPayload.objects.filter(entry__number__in=(3, 6)).delete()
    AuditEntry.objects.filter(number=6).delete()
    assert "platform: the head says 6 entries, there are 5" in found(chain)
    AuditEntry.objects.filter(number=3).delete()
    assert "platform 4: the hash does not fit" in found(chain)


def test_a_silent_erasure_is_found_and_a_named_one_is_fine(chain):
    payload = AuditPayload.objects.get(entry__number=2)
    person = payload.subject
    AuditPayload.objects.filter(pk=payload.pk).delete()
    assert found(chain) == ["platform 2: the payload is gone without an entry that erases it"]
    AuditPayload.objects.create(entry=payload.entry, subject=person, salt=payload.salt, body=payload.body)
    audit.erase_about(person, at=payload.entry.at)
    assert found(chain) == []
    assert not AuditPayload.objects.filter(subject=person).exists()
    assert person.code not in AuditPayload.objects.get(entry__verb=audit.ERASED).body


def test_the_head_is_written_to_the_log(chain):
    with structlog.testing.capture_logs() as lines:
        audit.log_heads()
    chain.refresh_from_db()
    heads = [(line["chain"], line["length"], line["head"]) for line in lines]
    assert heads == [("platform", 6, chain.head)] and len(chain.head) == 64


def test_only_known_verbs_are_recorded(db):
    with pytest.raises(ValueError, match="unknown verb"):
        audit.record("did something", by=None, facts={})
