"""From a closed survey to results that everybody reads the same way (surveys.md Q4, Q5)."""

import csv
import io
import json
import re
import subprocess

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal import audit, documents
from portal.models import AuditEntry, Document, Notification, ToDo
from surveys.actions import results as actions
from surveys.actions.waves import NotNow
from surveys.forms.results import is_shortened
from surveys.models import ClosedAnswer, Result, Survey, TextToCheck
from surveys.rules.results import names_in
from tests import factories
from tests.pdf_gate import inspect
from tests.surveys import rows

pytestmark = pytest.mark.django_db
QUESTIONS = [
    {"key": "again", "type": "yes-no", "words": rows.line("Wil je een vervolg?")},
    {"key": "fit", "type": "likert", "steps": 5, "words": rows.line("De begeleiding past bij mij.")},
]
TEXT = {"key": "more", "type": "long-text", "words": rows.line("Wat nog?")}


def address(survey: Survey, name: str = "results", *args: str) -> str:
    return reverse(f"surveys:{name}", args=[survey.code, *args])


@pytest.fixture
def survey(db: None) -> Survey:
    """18 learners of whom 17 want to go on, 4 guides; closed."""
    return closed_survey([*QUESTIONS, TEXT])


def closed_survey(questions: list[dict], **fields) -> Survey:
    organiser = factories.person("Joke")
    organisation = factories.organisation(kind="association")
    document = rows.document(sections=[{"key": "only", "names": rows.line("Alles"), "questions": questions}])
    made = rows.survey(organiser, organisation=organisation, version=rows.version(organisation, **document), **fields)
    return fill(made)


def fill(survey: Survey) -> Survey:
    people = [
        ("learners", {"again": "no" if n == 0 else "yes", "fit": 1 + n % 5, "more": f"woord{n}"}) for n in range(18)
    ]
    people += [("guides", {"again": "no", "fit": 1, "more": "geheim van vier"})] * 4
    keys = {one["key"] for section in survey.document["sections"] for one in section["questions"]}
    for group, given in people:
        rows.invited(survey, group=group)
        mine = {key: value for key, value in given.items() if key in keys}
        ClosedAnswer.objects.create(survey=survey, group=group, answers=mine)
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now(), closed_at=timezone.now())
    survey.refresh_from_db()
    return survey


def frozen(survey: Survey) -> Result:
    at = timezone.now()
    actions.begin(survey, at=at)
    actions.check(survey, {text.code: text.words for text in survey.texts.all()})
    if not survey.result.document_id:
        actions.freeze(survey, by=survey.owner, at=at)
    survey.result.refresh_from_db()
    actions.publish(survey.result, at=at)
    return Result.objects.select_related("survey", "document").get(pk=survey.pk)


# --- Making them ------------------------------------------------------------------------------


def test_nothing_is_computed_while_it_is_open(db):
    with pytest.raises(NotNow):
        actions.begin(rows.survey(), at=timezone.now())


@pytest.mark.both
def test_texts_are_checked_before_the_results_are_fixed(survey):
    at = timezone.now()
    assert actions.begin(survey, at=at) and not actions.begin(survey, at=at)
    assert sorted(survey.texts.values_list("words", flat=True)) == sorted(f"woord{n}" for n in range(18))
    assert ToDo.objects.filter(about=survey.code, done_at=None).count() == 1
    with pytest.raises(NotNow):
        actions.freeze(survey, by=survey.owner, at=at)
    first, *others = survey.texts.all()
    actions.check(survey, {text.code: text.words for text in others} | {first.code: ""})
    document = actions.freeze(survey, by=survey.owner, at=at)
    said = actions.read(document)["items"][2]["groups"]
    assert len(said["learners"]["texts"]) == 17 and first.words not in said["learners"]["texts"]
    assert said["guides"] == {"detail": "hidden"}
    assert not TextToCheck.objects.exists() and not ToDo.objects.filter(about=survey.code, done_at=None).exists()
    assert AuditEntry.objects.filter(verb=audit.RESULTS_FROZEN).count() == 1
    with pytest.raises(NotNow):
        actions.freeze(survey, by=survey.owner, at=at)


