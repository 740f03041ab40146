"""What /healthz and /readyz say: which part is ill, nothing about anybody.

Each check is `{"ok": True | False | None, ...}`; None: cannot be known while something else is ill.
"""

import functools
import logging
import shutil
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F
from django.db.models.functions import Coalesce

from portal.models.heartbeat import Heartbeat
from portal.models.job import Job
from portal.models.outbox import OPEN, OutboxRow, State

log = logging.getLogger(__name__)
Check = dict[str, Any]
TRIES = 3  # a mail server that failed so often in a row is ill
WORKER = "worker "  # before the name of each
LEAST_FREE = 500_000_000  # bytes


def sign(name: str, *, at: datetime) -> bool:
    """Write that `name` lives. A database that is away is logged, never raised: beat has to go on ringing."""
    try:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
    except DatabaseError:
        log.exception("The heartbeat of %s could not be written.", name)
        return False
    return True


def is_deaf(heard_at: datetime, *, at: datetime) -> bool:
    """Beat rings, and neither this worker nor any other has heard it for longer than any task takes."""
    limit = at - timedelta(seconds=settings.DEAF)
    if heard_at > limit:
        return False
    try:
        signed = dict(Heartbeat.objects.filter(name__in=("worker", "beat")).values_list("name", "at"))
    except DatabaseError:
        return False
    rings = at - signed.get("beat", limit) <= timedelta(seconds=settings.SILENCE)
    return rings and signed.get("worker", limit) <= limit


def sign_off(name: str) -> None:
    """Who ends well is not missed."""
    try:
        Heartbeat.objects.filter(name=name).delete()
    except DatabaseError:
        log.exception("The heartbeat of %s could not be taken away.", name)


def failed(name: str, error: BaseException, *, at: datetime) -> None:
    """One more failure in a row of a part that is tried, such as the mail server."""
    Heartbeat.objects.get_or_create(name=name, defaults={"at": at})
    Heartbeat.objects.filter(name=name).update(failures=F("failures") + 1, error=type(error).__name__[:60])


def went_well(name: str, *, at: datetime) -> None:
    Heartbeat.objects.filter(name=name, failures__gt=0).update(failures=0, error="", at=at)


def database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        log.exception("The database does not answer.")
        return {"ok": False}
    return {"ok": True}


def heartbeats(at: datetime) -> dict[str, Check]:
    """Of worker and beat. While beat is silent nobody rings, so a silent worker may be well."""
    try:
        signed = dict(Heartbeat.objects.values_list("name", "at"))
    except DatabaseError:
        return {"worker": {"ok": None}, "beat": {"ok": None}}
    checks = {name: _heartbeat(signed.get(name), at) for name in ("worker", "beat")}
    if checks["worker"]["ok"] is False and checks["beat"]["ok"] is False:
        checks["worker"]["ok"] = None
    return checks


def _heartbeat(signed_at: datetime | None, at: datetime) -> Check:
    if signed_at is None:
        return {"ok": False, "age": None}
    return {"ok": at - signed_at <= timedelta(seconds=settings.SILENCE), "age": round((at - signed_at).total_seconds())}


def workers(at: datetime) -> Check:
    """Each worker signs for itself, so that one that is stuck shows while the others work on. One that ended well
    takes its sign away; one that was killed and replaced is forgotten after a while."""
    try:
        signed = Heartbeat.objects.filter(name__startswith=WORKER, at__gt=at - timedelta(seconds=settings.FORGOTTEN))
        silent = sum(at - row.at > timedelta(seconds=settings.SILENCE) for row in signed)
    except DatabaseError:
        return {"ok": None}
    return {"ok": not silent, "number": len(signed), "silent": silent}


def outbox(at: datetime) -> Check:
    """`overdue`: seconds since the oldest mail that may leave should have left; `set_aside`: mails that an operator
    has to look at."""
    try:
        rows = OutboxRow.objects.filter(state__in=OPEN)
        oldest = rows.order_by("next_at").values_list("next_at", flat=True).first()
        set_aside = OutboxRow.objects.filter(state=State.DEAD).count()
    except DatabaseError:
        return {"ok": None}
    overdue = max(0, round((at - oldest).total_seconds())) if oldest else 0
    return {"ok": overdue <= settings.OVERDUE, "overdue": overdue, "set_aside": set_aside}


def jobs(at: datetime) -> Check:
    """`overdue`: seconds since the oldest long work could have been taken. One may take minutes, so three times the
    patience with a mail."""
    try:
        rows = Job.objects.due(at).annotate(since=Coalesce("lease_until", "created_at"))
        oldest = rows.order_by("since").values_list("since", flat=True).first()
    except DatabaseError:
        return {"ok": None}
    overdue = max(0, round((at - oldest).total_seconds())) if oldest else 0
    return {"ok": overdue <= 3 * settings.OVERDUE, "overdue": overdue}


def mail_server() -> Check:
    try:
        row = Heartbeat.objects.filter(name="mail").first()
    except DatabaseError:
        return {"ok": None}
    if row is None or not row.failures:
        return {"ok": True, "failures": 0}
    return {"ok": row.failures < TRIES, "failures": row.failures, "error": row.error}


def cached() -> Check:
    """The limits on sign-in are counted in the cache."""
    key, value = "health", uuid.uuid4().hex
    try:
        cache.set(key + value, value, timeout=10)
        return {"ok": cache.get(key + value) == value}
    except Exception:
        # whatever a cache backend raises means the same to who asks
        log.exception("The cache does not answer.")
        return {"ok": False}


def storage() -> Check:
    name = ""
    try:
        name = default_storage.save(f".health-{uuid.uuid4().hex}", ContentFile(b"ok"))
        default_storage.delete(name)
    except OSError:
        log.exception("The storage cannot be written.")
        return {"ok": False}
    return {"ok": True}


def disk() -> Check:
    try:
        free = shutil.disk_usage(settings.MEDIA_ROOT).free
    except OSError:
        return {"ok": None}
    return {"ok": free >= LEAST_FREE, "free_mb": free // 1_000_000}


def report(at: datetime) -> dict[str, Any]:
    checks = {
        "database": database(),
        **heartbeats(at),
        "workers": workers(at),
        "outbox": outbox(at),
        "jobs": jobs(at),
        "mail": mail_server(),
        "cache": cached(),
        "storage": storage(),
        "disk": disk(),
    }
    ill = [name for name, check in checks.items() if check["ok"] is False]
    return {"ok": not ill, "ill": ill, **checks}


@functools.cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def readiness() -> Check:
    """Ready to serve: the database answers and has every migration of this code."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        log.exception("The database does not answer.")
        return {"ok": False, "why": "database"}
    return {"ok": True} if _last_migrations() <= applied else {"ok": False, "why": "migrations"}
