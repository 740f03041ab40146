"""Import of people: any file gives a list with a message per line or a clear refusal; then all, or nobody."""

import datetime
import io
import json
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from openpyxl import Workbook

from portal import audit, sender
from portal.actions import imports, people
from portal.models import AuditPayload, Membership, Role, User
from tests import factories

DAY = datetime.date(2027, 3, 1)
HEAD = "e-mail;voornaam;achternaam;rol;van;tot en met"
GOOD = (
    f"{HEAD}\n"
    "noor@example.org;Noor;Lindewater;trainee;2027-03-01;2027-08-31\n"
    "joris@example.org;Joris;Maretak;mentor;;\n"
)


def lines_of(text: str | bytes) -> list[imports.Line]:
    return imports.read(text if isinstance(text, bytes) else text.encode(), on=DAY)


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- Reading --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_way_that_a_spreadsheet_writes_csv(encoding: str, delimiter: str, newline: str) -> None:
    text = GOOD.replace("Noor;", "Zoë;").replace(";", delimiter).replace("\n", newline)
    [noor, joris] = lines_of(text.encode(encoding))
    assert (noor.given_name, noor.email, noor.role) == ("Zoë", "noor@example.org", "trainee")
    assert noor.period == (datetime.date(2027, 3, 1), datetime.date(2027, 9, 1))
    assert joris.period == (DAY, None)
    assert not noor.problems + joris.problems


def test_a_workbook_with_real_dates_and_numbers() -> None:
    data = workbook(
        [
            ["E-mailadres", "Rol", "Vanaf", "Laatste dag", "Personeelsnummer"],
            [" Noor@Example.org ", "Trainee", datetime.datetime(2027, 4, 1), datetime.date(2027, 4, 30), 12.0],
            [None, None],
            ["joris@example.org", "supervisor", "1-4-2027", None, 13],
        ]
    )
    [noor, joris] = lines_of(data)
    assert (noor.email, noor.period) == ("noor@example.org", (datetime.date(2027, 4, 1), datetime.date(2027, 5, 1)))
    assert (joris.number, joris.starts_on) == (4, "2027-04-01")


def test_a_formula_in_a_workbook_is_never_calculated() -> None:
    data = workbook(
        [["e-mail", "rol", "voornaam"], ["noor@example.org", "trainee", '=HYPERLINK("http://evil.example")']]
    )
    assert lines_of(data)[0].given_name == ""


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_a_name_that_starts_a_formula_is_refused(sign: str) -> None:
    [line] = lines_of(f'{HEAD}\nnoor@example.org;"{sign}HYPERLINK(1)";Berg;trainee;;')
    assert line.problems and sign in line.problems[0]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("geen adres;A;B;trainee;;", "e-mail address"),
        (";A;B;trainee;;", "e-mail address"),
        ("a@example.org;A;B;koning;;", "koning"),
        ("a@example.org;A;B;;;", "role"),
        ("a@example.org;A;B;trainee;morgen;", "day"),
        ("a@example.org;A;B;trainee;31-02-2027;", "day"),
        ("a@example.org;A;B;trainee;0001-01-01;", "day"),
        ("a@example.org;A;B;trainee;2027-03-02;2027-03-01", "before"),
        ("a@example.org;https://evil.example;B;trainee;;", "signs"),
        (f"a@example.org;{'x' * 81};B;trainee;;", "80"),
    ],
)
def test_each_line_says_what_is_wrong_with_it(row: str, word: str) -> None:
    with translation.override("en"):
        lines = lines_of(f"{GOOD}{row}\n")
    assert [bool(line.problems) for line in lines] == [False, False, True]
    assert any(word in problem for problem in lines[2].problems)
    assert lines[2].number == 4


def test_the_same_person_and_role_twice_is_said() -> None:
    text = f"{HEAD}\na@example.org;;;trainee;;\nA@example.org;;;mentor;;\nA@EXAMPLE.org;;;trainee;;\n"
    assert [bool(line.problems) for line in lines_of(text)] == [False, False, True]


@pytest.mark.parametrize("word", [*Role.values, "Trainee", " peer  mentor ", "COORDINATOR"])
def test_roles_are_understood_in_both_languages(word: str) -> None:
    assert lines_of(f"e-mail,rol\na@example.org,{word}")[0].role in Role.values


# --- Doing it -------------------------------------------------------------------------------


@pytest.fixture
def admin(cast: Any, sign_in: Any) -> Client:
    return sign_in(cast.admin)


def upload(client: Client, cast: Any, data: str | bytes, name: str = "lijst.csv") -> Any:
    data = data if isinstance(data, bytes) else data.encode()
    return client.post(f"/organisations/{cast.duinhof.code}/people/import/", {"file": SimpleUploadedFile(name, data)})


def state() -> tuple[int, int, int]:
    return User.objects.count(), Membership.objects.count(), EmailAddress.objects.count()


