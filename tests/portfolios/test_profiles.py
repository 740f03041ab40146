"""Profiles: chosen freely, equal in value, evidence in words (P9)."""

import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal import erasure, files, sharing
from portal.models import AuditEntry, Grant, Reading, Shareable, StoredFile
from portfolios.actions import profile_sets
from portfolios.actions import profiles as actions
from portfolios.models import Profile, ProfileProduct, ProfileSet
from tests import factories
from tests.files import corpus

pytestmark = pytest.mark.django_db


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


@pytest.fixture
def profile(cast) -> Profile:
    return factories.profile(cast.portfolio)


def product(profile: Profile, **fields) -> ProfileProduct:
    given = {"title": "Protocol voor sedatie", "made_on": timezone.localdate(), "contribution": "Ik schreef de opzet."}
    return actions.add_product(profile, **given | fields, by=profile.shareable.owner)


def test_the_owner_sees_what_each_profile_is_and_chooses(cast, profile, sign_in):
    noor, section = sign_in(cast.noor), profile.section
    page = noor.get(url("section", section.code)).content.decode()
    words = ProfileSet.objects.get().profiles
    for one in words[1:]:
        assert one["names"]["nl"] in page and one["basis"]["nl"] in page and one["deepening"]["nl"] in page
        assert all(example["nl"] in page for example in one["examples"])
    assert not re.search(r"\d+ ?%|\bscore\b(?! )", page.replace("is geen score", "")), "no score, no percentage"
    answer = noor.post(url("profile_choose"), {"key": "innovation"})
    made = Profile.objects.get(key="innovation")
    assert answer.url == url("profile", made.code)
    assert (made.shareable.kind, made.shareable.parent_id) == (Shareable.Kind.ITEM, section.pk)
    assert "Innovatie en technologie" in noor.get(answer.url).content.decode()
    noor.post(url("profile_choose"), {"key": "innovation"})
    assert Profile.objects.count() == 2, "chosen again is chosen once"
    assert noor.post(url("profile_choose"), {"key": "nothing"}).status_code == 404
    assert AuditEntry.objects.filter(verb="filed").count() == 2, "putting it there is an act of sharing"


def test_who_has_no_such_section_has_nothing_to_choose_in(cast, sign_in):
    assert sign_in(cast.noor).post(url("profile_choose"), {"key": "research"}).status_code == 404


def test_products_with_the_own_part_are_the_evidence(cast, profile, sign_in):
    noor, new = sign_in(cast.noor), url("product_new", profile.code)
    form = {"title": "Les over sepsis", "made_on": timezone.localdate().isoformat(), "contribution": ""}
    assert noor.post(new, form).status_code == 422
    tomorrow = (timezone.localdate() + factories.DAY).isoformat()
    assert noor.post(new, form | {"contribution": "Alles.", "made_on": tomorrow}).status_code == 422
    assert not ProfileProduct.objects.exists()
    for _press in range(2):
        noor.post(new, form | {"contribution": "Ik maakte de casus."})
    row = ProfileProduct.objects.get()
    assert "Ik maakte de casus." in noor.get(url("profile", profile.code)).content.decode()
    noor.post(url("product_edit", profile.code, row.code), form | {"contribution": "Ik gaf hem ook.", "version": "1"})
    row.refresh_from_db()
    assert row.contribution == "Ik gaf hem ook."
    other = factories.profile(cast.portfolio, "education")
    assert noor.get(url("product_edit", other.code, row.code)).status_code == 404
    noor.post(url("product_remove", profile.code, row.code))
    assert not ProfileProduct.objects.exists()


def test_a_reader_of_the_section_reads_it_and_changes_nothing(cast, profile, sign_in):
    row = product(profile)
    joris = sign_in(cast.joris)
    assert joris.get(url("profile", profile.code)).status_code == 404
    factories.grant(profile.section, cast.joris)
    page = joris.get(url("profile", profile.code)).content.decode()
    assert "Ik schreef de opzet." in page and url("profile_edit", profile.code) not in page
    assert Reading.objects.filter(reader=cast.joris, shareable=profile.pk).count() == 1
    section = joris.get(url("section", profile.section.code)).content.decode()
    assert "Onderzoek" in section and "Kies " not in section
    for page in ("profile_edit", "product_new"):
        assert joris.get(url(page, profile.code)).status_code == 403
    assert joris.post(url("product_remove", profile.code, row.code)).status_code == 403
    assert ProfileProduct.objects.filter(pk=row.pk).exists()


