"""Pictures and PDFs chosen in the form of the experience itself: nothing typed or accepted is lost (P2)."""

import datetime
import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal import files
from portal.models import Draft, StoredFile
from portfolios.models import Experience
from tests import factories
from tests.files import corpus

pytestmark = pytest.mark.django_db
TEXT = {"title": "Overdracht", "happened_on": "2026-01-01", "reflection": "Dit mag niet weg."}
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 20
AGAIN = "Nog niet toegevoegd. Kies het opnieuw: een pagina kan geen bestand vasthouden."


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(name: str = "foto.jpg", **options) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, corpus.picture(exif=corpus.exif(), **options))


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


def names() -> list[str]:
    return sorted(StoredFile.objects.values_list("name", flat=True))


def test_a_new_experience_takes_its_files_along(cast, sign_in):
    chosen = [photo(), SimpleUploadedFile("poster.pdf", corpus.pdf())]
    answer = sign_in(cast.noor).post(url("experience_new"), TEXT | {"files": chosen, "declared": "on", "place": ""})
    made = Experience.objects.get()
    assert answer.url == url("experience_place", made.code)
    assert names() == ["foto.jpg", "poster.pdf"] and made.shareable.files.count() == 2
    for row in StoredFile.objects.all():
        assert row.declared_at
        with default_storage.open(row.stored_as) as kept:
            assert corpus.MARK not in kept.read()


def test_a_change_adds_and_takes_nothing_away(cast, sign_in):
    item = factories.experience(cast.noor, "Nacht", into=cast.experiences)
    files.add(photo("eerst.jpg"), about=item.shareable, by=cast.noor, declared=True, at=item.created_at)
    noor, address = sign_in(cast.noor), url("experience_edit", item.code)
    assert "eerst.jpg" in noor.get(address).content.decode()
    noor.post(address, TEXT | {"version": 1, "files": photo(size=(80, 60)), "declared": "on"})
    item.refresh_from_db()
    assert (names(), item.reflection) == (["eerst.jpg", "foto.jpg"], TEXT["reflection"])
    noor.post(address, TEXT | {"version": 2, "reflection": "Anders."})
    assert names() == ["eerst.jpg", "foto.jpg"]


def test_of_many_files_a_page_is_shown_with_the_way_to_the_rest(cast, sign_in):
    item = factories.experience(cast.noor, "Nacht", into=cast.experiences)
    given = {"about": item.shareable, "owner": cast.noor, "declared_at": item.created_at}
    given |= {"kind": "image/jpeg", "size": 1, "width": 1, "height": 1}
    rows = [
        StoredFile(name=f"foto{number:02}.jpg", sha256=f"{number:064}", stored_as=f"{number}", **given)
        for number in range(21)
    ]
    StoredFile.objects.bulk_create(rows)
    noor = sign_in(cast.noor)
    first = noor.get(url("experience", item.code)).content.decode()
    assert "foto19.jpg" in first and "foto20.jpg" not in first and "?second=2" in first
    second = noor.get(url("experience", item.code), {"second": 2}).content.decode()
    assert "foto20.jpg" in second and "foto19.jpg" not in second
    form = noor.get(url("experience_edit", item.code)).content.decode()
    assert "foto19.jpg" in form and "foto20.jpg" not in form and "Alle 21 bestanden" in form


def test_heic_is_refused_with_how_to_send_it_and_the_rest_is_kept(cast, sign_in):
    noor = sign_in(cast.noor)
    chosen = [photo(), SimpleUploadedFile("IMG_0001.HEIC", HEIC)]
    answer = noor.post(url("experience_new"), TEXT | {"files": chosen, "declared": "on", "place": ""})
    made = Experience.objects.get()
    assert answer.status_code == 422 and made.reflection == TEXT["reflection"] and names() == ["foto.jpg"]
    said = answer.context["chosen"].errors["files"]
    assert said == [f"“IMG_0001.HEIC”: {files.WORDS['heic']}"]
    page = answer.content.decode()
    assert "JPEG" in said[0] and "Instellingen" in said[0] and "Dit mag niet weg." in page and "foto.jpg" in page
    assert f'action="{url("experience_edit", made.code)}"' in page, "the next press changes what was saved"
    assert 'aria-describedby="id_files_helptext id_files_error"' in page
    jpeg = TEXT | {
        "version": 1,
        "reflection": "Verder.",
        "files": photo("IMG_0001.jpg", size=(90, 60)),
        "declared": "on",
    }
    assert noor.post(url("experience_edit", made.code), jpeg | {"place": ""}).url == url("experience_place", made.code)
    assert names() == ["IMG_0001.jpg", "foto.jpg"] and Experience.objects.get().reflection == "Verder."


