"""The mails that the demo sent: files in MAIL_DIR, so that somebody can sign in with a mailed code (demo mode only)."""

import datetime
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.utils import timezone

FILE = re.compile(r"\d{8}-\d{6}-\d+")  # as Django's file backend names them: moment and connection
BETWEEN = b"\n" + b"-" * 79 + b"\n"  # as it ends each mail


@dataclass(frozen=True)
class Mail:
    name: str
    to: str
    subject: str
    text: str
    sent_at: datetime.datetime


def names() -> list[str]:
    """A name for each mail, the newest first. One file may hold several."""
    found = [path for path in Path(settings.MAIL_DIR).glob("*.log") if FILE.fullmatch(path.stem)]
    newest_first = sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return [f"{path.stem}.{number}" for path in newest_first for number in reversed(range(len(_parts(path))))]


def find(name: str) -> Mail | None:
    """The mail of this name; a name is not used as a path before it is known to look like ours."""
    stem, _dot, number = name.rpartition(".")
    path = Path(settings.MAIL_DIR) / f"{stem}.log"
    if not FILE.fullmatch(stem) or not re.fullmatch(r"[0-9]{1,4}", number) or not path.is_file():
        return None
    parts = _parts(path)
    return _mail(name, parts[int(number)], path.stat().st_mtime) if int(number) < len(parts) else None


def _parts(path: Path) -> list[bytes]:
    return [part for part in path.read_bytes().split(BETWEEN) if part.strip()]


def _mail(name: str, content: bytes, modified: float) -> Mail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(preferencelist=("plain",))
    return Mail(
        name=name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=body.get_content().strip() if body else "",
        sent_at=timezone.localtime(datetime.datetime.fromtimestamp(modified, tz=datetime.UTC)),
    )
