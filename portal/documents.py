"""Freezing, withdrawing and reading documents. Who may see one, the app that made it says.

The bytes are stored first, then the row: a crash between leaves a file that no row names, which `sweep` removes.
Withdrawing marks the row first; the file goes when that is committed, and `sweep` removes what a crash left.
"""

import datetime
import hashlib
import logging

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from portal import audit
from portal.models import User
from portal.models.document import Document

log = logging.getLogger(__name__)
PDF = "application/pdf"
TEXT = "text/plain; charset=utf-8"
CSV = "text/csv"
FOLDER = "documents"
SETTLED = datetime.timedelta(hours=1)  # a file younger than this may be of a row that is still to come
CHUNK = 1 << 20


class Gone(Exception):
    """It was withdrawn: title, date, kind of reason and hash are all that is left."""


class Damaged(Exception):
    """The bytes in the storage are not those that were frozen; they are served to nobody."""


def freeze(
    body: bytes,
    *,
    kind: str,
    title: str,
    language: str,
    at: datetime.datetime,
    owner: User | None = None,
    about: str = "",
    number: int = 1,
    media_type: str = PDF,
    text_hash: str = "",
    is_temporary: bool = False,
) -> Document:
    """Store `body` for good. `owner` is whose data it is (erased with them), `about` the code of what it was made of.

    IntegrityError when this version was frozen already.
    """
    document = Document(
        kind=kind,
        about=about,
        number=number,
        title=title[:200],
        language=language,
        media_type=media_type,
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        text_hash=text_hash,
        owner=owner,
        is_temporary=is_temporary,
        made_at=at,
    )
    stored = default_storage.save(document.stored_as, ContentFile(body))
    if stored != document.stored_as:
        raise RuntimeError("A document of this code exists already.")
    document.save(force_insert=True)
    return document


def withdraw(document: Document, *, kind: str, by: User | None, at: datetime.datetime, keep_title: bool = True) -> None:
    """Destroy the bytes for `kind`, a Document.Withdrawal. `keep_title=False` where the title names somebody.
    Doing it again changes nothing."""
    with transaction.atomic():
        if _mark([document], kind, at, keep_title):
            facts = {"document": document.code, "kind": kind}
            audit.record(audit.DOCUMENT_WITHDRAWN, by=by, subject=document.owner, facts=facts, at=at)
    document.refresh_from_db()


def destroy_of(person: User, *, at: datetime.datetime) -> None:
    """For the erasure engine: all that is theirs, titles too; the erasure is the entry that says so."""
    _mark(list(Document.objects.live().filter(owner=person)), Document.Withdrawal.ERASURE, at, keep_title=False)


def _mark(documents: list[Document], kind: str, at: datetime.datetime, keep_title: bool) -> int:
    changes = {"withdrawn_at": at, "withdrawal": kind} | ({} if keep_title else {"title": ""})
    rows = Document.objects.live().filter(pk__in=[document.pk for document in documents])
    changed = rows.update(**changes)
    names = [document.stored_as for document in documents]
    transaction.on_commit(lambda: _remove(names))
    return changed


def discard(document: Document) -> None:
    """The result of a job that nobody needs any more leaves nothing; anything else is withdrawn instead."""
    if not document.is_temporary:
        raise TypeError("Only the result of a job is thrown away.")
    rows = Document.objects.filter(pk=document.pk, is_temporary=True)
    rows._raw_delete(rows.db)
    transaction.on_commit(lambda: _remove([document.stored_as]))


def _remove(names: list[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("A withdrawn document could not be removed; the sweep tries again.")


def opened(document: Document) -> File:
    """The bytes, after looking that they are the ones that were frozen; the caller closes. Raises Gone or Damaged."""
    if document.withdrawn_at:
        raise Gone
    try:
        file = default_storage.open(document.stored_as)
    except OSError as error:
        log.error("The bytes of document %s are not there.", document.code)
        raise Damaged from error
    digest = hashlib.sha256()
    while part := file.read(CHUNK):
        digest.update(part)
    if digest.hexdigest() != document.sha256:
        file.close()
        log.error("The bytes of document %s are not those that were frozen.", document.code)
        raise Damaged
    file.seek(0)
    return file


def read(document: Document) -> bytes:
    """Raises Gone or Damaged."""
    with opened(document) as file:
        body: bytes = file.read()
    return body


def sweep(*, at: datetime.datetime) -> int:
    """Remove files that no live row names; the number of them."""
    removed = 0
    for folder in _folders():
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        codes = [name.rpartition("-")[2] for name in names]
        live = {document.stored_as for document in Document.objects.live().filter(code__in=codes)}
        left = [name for name in names if name not in live and _is_settled(name, at)]
        _remove(left)
        removed += len(left)
    return removed


def _folders() -> list[str]:
    try:
        return [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[0]]
    except FileNotFoundError:
        return []


def _is_settled(name: str, at: datetime.datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < at - SETTLED
    except FileNotFoundError:
        return False