def test_without_the_tick_the_text_is_kept_and_the_file_is_not(cast, sign_in):
    answer = sign_in(cast.noor).post(url("experience_new"), TEXT | {"files": photo()})
    assert answer.status_code == 422 and Experience.objects.get().title == TEXT["title"]
    assert answer.context["chosen"].errors == {"declared": [str(files.WORDS["declare"])], "files": [AGAIN]}
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("wrong", [{"title": ""}, {"happened_on": "2999-01-01"}])
def test_a_fault_in_the_text_says_that_the_file_waits(cast, sign_in, wrong):
    answer = sign_in(cast.noor).post(url("experience_new"), TEXT | wrong | {"files": photo(), "declared": "on"})
    assert answer.status_code == 422 and not Experience.objects.exists() and not StoredFile.objects.exists()
    assert answer.context["chosen"].errors == {"files": [AGAIN]}
    assert "Dit mag niet weg." in answer.content.decode()


def test_two_tabs_that_clash_keep_the_file_for_later(cast, sign_in):
    item = factories.experience(cast.noor, "Nacht", into=cast.experiences)
    noor, address = sign_in(cast.noor), url("experience_edit", item.code)
    noor.post(address, TEXT | {"version": 1, "reflection": "Uit de eerste tab."})
    answer = noor.post(address, TEXT | {"version": 1, "files": photo(), "declared": "on"})
    assert answer.status_code == 409 and answer.context["chosen"].errors == {"files": [AGAIN]}
    assert not StoredFile.objects.exists()


def test_no_files_and_no_tick_is_fine_and_a_tick_alone_too(cast, sign_in):
    noor = sign_in(cast.noor)
    assert noor.post(url("experience_new"), TEXT).status_code == 302
    assert noor.post(url("experience_new"), TEXT | {"declared": "on"}).status_code == 302
    assert Experience.objects.count() == 2 and not StoredFile.objects.exists()


def test_more_than_five_or_too_much_at_once_are_none(cast, sign_in, monkeypatch):
    def some(many: int) -> dict:
        return {"files": [photo(f"{one}.jpg", size=(60 + one, 40)) for one in range(many)], "declared": "on"}

    answer = sign_in(cast.noor).post(url("experience_new"), TEXT | some(6))
    assert answer.status_code == 422 and not StoredFile.objects.exists()
    assert "vijf" in answer.context["chosen"].errors["files"][0]
    sign_in(cast.noor).post(url("experience_new"), TEXT | some(5))
    assert StoredFile.objects.count() == 5
    monkeypatch.setattr("portal.forms.files.TOGETHER", 1000)
    answer = sign_in(cast.noor).post(url("experience_new"), TEXT | {"files": photo(size=(99, 99)), "declared": "on"})
    assert "25 MB" in answer.context["chosen"].errors["files"][0] and StoredFile.objects.count() == 5


def test_sent_twice_it_is_one_experience_with_one_file(cast, sign_in):
    noor, code = sign_in(cast.noor), "a2b3c4d5e6f7"
    for _ in range(2):
        noor.post(url("experience_new"), TEXT | {"code": code, "files": photo(), "declared": "on"})
    assert Experience.objects.get().shareable.files.count() == 1


def test_what_was_kept_meanwhile_goes_when_it_is_saved_also_with_a_refused_file(cast, sign_in):
    item = factories.experience(cast.noor, "Nacht", into=cast.experiences)
    noor = sign_in(cast.noor)
    start = {"title": "Nacht", "reflection": ""}
    typed = {"title": "Nacht", "reflection": "Half af.", "autosave_revision": "0", "version": "1"}
    noor.post(
        reverse("draft_keep", args=["experience", item.code]),
        typed | {"autosave_start": json.dumps(start), "files": photo()},
    )
    assert Draft.objects.get().fields == {"title": "Nacht", "reflection": "Half af."}, "no file is in a draft"
    assert not StoredFile.objects.exists()
    bad = TEXT | {"version": 1, "files": SimpleUploadedFile("a.heic", HEIC), "declared": "on"}
    answer = noor.post(url("experience_edit", item.code), bad)
    assert answer.status_code == 422 and "Half af." not in answer.content.decode()
    assert not Draft.objects.exists() and answer.cookies["draft-done"].value


def test_only_the_owner(cast, sign_in):
    item = factories.experience(cast.noor, "Nacht", into=cast.experiences)
    factories.grant(item, cast.joris, right="comment", until=item.created_at + datetime.timedelta(days=9))
    sent = {"version": 1, "declared": "on"}
    for reader, status in ((cast.joris, 403), (cast.teun, 404)):
        answer = sign_in(reader).post(url("experience_edit", item.code), TEXT | sent | {"files": photo()})
        assert answer.status_code == status
    assert not StoredFile.objects.exists()
