"""Frozen documents: bytes with a hash, never changed, destroyed for a reason, served after a check."""

import datetime
import hashlib
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from portal import documents, erasure
from portal.models import AuditEntry, Document
from portal.views.documents import answer, file_name
from tests import factories

pytestmark = pytest.mark.django_db
BODY = b"%PDF-1.7 " + bytes(range(256)) * 4


def stored() -> list[str]:
    try:
        folders = default_storage.listdir("documents")[0]
    except FileNotFoundError:
        return []
    return sorted(name for folder in folders for name in default_storage.listdir(f"documents/{folder}")[1])


def test_what_is_frozen_is_read_back_with_its_hash():
    document = factories.document(body=BODY)
    assert document.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (documents.read(document), document.size) == (BODY, len(BODY))
    assert stored() == [f"{document.sha256}-{document.code}"]


def test_changed_or_missing_bytes_are_noticed_and_served_to_nobody(caplog):
    document = factories.document(body=BODY)
    default_storage.delete(document.stored_as)
    default_storage.save(document.stored_as, ContentFile(BODY[:-1] + b"!"))
    with pytest.raises(documents.Damaged):
        documents.read(document)
    response = answer(request(), document)
    assert response.status_code == 500
    assert BODY[:50] not in response.content
    default_storage.delete(document.stored_as)
    with pytest.raises(documents.Damaged):
        documents.read(document)
    assert document.code in caplog.text


@pytest.mark.both
@pytest.mark.parametrize(
    "change",
    [
        "sha256 = 'x'",
        "title = 'Anders'",
        "title = ''",
        "number = 2",
        "owner_id = 1",
        "size = 1",
        "made_at = '2020-01-01 00:00:00+00'",
        "withdrawn_at = '2020-01-01 00:00:00+00', withdrawal = 'privacy', sha256 = 'y'",
        "withdrawn_at = '2020-01-01 00:00:00+00', withdrawal = 'privacy', title = 'Anders'",
    ],
)
def test_the_database_refuses_to_change_a_document(change):
    document = factories.document()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE portal_document SET {change} WHERE id = %s", [document.pk])
    with transaction.atomic(), connection.cursor() as cursor:  # what changes nothing is no change
        cursor.execute("UPDATE portal_document SET title = title WHERE id = %s", [document.pk])
    assert cursor.rowcount == 1


@pytest.mark.both
def test_a_withdrawal_is_not_taken_back_or_told_otherwise():
    document = factories.document()
    documents.withdraw(document, kind="privacy", by=None, at=timezone.now())
    for change in ("withdrawn_at = NULL, withdrawal = ''", "withdrawal = 'mistake'", "title = 'Weer terug'"):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE portal_document SET {change} WHERE id = %s", [document.pk])
    Document.objects.filter(pk=document.pk).update(title="")  # a name in it may still have to go


def test_no_row_is_deleted_by_the_way():
    document = factories.document()
    with pytest.raises(TypeError):
        document.delete()
    with pytest.raises(TypeError):
        Document.objects.all().delete()
    with pytest.raises(TypeError):
        documents.discard(document)
    assert documents.read(document)


@pytest.mark.both
def test_a_version_exists_once():
    factories.document(about="abc", number=1)
    factories.document(about="abc", number=2)
    factories.document(about="abc", number=1, language="en")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.document(about="abc", number=1)


def test_withdrawing_destroys_the_bytes_of_this_document_alone(django_capture_on_commit_callbacks):
    noor = factories.person("Noor")
    first, second = factories.document(noor, BODY), factories.document(noor, BODY)
    at = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        documents.withdraw(first, kind=Document.Withdrawal.PATIENT_DATA, by=noor, at=at)
        documents.withdraw(first, kind=Document.Withdrawal.PRIVACY, by=noor, at=at + datetime.timedelta(days=1))
    assert stored() == [f"{second.sha256}-{second.code}"]
    first.refresh_from_db()
    assert (first.withdrawn_at, first.withdrawal, first.title) == (at, "patient-data", "Verslag van één dag")
    assert first.sha256 == hashlib.sha256(BODY).hexdigest()
    assert AuditEntry.objects.filter(verb="document withdrawn").count() == 1
    with pytest.raises(documents.Gone):
        documents.read(first)
    response = answer(request(), first)
    assert response.status_code == 410
    assert first.sha256 in response.content.decode()
    assert documents.read(second) == BODY


