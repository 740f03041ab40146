"""System checks: what would go wrong silently is said at the start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection


@register(Tags.database)
def sqlite_is_set_up(app_configs: Any, databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    if not databases or connection.vendor != "sqlite":
        return []
    errors: list[CheckMessage] = []
    if settings.DATABASES["default"].get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        errors.append(Error("SQLite must run with transaction_mode IMMEDIATE.", id="portal.E001"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode not in ("wal", "memory"):  # memory: the database of a test run
        errors.append(Error(f"SQLite must run in WAL mode, not {mode}.", id="portal.E002"))
    return errors
