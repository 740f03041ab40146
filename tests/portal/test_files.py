"""Files on pages: who sees them, what leaves with them, what a report does, and that no byte is left behind."""

import datetime
import threading

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal import audit, erasure, files
from portal.models import AuditEntry, Reading, StoredFile
from portal.models.sharing import Channel
from tests import factories
from tests.files import corpus

NOW = timezone.now


def upload(body: bytes = b"", name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body or corpus.picture(exif=corpus.exif()))


def add(item, name: str = "foto.jpg", body: bytes = b"") -> StoredFile:
    owner = item.shareable.owner
    return files.add(upload(body, name), about=item.shareable, by=owner, declared=True, at=NOW())


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def item(cast):
    return factories.experience(cast.noor, "Nacht", into=cast.experiences)


def fetched(browser, address: str, **headers: str):
    """The answer, read to its end."""
    answer = browser.get(address, headers=headers)
    answer.body = b"".join(answer) if answer.streaming else answer.content
    return answer


def stored() -> list[str]:
    return default_storage.listdir(files.FOLDER)[1] if default_storage.exists(files.FOLDER) else []


@pytest.mark.django_db
class TestAdding:
    def test_a_photo_comes_back_without_what_the_camera_wrote(self, item, sign_in):
        noor = sign_in(item.shareable.owner)
        data = {"files": upload(name="IMG 1.JPG"), "declared": "on"}
        answer = noor.post(reverse("portfolios:file_add", args=[item.code]), data)
        assert answer.status_code == 302
        file = StoredFile.objects.get()
        assert (file.name, file.kind, file.width, file.height) == ("IMG 1.jpg", "image/jpeg", 64, 48)
        shown = fetched(noor, reverse("file", args=[file.code]))
        body = shown.body
        assert body.startswith(b"\xff\xd8")
        assert b"Exif" not in body and corpus.MARK not in body
        assert shown["Content-Disposition"] == 'attachment; filename="IMG 1.jpg"'
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert shown["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert shown["Cache-Control"] == "no-store, private"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"", "empty"),
            (b"<html>", "kind"),
            (b"x" * (files.LARGEST + 1), "size"),
            (b"\0\0\0\x18ftypheic" + b"\0" * 20, "heic"),
        ],
        ids=["empty", "kind", "size", "heic"],
    )
    def test_what_is_refused_is_said_beside_the_field(self, item, sign_in, body, code):
        file = SimpleUploadedFile("a.jpg", body)
        answer = sign_in(item.shareable.owner).post(
            reverse("portfolios:file_add", args=[item.code]), {"files": file, "declared": "on"}
        )
        assert answer.status_code == 422
        assert answer.context["form"].errors["files"] == [str(files.WORDS[code])]
        assert not StoredFile.objects.exists() and stored() == []

    def test_without_the_declaration_nothing_is_kept(self, item, sign_in):
        address = reverse("portfolios:file_add", args=[item.code])
        answer = sign_in(item.shareable.owner).post(address, {"files": upload()})
        again = "Nog niet toegevoegd. Kies het opnieuw: een pagina kan geen bestand vasthouden."
        assert answer.context["form"].errors == {"declared": [str(files.WORDS["declare"])], "files": [again]}
        with pytest.raises(files.FileRefused):
            files.add(upload(), about=item.shareable, by=item.shareable.owner, declared=False, at=NOW())
        assert not StoredFile.objects.exists()

    def test_only_the_owner_adds(self, cast, item, sign_in):
        factories.grant(item, cast.joris, right="comment")
        address = reverse("portfolios:file_add", args=[item.code])
        for reader, status in ((cast.joris, 403), (cast.teun, 404)):
            assert sign_in(reader).post(address, {"files": upload(), "declared": "on"}).status_code == status
        assert not StoredFile.objects.exists()

    def test_every_refusal_has_words(self):
        assert {case.verdict for case in corpus.CASES if "/" not in case.verdict} <= files.WORDS.keys()

    def test_a_full_disk_leaves_neither_row_nor_file(self, item, monkeypatch):
        monkeypatch.setattr(files, "QUOTA", 100)
        with pytest.raises(files.FileRefused) as refusal:
            add(item)
        assert refusal.value.code == "quota"
        assert not StoredFile.objects.exists() and stored() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\boot.ini", "boot.ini.png"),
        ("a\x00b.png", "a b.png"),
        ("gnp.\u202ejpg.exe", "gnp. jpg.exe.png"),
        ("a.pdf.html", "a.pdf.html.png"),
        ("foto.JPG", "foto.png"),
        ("x" * 300 + ".png", "x" * 100 + ".png"),
        ('"; filename=evil.html\r\n', "; filename=evil.html.png"),
        ("e\u0301e\u0301n.png", "één.png"),
        ("CON", "CON.png"),
        ("🩺 dienst.png", "🩺 dienst.png"),
        ("", "bestand.png"),
        ("....", "bestand.png"),
        (" . png", "png.png"),
    ],
)
def test_names_are_plain(given, kept):
    assert files.plain_name(given, "image/png") == kept


