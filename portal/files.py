"""Files that people add (portal.md G8): taken apart in a limited child process, kept as what we made of them.

docs/files.md has the pipeline and its verdicts. The bytes are stored first, then the row: a crash between leaves
a file that no row names, which `sweep` removes.
"""

import datetime
import functools
import hashlib
import posixpath
import secrets
import unicodedata
from collections.abc import Collection

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import audit, children, sharing
from portal.cleaning.kinds import JPEG, ODP, PDF, PNG, PPTX, WEBP
from portal.models import Shareable, StoredFile, User
from portal.models.file import FileRows
from portal.sharing import Person

PICTURES = frozenset({JPEG, PNG, WEBP})
EVIDENCE = PICTURES | {PDF}
PRESENTATIONS = frozenset({PDF, PPTX, ODP})
ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp", PDF: "pdf", PPTX: "pptx", ODP: "odp"}
LARGEST = 20_000_000  # bytes of one file
QUOTA = 500_000_000  # bytes of one person
FOLDER = "files"
HIDDEN_FOR = datetime.timedelta(hours=20)  # reported, then destroyed: within a day
SETTLED = datetime.timedelta(hours=1)  # a file younger than this may be of a row that is still to come
SECONDS, MEGABYTES = 10, 768

cleaner = children.Child("portal.cleaning.child.clean", seconds=SECONDS, megabytes=MEGABYTES)

_BROKEN = _("We cannot read this file. Open it on your device, save it again, and try that one.")
WORDS: dict[str, str | Promise] = {
    "declare": _("Say first that there is no patient data in it: tick the box beside the file."),
    "empty": _("This file is empty. Choose it again."),
    "size": _("This file is larger than 20 MB. Make it smaller, or choose a part of it."),
    "quota": _("There is no room left: you would have more than 500 MB. Remove what you no longer need."),
    "kind": _("This kind of file cannot be added here. Choose a picture (JPEG, PNG, WebP) or a PDF."),
    "heic": _(
        "This picture is in HEIC, which few programs can read. On an iPhone: Settings, Camera, Formats, “Most "
        "compatible”; or open the picture, choose Share, then “Copy photo” and paste it. Then add it as JPEG."
    ),
    "pixels": _("This picture has more than 40 million points. Make it smaller and try again."),
    "animated": _("Moving pictures cannot be added. Choose one still picture of it."),
    "encrypted": _("This file has a password, so nobody could read it here. Save it without a password."),
    "pages": _("This PDF has more than 200 pages. Choose the pages that matter."),
    "enclosed": _("This PDF is a cover around other files. Add those files themselves."),
    "bomb": _("This file unpacks into far more than it seems to hold. It was not added."),
    "macro": _("There are programs (macros) in this presentation. Save it as .pptx without them."),
    "unsafe": _("Something in this file could act by itself, so it was not added. Print it as a PDF and add that."),
    "heavy": _("This file asks too much of us to read. Make it smaller or simpler, and try again."),
    "broken": _BROKEN,
    "failed": _BROKEN,
}  # fmt: skip


