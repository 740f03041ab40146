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

from portal.models.heartbeat import Heartbeat

log = logging.getLogger(__name__)
Check = dict[str, Any]
SILENCE = timedelta(seconds=90)  # three missed ticks
LEAST_FREE = 500_000_000  # bytes


def sign(name: str, *, at: datetime) -> bool:
    """Write that `name` lives. A database that is away is logged, never raised: beat has to go on ringing."""
    try:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
    except DatabaseError:
        log.exception("The heartbeat of %s could not be written.", name)
        return False
    return True


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
    return {"ok": at - signed_at <= SILENCE, "age": round((at - signed_at).total_seconds())}


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
    checks = {"database": database(), **heartbeats(at), "cache": cached(), "storage": storage(), "disk": disk()}
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