@pytest.mark.django_db
class TestSeeing:
    def test_who_sees_the_piece_sees_the_file_and_it_is_a_reading(self, cast, item, sign_in):
        file = add(item)
        act = factories.grant(cast.experiences, cast.joris)
        address, joris = reverse("file", args=[file.code]), sign_in(cast.joris)
        assert fetched(joris, address).status_code == 200
        reading = Reading.objects.get(channel=Channel.FILE)
        assert (reading.reader, reading.shareable, reading.source) == (cast.joris, item.shareable, act.source)
        assert file.name in joris.get(reverse("portfolios:experience", args=[item.code])).content.decode()

    @pytest.mark.parametrize("how", ["never", "expired", "withdrawn", "section of another"])
    def test_who_does_not_see_the_piece_finds_nothing(self, cast, item, sign_in, how):
        file = add(item)
        if how == "expired":
            factories.expired_grant(item, cast.joris)
        elif how == "withdrawn":
            factories.withdrawn_grant(item, cast.joris)
        elif how == "section of another":
            factories.grant(cast.plan, cast.joris)
        joris = sign_in(cast.joris)
        for verb in ("file", "file_report", "file_remove"):
            answer = joris.get(reverse(verb, args=[file.code]))
            assert answer.status_code == 404
            assert file.name.encode() not in answer.content
        assert not Reading.objects.exists()

    def test_asked_again_or_in_part_it_asks_again_who_one_is(self, cast, item, sign_in):
        file = add(item)
        factories.grant(item, cast.joris)
        address, joris = reverse("file", args=[file.code]), sign_in(cast.joris)
        etag = fetched(joris, address)["ETag"]
        Reading.objects.all().delete()
        again = joris.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert not Reading.objects.exists()  # nothing left with it
        part = joris.get(address, headers={"Range": "bytes=0-9"})
        assert (part.status_code, len(part.content)) == (206, 10)
        assert Reading.objects.count() == 1
        assert joris.get(address, headers={"Range": "bytes=999999-"}).status_code == 416
        from portal import sharing
        from portal.models import Grant

        sharing.withdraw(Grant.objects.filter(user=cast.joris), by=cast.noor)
        for headers in ({}, {"If-None-Match": etag}, {"Range": "bytes=0-9"}):
            assert joris.get(address, headers=headers).status_code == 404


