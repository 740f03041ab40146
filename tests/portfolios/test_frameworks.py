"""Frameworks and section templates are versioned data (P1, P4): a published number never changes."""

import copy
import json
import shutil

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from portal import published
from portal.models import AuditEntry
from portal.published import AlreadyPublished, NotPublishable
from portfolios import documents
from portfolios.actions import frameworks, sections, templates
from portfolios.models import Competency, Framework, FrameworkVersion, SectionTemplate
from tests import factories

FRAMEWORKS = {document["key"]: document for document in published.shipped(documents.DATA / "frameworks")}
TEMPLATES = {document["number"]: document for document in published.shipped(documents.DATA / "sections")}


def physician() -> dict:
    return copy.deepcopy(FRAMEWORKS["physician-generic"])


# --- What ships ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [documents.FRAMEWORK, documents.MAPPING, documents.SECTION_TEMPLATE, documents.PROFILE_SET]
)
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(json.loads((documents.DATA / "schemas" / f"{name}.schema.json").read_text()))


def test_two_frameworks_ship_and_fit_their_schema() -> None:
    assert set(FRAMEWORKS) == {"physician-generic", "lab-analysis"}
    for document in FRAMEWORKS.values():
        documents.check(document, documents.FRAMEWORK)
    for document in TEMPLATES.values():
        documents.check(document, documents.SECTION_TEMPLATE)


def test_the_physician_framework_has_the_seven_roles_and_the_six_themes() -> None:
    roles, themes = FRAMEWORKS["physician-generic"]["groups"]
    assert len(roles["competencies"]) == 7
    assert [one["key"] for one in themes["competencies"]] == [
        "collaborating",
        "communicating",
        "organising",
        "professional-conduct",
        "responsibility-uncertainty",
        "leadership",
    ]
    assert [level["key"] for level in FRAMEWORKS["physician-generic"]["levels"]] == ["1", "2", "3", "4", "5"]


def test_the_lab_framework_speaks_of_the_lab() -> None:
    words = json.dumps(FRAMEWORKS["lab-analysis"], ensure_ascii=False).lower()
    assert "iso 15189" in words
    assert not [word for word in ("canmeds", "patiënt", "patient", "anios", "arts") if word in words.split()]
    assert "canmeds" not in words and "patiënt" not in words
    keys = [level["key"] for level in FRAMEWORKS["lab-analysis"]["levels"]]
    assert keys == ["in-training", "supervised", "authorised", "guides"]


def test_the_first_template_has_four_sections_and_about_holds_text_only() -> None:
    rows = TEMPLATES[1]["sections"]
    assert [row["key"] for row in rows] == ["about", "experiences", "reflections", "plan"]
    assert [row["key"] for row in rows if not row["holds_items"]] == ["about"]


# --- What is refused -------------------------------------------------------------------------


def _without_english(document: dict) -> None:
    del document["groups"][1]["competencies"][2]["names"]["en"]


def _french_once(document: dict) -> None:
    document["names"]["fr"] = "Compétences"


def _key_twice(document: dict) -> None:
    document["groups"][1]["competencies"][0]["key"] = document["groups"][0]["competencies"][0]["key"]


def _level_twice(document: dict) -> None:
    document["levels"][1]["key"] = document["levels"][0]["key"]


def _unknown_field(document: dict) -> None:
    document["levels"][0]["colour"] = "green"


def _no_number(document: dict) -> None:
    del document["number"]


def _empty_word(document: dict) -> None:
    document["groups"][0]["names"]["nl"] = " "


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (_without_english, "$.groups[1].competencies[2].names"),
        (_french_once, "$.about: no words in fr"),
        (_key_twice, "the key medical-expert occurs twice"),
        (_level_twice, "the key 1 occurs twice"),
        (_unknown_field, "$.levels[0]"),
        (_no_number, "'number' is a required property"),
        (_empty_word, "$.groups[0].names.nl"),
    ],
)
def test_a_faulty_framework_is_refused_with_the_place(spoil, where: str) -> None:
    document = physician()
    spoil(document)
    with pytest.raises(NotPublishable) as refusal:
        frameworks.publish(document)
    assert where in str(refusal.value)
    assert not Framework.objects.exists()


@pytest.mark.django_db
def test_a_template_with_a_section_twice_is_refused() -> None:
    document = copy.deepcopy(TEMPLATES[1])
    document["sections"][1]["key"] = "about"
    with pytest.raises(NotPublishable, match="the key about occurs twice"):
        templates.publish(document)
    assert not SectionTemplate.objects.exists()


# --- Publishing ------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(FRAMEWORKS))
def test_an_export_is_the_document_that_was_published(key: str) -> None:
    frameworks.publish(FRAMEWORKS[key])
    version = FrameworkVersion.objects.get(framework=key, number=1)
    assert frameworks.export(version) == FRAMEWORKS[key]
    assert published.digest(frameworks.export(version)) == version.digest
    asked = [one["key"] for group in FRAMEWORKS[key]["groups"] for one in group["competencies"]]
    assert list(Competency.objects.filter(version=version).values_list("key", flat=True)) == asked
    assert version.levels == FRAMEWORKS[key]["levels"]


