"""Random public codes: what stands in URLs instead of primary keys."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 i l: people read codes aloud
LENGTH = 12  # 31^12, 59 bits: cannot be guessed, though never the only guard


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def given(text: str) -> str:
    """`text` when it could be a code, else nothing."""
    return text if len(text) == LENGTH and set(text) <= set(ALPHABET) else ""
