"""Mails: links of this site only, hostile names stay text, and a mail server that is away does not show."""

import smtplib
import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from portal.mail import Background, _post
from tests import factories
from tests.portal.test_signin import LOGIN, ask_code

pytestmark = pytest.mark.django_db


def test_links_in_mails_never_come_from_the_host_header(settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.SIGNUP = ["testserver", "evil.example"], "open"
    client = Client(headers={"host": "evil.example"})
    known = factories.person().email
    ask_code(client, known)
    Client(headers={"host": "evil.example"}).post("/accounts/signup/", {"email": known})
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        text = message.message().as_string()
        assert "evil.example" not in text
    assert "localhost:8000" in mail.outbox[1].body


def test_an_unknown_host_is_refused() -> None:
    assert Client(headers={"host": "evil.example"}).get(LOGIN).status_code == 400


def test_a_mail_server_that_is_away_does_not_show(caplog: pytest.LogCaptureFixture, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens on the discard port
    message = mail.EmailMessage("Onderwerp", "Tekst", to=["geheim@example.org"])
    assert Background().send_messages([message]) == 1
    _post.submit(int).result()
    _post.submit(int).result()
    deadline = time.monotonic() + 10
    while "could not be sent" not in caplog.text and time.monotonic() < deadline:
        _post.submit(int).result()
    assert "a mail could not be sent: ConnectionRefusedError" in caplog.text
    assert "geheim" not in caplog.text
    assert issubclass(smtplib.SMTPException, OSError)  # so the same catch covers what the server says