def test_without_texts_they_are_fixed_at_once(db):
    survey = closed_survey(QUESTIONS)
    actions.begin(survey, at=timezone.now())
    assert survey.result.document.sha256


def test_who_was_asked_hears_of_them_alike(db):
    survey = closed_survey(QUESTIONS, audience=Survey.Audience.INVITED)
    frozen(survey)
    told = Notification.objects.filter(about=survey.code).values_list("receiver", flat=True)
    assert set(told) == {survey.owner_id, *survey.invitations.values_list("person", flat=True)}
    actions.publish(survey.result, at=timezone.now())
    assert Notification.objects.filter(about=survey.code).count() == len(told) == 23


@pytest.mark.parametrize(
    ("text", "given", "is_fine"),
    [
        ("Anna hielp mij goed.", "[…] hielp mij goed.", True),
        ("Anna hielp mij goed.", "[...] mij goed", True),
        ("Anna hielp mij goed.", "", True),
        ("Anna hielp mij goed.", "Anna hielp mij niet goed.", False),
        ("Anna hielp mij goed.", "goed Anna", False),
    ],
)
def test_checking_takes_words_out_and_puts_none_in(text, given, is_fine):
    assert is_shortened(text, given) == is_fine


def test_names_of_who_was_invited_are_pointed_out():
    names = ["Anna van der Berg", "Jo Lam"]
    assert names_in("Van de week hielp anna ons, en Berg ook; de lammeren niet.", names) == ["anna", "Berg"]


# --- Who sees them ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        ("organiser", {"organiser"}),
        ("invited", {"organiser", "invited"}),
        ("everybody", {"organiser", "invited", "other", "nobody"}),
    ],
)
def test_who_sees_the_results(sign_in, audience, seen):
    survey = closed_survey(QUESTIONS, audience=audience)
    invited = rows.invited(survey).person
    other = Survey.objects.get(pk=rows.survey(launched=False).pk)  # an organiser of elsewhere
    frozen(survey)
    people = {"organiser": survey.owner, "invited": invited, "other": other.owner}
    clients = {name: sign_in(person) for name, person in people.items()} | {"nobody": Client()}
    for name in ("results", "results_comparison", "results_csv", "results_json", "results_paper"):
        found = {who for who, client in clients.items() if client.get(address(survey, name)).status_code == 200}
        assert found == seen, name
    listed = {
        who
        for who, client in clients.items()
        if str(survey) in client.get(reverse("surveys:results_list")).content.decode()
    }
    assert listed == seen - {"nobody"}


def test_only_who_organises_it_reads_texts_before_they_are_checked(survey, sign_in):
    Survey.objects.filter(pk=survey.pk).update(audience="everybody")
    actions.begin(survey, at=timezone.now())
    invited = survey.invitations.first().person
    assert sign_in(invited).get(address(survey, "texts")).status_code == 404
    assert sign_in(invited).get(address(survey)).status_code == 404
    assert "woord7" in sign_in(survey.owner).get(address(survey, "texts")).content.decode()


def test_checking_on_the_page(survey, sign_in):
    actions.begin(survey, at=timezone.now())
    joke = sign_in(survey.owner)
    fields = {text.code: text.words for text in survey.texts.all()}
    refused = joke.post(address(survey, "texts"), dict.fromkeys(fields, "iets anders"))
    assert refused.status_code == 422 and survey.texts.filter(is_checked=True).count() == 0
    assert joke.post(address(survey, "results_freeze")).status_code == 302 and not survey.result.document_id
    assert joke.post(address(survey, "texts"), fields).status_code == 302
    assert joke.post(address(survey, "results_freeze")).status_code == 302
    assert Result.objects.get(pk=survey.pk).document_id


