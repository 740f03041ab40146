"""One-time links: the token is made when the mail is sent, and stands in no table.

A row keeps the nonce, which proves nothing by itself. The same nonce gives the same token, so a retry of a mail gives
the same link; a new nonce makes the former link worthless.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

PURPOSE = b"leerlijn one-time links 1"


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def make(code: str, nonce: str) -> str:
    """The token of the invitation with this code: 32 signs for a URL."""
    return _sign(settings.SECRET_KEY, code, nonce)


def is_of(token: str, code: str, nonce: str) -> bool:
    """Whether this is its token, also under a former key. Takes the same time whatever is wrong with it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    answers = [hmac.compare_digest(_sign(key, code, nonce).encode(), token.encode()) for key in keys]
    return any(answers)


def _sign(secret: str, code: str, nonce: str) -> str:
    key = hmac.digest(secret.encode(), PURPOSE, hashlib.sha256)  # of its own: sessions are signed with another
    parts = (code.encode(), nonce.encode())
    body = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return base64.urlsafe_b64encode(hmac.digest(key, body, hashlib.sha256)[:24]).decode()