class FileRefused(Exception):
    """It was not added; `code` is a key of WORDS, the message a sentence for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(str(WORDS[code]))
        self.code = code


# --- Seeing -----------------------------------------------------------------------------------


def visible_to(person: Person, at: datetime.datetime) -> FileRows:
    """Who sees the piece sees its files; what was reported nobody sees, its owner neither. Ask for one code."""
    if not sharing.sees_anything(person):
        return StoredFile.objects.none()
    return StoredFile.objects.there().filter(sharing.sight(person, at, path="about__"))


# --- Adding -----------------------------------------------------------------------------------


def add(
    upload: UploadedFile,
    *,
    about: Shareable,
    by: User,
    declared: bool,
    at: datetime.datetime,
    kinds: Collection[str] = EVIDENCE,
) -> StoredFile:
    """Keep what we make of this upload with the piece `about`; sent twice, kept once. Raises FileRefused.

    Not inside a transaction.
    """
    if about.owner_id != by.pk:
        raise ValueError("only the owner adds files")
    if not declared:
        raise FileRefused("declare")
    if not upload.size:
        raise FileRefused("empty")
    if upload.size > LARGEST:
        raise FileRefused("size")
    facts, body = cleaned(upload.read(), kinds)
    stored = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", ContentFile(body))
    kept = ""
    try:
        row = _recorded(facts, body, stored, name=upload.name or "", about=about, by=by, at=at)
        kept = row.stored_as
    finally:
        if kept != stored:
            default_storage.delete(stored)
    return row


def cleaned(body: bytes, kinds: Collection[str]) -> tuple[children.Header, bytes]:
    """What the child made of these bytes, and what it says of it. Raises FileRefused."""
    try:
        facts, (made,) = cleaner.ask({"kinds": sorted(kinds)}, body)
    except children.Refused as refusal:
        raise FileRefused(refusal.code if refusal.code in WORDS else "broken") from refusal
    except children.ChildFault as fault:
        raise FileRefused("heavy") from fault
    return facts, made


def _recorded(
    facts: children.Header, body: bytes, stored: str, *, name: str, about: Shareable, by: User, at: datetime.datetime
) -> StoredFile:
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # two uploads at once count each other
        digest = hashlib.sha256(body).hexdigest()
        if there := StoredFile.objects.there().filter(about=about, sha256=digest).first():
            return there
        used = StoredFile.objects.filter(owner=by, destroyed_at=None).aggregate(sum=Sum("size"))["sum"] or 0
        if used + len(body) > QUOTA:
            raise FileRefused("quota")
        return StoredFile.objects.create(
            owner=by,
            about=about,
            name=plain_name(name, facts["kind"]),
            kind=facts["kind"],
            size=len(body),
            sha256=digest,
            stored_as=stored,
            pages=facts.get("pages"),
            width=facts.get("width"),
            height=facts.get("height"),
            declared_at=at,
            added_at=at,
        )


def plain_name(name: str, kind: str) -> str:
    """The name as every system takes it, with the ending of what it really is; no folders, nothing invisible."""
    name = posixpath.basename(name.replace("\\", "/"))
    name = unicodedata.normalize("NFC", name)
    letters = (" " if unicodedata.category(one)[0] in "CZ" else one for one in name if one not in '<>:"|?*')
    stem = " ".join("".join(letters).split())
    for ending in ("", *ENDINGS.values(), "jpeg"):
        stem = stem.removesuffix(f".{ending}").removesuffix(f".{ending.upper()}") if ending else stem
    stem = stem.strip(". ")[:100].strip(". ")
    return f"{stem or 'bestand'}.{ENDINGS[kind]}"


# --- Taking away ------------------------------------------------------------------------------


def remove(file: StoredFile, *, by: User) -> None:
    """The owner takes it out; nothing of it stays."""
    if file.owner_id != by.pk:
        raise ValueError("only the owner removes a file")
    _remove(StoredFile.objects.filter(pk=file.pk))


def remove_of(about: Shareable) -> None:
    """The piece goes, and its files with it."""
    _remove(about.files.all())


def erase_of(person: User) -> None:
    """All files of this person, rows and bytes (portal/erasure.py)."""
    _remove(StoredFile.objects.filter(owner=person))


def _remove(rows: QuerySet[StoredFile]) -> None:
    with transaction.atomic():
        stored = [name for name in rows.values_list("stored_as", flat=True) if name]
        rows.delete()
        for name in stored:
            transaction.on_commit(functools.partial(default_storage.delete, name), robust=True)


def report(file: StoredFile, *, by: User, at: datetime.datetime) -> None:
    """Somebody saw patient data in it: hidden from now on, destroyed within a day. Saying it again changes nothing."""
    with transaction.atomic():
        if StoredFile.objects.filter(pk=file.pk, reported_at=None).update(reported_at=at, reported_by=by):
            audit.record(audit.FILE_REPORTED, by=by, subject=file.owner, at=at, facts={"file": file.code})


def destroy_reported(*, at: datetime.datetime) -> int:
    """Destroy the bytes of what was reported HIDDEN_FOR ago. Returns how many files."""
    due = StoredFile.objects.filter(reported_at__lte=at - HIDDEN_FOR, destroyed_at=None)
    return sum(_destroyed(file, at) for file in due.select_related("owner"))


def _destroyed(file: StoredFile, at: datetime.datetime) -> bool:
    stored = file.stored_as
    with transaction.atomic():
        same = StoredFile.objects.filter(pk=file.pk, destroyed_at=None)
        if not same.update(destroyed_at=at, stored_as="", name="", sha256=""):
            return False
        audit.record(audit.FILE_DESTROYED, by=None, subject=file.owner, at=at, facts={"file": file.code})
        transaction.on_commit(functools.partial(default_storage.delete, stored), robust=True)
    return True


def sweep(*, at: datetime.datetime) -> int:
    """Remove files that no row names. Returns how many."""
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return 0
    stored = [f"{FOLDER}/{name}" for name in names]
    old = [name for name in stored if default_storage.get_modified_time(name) < at - SETTLED]
    known = set(StoredFile.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    lost = [name for name in old if name not in known]
    for name in lost:
        default_storage.delete(name)
    return len(lost)
