"""How a mail leaves: text and HTML in the receiver's language, and never at the cost of the answer's time."""

import logging
from concurrent.futures import ThreadPoolExecutor
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

logger = logging.getLogger(__name__)
_post = ThreadPoolExecutor(max_workers=2, thread_name_prefix="post")


def make(
    template: str, *, to: str, language: str, context: dict[str, Any], message_id: str = ""
) -> EmailMultiAlternatives:
    """Render templates/<template>.{subject.txt,txt,html} in this language.

    A `message_id` that stays the same for the same occasion lets mail programs drop a second copy. With `optional`
    in its context the mail says where its reader can do without; `attachments` are (name, bytes, media type).
    """
    preferences = link("preferences")
    with translation.override(language):
        context = {"site_url": settings.SITE_URL, "language": language, "preferences": preferences, **context}
        subject, text, html = (
            render_to_string(f"{template}.{part}", context) for part in ("subject.txt", "txt", "html")
        )
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{message_id}@{host}>" if message_id else make_msgid(domain=host),
        "Auto-Submitted": "auto-generated",
    }
    if context.get("optional"):
        headers["List-Unsubscribe"] = f"<{preferences}>"
    message = EmailMultiAlternatives(" ".join(subject.split()), text.strip() + "\n", to=[to], headers=headers)
    message.attach_alternative(html, "text/html")
    for name, body, kind in context.get("attachments", ()):
        message.attach(name, body.decode(), kind)
    return message


def connection() -> BaseEmailBackend:
    """To the mail server itself: an error is raised, and is for the outbox to deal with."""
    direct = "django.core.mail.backends.smtp.EmailBackend"
    return get_connection(direct if settings.EMAIL_BACKEND == "portal.mail.Background" else None)


def link(name: str, *args: str) -> str:
    return absolute(reverse(name, args=args))


def absolute(path: str) -> str:
    return str(settings.SITE_URL).rstrip("/") + path


class Background(EmailBackend):
    """SMTP from a thread. The answer waits for no mail server, so neither its time nor an error of the server
    tells whether an address is known. What cannot be sent is logged, without the address."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:  # type: ignore[override]
        for message in email_messages:
            _post.submit(self._send_alone, message)
        return len(email_messages)

    def _send_alone(self, message: EmailMessage) -> None:
        try:
            EmailBackend(fail_silently=False).send_messages([message])
        except OSError as error:  # smtplib's errors are among them
            logger.error("a mail could not be sent: %s", type(error).__name__)
