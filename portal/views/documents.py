"""How frozen bytes leave. The view that calls this has already found that this person may have them."""

import re

from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags
from django.utils.translation import gettext as _

from portal import documents
from portal.models.document import Document
from portal.templatetags.portal_tags import day
from portal.views import errors

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
MOST_AT_ONCE = 8 << 20  # bytes in memory; a longer part is cut to this, a longer whole is streamed
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
ENDINGS = {documents.PDF: "pdf", "application/zip": "zip", "application/json": "json", "text/csv": "csv"}
# A browser shows no PDF in a sandbox; one of our own making runs nothing, and nothing else is shown inline.
ATTACHED = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
INLINE = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
INLINE += "; frame-ancestors 'none'"


def answer(request: HttpRequest, document: Document, *, inline: bool = False) -> HttpResponseBase:
    """200, 206, 304, 416, or the page of a withdrawn (410) or damaged (500) document.

    Only a PDF is ever shown inline. A GET of part of a document is as much a reading as one of all of it.
    """
    if document.withdrawn_at:
        return errors.gone(request, what=_withdrawn(document))
    try:
        file = documents.opened(document)
    except documents.Damaged:
        return errors.server_error(request)
    response = _of(request, document, file)
    inline = inline and document.media_type == documents.PDF
    response["ETag"] = f'"{document.sha256}"'
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = INLINE if inline else ATTACHED
    if response.status_code in (200, 206):
        response["Content-Type"] = document.media_type
        response["Content-Disposition"] = content_disposition_header(not inline, file_name(document))
    return response


def file_name(document: Document) -> str:
    """The title as a name that every system takes."""
    words = " ".join(NOT_IN_A_NAME.sub(" ", document.title).split()).strip(". ")[:80] or document.code
    return f"{words}.{ENDINGS.get(document.media_type, 'bin')}"


def _of(request: HttpRequest, document: Document, file: File) -> HttpResponseBase:
    """The answer without its headers; closes the file unless it is sent whole."""
    etag = f'"{document.sha256}"'
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in asked or "*" in asked:
        file.close()
        return HttpResponse(status=304)
    part = _part(request, document.size, etag)
    if part is None:
        return _whole(file, document.size)
    with file:
        begin, end = part
        if begin > end:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{document.size}"})
        file.seek(begin)
        body = file.read(end - begin + 1)
    return HttpResponse(body, status=206, headers={"Content-Range": f"bytes {begin}-{end}/{document.size}"})


def _whole(file: File, size: int) -> HttpResponseBase:
    length = {"Content-Length": str(size)}
    if size > MOST_AT_ONCE:
        return FileResponse(file, headers=length)
    with file:
        return HttpResponse(file.read(), headers=length)


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte of the one part that is asked for; None for all; first after last when there is none."""
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or not found or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:  # the last so many
        begin, end = (max(size - int(last), 0), size - 1) if int(last) else (1, 0)
    else:
        begin, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < begin:
            return None  # no range at all, says RFC 9110
    if begin >= size:
        return 1, 0
    return begin, min(end, begin + MOST_AT_ONCE - 1)


def _withdrawn(document: Document) -> str:
    words = {
        "title": document.title or _("This document"),
        "day": day(document.withdrawn_at),
        "reason": document.get_withdrawal_display(),
        "hash": document.sha256,
    }
    return _("%(title)s was withdrawn on %(day)s, %(reason)s. The SHA-256 of the file was %(hash)s.") % words