@pytest.mark.both
@pytest.mark.django_db
def test_a_template_export_is_the_document_that_was_published() -> None:
    template = templates.publish(TEMPLATES[1])
    template.refresh_from_db()
    assert templates.export(template) == TEMPLATES[1]
    assert published.digest(templates.export(template)) == template.digest


@pytest.mark.django_db
def test_publishing_the_same_again_changes_nothing_whatever_the_order_of_its_keys() -> None:
    version = frameworks.publish(physician())
    turned = json.loads(json.dumps(dict(reversed(physician().items()))))
    entries, competencies = AuditEntry.objects.count(), list(Competency.objects.values())
    assert frameworks.publish(turned).pk == version.pk
    assert (AuditEntry.objects.count(), list(Competency.objects.values())) == (entries, competencies)


@pytest.mark.both
@pytest.mark.django_db
def test_a_published_number_with_other_content_is_refused_and_nothing_changes() -> None:
    version = frameworks.publish(physician())
    changed = physician()
    changed["groups"][0]["competencies"][0]["names"]["nl"] = "Iets anders"
    with pytest.raises(AlreadyPublished):
        frameworks.publish(changed)
    version.refresh_from_db()
    assert frameworks.export(version) == physician()
    assert not Competency.objects.filter(names__nl="Iets anders").exists()


@pytest.mark.both
@pytest.mark.django_db
def test_a_published_template_with_other_content_is_refused_and_nothing_changes() -> None:
    template = templates.publish(TEMPLATES[1])
    changed = copy.deepcopy(TEMPLATES[1])
    changed["sections"][0]["names"]["nl"] = "Iets anders"
    with pytest.raises(AlreadyPublished):
        templates.publish(changed)
    template.refresh_from_db()
    assert templates.export(template) == TEMPLATES[1]


@pytest.mark.django_db
def test_a_next_version_is_for_new_portfolios_and_an_old_portfolio_keeps_its_own() -> None:
    frameworks.load_shipped()
    old = sections.open_portfolio(factories.person(), framework_key="physician-generic")
    second = physician() | {"number": 2, "names": {"nl": "Tweede uitgave", "en": "Second edition"}}
    frameworks.publish(second)
    template = copy.deepcopy(TEMPLATES[1]) | {"number": 3}
    template["sections"] = template["sections"][:2]
    templates.publish(template)
    new = sections.open_portfolio(factories.person(), framework_key="physician-generic")
    old.refresh_from_db()
    assert (old.framework_version.number, old.template_id, old.sections.count()) == (1, 2, 12)
    assert (new.framework_version.number, new.template_id, new.sections.count()) == (2, 3, 2)
    assert Framework.objects.get(key="physician-generic").names["nl"] == "Tweede uitgave"


@pytest.mark.django_db
def test_an_older_number_published_late_does_not_rename_the_framework() -> None:
    frameworks.publish(physician() | {"number": 2, "names": {"nl": "Tweede uitgave", "en": "Second edition"}})
    frameworks.publish(physician())
    assert Framework.objects.get(key="physician-generic").names["nl"] == "Tweede uitgave"


@pytest.mark.django_db
def test_publishing_is_in_the_audit_chain_with_who_did_it() -> None:
    somebody = factories.person()
    version = frameworks.publish(physician(), by=somebody)
    entry = AuditEntry.objects.get()
    facts = json.loads(entry.payload.body)
    assert entry.verb == "published"
    assert (facts["framework"], facts["number"], facts["by"]) == ("physician-generic", 1, somebody.code)
    assert facts["digest"] == version.digest


@pytest.mark.django_db
def test_load_data_publishes_all_that_ships_once(django_assert_num_queries) -> None:
    call_command("load_data")
    before = [list(model.objects.order_by("pk").values()) for model in (FrameworkVersion, Competency, SectionTemplate)]
    assert [len(rows) for rows in before] == [
        len(FRAMEWORKS),
        sum(len(group["competencies"]) for one in FRAMEWORKS.values() for group in one["groups"]),
        len(TEMPLATES),
    ]
    with django_assert_num_queries(3):
        frameworks.load_shipped()
    call_command("load_data")
    after = [list(model.objects.order_by("pk").values()) for model in (FrameworkVersion, Competency, SectionTemplate)]
    assert after == before


@pytest.mark.django_db
def test_a_changed_shipped_file_is_refused_at_loading(tmp_path, monkeypatch) -> None:
    frameworks.load_shipped()
    shutil.copytree(documents.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("demo", "schemas"))
    monkeypatch.setattr(frameworks, "DATA", tmp_path / "data")
    file = tmp_path / "data/frameworks/lab-analysis.1.json"
    file.write_text(file.read_text(encoding="utf-8").replace("ISO 15189", "ISO 15190"), encoding="utf-8")
    with pytest.raises(AlreadyPublished, match="lab-analysis 1"):
        frameworks.load_shipped()
