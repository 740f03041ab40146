"""Chains of entries that nobody can change unnoticed (portal.md G9).

digest = SHA-256(salt, body); hash = SHA-256(former hash, number, verb, at, digest), each part with its
length before it. Erasing removes body and salt, and is itself an entry that names the digests it
removed. A tail cut off with the head put back is not found from inside: heads also go to the log daily.
"""

import datetime
import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from portal.models.audit import AuditChain, AuditEntry, AuditPayload
from portal.models.user import User

log = structlog.get_logger(__name__)

# Verbs are constants: what the chain can say is in this list.
SHARED = "shared"
WITHDRAWN = "withdrawn"
ENDED = "ended"  # not by the owner: a membership or placement was over
TERM_MOVED = "term moved"
FILED = "filed"
MEMBER_ADDED = "member added"
MEMBER_ENDED = "member ended"
PEOPLE_IMPORTED = "people imported"
PLACEMENT_ADDED = "placement added"
PLACEMENT_ENDED = "placement ended"
RELATION_ADDED = "relation added"
RELATION_ENDED = "relation ended"
ACCOUNT_BLOCKED = "account blocked"
ACCOUNT_UNBLOCKED = "account unblocked"
ADMIN_CHANGED = "changed in administration"
PUBLISHED = "published"
SCORES_OPENED = "scores opened"
SHEET_SUBMITTED = "sheet submitted"
DOCUMENT_WITHDRAWN = "document withdrawn"
FILE_REPORTED = "file reported"
FILE_DESTROYED = "file destroyed"
REPORT_APPROVED = "report approved"
REPORT_PUBLISHED = "report published"
REPORT_REPLACED = "report replaced"
REPORT_WITHDRAWN = "report withdrawn"
NOTES_REOPENED = "notes reopened"
EVENT_MOVED = "meet-up moved on"
REPORT_SIGNED = "report signed"
REPORT_REOPENED = "report reopened"
REPORT_CLOSED = "report closed"
SURVEY_ANNOUNCED = "survey announced"
SURVEY_CLOSED = "survey closed"
RESULTS_FROZEN = "results of a survey fixed"
LEVEL_DECIDED = "supervision level decided"
ERASED = "erased"
VERBS = frozenset(
    {
        SHARED,
        WITHDRAWN,
        ENDED,
        TERM_MOVED,
        FILED,
        MEMBER_ADDED,
        MEMBER_ENDED,
        PEOPLE_IMPORTED,
        PLACEMENT_ADDED,
        PLACEMENT_ENDED,
        RELATION_ADDED,
        RELATION_ENDED,
        ACCOUNT_BLOCKED,
        ACCOUNT_UNBLOCKED,
        ADMIN_CHANGED,
        PUBLISHED,
        SCORES_OPENED,
        SHEET_SUBMITTED,
        DOCUMENT_WITHDRAWN,
        FILE_REPORTED,
        FILE_DESTROYED,
        REPORT_APPROVED,
        REPORT_PUBLISHED,
        REPORT_REPLACED,
        REPORT_WITHDRAWN,
        NOTES_REOPENED,
        EVENT_MOVED,
        REPORT_SIGNED,
        REPORT_REOPENED,
        REPORT_CLOSED,
        SURVEY_ANNOUNCED,
        SURVEY_CLOSED,
        RESULTS_FROZEN,
        LEVEL_DECIDED,
        ERASED,
    }
)
PLATFORM = "platform"


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sealed(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


def digest(salt: bytes, body: str) -> str:
    return _sealed(salt, body.encode())


def _hash(former: str, number: int, verb: str, at: datetime.datetime, digest: str) -> str:
    stamp = at.astimezone(datetime.UTC).isoformat()
    return _sealed(former.encode(), str(number).encode(), verb.encode(), stamp.encode(), digest.encode())


def record(
    verb: str,
    *,
    by: User | None,
    facts: dict[str, Any],
    subject: User | None = None,
    at: datetime.datetime | None = None,
    chain: str = PLATFORM,
) -> AuditEntry:
    """Append one entry. Call it inside the transaction of what it records; it locks the chain's head.

    `facts` hold codes, dates and numbers, never names or free text. `subject` is whose data it is about.
    """
    if verb not in VERBS:
        raise ValueError(f"unknown verb: {verb}")
    at = at or timezone.now()
    body = canonical({**facts, "by": by.code if by else "", "subject": subject.code if subject else ""})
    salt = secrets.token_bytes(16)
    with transaction.atomic():
        AuditChain.objects.get_or_create(name=chain)
        head = AuditChain.objects.select_for_update().get(name=chain)
        number, payload_digest = head.length + 1, digest(salt, body)
        entry = AuditEntry.objects.create(
            chain=head,
            number=number,
            verb=verb,
            at=at,
            digest=payload_digest,
            hash=_hash(head.head, number, verb, at, payload_digest),
        )
        AuditPayload.objects.create(entry=entry, subject=subject, salt=salt, body=body)
        AuditChain.objects.filter(pk=head.pk).update(length=number, head=entry.hash)
    return entry


def erase_about(person: User, *, at: datetime.datetime) -> None:
    """Remove all payloads about this person, and say so in each chain, naming the digests."""
    with transaction.atomic():
        about = AuditPayload.objects.filter(subject=person)
        removed: dict[str, list[str]] = {}
        for chain, payload_digest in about.order_by("entry").values_list("entry__chain__name", "entry__digest"):
            removed.setdefault(chain, []).append(payload_digest)
        about.delete()
        for chain, digests in removed.items():
            record(ERASED, by=None, at=at, chain=chain, facts={"digests": digests})


def log_heads() -> None:
    for chain in AuditChain.objects.order_by("name"):
        log.info("audit head", chain=chain.name, length=chain.length, head=chain.head)


def faults(chain: AuditChain) -> Iterator[str]:
    """What is wrong with this chain, in order of its entries; nothing when it is whole."""
    named, former, number = _erased_digests(chain), "", 0
    for entry in chain.entries.select_related("payload").order_by("number").iterator():
        number += 1
        if entry.number != number or entry.hash != _hash(former, entry.number, entry.verb, entry.at, entry.digest):
            yield f"{chain.name} {entry.number}: the hash does not fit"
        former = entry.hash
        payload = getattr(entry, "payload", None)
        if payload is None:
            if entry.digest not in named:
                yield f"{chain.name} {entry.number}: the payload is gone without an entry that erases it"
        elif digest(bytes(payload.salt), payload.body) != entry.digest:
            yield f"{chain.name} {entry.number}: the payload was changed"
    if (number, former) != (chain.length, chain.head):
        yield f"{chain.name}: the head says {chain.length} entries, there are {number}"


def _erased_digests(chain: AuditChain) -> set[str]:
    bodies = AuditPayload.objects.filter(entry__chain=chain, entry__verb=ERASED).values_list("body", flat=True)
    return {one for body in bodies for one in json.loads(body)["digests"]}
