"""Snapshots: what was shared at one moment, the same for both, until it is destroyed (P15)."""

import hashlib
import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from mentoring.actions import conversations, reports, tracks
from mentoring.models import Conversation
from portal import documents, erasure, files
from portal.models import Grant, Reading
from portal.sharing import withdraw
from portfolios.actions import education, experiences, profiles, sections, snapshots
from portfolios.models import Experience, Snapshot
from tests import factories
from tests.files import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def talk(cast) -> Conversation:
    """Held, with a report; Joris reads the experiences, not the plan."""
    factories.section(cast.portfolio, "experiences", text="Wat ik meemaak.")
    factories.experience(cast.noor, "Overdracht", into=cast.experiences, situation="Druk.")
    factories.experience(cast.noor, "Geheim plan", into=cast.plan)
    factories.experience(cast.noor, "Concept")
    factories.grant(cast.experiences, cast.joris)
    relation = cast.noor.guides.get(other=cast.joris)
    tracks.begin(relation)
    held = Conversation.objects.whole().get(track=relation.pk)
    conversations.hold(held, on=timezone.localdate(), by=cast.noor)
    Conversation.objects.filter(pk=held.pk).update(report="Het ging goed.")
    return held


def url(name: str, talk: Conversation) -> str:
    return reverse(f"mentoring:{name}", args=[talk.code])


def test_when_the_report_is_ready_what_the_other_reads_is_frozen_for_both(cast, talk, sign_in):
    reports.report(talk, by=cast.noor)
    frozen = Snapshot.objects.get()
    raw = documents.read(frozen.document)
    body = json.loads(raw)
    assert [one["title"] for one in body["pieces"]] == ["Ervaringen"]
    assert [one["title"] for one in body["pieces"][0]["pieces"]] == ["Overdracht"]
    assert "Geheim plan" not in raw.decode() and "Concept" not in raw.decode()
    for person in (cast.noor, cast.joris):
        browser = sign_in(person)
        page = browser.get(url("snapshot", talk)).content.decode()
        assert "Druk." in page and frozen.document.sha256 in page.replace(" ", "")
        got = b"".join(browser.get(url("snapshot_file", talk)))
        assert got == raw and hashlib.sha256(got).hexdigest() == frozen.document.sha256
        assert frozen.document.sha256[:4] in browser.get(url("conversation", talk)).content.decode()
    assert {(one.reader, one.shareable_id) for one in Reading.objects.all()} == {(cast.joris, talk.pk)}
    for person in (cast.amina, cast.teun):
        assert sign_in(person).get(url("snapshot", talk)).status_code == 404


def test_the_texts_stay_open_and_the_snapshot_stays_as_it_was(cast, talk, sign_in):
    reports.report(talk, by=cast.noor)
    found = Experience.objects.get(shareable__title="Overdracht")
    content = experiences.Content(title="Anders", happened_on=found.happened_on, situation="Rustig.")
    experiences.change(found, content, version=found.version, by=cast.noor)
    sections.write(cast.experiences, text="Nieuw.", version=cast.experiences.version, by=cast.noor)
    page = sign_in(cast.joris).get(url("snapshot", talk)).content.decode()
    assert "Druk." in page and "Rustig." not in page and "Nieuw." not in page


def test_it_is_frozen_once_also_when_the_report_is_reopened(cast, talk):
    reports.report(talk, by=cast.noor)
    reports.reopen(talk, by=cast.noor)
    factories.grant(cast.plan, cast.joris)
    reports.report(talk, by=cast.noor)
    assert "Geheim plan" not in documents.read(Snapshot.objects.get().document).decode()


def test_where_nothing_is_shared_nothing_is_frozen(cast, talk, sign_in):
    withdraw(Grant.objects.filter(content_object=cast.experiences.pk), by=cast.noor)
    reports.report(talk, by=cast.noor)
    assert not Snapshot.objects.exists()
    assert sign_in(cast.noor).get(url("snapshot", talk)).status_code == 404


def test_a_piece_shared_by_itself_is_in_it_once(cast, talk):
    item = Experience.objects.get(shareable__title="Geheim plan")
    inside = Experience.objects.get(shareable__title="Overdracht")
    for piece in (item, inside):
        factories.grant(piece, cast.joris)
    with translation.override("en"):  # the owner's language counts, whoever asks
        frozen = snapshots.freeze(cast.noor, cast.joris, occasion=talk.shareable, at=timezone.now())
    titles = [one["title"] for one in json.loads(documents.read(frozen.document))["pieces"]]
    assert titles == ["Ervaringen", "Geheim plan"]


