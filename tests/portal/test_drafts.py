"""Drafts: what is typed is kept, for its writer alone; what was saved elsewhere is woven in or shown."""

import base64
import json
import threading

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from portal import drafts
from portal.models import Draft
from portfolios.models import Experience
from tests import factories

TEXT = "Het was druk. Ik vroeg hulp. Die kwam."


def typed(**fields) -> dict:
    return {"title": "Nacht", "situation": "", "competencies": [], **fields}


def sent(fields: dict, *, base: dict, revision: int, **more) -> dict:
    plain = {"autosave_base": json.dumps(base), "autosave_start": json.dumps(base), "autosave_revision": revision}
    return {**fields, **plain, **more}


@pytest.fixture
def noor(cast, sign_in):
    return sign_in(cast.noor)


def keep(browser, fields, *, base, revision, code="222222222222", **more):
    address = reverse("draft_keep", args=["experience-new", code])
    return browser.post(address, sent(fields, base=base, revision=revision, **more))


@pytest.mark.django_db
class TestKeeping:
    def test_what_was_typed_stands_in_the_form_again(self, cast, noor):
        first = keep(noor, typed(situation=TEXT), base=typed(), revision=0)
        assert first.json()["revision"] == 1
        page = noor.get(reverse("portfolios:experience_new") + "?draft=222222222222")
        assert page.context["form"]["situation"].value() == TEXT
        assert (
            b"did not save yet"
            in noor.get(page.request["PATH_INFO"] + "?draft=222222222222", HTTP_ACCEPT_LANGUAGE="en").content
        )
        assert TEXT in noor.get(reverse("drafts")).content.decode()

    def test_nobody_else_sees_it(self, cast, noor, sign_in):
        keep(noor, typed(situation=TEXT), base=typed(), revision=0)
        teun = sign_in(cast.teun)
        factories.portfolio(cast.teun)
        page = teun.get(reverse("portfolios:experience_new") + "?draft=222222222222")
        assert page.context["form"]["situation"].value() in (None, "")
        assert TEXT not in teun.get(reverse("drafts")).content.decode()
        teun.post(reverse("draft_discard", args=["experience-new", "222222222222"]))
        assert Draft.objects.get().person == cast.noor

    def test_another_tab_is_woven_in_or_shown(self, cast, noor):
        keep(noor, typed(situation=TEXT), base=typed(), revision=0)
        base = typed(situation=TEXT)
        keep(noor, typed(situation=TEXT.replace("druk", "vol")), base=base, revision=1)
        woven = keep(noor, typed(situation=TEXT + " Goed zo."), base=base, revision=1)
        assert woven.json()["fields"]["situation"] == "Het was vol. Ik vroeg hulp. Die kwam. Goed zo."
        clash = keep(noor, typed(situation=TEXT.replace("druk", "rustig")), base=base, revision=1)
        assert clash.status_code == 409
        assert clash.json()["theirs"] == {"situation": "Het was vol. Ik vroeg hulp. Die kwam. Goed zo."}
        assert "vol" in Draft.objects.get().fields["situation"]  # nothing was overwritten

    def test_too_much_is_refused_and_the_rest_stays(self, noor):
        keep(noor, typed(situation=TEXT), base=typed(), revision=0)
        answer = keep(noor, typed(situation="x" * (drafts.LARGEST + 1)), base=typed(), revision=1)
        assert answer.status_code == 413
        assert Draft.objects.get().fields["situation"] == TEXT

    def test_only_forms_that_exist_keep_drafts(self, noor):
        assert noor.post(reverse("draft_keep", args=["nothing", "222222222222"])).status_code == 404
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("broken", ["{", "[]", "3", '{"title": 3}', "null"])
    def test_a_base_that_is_none_harms_nothing(self, noor, broken):
        keep(noor, typed(situation=TEXT), base=typed(), revision=0)
        address = reverse("draft_keep", args=["experience-new", "222222222222"])
        answer = noor.post(address, {"situation": "weg", "autosave_base": broken, "autosave_revision": "x"})
        assert answer.status_code == 400
        assert Draft.objects.get().fields["situation"] == TEXT

    def test_old_ones_go(self, cast, noor):
        keep(noor, typed(situation=TEXT), base=typed(), revision=0)
        assert drafts.forget_old(at=timezone.now() + drafts.KEPT - factories.DAY) == 0
        assert drafts.forget_old(at=timezone.now() + drafts.KEPT + factories.DAY) == 1