@pytest.mark.both
@pytest.mark.django_db
def test_dry_run_then_all(cast: Any, admin: Client, django_capture_on_commit_callbacks: Any) -> None:
    before = state()
    rows = ["nieuw@example.org;Nieuw;Komer;trainee;;", f"{cast.farah.email};Anders;Heet;mentor;;"]
    text = "\n".join([HEAD, *rows, f"{cast.noor.email};;;trainee;;"])
    check = upload(admin, cast, text).headers["Location"]
    for _ in range(2):
        page = admin.get(check)
        assert page.context["counts"] == {"new": 1, "role": 1, "same": 1}
        assert "nieuw@example.org" in page.content.decode()
    assert state() == before
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(f"{check}confirm/", {"tell": "on"}).status_code == 302
    assert state() == (before[0] + 1, before[1] + 2, before[2] + 1)
    new = User.objects.get(email="nieuw@example.org")
    assert (new.given_name, new.has_usable_password(), new.memberships.get().organisation) == (
        "Nieuw",
        False,
        cast.duinhof,
    )
    cast.farah.refresh_from_db()
    assert cast.farah.given_name == "Farah"
    sender.drain()
    assert sorted(message.to[0] for message in mail.outbox) == sorted(["nieuw@example.org", cast.farah.email])
    body = json.loads(AuditPayload.objects.get(entry__verb=audit.PEOPLE_IMPORTED).body)
    assert (body["lines"], len(body["memberships"]), body["by"]) == (3, 2, cast.admin.code)
    assert admin.post(f"{check}confirm/", {"tell": "on"}).headers["Location"].endswith("/import/")  # not twice
    assert state() == (before[0] + 1, before[1] + 2, before[2] + 1)


@pytest.mark.both
@pytest.mark.django_db
def test_one_wrong_line_and_nobody_is_added(cast: Any, admin: Client) -> None:
    before = state()
    check = upload(admin, cast, GOOD + "fout;;;trainee;;\n").headers["Location"]
    page = admin.get(check)
    assert len(page.context["wrong"]) == 1
    assert "confirm/" not in page.content.decode()
    assert admin.post(f"{check}confirm/", {"tell": "on"}).status_code == 409
    assert state() == before


@pytest.mark.both
@pytest.mark.django_db
def test_what_changed_meanwhile_is_looked_at_again(cast: Any, admin: Client) -> None:
    check = upload(admin, cast, GOOD).headers["Location"]
    person = factories.person(email="noor@example.org")
    factories.member(person, cast.duinhof, Role.TRAINEE, starts_on=DAY)
    assert admin.get(check).context["counts"] == {"new": 1, "role": 0, "same": 1}
    admin.post(f"{check}confirm/")
    assert person.memberships.count() == 1
    assert not mail.outbox


@pytest.mark.both
@pytest.mark.django_db
def test_oneself_in_the_list_is_a_wrong_line(cast: Any, admin: Client) -> None:
    check = upload(admin, cast, f"{GOOD}{cast.admin.email};;;mentor;;\n").headers["Location"]
    assert len(admin.get(check).context["wrong"]) == 1
    assert admin.post(f"{check}confirm/").status_code == 409
    assert cast.admin.memberships.count() == 1


@pytest.mark.both
@pytest.mark.django_db
def test_a_list_waits_a_quarter_of_an_hour_for_its_own_reader(cast: Any, admin: Client, sign_in: Any) -> None:
    other = factories.person()
    factories.member(other, cast.duinhof, Role.ADMINISTRATOR)
    before = state()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        check = upload(admin, cast, GOOD).headers["Location"]
        for answer in (sign_in(other).get(check), sign_in(other).post(f"{check}confirm/")):
            assert answer.headers["Location"].endswith("/import/")
        clock.shift(901)
        assert admin.get(check).headers["Location"].endswith("/import/")
        assert admin.post(f"{check}confirm/").headers["Location"].endswith("/import/")
    assert state() == before


@pytest.mark.both
@pytest.mark.django_db
def test_a_failure_half_way_leaves_nothing(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        imports.import_people(lines_of(GOOD), cast.duinhof, by=cast.admin, tell=True)
    assert state() == before


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"PK but no zip", HEAD.encode(), b"x" * 3_000_000], ids=len)
def test_the_page_says_what_to_do_about_a_file(cast: Any, admin: Client, data: bytes) -> None:
    answer = upload(admin, cast, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


@pytest.mark.both
@pytest.mark.django_db
def test_no_file_and_too_many_files(cast: Any, admin: Client) -> None:
    url = f"/organisations/{cast.duinhof.code}/people/import/"
    assert admin.post(url).status_code == 422
    for _ in range(9):
        assert upload(admin, cast, GOOD).status_code == 302
    assert upload(admin, cast, GOOD).status_code == 422


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_import_costs_the_same_for_one_and_three(cast: Any, django_assert_num_queries: Any, count: int) -> None:
    text = "\n".join([HEAD, *(f"n{n}@example.org;;;trainee;;" for n in range(count))])
    audit.record(audit.PEOPLE_IMPORTED, by=None, facts={}, chain=people.chain_of(cast.duinhof))
    lines = lines_of(text)
    with django_assert_num_queries(17):
        imports.import_people(lines, cast.duinhof, by=cast.admin, tell=False)
    assert (
        Membership.objects.filter(person__email__startswith="n", role="trainee", organisation=cast.duinhof).count()
        >= count
    )


@pytest.mark.both
@pytest.mark.django_db
def test_hostile_content_is_text_on_the_check_page(cast: Any, admin: Client) -> None:
    check = upload(admin, cast, f"{HEAD}\na@example.org;<script>alert(1)</script>;x;<img src=x>;;\n").headers[
        "Location"
    ]
    page = admin.get(check).content.decode()
    assert "<script>alert" not in page and "<img src=x>" not in page
    assert "&lt;script&gt;" in page
