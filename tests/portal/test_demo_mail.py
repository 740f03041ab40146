"""The mails that the demo sent, read on its own pages: text only, newest first (demo mode only)."""

import itertools
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from portal import demo_mail
from tests import factories

BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def demo_mode(settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.MAIL_DIR = settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def send_mail(demo_mode: None, settings, tmp_path: Path) -> Callable[..., None]:
    numbers = itertools.count(1)

    def send(subject: str, text: str = "Een bericht.", html: str = "") -> None:
        with mail.get_connection(BACKEND, file_path=tmp_path / "sent") as connection:
            message = EmailMultiAlternatives(subject, text, to=["noor@example.org"], connection=connection)
            if html:
                message.attach_alternative(html, "text/html")
            message.send()
        # Django names a file by second and memory address: in a test two mails may meet in one file.
        number, (written,) = next(numbers), (tmp_path / "sent").iterdir()
        settings.MAIL_DIR.mkdir(exist_ok=True)
        kept = written.rename(settings.MAIL_DIR / f"20270101-0000{number:02}-{number}.log")
        os.utime(kept, (number, number))

    return send


def test_mails_stand_newest_first_with_receiver_and_text(db: None, send_mail, django_assert_num_queries) -> None:
    for subject in ("Eerste", "Één met ’n aanhaling", "Derde"):
        send_mail(subject, text=f"Tekst van {subject}.\n\nGroet")
    rows = Client().get(reverse("demo_mail_json")).json()
    assert [row["subject"] for row in rows] == ["Derde", "Één met ’n aanhaling", "Eerste"]
    assert (rows[0]["to"], rows[0]["text"]) == ("noor@example.org", "Tekst van Derde.\n\nGroet")
    with django_assert_num_queries(0):
        page = Client().get(reverse("demo_mail")).content.decode()
    assert page.index("Derde") < page.index("aanhaling") < page.index("Eerste")
    one = Client().get(reverse("demo_mail_one", args=[rows[0]["name"]])).content.decode()
    assert "<p>Tekst van Derde.</p>" in one


def test_several_mails_of_one_connection_are_told_apart(db: None, demo_mode: None) -> None:
    with mail.get_connection(BACKEND) as connection:
        rows = [EmailMultiAlternatives(f"Nummer {n}", "Tekst", to=["noor@example.org"]) for n in range(3)]
        connection.send_messages(rows)
    sent = [demo_mail.find(name) for name in demo_mail.names()]
    assert [each and each.subject for each in sent] == ["Nummer 2", "Nummer 1", "Nummer 0"]


def test_a_mail_is_shown_as_text_and_never_as_live_html(db: None, send_mail) -> None:
    send_mail("Let op <b>dit</b>", text="<script>alert(1)</script>", html="<script>alert(2)</script>")
    name = Client().get(reverse("demo_mail_json")).json()[0]["name"]
    page = Client().get(reverse("demo_mail_one", args=[name])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "Let op &lt;b&gt;" in page
    assert "alert(2)" not in page and "<script>alert" not in page


def test_mails_come_in_pages(db: None, send_mail) -> None:
    for number in range(23):
        send_mail(f"Bericht {number:02}")
    first, second = (Client().get(reverse("demo_mail"), {"page": page}).content.decode() for page in (1, 2))
    assert (first.count("Bericht "), second.count("Bericht ")) == (20, 3)
    assert "Bericht 22" in first and "Bericht 00" in second


@pytest.mark.parametrize(
    "name", ["..", "x", "20200101-000000-1.0", "../secret.0", "..%2Fsecret.0", "{stem}.1", "{stem}.-1", "{stem}"]
)
def test_a_name_that_is_no_mail_is_not_found(db: None, settings, send_mail, name: str) -> None:
    send_mail("Hallo")
    (settings.MAIL_DIR.parent / "secret.log").write_text("Subject: geheim\n\ngeheim")
    url = f"/demo/mail/{name}/".replace("{stem}", demo_mail.names()[0].partition(".")[0])
    assert Client().get(url).status_code == 404


def test_without_mails_the_page_says_how_to_get_one(db: None, demo_mode: None) -> None:
    assert reverse("account_login") in Client().get(reverse("demo_mail")).content.decode()
    assert Client().get(reverse("demo_mail_json")).json() == []


def test_somebody_signs_in_with_the_code_in_the_mail(db: None, demo_mode: None, settings) -> None:
    settings.EMAIL_BACKEND = BACKEND
    pim = factories.person("Pim")
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": pim.email})
    row = Client().get(reverse("demo_mail_json")).json()[0]
    assert row["to"] == pim.email
    code = re.search(r"^\w[\w-]{4,}$", row["text"], re.MULTILINE)
    assert code is not None
    client.post(reverse("account_confirm_login_code"), {"code": code[0]})
    assert client.session["_auth_user_id"] == str(pim.pk)
