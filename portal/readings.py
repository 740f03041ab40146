"""The log of readings: content of another's shareable left the portal (portal.md G4). Append-only, sealed by hash."""

import datetime
import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from portal import audit, sharing
from portal.models.sharing import QUARTER, Reading, ReadingSeal, Shareable
from portal.models.user import User

SEAL_AFTER = datetime.timedelta(minutes=10)  # longer than any transaction: late rows would look forged
SEAL_BATCH = 1000
BUSY_MS = 1000


# Of these, by key, the act by which `reader` may see each at this moment; what nothing allows has none.
Acts = Callable[[User, Sequence[Shareable], datetime.datetime], dict[int, str]]


class Busy(Exception):
    """The reading could not be noted in time, so nothing may be shown. Becomes a 503."""


def granted(reader: User, shareables: Sequence[Shareable], at: datetime.datetime) -> dict[int, str]:
    """By grants, on the piece or on what it lies in; of a card also by that to a department."""
    targets = {s.pk for s in shareables} | {s.parent_id for s in shareables if s.parent_id}
    # Live ones only. A share withdrawn between the look and this row gives none: the page is not shown, and a
    # page that forgot to ask for sight is not shown either.
    live = sharing.grants_of(reader, at).filter(content_object__in=targets).order_by("expires_at")
    by_target = dict(live.values_list("content_object_id", "source"))
    cards = [s.pk for s in shareables if s.kind == Shareable.Kind.CARD]
    if cards:
        by_department = sharing.departments_of(reader, at).filter(shareable__in=cards)
        by_target = dict(by_department.values_list("shareable_id", "source")) | by_target
    return {s.pk: by_target.get(s.pk) or by_target.get(s.parent_id, "") for s in shareables}


def note(
    reader: User, shareables: Sequence[Shareable], *, channel: str, at: datetime.datetime, acts: Acts = granted
) -> None:
    """Note that content of these is about to leave for `reader`: read first, then this, then answer.

    Own things are not noted. One row per reader, thing, channel and quarter of an hour by the clock.
    `acts` is another than grants for what an app lets read by a rule of its own.
    Commits before it returns. Raises Busy when the row cannot be written within a second, or no act allows it now.
    """
    others = {s.pk: s for s in shareables if s.owner_id != reader.pk}
    if not others:
        return
    bucket = int(at.timestamp()) // QUARTER
    missing = others.keys() - _noted(reader, others, channel, bucket)
    while missing:
        try:
            _insert_readings(reader, [others[pk] for pk in sorted(missing)], channel, bucket, at, acts)
            return
        except IntegrityError:
            # Somebody noted one of these at the same moment: then fewer are left. Else it is a real fault.
            left = missing - _noted(reader, missing, channel, bucket)
            if left == missing:
                raise
            missing = left
        except OperationalError as error:
            raise Busy from error


def _noted(reader: User, shareables: Iterable[int], channel: str, bucket: int) -> set[int]:
    rows = Reading.objects.filter(reader=reader.pk, shareable__in=list(shareables), channel=channel, bucket=bucket)
    return set(rows.values_list("shareable_id", flat=True))


def _insert_readings(
    reader: User, shareables: Sequence[Shareable], channel: str, bucket: int, at: datetime.datetime, acts: Acts
) -> None:
    sources = acts(reader, shareables, at)
    if not all(sources.get(one.pk) for one in shareables):
        raise Busy  # withdrawn at this very moment: without an act no reading, and without a reading no content
    rows = []
    for shareable in shareables:
        source, salt = sources[shareable.pk], secrets.token_bytes(16)
        body = _reading_body(reader.pk, shareable.pk, channel, bucket, source, at)
        rows.append(
            Reading(
                reader_id=reader.pk,
                shareable=shareable,
                channel=channel,
                bucket=bucket,
                source=source,
                read_at=at,
                salt=salt,
                digest=audit.digest(salt, body),
            )
        )
    with _short_wait(), transaction.atomic():
        # Never ignore_conflicts: on SQLite it would swallow every constraint, and content would leave unnoted.
        Reading.objects.bulk_create(rows)


def _reading_body(
    reader: int | None, shareable: int, channel: str, bucket: int, source: str, at: datetime.datetime
) -> str:
    return audit.canonical([reader, shareable, channel, bucket, source, at.astimezone(datetime.UTC).isoformat()])


class _short_wait:
    """Wait at most BUSY_MS for the write lock: a reader gets "try again", never a long hang."""

    def __enter__(self) -> None:
        self._set(BUSY_MS)

    def __exit__(self, *exc: object) -> None:
        self._set(20_000)

    def _set(self, milliseconds: int) -> None:
        setting = "PRAGMA busy_timeout = {}" if connection.vendor == "sqlite" else "SET lock_timeout = {}"
        with connection.cursor() as cursor:
            cursor.execute(setting.format(milliseconds))


def seal(*, at: datetime.datetime | None = None) -> int:
    """Chain the readings older than SEAL_AFTER by hash, in batches. Returns how many rows were sealed."""
    at = at or timezone.now()
    sealed = 0
    while True:
        with transaction.atomic():
            former = ReadingSeal.objects.select_for_update().order_by("-last_id").first()
            fresh = Reading.objects.filter(
                pk__gt=former.last_id if former else 0, read_at__lt=at - SEAL_AFTER
            ).order_by("pk")
            rows = list(fresh.values_list("pk", "digest")[:SEAL_BATCH])
            if not rows:
                return sealed
            ReadingSeal.objects.create(
                first_id=rows[0][0],
                last_id=rows[-1][0],
                count=len(rows),
                former=former.digest if former else "",
                digest=_digest_of(former, [row[1] for row in rows]),
                sealed_at=at,
            )
        sealed += len(rows)


def _digest_of(former: ReadingSeal | None, digests: list[str]) -> str:
    return hashlib.sha256("".join([former.digest if former else "", *digests]).encode()).hexdigest()


def faults() -> list[str]:
    """What is wrong with the log of readings; empty when every row and every seal fits."""
    found, former = [], None
    for seal in ReadingSeal.objects.order_by("last_id").iterator():
        rows = list(Reading.objects.filter(pk__gte=seal.first_id, pk__lte=seal.last_id).order_by("pk"))
        if len(rows) != seal.count or _digest_of(former, [r.digest for r in rows]) != seal.digest:
            found.append(f"readings {seal.first_id}-{seal.last_id}: the seal does not fit")
        former = seal
        for r in rows:
            body = _reading_body(r.reader_id, r.shareable_id, r.channel, r.bucket, r.source, r.read_at)
            if audit.digest(bytes(r.salt), body) != r.digest:
                found.append(f"reading {r.pk}: changed")
    return found
