"""A mail server that misbehaves as told, and remembers what it took."""

import asyncio
import contextlib
import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port


@dataclass
class MailServer:
    """`refused` maps addresses to what is answered for them; `moods` is what the next mails meet, in order:
    "cut" (taken, then the line goes dead before our yes), "hang" (no answer), or a line such as "451 later"."""

    port: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    moods: list[str] = field(default_factory=list)
    delay: float = 0.0
    taken: list[tuple[str, str]] = field(default_factory=list)  # (Message-ID, address) that got a yes, or was cut off
    tried: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address in self.refused:
            self.tried += 1
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.tried += 1
        mood = self.moods.pop(0) if self.moods else ""
        if mood == "hang":
            await asyncio.sleep(3600)
        if mood and mood != "cut":
            return mood
        message = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        if self.delay:
            await asyncio.sleep(self.delay)
        self.taken.extend((str(message["Message-ID"]), address) for address in envelope.rcpt_tos)
        if mood == "cut":
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def times_taken(self) -> Counter[str]:
        return Counter(message_id for message_id, _address in self.taken)


@contextlib.contextmanager
def listening(server: MailServer) -> Iterator[MailServer]:
    server.port = server.port or free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
