"""What in a text may point at a patient (P16): pure, for the quiet note beside a text. Never a reason to refuse one.

The browser looks with static/js/patient-data.js; tests/portal/patient_data.json is the table that both agree with.
"""

import datetime
import enum
import re
from collections.abc import Iterator
from typing import NamedTuple


class Kind(enum.StrEnum):
    BSN = "bsn"  # Dutch citizen service number: nine digits, elf-proef
    RRN = "rrn"  # Belgian national register number, or BIS number: eleven digits, mod 97
    BIRTH = "birth"  # a date said to be of birth
    NAME = "name"  # mr or mrs with a name


class Sign(NamedTuple):
    kind: Kind
    start: int
    end: int


# Digits with a point, dash, space or slash between them; never a part of a longer number.
_NUMBER = r"(?<![0-9.,\-/])[0-9](?:[ .\-/]?[0-9]){8,10}(?![0-9])"
_DAY = (
    r"(?:[0-9]{1,2}[\-/. ][0-9]{1,2}[\-/. ](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{1,2}(?:er)? [a-zéû]{3,9}\.? [0-9]{4})(?![0-9])"
)
_BORN = (
    r"(?:geboren(?: op)?|geboortedatum|geb\.?(?: ?datum)?|born(?: on)?|date of birth|birth ?date|d\.?o\.?b\.?"
    r"|n[ée](?:e|\(e\))?(?: le)|date de naissance)"
)
_BIRTH = rf"(?:(?<![0-9A-Za-zÀ-ÿ]){_BORN}[ :=]{{0,3}}|\* ?){_DAY}"
_TITLE = (
    r"(?:[Mm]w\.?|[Mm]evr\.?|[Mm]evrouw|[Dd]hr\.?|[Hh]eer|[Mm]eneer|[Mm]rs?\.?|[Mm]s\.?|[Mm]iss|[Mm]ister"
    r"|[Mm]me\.?|[Mm]lle\.?|[Mm]adame|[Mm]ademoiselle|[Mm]onsieur|M\.)"
)
_PARTICLE = r"(?:(?:van|de|den|der|ten|ter|te|'t|’t|von|la|le|du|des|el|al|in) |d['’])"
_NAME = (
    rf"(?<![0-9A-Za-zÀ-ÿ.]){_TITLE} {_PARTICLE}{{0,3}}(?:[A-Z]\. ?){{0,3}}{_PARTICLE}{{0,3}}"
    r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’\-]*[a-zà-öø-ÿ]"
)
_PATTERNS = {
    Kind.BIRTH: re.compile(_BIRTH, re.IGNORECASE | re.ASCII),
    Kind.NAME: re.compile(_NAME, re.ASCII),
}
_NUMBERS = re.compile(_NUMBER, re.ASCII)


def signs(text: str) -> list[Sign]:
    """Each place, in order; one place is named once."""
    found = sorted([*_numbers(text), *_matches(text)], key=lambda sign: (sign.start, -sign.end))
    kept: list[Sign] = []
    for sign in found:
        if not kept or sign.start >= kept[-1].end:
            kept.append(sign)
    return kept


def kinds(*texts: str) -> list[Kind]:
    """Which kinds occur in these texts, in a fixed order."""
    there = {one.kind for text in texts for one in signs(text)}
    return [kind for kind in Kind if kind in there]


def _matches(text: str) -> Iterator[Sign]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            yield Sign(kind, match.start(), match.end())


def _numbers(text: str) -> Iterator[Sign]:
    for match in _NUMBERS.finditer(text):
        digits = re.sub("[^0-9]", "", match[0])
        if is_bsn(digits):
            yield Sign(Kind.BSN, match.start(), match.end())
        elif is_rrn(digits):
            yield Sign(Kind.RRN, match.start(), match.end())


def is_bsn(digits: str) -> bool:
    """Nine digits that pass the elf-proef: 9a + 8b + ... + 2h - i divides by eleven. Nine equal digits are nobody's."""
    if len(digits) != 9 or len(set(digits)) == 1:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def is_rrn(digits: str) -> bool:
    """Eleven digits: a day of birth, a serial number, and 97 less the rest of these nine by 97.

    Born from 2000 on, a 2 stands before the nine. A BIS number has 20 or 40 added to its month; day and month may be
    00 where they are not known.
    """
    if len(digits) != 11 or digits[6:9] in ("000", "999"):
        return False
    body, check = digits[:9], int(digits[9:])
    return check in (97 - int(body) % 97, 97 - int(f"2{body}") % 97) and _has_day(digits)


def _has_day(digits: str) -> bool:
    month, day = int(digits[2:4]), int(digits[4:6])
    month -= 40 if month >= 40 else 20 if month >= 20 else 0
    if month == 0 or day == 0:
        return month <= 12 and day <= 31
    try:
        datetime.date(2000, month, day)  # a leap year: the century is not known here
    except ValueError:
        return False
    return True
