"""How a mail leaves: text and HTML in the receiver's language, and never at the cost of the answer's time."""

import logging
from concurrent.futures import ThreadPoolExecutor
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

logger = logging.getLogger(__name__)
_post = ThreadPoolExecutor(max_workers=2, thread_name_prefix="post")


def send(template: str, *, to: str, language: str, context: dict[str, Any], message_id: str = "") -> None:
    """Render templates/portal/mail/<template>.{subject.txt,txt,html} and send them.

    A `message_id` that stays the same for the same occasion lets mail programs drop a second copy.
    """
    with translation.override(language):
        context = {"site_url": settings.SITE_URL, "language": language, **context}
        subject, text, html = (
            render_to_string(f"portal/mail/{template}.{part}", context) for part in ("subject.txt", "txt", "html")
        )
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        text.strip() + "\n",
        to=[to],
        headers={
            "Message-ID": f"<{message_id}@{host}>" if message_id else make_msgid(domain=host),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    message.send()


def link(name: str, *args: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args)


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
