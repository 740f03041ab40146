"""One-time links: made when the mail is sent, in no table, the same at a retry (G6)."""

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import tokens
from portal.codes import new_code

texts = st.text(min_size=1, max_size=20)


def test_a_retry_gives_the_same_link_and_a_new_nonce_another() -> None:
    code, nonce = new_code(), tokens.new_nonce()
    token = tokens.make(code, nonce)
    assert token == tokens.make(code, nonce) and len(token) == 32
    assert tokens.is_of(token, code, nonce)
    other = tokens.new_nonce()
    assert other != nonce and not tokens.is_of(token, code, other)


@given(texts, texts, texts, texts)
def test_a_token_is_of_one_invitation_only(code: str, nonce: str, other_code: str, other_nonce: str) -> None:
    same = (code, nonce) == (other_code, other_nonce)
    assert tokens.is_of(tokens.make(code, nonce), other_code, other_nonce) is same


@pytest.mark.parametrize("token", ["", "x", "é" * 32, "a" * 32, "\0"])
def test_anything_else_is_refused(token: str) -> None:
    assert not tokens.is_of(token, "code", "nonce")


def test_what_a_dump_holds_opens_nothing(settings: Any) -> None:
    """Code and nonce stand in the database; without the environment's key they make no token."""
    code, nonce = new_code(), tokens.new_nonce()
    token = tokens.make(code, nonce)
    tries = [nonce, code, code + nonce, hashlib.sha256((code + nonce).encode()).hexdigest()[:32]]
    tries += [hmac.new(key, nonce.encode(), hashlib.sha256).hexdigest()[:32] for key in (code.encode(), b"")]
    assert not [one for one in tries if tokens.is_of(one, code, nonce)]
    settings.SECRET_KEY = "another key of another environment"
    assert not tokens.is_of(token, code, nonce)
    settings.SECRET_KEY_FALLBACKS = ["only-for-demo-and-tests"]
    assert tokens.is_of(token, code, nonce), "a link that was mailed outlives a new key while the former is kept"
