"""System checks: what would go wrong silently is said at the start."""

import ctypes
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

# Debian's package, and the names under which its library is found there and on a Mac.
PDF_LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz0b": ("libharfbuzz.so.0", "libharfbuzz.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
    "libfontconfig1": ("libfontconfig.so.1", "libfontconfig.dylib"),
}


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


@register
def documents_can_be_made(app_configs: Any, load: Any = ctypes.CDLL, **kwargs: Any) -> list[CheckMessage]:
    """WeasyPrint is loaded by the first document only, in a child; here its libraries are asked for."""
    missing = []
    for package, names in PDF_LIBRARIES.items():
        if not any(_loads(name, load) for name in names):
            missing.append(package)
    if not missing:
        return []
    hint = f"On Debian, as root:  apt-get install -y {' '.join(missing)}"
    return [Error("No PDF can be made: libraries of WeasyPrint are missing.", hint=hint, id="portal.E003")]


def _loads(name: str, load: Any) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True