def test_profiles_with_what_was_made_are_in_it_as_far_as_they_are_shared(cast, talk, sign_in):
    shared, alone, hidden = (factories.profile(cast.portfolio, key) for key in ("research", "innovation", "governance"))
    profiles.write(shared, text="Omdat ik wil weten waarom.", version=1, by=cast.noor)
    for one, title in ((shared, "Protocol"), (hidden, "Verborgen les")):
        facts = {"title": title, "made_on": timezone.localdate(), "contribution": f"De opzet van {title}."}
        profiles.add_product(one, **facts, by=cast.noor)
    upload = SimpleUploadedFile("poster.jpg", corpus.picture())
    files.add(upload, about=shared.shareable, by=cast.noor, declared=True, at=timezone.now())
    for piece in (shared, alone):
        factories.grant(piece, cast.joris)
    reports.report(talk, by=cast.noor)
    raw = documents.read(Snapshot.objects.get().document).decode()
    found = [one for one in json.loads(raw)["pieces"] if one["kind"] == "profile"]
    assert [(one["code"], len(one["products"])) for one in found] == [(shared.code, 1), (alone.code, 0)]
    assert found[0]["files"] == [{"name": "poster.jpg", "sha256": shared.shareable.files.get().sha256}]
    assert hidden.code not in raw and "Verborgen" not in raw
    profiles.write(shared, text="Iets anders.", version=2, by=cast.noor)
    page = sign_in(cast.joris).get(url("snapshot", talk)).content.decode()
    for words in ("Omdat ik wil weten waarom.", "De opzet van Protocol.", "poster.jpg", shared.title):
        assert words in page
    assert "Iets anders." not in page


def test_a_shared_section_of_profiles_or_education_is_in_it_with_all_that_lies_in_it(cast, talk, sign_in):
    profile, section = factories.profile(cast.portfolio), factories.standard_section(cast.portfolio, "education")
    on = timezone.localdate()
    lesson = {"kind": "across", "title": "Les met de apotheek", "followed_on": on, "learned": "Bellen helpt."}
    paper = {"title": "ALS", "issuer": "Duinhof", "level": "twee", "issued_on": on, "hours": Decimal("6.5")}
    education.keep_lesson(section, lesson, by=cast.noor)
    education.keep_certificate(section, paper, by=cast.noor)
    for weeks in range(3):
        education.log_week(
            section, on - weeks * 7 * factories.DAY, work=Decimal(30), growth=Decimal("2.5"), by=cast.noor
        )
    for place in (profile.section, section):
        factories.grant(place, cast.joris)
    reports.report(talk, by=cast.noor)
    pieces = {one["code"]: one for one in json.loads(documents.read(Snapshot.objects.get().document))["pieces"]}
    assert [one["code"] for one in pieces[profile.section.code]["pieces"]] == [profile.code]
    frozen = pieces[section.code]
    assert sum(one["weeks"] for one in frozen["quarters"]) == 3 and "monday" not in json.dumps(frozen)
    assert (frozen["lessons"][0]["learned"], frozen["certificates"][0]["hours"]) == ("Bellen helpt.", "6.5")
    page = sign_in(cast.joris).get(url("snapshot", talk)).content.decode()
    for words in ("Les met de apotheek", "over disciplines heen", "Bellen helpt.", "6,5 uur", "ALS"):
        assert words in page, words


def test_the_owner_destroys_it_for_both_and_day_reason_and_hash_stay(cast, talk, sign_in):
    reports.report(talk, by=cast.noor)
    frozen = Snapshot.objects.get()
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    assert noor.get(reverse("portfolios:snapshot", args=[frozen.code])).status_code == 200
    address = reverse("portfolios:snapshot_destroy", args=[frozen.code])
    assert joris.post(address).status_code == 404
    noor.get(address)
    assert joris.get(url("snapshot", talk)).status_code == 200, "looking at the question destroys nothing"
    noor.post(address)
    for browser in (noor, joris):
        for page in ("snapshot", "snapshot_file"):
            gone = browser.get(url(page, talk))
            assert gone.status_code == 410 and frozen.document.sha256 in gone.content.decode()
            assert "Druk." not in gone.content.decode()
    with pytest.raises(documents.Gone):
        documents.read(Snapshot.objects.get().document)


def test_withdrawing_a_share_leaves_what_was_frozen_and_the_page_says_so(cast, talk, sign_in):
    reports.report(talk, by=cast.noor)
    noor = sign_in(cast.noor)
    address = reverse("portfolios:withdraw_all", args=[cast.joris.code])
    assert reverse("portfolios:snapshots") in noor.get(address).content.decode()
    noor.post(address)
    assert "Druk." in sign_in(cast.joris).get(url("snapshot", talk)).content.decode()


def test_when_the_guidance_ends_the_other_no_longer_sees_it(cast, talk, sign_in):
    reports.report(talk, by=cast.noor)
    cast.noor.guides.filter(other=cast.joris).update(ends_on=timezone.localdate())
    assert sign_in(cast.joris).get(url("snapshot", talk)).status_code == 404
    assert sign_in(cast.noor).get(url("snapshot", talk)).status_code == 200


def test_it_goes_with_its_owner(cast, talk):
    reports.report(talk, by=cast.noor)
    erasure.erase(cast.noor)
    with pytest.raises(documents.Gone):
        documents.read(Snapshot.objects.get().document)
