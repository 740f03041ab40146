"""Six digits by mail, typed within ten minutes and in three tries (portal.md G1, G4). What they open is for who asks.

The session keeps what they are compared with, never the digits. The tries are counted in the cache, not in the
session: requests at the same moment share the count.
"""

import secrets
import time
from enum import Enum
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

SECONDS = 10 * 60
TRIES = 3


class Why(Enum):
    OVER = "over"  # never sent, used already, or too long ago
    TRIES = "tries"
    WRONG = "wrong"


class NotTheDigits(Exception):
    """After all but Why.WRONG only new digits help."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def make(request: HttpRequest, key: str, **kept: Any) -> str:
    """New digits under this key of the session; those of before are gone. `kept` comes back from `check`."""
    digits, salt = f"{secrets.randbelow(10**6):06}", secrets.token_hex(16)
    request.session[key] = kept | {"digest": _digest(key, salt, digits), "salt": salt, "at": time.time()}
    cache.set(_tries(key, salt), 0, SECONDS)
    return digits


def are_open(request: HttpRequest, key: str) -> bool:
    return time.time() - request.session.get(key, {}).get("at", 0) < SECONDS


def check(request: HttpRequest, key: str, typed: str) -> dict[str, Any]:
    """What was kept with the digits, if `typed` is them; they open once. Raises NotTheDigits."""
    made = request.session.get(key)
    if not made or not are_open(request, key):
        raise NotTheDigits(Why.OVER)
    if _count(_tries(key, made["salt"])) > TRIES:
        raise NotTheDigits(Why.TRIES)
    if not constant_time_compare(_digest(key, made["salt"], "".join(typed.split())), made["digest"]):
        raise NotTheDigits(Why.WRONG)
    del request.session[key]
    cache.delete(_tries(key, made["salt"]))
    return dict(made)


def _digest(key: str, salt: str, digits: str) -> str:
    """Keyed with SECRET_KEY: a copy of the session table alone does not give six digits away."""
    return salted_hmac(f"six digits {key} {salt}", digits, algorithm="sha256").hexdigest()


def _tries(key: str, salt: str) -> str:
    return f"six-digits:{key}:{salt}"


def _count(name: str) -> int:
    try:
        return cache.incr(name)
    except ValueError:  # the count is gone, so nobody knows how many there were
        return TRIES + 1