def test_a_withdrawal_that_is_rolled_back_keeps_the_bytes(transactional_db):
    document = factories.document(body=BODY)
    with pytest.raises(RuntimeError), transaction.atomic():
        documents.withdraw(document, kind="privacy", by=None, at=timezone.now())
        raise RuntimeError
    document.refresh_from_db()
    assert documents.read(document) == BODY


def test_erasing_a_person_destroys_their_documents_and_titles(django_capture_on_commit_callbacks):
    noor, joris = factories.person("Noor"), factories.person("Joris")
    hers = factories.document(noor, title="Portfolio van Noor")
    his, nobodys = factories.document(joris), factories.document()
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(noor)
    hers.refresh_from_db()
    assert (hers.title, hers.withdrawal) == ("", "erasure")
    assert sorted(stored()) == sorted(f"{one.sha256}-{one.code}" for one in (his, nobodys))


def test_the_sweep_removes_what_no_row_names_and_nothing_else():
    kept = factories.document(body=BODY)
    withdrawn = factories.document(body=b"weg")
    documents.withdraw(withdrawn, kind="privacy", by=None, at=timezone.now())  # as if stopped before the commit's end
    default_storage.save("documents/zz/" + "0" * 64 + "-abcdefghjkmn", ContentFile(b"half"))
    assert len(stored()) == 3
    now = timezone.now()
    assert documents.sweep(at=now) == 0, "they may be of a row that is still to come"
    assert documents.sweep(at=now + datetime.timedelta(hours=2)) == 2
    assert stored() == [f"{kept.sha256}-{kept.code}"]


# --- Serving --------------------------------------------------------------------------------


def request(**headers: str):
    made = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    made.user = None
    return made


def body_of(response) -> bytes:
    found = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return found


def test_it_leaves_as_an_attachment_that_runs_nothing():
    document = factories.document(body=BODY, title="Verslag: één dag / twee\r\nX-Evil: ja")
    response = answer(request(), document)
    assert body_of(response) == BODY
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["ETag"] == f'"{document.sha256}"'
    assert response["Content-Length"] == str(len(BODY))
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.partition("''")[2]) == "Verslag één dag twee X-Evil ja.pdf"


def test_only_a_pdf_is_shown_in_the_browser():
    shown = answer(request(), factories.document(body=BODY), inline=True)
    assert shown["Content-Disposition"].startswith("inline")
    assert (
        "script-src" not in shown["Content-Security-Policy"]
        and "default-src 'none'" in shown["Content-Security-Policy"]
    )
    page = answer(request(), factories.document(body=b"<script>", media_type="text/html"), inline=True)
    assert page["Content-Disposition"].startswith("attachment")
    assert page["Content-Security-Policy"].startswith("sandbox")
    for response in (shown, page):
        response.close()


def test_a_title_of_signs_only_still_gives_a_name():
    document = factories.document(title="///")
    assert file_name(document) == f"{document.code}.pdf"


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, 1032), ("bytes=-5", 1028, 1032), ("bytes=1000-99999", 1000, 1032)],
)
def test_a_part_is_given_as_asked(asked, begin, end):
    document = factories.document(body=BODY)
    response = answer(request(range=asked), document)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {begin}-{end}/{len(BODY)}"
    assert response.content == BODY[begin : end + 1]
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("asked", ["bytes=5000-", "bytes=-0", "bytes=1033-1040"])
def test_a_part_that_is_not_there(asked):
    response = answer(request(range=asked), factories.document(body=BODY))
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(BODY)}")
    assert response.content == b""


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b"])
def test_what_is_no_range_gives_all(asked):
    response = answer(request(range=asked), factories.document(body=BODY))
    assert response.status_code == 200
    assert body_of(response) == BODY


def test_a_large_one_is_never_whole_in_memory(monkeypatch):
    monkeypatch.setattr("portal.serving.MOST_AT_ONCE", 100)
    document = factories.document(body=BODY)
    whole = answer(request(), document)
    assert whole.streaming
    assert body_of(whole) == BODY
    part = answer(request(range="bytes=5-"), document)
    assert (part["Content-Range"], part.content) == (f"bytes 5-104/{len(BODY)}", BODY[5:105])


def test_a_part_of_another_version_gives_all_of_this_one():
    response = answer(request(range="bytes=0-9", if_range='"other"'), factories.document(body=BODY))
    assert response.status_code == 200
    assert body_of(response) == BODY


def test_who_has_it_already_gets_nothing_again():
    document = factories.document(body=BODY)
    response = answer(request(if_none_match=f'"{document.sha256}"'), document)
    assert (response.status_code, response.content) == (304, b"")
    again = answer(request(if_none_match='"other"'), document)
    assert again.status_code == 200
    again.close()