def test_a_single_profile_can_be_shared_and_nothing_else_comes_along(cast, profile, sign_in):
    other = factories.profile(cast.portfolio, "education")
    factories.grant(profile, cast.joris)
    joris = sign_in(cast.joris)
    listed = joris.get(url("shared_by", cast.noor.code)).content.decode()
    assert "Onderzoek" in listed and "Onderwijs en opleiden" not in listed
    assert joris.get(url("profile", profile.code)).status_code == 200
    assert joris.get(url("profile", other.code)).status_code == 404
    seen = sign_in(cast.noor).get(url("as_profile", cast.joris.code, profile.code))
    assert "Onderzoek" in seen.content.decode()
    assert sign_in(cast.noor).get(url("as_profile", cast.joris.code, other.code)).status_code == 404


@pytest.fixture
def own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


PRODUCT = {"title": "Poster", "made_on": "2026-01-01", "contribution": "Ik deed de metingen."}


def photo(name: str = "poster.jpg", **options) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, corpus.picture(exif=corpus.exif(), **options))


@pytest.mark.usefixtures("own_storage")
def test_files_come_with_a_product_and_whoever_sees_the_profile_sees_them(cast, profile, sign_in):
    other = factories.profile(cast.portfolio, "education")
    noor, joris, amina = sign_in(cast.noor), sign_in(cast.joris), sign_in(cast.amina)
    sent = {"files": [photo(), SimpleUploadedFile("artikel.pdf", corpus.pdf())], "declared": "on"}
    assert noor.post(url("product_new", profile.code), PRODUCT | sent).url == url("profile", profile.code)
    row = ProfileProduct.objects.get()
    assert {one.name for one in row.files.all()} == {"poster.jpg", "artikel.pdf"}
    assert {one.about_id for one in row.files.all()} == {profile.pk}
    assert "poster.jpg" in noor.get(url("profile", profile.code)).content.decode()
    assert "poster.jpg" in noor.get(url("product_edit", profile.code, row.code)).content.decode()
    address = reverse("file", args=[row.files.first().code])
    factories.grant(other, cast.amina)
    for browser in (joris, amina):
        assert browser.get(address).status_code == 404
    act = factories.grant(profile, cast.joris)
    page = joris.get(url("profile", profile.code)).content.decode()
    assert address in page and reverse("file_remove", args=[row.files.first().code]) not in page
    assert b"".join(joris.get(address)).startswith(b"\xff\xd8")
    assert Reading.objects.filter(reader=cast.joris, shareable=profile.pk, channel="file", source=act.source).exists()
    seen = noor.get(url("as_profile", cast.joris.code, profile.code)).content.decode()
    assert "poster.jpg" in seen
    sharing.withdraw(Grant.objects.filter(user=cast.joris), by=cast.noor)
    assert joris.get(address).status_code == 404


@pytest.mark.usefixtures("own_storage")
def test_a_refused_file_costs_neither_words_nor_the_other_file(cast, profile, sign_in):
    noor = sign_in(cast.noor)
    sent = {"files": [photo(), SimpleUploadedFile("IMG_1.HEIC", b"\0\0\0\x18ftypheic" + b"\0" * 20)], "declared": "on"}
    answer = noor.post(url("product_new", profile.code), PRODUCT | sent)
    row, page = ProfileProduct.objects.get(), answer.content.decode()
    assert answer.status_code == 422 and row.contribution == PRODUCT["contribution"] and "JPEG" in page
    assert [one.name for one in row.files.all()] == ["poster.jpg"] and "poster.jpg" in page
    assert f'action="{url("product_edit", profile.code, row.code)}"' in page
    wrong = noor.post(url("product_new", profile.code), PRODUCT | sent | {"contribution": "", "files": photo()})
    assert wrong.status_code == 422 and wrong.context["chosen"].errors["files"]
    assert ProfileProduct.objects.count() == 1


@pytest.mark.usefixtures("own_storage")
def test_a_reported_file_is_shown_to_no_reader(cast, profile, sign_in):
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    noor.post(url("product_new", profile.code), PRODUCT | {"files": photo(), "declared": "on"})
    factories.grant(profile, cast.joris)
    joris.post(reverse("file_report", args=[StoredFile.objects.get().code]))
    assert "poster.jpg" not in joris.get(url("profile", profile.code)).content.decode()
    assert "poster.jpg" in noor.get(url("profile", profile.code)).content.decode()
    assert joris.get(reverse("file", args=[StoredFile.objects.get().code])).status_code == 404