@pytest.mark.django_db
class TestReporting:
    def test_hidden_at_once_and_destroyed_within_a_day(self, cast, item, sign_in, django_capture_on_commit_callbacks):
        file = add(item, name="patient.jpg")
        factories.grant(item, cast.joris)
        joris, noor = sign_in(cast.joris), sign_in(cast.noor)
        joris.post(reverse("file_report", args=[file.code]))
        for browser in (joris, noor):
            assert browser.get(reverse("file", args=[file.code])).status_code == 404
        page = reverse("portfolios:experience", args=[item.code])
        assert "patient.jpg" not in joris.get(page).content.decode()
        assert "patient.jpg" in noor.get(page).content.decode()  # the owner is told which one
        reported = StoredFile.objects.get().reported_at
        assert files.destroy_reported(at=reported + files.HIDDEN_FOR - datetime.timedelta(seconds=1)) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert files.destroy_reported(at=reported + files.HIDDEN_FOR) == 1
        assert files.HIDDEN_FOR + datetime.timedelta(hours=2) < datetime.timedelta(days=1)
        assert stored() == []
        assert "patient.jpg" not in noor.get(page).content.decode()
        assert files.destroy_reported(at=reported + factories.DAY) == 0
        verbs = AuditEntry.objects.filter(verb__in=[audit.FILE_REPORTED, audit.FILE_DESTROYED])
        assert [entry.verb for entry in verbs.order_by("number")] == [audit.FILE_REPORTED, audit.FILE_DESTROYED]

    def test_saying_it_twice_keeps_the_first_moment(self, cast, item):
        file, first = add(item), NOW()
        for moment in (first, first + factories.DAY):
            files.report(file, by=cast.noor, at=moment)
        assert StoredFile.objects.get().reported_at == first


@pytest.mark.django_db
class TestNothingStays:
    def test_removed_by_its_owner(self, cast, item, sign_in, django_capture_on_commit_callbacks):
        file = add(item)
        factories.grant(item, cast.joris)
        assert sign_in(cast.joris).post(reverse("file_remove", args=[file.code])).status_code == 403
        assert len(stored()) == 1
        with django_capture_on_commit_callbacks(execute=True):
            there = f"{reverse('file_remove', args=[file.code])}?next=/portfolio/"
            assert sign_in(cast.noor).post(there)["Location"] == "/portfolio/"
        assert stored() == [] and not StoredFile.objects.exists()

    @pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:1"])
    def test_the_way_back_leads_nowhere_else(self, cast, item, sign_in, elsewhere):
        file = add(item)
        answer = sign_in(cast.noor).post(f"{reverse('file_remove', args=[file.code])}?next={elsewhere}")
        assert answer["Location"] == "/"

    def test_erased_with_the_person(self, cast, item, django_capture_on_commit_callbacks):
        add(item)
        other = factories.experience(cast.teun, into=factories.section(factories.portfolio(cast.teun)))
        kept = add(other)
        with django_capture_on_commit_callbacks(execute=True):
            erasure.erase(cast.noor)
        assert [f"files/{name}" for name in stored()] == [kept.stored_as]

    def test_what_a_crash_left_is_swept_up(self, item):
        kept = add(item)
        default_storage.save(f"{files.FOLDER}/lost", upload())
        assert files.sweep(at=NOW()) == 0  # its row may be on the way
        assert files.sweep(at=NOW() + 2 * files.SETTLED) == 1
        assert [f"files/{name}" for name in stored()] == [kept.stored_as]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_four_times_at_once_is_kept_once(cast):
    item, barrier = factories.experience(cast.noor, into=cast.experiences), threading.Barrier(4)

    def try_it() -> None:
        barrier.wait()
        add(item)
        connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [f"files/{name}" for name in stored()] == [StoredFile.objects.get().stored_as]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_stay_within_the_quota(cast, monkeypatch):
    """Eight at the same moment, with room for three."""
    items = [factories.experience(cast.noor, into=cast.experiences) for _ in range(9)]
    size = add(items.pop()).size
    monkeypatch.setattr(files, "QUOTA", 4 * size)
    barrier, refused = threading.Barrier(8), []

    def try_it(item) -> None:
        barrier.wait()
        try:
            add(item)
        except files.FileRefused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=[item]) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["quota"] * 5
    assert StoredFile.objects.count() == len(stored()) == 4
