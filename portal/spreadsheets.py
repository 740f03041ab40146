"""Reading a table that somebody uploads: CSV or XLSX, whatever program made it, within limits. And writing one.

Cells come back as text, trimmed; a date cell of a workbook as YYYY-MM-DD. Nothing in a file is calculated.
"""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

MAX_BYTES = 2_000_000
MAX_UNPACKED = 20_000_000
MAX_PARTS = 200
MAX_COLUMNS = 30
MAX_CELL = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Unreadable(Exception):
    """This file cannot be read; the message says what to do."""


def read_rows(data: bytes, *, max_rows: int) -> list[list[str]]:
    """The rows of the only or first sheet, with empty rows as empty lists so that numbers fit what people see.

    Raises Unreadable. The kind of file is told by its content, never by its name.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(_("This file is larger than 2 MB. Split it, or remove what the import does not need."))
    rows = list(_limited(_workbook(data, max_rows) if data[:2] == b"PK" else _text(data), max_rows))
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise Unreadable(_("There is nothing in this file. Choose another file."))
    return rows


def _limited(rows: Iterable[Iterable[Any]], max_rows: int) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > max_rows:
            raise Unreadable(_("This file has more than %(count)d lines. Split it in parts.") % {"count": max_rows})
        cells = [_as_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS or any(len(cell) > MAX_CELL for cell in cells):
            raise Unreadable(_("Line %(number)d is too long. Is this the right file?") % {"number": number})
        yield cells


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def harmless(cell: Any) -> str:
    """What a cell of a CSV for others becomes: a program that calculates must find nothing to calculate in it."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_of(rows: Iterable[Iterable[Any]]) -> bytes:
    """A CSV for others: UTF-8 with mark, so that every program reads its letters; each cell in quotes, and harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


# --- CSV ------------------------------------------------------------------------------------


def _text(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    if "\0" in text:
        raise Unreadable(
            _("This is not a CSV file or an Excel workbook. Save the list as .xlsx or .csv and try again.")
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        yield from reader
    except csv.Error:
        raise Unreadable(
            _("Line %(number)d cannot be read. Look for a quote that is not closed.") % {"number": reader.line_num}
        ) from None


def _decoded(data: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with mark, else the Western European of Windows, which reads anything."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """What the first line has most of: Excel in the Low Countries writes semicolons."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(";,\t", key=first.count)


# --- XLSX -----------------------------------------------------------------------------------


def _workbook(data: bytes, max_rows: int) -> Iterator[tuple[Any, ...]]:
    """The first sheet. openpyxl keeps shared texts in memory, so what the archive unpacks to is measured first."""
    try:
        _require_small(zipfile.ZipFile(io.BytesIO(data)))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says about its own size is not to be believed
        rows = list(sheet.iter_rows(max_row=max_rows + 1, max_col=MAX_COLUMNS + 1, values_only=True))
    except Unreadable:
        raise
    except Exception:
        raise Unreadable(
            _("This workbook cannot be read. Open it, save it again as .xlsx and try once more.")
        ) from None
    yield from rows


def _require_small(archive: zipfile.ZipFile) -> None:
    """Unpacks each part to count its bytes: the sizes in an archive's index can lie."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise Unreadable(_("This workbook has too many parts. Copy the list to a new workbook and try again."))
    total = 0
    for part in parts:
        with archive.open(part) as stream:
            while chunk := stream.read(65_536):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise Unreadable(_("This workbook is too large. Copy the list to a new workbook and try again."))
