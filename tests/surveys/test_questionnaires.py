"""Questionnaires: what is whole, what is not, and the builder (surveys.md Q1)."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import Role
from portal.published import NotPublishable, digest, shipped
from surveys.actions import questionnaires as actions
from surveys.forms.drafting import HeadForm
from surveys.models import Questionnaire
from surveys.rules import questionnaires as rules
from tests import factories
from tests.surveys import rows

pytestmark = pytest.mark.django_db


def broken(**changes):
    """The document with one question changed."""
    document = json.loads(json.dumps(rows.document()))
    for key, change in changes.items():
        for section in document["sections"]:
            for one in section["questions"]:
                if one["key"] == key:
                    one |= change
    return document


@pytest.fixture
def pipet(joke):
    place = factories.organisation("De Pipet", kind="association")
    factories.member(joke, place, Role.ORGANISER)
    return place


@pytest.mark.parametrize("document", list(shipped(rules.DATA / "questionnaires")), ids=lambda one: one["key"])
def test_what_ships_is_whole(document):
    assert rules.faults(document) == []


def test_every_type_is_whole():
    assert rules.faults(rows.document()) == []


@pytest.mark.parametrize(
    "document",
    [
        rows.document(groups=[]),
        rows.document(names={"en": "No Dutch"}),
        rows.document(names={"nl": "Alleen Nederlands"}),
        rows.document(key="no"),
        rows.document(key="with-a-break\n"),
        rows.document(extra=1),
        broken(yes={"type": "colour"}),
        broken(yes={"steps": 5}),
        broken(fit={"steps": 6}),
        broken(fit={"labels": [rows.line("één"), rows.line("twee")]}),
        broken(why={"shown_if": {"question": "more", "any_of": ["x"]}}),
        broken(why={"shown_if": {"question": "absent", "any_of": ["x"]}}),
        broken(why={"shown_if": {"question": "yes", "any_of": ["perhaps"]}}),
        broken(
            fit={"shown_if": {"question": "yes", "any_of": ["yes"]}},
            place={"shown_if": {"question": "fit", "any_of": [1]}},
        ),
        broken(place={"shown_if": {"question": "advise", "any_of": [1]}}),
        broken(own={"only_for": ["strangers"]}),
        broken(fit={"group_words": {"strangers": rows.line("Hoe?")}}),
        broken(place={"options": rows.options("ward", "ward")}),
        broken(place={"options": rows.options("ward", "other")}),
        broken(top={"top": 4}),
        broken(hours={"minimum": "40"}),
        broken(why={"key": "yes"}),
        {},
        [],
        "text",
    ],
)
def test_what_is_not_whole_is_refused_with_its_place(document):
    with pytest.raises(NotPublishable) as refusal:
        rules.check(document)
    assert refusal.value.faults and all(refusal.value.faults)


def test_publishing_numbers_the_versions_and_export_gives_what_was_imported(joke, pipet, sign_in):
    browser = sign_in(joke)
    text = json.dumps(rows.document(number=4))
    assert browser.post(reverse("surveys:questionnaire_import"), {"text": text}).status_code == 302
    made = Questionnaire.objects.get(organisation=pipet)
    browser.post(reverse("surveys:questionnaire_publish", args=[made.code]))
    version = made.versions.get()
    assert (version.number, version.digest) == (4, digest(rows.document(number=4)))
    export = browser.get(reverse("surveys:questionnaire_export", args=[made.code]))
    assert json.loads(export.content) == rows.document(number=4)
    browser.post(reverse("surveys:questionnaire_revise", args=[made.code]))
    made.refresh_from_db()
    actions.publish(made, by=joke, at=timezone.now())
    assert sorted(made.versions.values_list("number", flat=True)) == [4, 5]


def test_a_file_with_faults_names_them_all_and_keeps_the_text(joke, pipet, sign_in):
    text = json.dumps(broken(top={"top": 4}, hours={"minimum": "40"}))
    page = sign_in(joke).post(reverse("surveys:questionnaire_import"), {"text": text})
    words = page.content.decode()
    assert page.status_code == 422 and "top:" in words and "hours:" in words and "every-type" in words
    assert not Questionnaire.objects.filter(organisation=pipet).exists()
    assert sign_in(joke).post(reverse("surveys:questionnaire_import"), {"text": "{"}).status_code == 422


class Builder:
    """The pages of the builder, as somebody presses their buttons."""

    def __init__(self, browser, code: str) -> None:
        self.browser, self.code = browser, code

    @property
    def draft(self):
        return Questionnaire.objects.get(code=self.code).draft

    def send(self, name: str, *args: str, **data):
        revision = Questionnaire.objects.get(code=self.code).revision
        return self.browser.post(reverse(f"surveys:{name}", args=[self.code, *args]), {"revision": revision, **data})

    def open_and_send(self, name: str, *args: str, **changes):
        """What the form holds, sent back with these changes."""
        path = reverse(f"surveys:{name}", args=[self.code, *args])
        form = self.browser.get(path).context["form"]
        held = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
        return self.browser.post(path, held | changes)


@pytest.fixture
def builder(joke, pipet, sign_in):
    browser = sign_in(joke)
    head = {"name_nl": "Mijn lijst", "name_en": "My list", "groups": "Wie leert | Learners\nWie begeleidt | Guides"}
    made = browser.post(reverse("surveys:questionnaire_new"), {"revision": 0, **head})
    return Builder(browser, made.url.split("/")[-2])


def test_a_questionnaire_made_by_hand(builder):
    section = builder.draft["sections"][0]["key"]
    both = {"words_nl": "Een vraag?", "words_en": "A question?"}
    made = {
        "yes-no": {"dont_know": "on", "required": "on"},
        "likert": {"steps": "4", "labels": "a | a\nb | b\nc | c\nd | d", "reversed": "on", "sensitive": "on"},
        "matrix": {"steps": "5", "rows": "Een | One\n~Twee | Two"},
        "zero-ten": {"low_nl": "laag", "low_en": "low", "high_nl": "hoog", "high_en": "high"},
        "single": {"options": "+Goed | Good\n-Slecht | Bad", "other": "on"},
        "multiple": {"options": "Een | One\nTwee | Two"},
        "ranking": {"options": "Een | One\nTwee | Two", "top": "2"},
        "number": {"minimum": "0", "maximum": "24.5", "decimals": "1", "unit_nl": "uur", "unit_en": "hours"},
        "short-text": {"only_for": ["wie-leert"]},
        "long-text": {"group_wie-leert_nl": "En jij?", "group_wie-leert_en": "And you?"},
    }
    for kind, data in made.items():
        assert builder.send("question_new", section, kind, **both, **data).status_code == 302, kind
    asked = builder.draft["sections"][0]["questions"]
    assert [one["type"] for one in asked] == list(made)
    assert rules.faults(builder.draft) == []
    assert [one.get("positive") for one in asked[4]["options"]] == [True, False]
    assert asked[7]["unit"] == {"nl": "uur", "en": "hours"} and asked[9]["group_words"]["wie-leert"]["nl"] == "En jij?"
    before = json.dumps(builder.draft)
    for one in asked:  # opened and kept unchanged, every question stays as it was
        assert builder.open_and_send("question_edit", one["key"]).status_code == 302, one["type"]
    assert json.dumps(builder.draft) == before


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        (["Een | One", "Twee | Two"], ["aaa", "bbb"]),
        (["Twee | Two", "Een | One"], ["bbb", "aaa"]),
        (["Eerst | First", "Twee | Two"], ["aaa", "bbb"]),
        (["Twee | Two", "Drie | Three"], ["bbb", "drie"]),
        (["Een | One", "Twee | Two", "Drie | Three"], ["aaa", "bbb", "drie"]),
        (["Een | One", "Een | Once"], ["aaa", "bbb"]),
    ],
)
def test_a_line_keeps_its_key_and_no_two_have_one(lines, keys):
    """Who answered in group A stays of group A, however the lines were put."""
    groups = [{"key": "aaa", "names": {"nl": "Een", "en": "One"}}, {"key": "bbb", "names": {"nl": "Twee", "en": "Two"}}]
    data = {"name_nl": "Lijst", "name_en": "List", "groups": "\n".join(lines), "revision": 1}
    form = HeadForm({"groups": groups}, data, organisations=[])
    assert form.is_valid(), form.errors
    assert [one["key"] for one in form.head()["groups"]] == keys


def test_a_condition_names_answers_of_one_earlier_question(builder):
    section = builder.draft["sections"][0]["key"]
    both = {"words_nl": "Kom je terug?", "words_en": "Back?"}
    builder.send("question_new", section, "yes-no", **both)
    builder.send("question_new", section, "yes-no", **both)
    first, second = (one["key"] for one in builder.draft["sections"][0]["questions"])
    wrong = builder.send("question_new", section, "short-text", **both, shown_if=[f"{first}=no", f"{second}=no"])
    assert wrong.status_code == 422 and "Kom je terug?" in wrong.content.decode()
    builder.send("question_new", section, "short-text", **both, shown_if=[f"{second}=no"])
    assert builder.draft["sections"][0]["questions"][2]["shown_if"] == {"question": second, "any_of": ["no"]}
    builder.send("part_move", second, what="question", verb="remove")
    page = builder.browser.get(reverse("surveys:questionnaire", args=[builder.code])).content.decode()
    assert "geen eerdere vraag" in page
    builder.send("questionnaire_publish")
    assert not Questionnaire.objects.get(code=builder.code).versions.exists()


def test_parts_move_up_and_down(builder):
    builder.send("section_new", name_nl="Meer", name_en="More")
    keys = [one["key"] for one in builder.draft["sections"]]
    builder.send("part_move", keys[1], what="section", verb="up")
    assert [one["key"] for one in builder.draft["sections"]] == keys[::-1]
    builder.send("part_move", keys[1], what="section", verb="up")
    builder.send("part_move", keys[1], what="section", verb="down")
    assert [one["key"] for one in builder.draft["sections"]] == keys


def test_of_two_at_once_the_second_loses_nothing_and_overwrites_nothing(builder):
    section = builder.draft["sections"][0]["key"]
    revision = Questionnaire.objects.get(code=builder.code).revision
    builder.send("section_new", name_nl="Van een ander", name_en="Of another")
    path = reverse("surveys:section_edit", args=[builder.code, section])
    mine = {"name_nl": "Van mij", "name_en": "Mine"}
    late = builder.browser.post(path, {"revision": revision, **mine})
    assert late.status_code == 409 and "Van mij" in late.content.decode()
    assert builder.draft["sections"][0]["names"]["nl"] == "Vragen"
    again = late.context["form"]["revision"].value()
    assert builder.browser.post(path, {"revision": again, **mine}).status_code == 302
    assert [one["names"]["nl"] for one in builder.draft["sections"]] == ["Van mij", "Van een ander"]


def test_words_in_one_language_only_are_not_kept(builder):
    section = builder.draft["sections"][0]["key"]
    page = builder.send("question_new", section, "yes-no", words_nl="Alleen hier?")
    assert page.status_code == 422 and "Alleen hier?" in page.content.decode()


def test_a_preview_of_each_group_sends_nothing(joke, pipet, sign_in):
    made = rows.version(pipet).questionnaire
    browser = sign_in(joke)
    path = reverse("surveys:questionnaire_preview", args=[made.code, "guides"])
    assert "Mijn begeleiding past bij wie leert." in browser.get(path).content.decode()
    learners = reverse("surveys:questionnaire_preview", args=[made.code, "learners"])
    assert "De begeleiding past bij mij." in browser.get(learners).content.decode()
    assert browser.post(path, {"_to": "_send", "yes": "yes"}).url == reverse("surveys:questionnaire", args=[made.code])
    assert browser.post(path, {"_to": "_send"}).status_code == 422


def test_what_comes_with_the_portal_is_for_all_and_changed_by_nobody(joke, pipet, sign_in):
    actions.load_shipped()
    actions.load_shipped()
    assert Questionnaire.objects.filter(organisation=None).count() == 3
    made = Questionnaire.objects.get(key="meet-up")
    browser = sign_in(joke)
    assert browser.get(reverse("surveys:questionnaire", args=[made.code])).status_code == 200
    assert browser.post(reverse("surveys:questionnaire_revise", args=[made.code])).status_code == 403
    stranger = sign_in(factories.person())
    assert stranger.get(reverse("surveys:questionnaire", args=[made.code])).status_code == 404