@pytest.mark.usefixtures("own_storage")
def test_the_files_go_with_the_product_unless_another_has_them(
    cast, profile, sign_in, django_capture_on_commit_callbacks
):
    noor = sign_in(cast.noor)
    for title, sent in (("Poster", [photo(), photo("alleen.jpg", size=(90, 60))]), ("Les", [photo()])):
        noor.post(url("product_new", profile.code), PRODUCT | {"title": title, "files": sent, "declared": "on"})
    poster, lesson = (ProfileProduct.objects.get(title=title) for title in ("Poster", "Les"))
    assert StoredFile.objects.count() == 2, "the same picture is kept once"
    with django_capture_on_commit_callbacks(execute=True):
        noor.post(url("product_remove", profile.code, poster.code))
    assert [one.name for one in StoredFile.objects.all()] == ["poster.jpg"] and lesson.files.count() == 1
    assert len(default_storage.listdir(files.FOLDER)[1]) == 1
    with django_capture_on_commit_callbacks(execute=True):
        noor.post(reverse("file_remove", args=[lesson.files.get().code]))
    assert not lesson.files.exists() and default_storage.listdir(files.FOLDER)[1] == []
    foreign = files.add(photo(), about=cast.about.shareable, by=cast.noor, declared=True, at=timezone.now())
    with pytest.raises(ValueError, match="another piece"):
        actions.attach(lesson, [foreign], by=cast.noor)
    with pytest.raises(ValueError):
        actions.attach(lesson, [], by=cast.joris)


@pytest.mark.usefixtures("own_storage")
def test_all_goes_with_the_owner(cast, profile, sign_in, django_capture_on_commit_callbacks):
    sign_in(cast.noor).post(url("product_new", profile.code), PRODUCT | {"files": photo(), "declared": "on"})
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(cast.noor)
    assert not StoredFile.objects.exists() and default_storage.listdir(files.FOLDER)[1] == []


def test_a_text_that_was_changed_elsewhere_is_not_overwritten(cast, profile, sign_in):
    noor, page = sign_in(cast.noor), url("profile_edit", profile.code)
    noor.post(page, {"version": "1", "text": "Eerst dit."})
    answer = noor.post(page, {"version": "1", "text": "Iets heel anders."})
    body = answer.content.decode()
    assert answer.status_code == 409 and "Eerst dit." in body and "Iets heel anders." in body
    profile.refresh_from_db()
    assert profile.text == "Eerst dit."


def test_a_mistake_is_dropped_and_anything_more_stays(cast, profile, sign_in):
    noor = sign_in(cast.noor)
    row = product(profile)
    assert noor.post(url("profile_drop", profile.code)).status_code == 403
    with pytest.raises(ValueError):
        actions.drop(profile, by=cast.noor)
    actions.remove_product(row, by=cast.noor)
    noor.post(url("profile_drop", profile.code))
    assert not Profile.objects.exists() and not Shareable.objects.filter(code=profile.code).exists()


def test_who_chose_keeps_the_words_that_were_chosen(cast, profile, sign_in):
    first = ProfileSet.objects.get()
    changed = [one | {"about": {"nl": "Heel anders.", "en": "Quite different."}} for one in first.profiles]
    profile_sets.publish({"number": 2, "profiles": changed})
    page = sign_in(cast.noor).get(url("profile", profile.code)).content.decode()
    assert first.profiles[0]["about"]["nl"] in page and "Heel anders." not in page
    assert factories.profile(cast.portfolio, "education").chosen_from_id == 2


def test_only_the_owner_acts(cast, profile):
    row = product(profile)
    facts = {"title": "x", "made_on": timezone.localdate(), "contribution": "x"}
    acts = (
        lambda: actions.choose(profile.section, "education", by=cast.joris),
        lambda: actions.write(profile, text="x", version=1, by=cast.joris),
        lambda: actions.add_product(profile, **facts, by=cast.joris),
        lambda: actions.change_product(row, **facts, version=1, by=cast.joris),
        lambda: actions.remove_product(row, by=cast.joris),
        lambda: actions.drop(profile, by=cast.joris),
    )
    for act in acts:
        with pytest.raises(ValueError):
            act()
    assert list(ProfileProduct.objects.values_list("title", flat=True)) == ["Protocol voor sedatie"]
    assert Profile.objects.get().text == ""


def test_a_long_list_of_products_has_pages_apart_from_those_of_its_evidence(cast, profile, sign_in):
    for number in range(21):
        product(profile, title=f"Nummer {number:02}")
    browser, here = sign_in(cast.noor), url("profile", profile.code)
    first, second = (browser.get(here, {"second": number}).content.decode() for number in (1, 2))
    assert len(set(re.findall(r"Nummer \d\d", first))) == 20 and len(set(re.findall(r"Nummer \d\d", second))) == 1
    assert "?second=2" in first and "page=" not in re.findall(r'href="(\?[^"]*)"', first)[0]
