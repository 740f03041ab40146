"""How stored bytes leave. Whoever calls this has already found that this person may have them."""

import re

from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
MOST_AT_ONCE = 8 << 20  # bytes in memory; a longer part is cut to this, a longer whole is streamed
# A browser shows no PDF in a sandbox; one of our own making runs nothing, and nothing else is shown inline.
ATTACHED = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
INLINE = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
INLINE += "; frame-ancestors 'none'"


def serve(
    request: HttpRequest, file: File, *, size: int, sha256: str, media_type: str, name: str, inline: bool = False
) -> HttpResponseBase:
    """200, 206, 304 or 416; closes the file unless it is sent whole. Never run or framed by a browser.

    Content leaves with 200 and 206: there the caller notes a reading, a GET of a part included.
    """
    response = _answer(request, file, size, f'"{sha256}"')
    response["ETag"] = f'"{sha256}"'
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = INLINE if inline else ATTACHED
    if response.status_code in (200, 206):
        response["Content-Type"] = media_type
        response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    return response


def is_known(request: HttpRequest, sha256: str) -> bool:
    """The browser has these very bytes already."""
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    return f'"{sha256}"' in asked or "*" in asked


def _answer(request: HttpRequest, file: File, size: int, etag: str) -> HttpResponseBase:
    if is_known(request, etag.strip('"')):
        file.close()
        return HttpResponse(status=304)
    part = _part(request, size, etag)
    if part is None:
        return _whole(file, size)
    with file:
        begin, end = part
        if begin > end:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        file.seek(begin)
        body = file.read(end - begin + 1)
    return HttpResponse(body, status=206, headers={"Content-Range": f"bytes {begin}-{end}/{size}"})


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