@pytest.mark.django_db
class TestSaving:
    def form(self, browser, address):
        page = browser.get(address)
        form, editing = page.context["form"], page.context["editing"]
        fields = {**editing.confirmed, "version": form["version"].value(), "autosave_start": editing.start}
        return {name: value for name, value in fields.items() if value is not None} | {
            "code": (form["code"].value() if "code" in form.fields else "") or ""
        }

    def test_saving_ends_the_draft_and_names_the_copy_to_drop(self, cast, noor):
        address = reverse("portfolios:experience_new")
        fields = self.form(noor, address) | {"title": "Nacht", "situation": TEXT}
        keep(noor, typed(situation=TEXT), base=typed(), revision=0, code=fields["code"])
        answer = noor.post(address, fields)
        assert answer.status_code == 302
        assert not Draft.objects.exists()
        done = answer.cookies[drafts.DONE_COOKIE]
        assert done.value == drafts.copy_name(cast.noor, "experience-new", fields["code"])
        assert not done["httponly"]

    def test_sent_twice_it_is_made_once(self, cast, noor):
        address = reverse("portfolios:experience_new")
        fields = self.form(noor, address) | {"title": "Nacht"}
        there = {noor.post(address, fields)["Location"] for _ in range(3)}
        assert len(there) == 1
        assert Experience.objects.get().code == fields["code"]

    def test_a_code_of_somebody_else_makes_nothing_theirs(self, cast, noor):
        other = factories.experience(cast.teun, "Van Teun")
        address = reverse("portfolios:experience_new")
        answer = noor.post(address, self.form(noor, address) | {"title": "Nacht", "code": other.code})
        assert answer.status_code in (302, 422)
        other.shareable.refresh_from_db()
        assert (other.shareable.owner, other.shareable.title) == (cast.teun, "Van Teun")

    @pytest.mark.parametrize("what", ["experience", "section"])
    def test_what_was_saved_elsewhere_is_woven_in(self, cast, noor, what):
        if what == "section":
            factories.section(cast.portfolio, "about", text=TEXT)
            address, name = reverse("portfolios:section_edit", args=[cast.about.code]), "text"
        else:
            one = factories.experience(cast.noor, "Nacht", into=cast.experiences, situation=TEXT)
            address, name = reverse("portfolios:experience_edit", args=[one.code]), "situation"
        first, second = self.form(noor, address), self.form(noor, address)
        noor.post(address, first | {name: TEXT.replace("druk", "vol")})
        answer = noor.post(address, second | {name: TEXT.replace("Die kwam.", "Die kwam snel.")})
        assert answer.status_code == 302
        assert self.form(noor, address)[name] == "Het was vol. Ik vroeg hulp. Die kwam snel."
        third = noor.post(address, second | {name: TEXT.replace("druk", "<b>stil</b>")})
        assert third.status_code == 409
        assert b"&lt;b&gt;stil&lt;/b&gt;" in third.content
        assert b"Het was vol." in third.content
        assert self.form(noor, address)[name] == "Het was vol. Ik vroeg hulp. Die kwam snel."

    def test_a_draft_of_an_older_version_is_woven_into_the_newer(self, cast, noor):
        factories.section(cast.portfolio, "about", text=TEXT)
        address = reverse("portfolios:section_edit", args=[cast.about.code])
        first = self.form(noor, address)
        mine = {"text": TEXT + " Ik leerde veel."}
        keeping = reverse("draft_keep", args=["section", cast.about.code])
        noor.post(keeping, sent(mine, base={"text": TEXT}, revision=0, version=first["version"]))
        factories.section(cast.portfolio, "about")
        type(cast.about).objects.filter(pk=cast.about.pk).update(text=TEXT.replace("druk", "vol"), version=9)
        again = self.form(noor, address)
        assert again["text"] == mine["text"]
        noor.post(address, again)
        assert self.form(noor, address)["text"] == "Het was vol. Ik vroeg hulp. Die kwam. Ik leerde veel."


@pytest.mark.django_db
class TestLocalCopies:
    def test_the_key_is_of_one_person_and_stays(self, cast, noor, sign_in):
        mine = noor.get(reverse("draft_key")).json()
        assert len(base64.b64decode(mine["key"])) == 32
        assert sign_in(cast.noor).get(reverse("draft_key")).json()["key"] == mine["key"]
        theirs = sign_in(cast.teun).get(reverse("draft_key")).json()
        assert {mine["key"], mine["who"]}.isdisjoint({theirs["key"], theirs["who"]})

    def test_without_a_session_there_is_no_key(self, client):
        answer = client.get(reverse("draft_key"))
        assert answer.status_code == 302
        assert b"key" not in answer.content

    def test_names_tell_nothing(self, cast):
        name = drafts.copy_name(cast.noor, "experience", "222222222222")
        assert "experience" not in name
        assert name != drafts.copy_name(cast.teun, "experience", "222222222222")


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_lose_nothing(cast):
    """Eight tabs add a sentence of their own at the same moment, each retrying as the page does."""
    start = {"text": "Begin."}
    lines = [f"Zin {number}." for number in range(8)]
    barrier = threading.Barrier(len(lines))

    def data(text: str, base: dict, revision: int) -> QueryDict:
        filled = QueryDict(mutable=True)
        filled.update(sent({"text": text}, base=base, revision=revision))
        return filled

    def tab(line: str) -> None:
        barrier.wait()
        try:
            base, revision = start, 0
            while True:
                try:
                    drafts.keep(
                        cast.noor,
                        "section",
                        cast.about.code,
                        data=data(f"{base['text']}\n{line}", base, revision),
                        at=timezone.now(),
                    )
                    return
                except drafts.Clash as clash:
                    base, revision = clash.stored, clash.revision
        finally:
            connection.close()

    threads = [threading.Thread(target=tab, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Draft.objects.get().fields["text"].split("\n")) == sorted(["Begin.", *lines])
