"""How texts of notes and reports are read: a line each, and a bar between the parts of a line."""

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateformat import format as format_date

from events.models import Event
from portal.templatetags.portal_tags import clock

GROUP = re.compile(r"(?P<name>.*\S)\s*[:=]\s*(?P<count>\d{1,4})")
BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Action:
    """What was agreed; a part that nobody named is empty."""

    what: str
    owner: str = ""
    region: str = ""
    ready: str = ""
    needed: str = ""


def lines_of(text: str) -> list[str]:
    """A line each, without the dash or number that somebody typed before it."""
    return [BULLET.sub("", line).strip() for line in text.splitlines() if line.strip()]


def paragraphs_of(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def actions_of(text: str) -> list[Action]:
    """`what | owner | region | ready | needed`; all but the first may be left out."""
    rows = [[part.strip() for part in line.split("|")] for line in lines_of(text)]
    return [Action(row[0], *row[1:5]) for row in rows if row[0]]


def groups_of(text: str) -> list[tuple[str, int]]:
    """`Students: 7`, a line for each group; other lines are no group."""
    found = [GROUP.fullmatch(line) for line in lines_of(text)]
    return [(match["name"], int(match["count"])) for match in found if match]


def not_a_group(text: str) -> list[str]:
    """Lines that cannot be read as a group with its number."""
    return [line for line in lines_of(text) if not GROUP.fullmatch(line)]


def term_of(event: Event) -> str:
    """Monday 8 December 2025, 14:00-16:30."""
    starts, ends = (timezone.localtime(one) for one in (event.starts_at, event.ends_at))
    first = f"{format_date(starts, 'l j F Y')}, {clock(event.starts_at)}"
    if starts.date() == ends.date():
        return f"{first} – {clock(event.ends_at)}"
    return f"{first} – {format_date(ends, 'l j F Y')}, {clock(event.ends_at)}"