def test_withdrawn_results_are_gone_on_every_address(survey, sign_in):
    Survey.objects.filter(pk=survey.pk).update(audience="everybody")
    result = frozen(survey)
    documents.withdraw(result.document, kind=Document.Withdrawal.PRIVACY, by=survey.owner, at=timezone.now())
    assert Client().get(address(survey)).status_code == 410
    for name in ("results_comparison", "results_csv", "results_json", "results_paper"):
        assert Client().get(address(survey, name)).status_code == 404, name


# --- What they say ----------------------------------------------------------------------------


def surfaces(survey: Survey, client: Client) -> dict[str, str]:
    names = {"page": address(survey), "part": address(survey, "results_section", "only")}
    names |= {name: address(survey, f"results_{name}") for name in ("comparison", "csv", "json")}
    names["drawing"] = address(survey, "results_drawing", "again")
    found = {}
    for name, where in names.items():
        answer = client.get(where, headers={"accept-language": "en"})
        assert answer.status_code == 200, name
        found[name] = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")
    return found


def test_every_surface_says_the_same_and_none_tells_of_four(survey):
    """The four guides all said no: a word that only they wrote, and their counts, are planted to be found."""
    Survey.objects.filter(pk=survey.pk).update(audience="everybody")
    frozen(survey)
    found = surfaces(survey, Client())
    for name in ("page", "part", "drawing"):
        assert "17 of 18 (94.4%)" in found[name], name
    table = list(csv.reader(io.StringIO(found["csv"])))
    assert ["again", "Wil je een vervolg? (en)", "Wie leert (en)", "Yes", "17", "18", "0.9444"] in [
        row[:7] for row in table
    ]
    snapshot = json.loads(found["json"])
    assert snapshot["items"][0]["groups"] == {
        "learners": {"detail": "counts", "parts": [["yes"], ["no"]], "whole": {"base": 18, "counts": [17, 1]}},
        "guides": {"detail": "hidden"},
    }
    assert snapshot["groups"][1]["submitted"] is None
    for name, text in found.items():
        assert "geheim" not in text, name
        assert not re.search(r"\b4 of 4\b|\b0 of 4\b|\b4 / 4\b", text), name


def test_the_report_on_paper_is_accessible_and_says_the_same(survey):
    Survey.objects.filter(pk=survey.pk).update(audience="everybody")
    frozen(survey)
    for language, words in (("nl", "17 van 18 (94,4%)"), ("en", "17 of 18 (94.4%)")):
        document = Document.objects.get(kind=actions.PAPER, about=survey.code, language=language)
        paper = documents.read(document)
        assert not inspect(paper).faults
        printed = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
        assert words in " ".join(printed.split())
        assert "geheim" not in printed


def test_the_snapshot_does_not_change_when_answers_would(survey):
    Survey.objects.filter(pk=survey.pk).update(audience="everybody")
    result = frozen(survey)
    before = documents.read(result.document)
    ClosedAnswer.objects.all()._raw_delete("default")
    found = Client().get(address(survey, "results_json"))
    assert (b"".join(found.streaming_content) if found.streaming else found.content) == before


def test_a_cell_that_looks_like_a_formula_is_made_harmless(db):
    survey = closed_survey([TEXT])
    ClosedAnswer.objects.filter(group="learners").delete()
    for n in range(6):
        ClosedAnswer.objects.create(survey=survey, group="learners", answers={"more": f"=HYPERLINK({n})"})
    Survey.objects.filter(pk=survey.pk).update(audience="everybody")
    frozen(survey)
    text = Client().get(address(survey, "results_csv")).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=HYPERLINK(3)" in cells and not any(cell.startswith("=") for cell in cells)


def test_pages_are_in_the_language_of_the_reader(survey):
    Survey.objects.filter(pk=survey.pk).update(audience="everybody")
    frozen(survey)
    with translation.override("nl"):
        page = Client().get(address(survey)).content.decode()
    assert "17 van 18 (94,4%)" in page and "Wil je een vervolg?" in page
