"""How frozen bytes leave. The view that calls this has already found that this person may have them."""

import re

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from portal import documents, serving
from portal.models.document import Document
from portal.templatetags.portal_tags import day
from portal.views import errors

NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
ENDINGS = {
    documents.PDF: "pdf",
    "application/zip": "zip",
    "application/json": "json",
    documents.CSV: "csv",
    documents.TEXT: "txt",
}


def answer(request: HttpRequest, document: Document, *, inline: bool = False) -> HttpResponseBase:
    """As serving.serve, or the page of a withdrawn (410) or damaged (500) document.

    Only a PDF is ever shown inline. A GET of part of a document is as much a reading as one of all of it.
    """
    if document.withdrawn_at:
        return errors.gone(request, what=_withdrawn(document))
    try:
        file = documents.opened(document)
    except documents.Damaged:
        return errors.server_error(request)
    return serving.serve(
        request,
        file,
        size=document.size,
        sha256=document.sha256,
        media_type=document.media_type,
        name=file_name(document),
        inline=inline and document.media_type == documents.PDF,
    )


def file_name(document: Document) -> str:
    """The title as a name that every system takes."""
    words = " ".join(NOT_IN_A_NAME.sub(" ", document.title).split()).strip(". ")[:80] or document.code
    return f"{words}.{ENDINGS.get(document.media_type, 'bin')}"


def _withdrawn(document: Document) -> str:
    words = {
        "title": document.title or _("This document"),
        "day": day(document.withdrawn_at),
        "reason": document.get_withdrawal_display(),
        "hash": document.sha256,
    }
    return _("%(title)s was withdrawn on %(day)s, %(reason)s. The SHA-256 of the file was %(hash)s.") % words
