"""Any file that somebody uploads gives a list with a message per line, or a clear refusal."""

import csv
import datetime
import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.actions import imports
from portal.models import Role
from portal.spreadsheets import MAX_BYTES, MAX_COLUMNS, Unreadable, read_rows
from tests.portal.test_imports import DAY, HEAD, lines_of, workbook

# --- What is refused whole ------------------------------------------------------------------


def bomb(size: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * size)
    return stream.getvalue()


def parts(count: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.xml", b"x")
    return stream.getvalue()


def hostile_workbook(doctype: str) -> bytes:
    """A good workbook whose sheet starts with this DOCTYPE."""
    stream, source = (
        io.BytesIO(),
        zipfile.ZipFile(io.BytesIO(workbook([["e-mail", "rol"], ["a@example.org", "trainee"]]))),
    )
    with zipfile.ZipFile(stream, "w") as archive:
        for part in source.namelist():
            body = source.read(part)
            if part == "xl/worksheets/sheet1.xml":
                body = body.replace(b"<worksheet", doctype.encode() + b"<worksheet", 1).replace(
                    b"a@example.org", b"&x;"
                )
            archive.writestr(part, body)
    return stream.getvalue()


LAUGHS = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 20 if n else "ha" * 50}">' for n in range(8))
REFUSED = {
    "nothing": b"",
    "blank": b"\n\n\n",
    "heading only": HEAD.encode(),
    "no heading": b"noor@example.org;trainee\n",
    "no role": b"e-mail;voornaam\nnoor@example.org;Noor\n",
    "binary": bytes(range(256)) * 4,
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj",
    "too large": b"e-mail;rol\n" + b"a" * MAX_BYTES,
    "too many lines": b"e-mail;rol\n" + b"a@example.org;trainee\n" * 1001,
    "too many columns": b"e-mail;rol" + b";x" * MAX_COLUMNS,
    "a cell too long": b"e-mail;rol\na@example.org;" + b"x" * 501,
    "an endless quote": b'e-mail;rol\n"a@example.org;trainee\n' + b"x" * 200_000,
    "not a zip": b"PK\x03\x04 but no zip",
    "a zip bomb": bomb(30_000_000),
    "many parts": parts(300),
    "some zip": parts(3),
    "half a workbook": workbook([["e-mail", "rol"]])[:2000],
    "a laughing workbook": hostile_workbook(f"<!DOCTYPE w [{LAUGHS}<!ENTITY x '&x7;'>]>"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        lines_of(REFUSED[name])
    assert str(refused.value)


def test_an_entity_never_reads_a_file(tmp_path: Any) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim@example.org")
    doctype = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{secret}">]>'
    try:
        lines = lines_of(hostile_workbook(doctype))
    except Unreadable:
        return
    assert "geheim" not in str(lines)


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is() -> None:
    good = workbook([["e-mail", "rol"], ["a@example.org", "trainee"]])
    stream, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(good))
    with zipfile.ZipFile(stream, "w") as archive:
        for part in source.namelist():
            archive.writestr(part, source.read(part).replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert len(lines_of(stream.getvalue())) == 1


WHOLE = workbook([["e-mail", "rol", "voornaam"], ["a@example.org", "trainee", "Noor"]])


# --- Any file at all ------------------------------------------------------------------------

cell = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["a@example.org", "trainee", "=1+1", "2027-03-01", "31-12-2026", '"', "\n", ";", "Zoë van 't Hek"]
)
table = st.lists(st.lists(cell, max_size=8), max_size=12)


def check_lines(data: bytes) -> None:
    """Either a refusal with words, or lines that are each good through and through or say what is wrong."""
    try:
        lines = lines_of(data)
    except Unreadable as refused:
        assert str(refused)
        return
    assert 1 <= len(lines) <= imports.MAX_LINES
    for line in lines:
        assert json.loads(json.dumps(line.stored())) == line.stored()
        starts_on, ends_on = line.period
        if line.problems:
            assert all(line.problems)
            continue
        assert line.role in Role.values
        assert "@" in line.email and line.email == line.email.lower()
        assert ends_on is None or ends_on > starts_on
        assert not any(name.startswith(("=", "+", "-", "@", "\t")) for name in line.names.values())
        assert not any("/" in name or "\n" in name or "<" in name for name in line.names.values())


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=600))
@example(b"e-mail;rol\n\xff\xfe;x")
@example(b"\xff\xfe")
@example(b"\xff\xfee-mail")
@example(b"PK")
def test_any_bytes(data: bytes) -> None:
    check_lines(data)


@settings(deadline=None, max_examples=200)
@given(table, st.sampled_from(";,\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_as_csv(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([["e-mail", "rol", "voornaam", "van", "tot en met"], *rows])
    check_lines(stream.getvalue().encode(encoding))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12))
def test_any_damage_to_a_workbook(damage: list[tuple[int, int]]) -> None:
    body = bytearray(WHOLE)
    for place, value in damage:
        body[2 + place % (len(body) - 2)] = value
    check_lines(bytes(body))


name = st.text(st.characters(categories=["Ll", "Lu"]), min_size=2, max_size=20)
people_rows = st.lists(
    st.tuples(st.integers(0, 500), name, name, st.sampled_from(Role.values), st.dates(datetime.date(2000, 1, 1), DAY)),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[0],
)


@settings(deadline=None, max_examples=100)
@given(people_rows)
def test_what_was_written_is_what_is_read(rows: list[Any]) -> None:
    text = "\n".join([HEAD, *(f"p{n}@example.org;{g};{f};{role};{day:%d-%m-%Y};" for n, g, f, role, day in rows)])
    read = [
        (line.email, line.given_name, line.family_name, line.role, line.starts_on, line.problems)
        for line in lines_of(text)
    ]
    assert read == [(f"p{n}@example.org", g, f, role, day.isoformat(), []) for n, g, f, role, day in rows]


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_rows_keep_their_limits(data: bytes) -> None:
    try:
        rows = read_rows(data, max_rows=50)
    except Unreadable:
        return
    assert 0 < len(rows) <= 50
    assert all(len(row) <= MAX_COLUMNS for row in rows)
