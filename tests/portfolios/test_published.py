"""Published documents are for good, whichever way somebody tries; a mapping moves nothing silently (P4)."""

import copy
import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from portal import published
from portal.models import AuditEntry
from portal.published import AlreadyPublished, NotPublishable
from portfolios import documents
from portfolios.actions import adopting, frameworks, mappings, profile_sets, sections
from portfolios.models import (
    Competency,
    Experience,
    FrameworkMapping,
    FrameworkVersion,
    Portfolio,
    ProfileSet,
    SectionTemplate,
)
from tests import factories

pytestmark = pytest.mark.django_db
KEY = "physician-generic"
ONE = next(one for one in published.shipped(documents.DATA / "frameworks") if one["key"] == KEY)
PROFILES = next(published.shipped(documents.DATA / "profiles"))
TEMPLATE = next(published.shipped(documents.DATA / "sections"))


def second() -> dict[str, Any]:
    """Scholar is split, the last theme is gone, everything else is as it was."""
    document = copy.deepcopy(ONE) | {"number": 2}
    roles, themes = document["groups"]
    themes["competencies"].pop()
    roles["competencies"][0]["names"] = {"nl": "Vakbekwaam", "en": "Skilled"}
    extra = copy.deepcopy(roles["competencies"][0]) | {"key": "teaching", "names": {"nl": "Lesgeven", "en": "Teaching"}}
    roles["competencies"].append(extra)
    return document


def keys(document: dict[str, Any]) -> list[str]:
    return [one["key"] for group in document["groups"] for one in group["competencies"]]


def mapping() -> dict[str, Any]:
    after = keys(second())
    entries = [{"from": key, "to": [key] if key in after else []} for key in keys(ONE)]
    entries[0]["to"].append("teaching")
    return {"framework": KEY, "from": 1, "to": 2, "entries": entries}


@pytest.fixture
def everything() -> None:
    frameworks.load_shipped()
    frameworks.publish(second())
    mappings.publish(mapping())


# --- Never changed --------------------------------------------------------------------------

ROWS = [FrameworkVersion, FrameworkMapping, Competency, SectionTemplate, ProfileSet]


@pytest.mark.both
@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("model", ROWS)
def test_no_path_changes_or_deletes_what_is_published(model):
    table, row = model._meta.db_table, model.objects.first()
    field = "position" if model is Competency else "digest"
    fresh = 99 if model is Competency else "0" * 64
    setattr(row, field, fresh)
    before = list(model.objects.order_by("pk").values())
    raw = f"UPDATE {table} SET {field} = '{fresh}'"
    acts = {
        "save": row.save,
        "update": lambda: model.objects.update(**{field: fresh}),
        "bulk": lambda: model.objects.bulk_update([row], [field]),
        "raw": lambda: connection.cursor().execute(raw),
        "delete": lambda: connection.cursor().execute(f"DELETE FROM {table}"),
        "queryset": lambda: model.objects.filter(pk=row.pk)._raw_delete(model.objects.db),
    }
    for name, act in acts.items():
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            act()
            pytest.fail(name)
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.both
@pytest.mark.usefixtures("everything")
def test_no_competency_is_added_to_a_published_version():
    version = FrameworkVersion.objects.get(framework=KEY, number=1)
    for position in (0, version.size, 200):
        with pytest.raises(DatabaseError), transaction.atomic():
            Competency.objects.create(version=version, key=f"extra-{position}", names={"nl": "x"}, position=position)
    assert version.competencies.count() == version.size == len(keys(ONE))


# --- Mappings -------------------------------------------------------------------------------


def _left_out(document: dict) -> None:
    document["entries"].pop()


def _unknown(document: dict) -> None:
    document["entries"][0]["to"] = ["nothing"]


def _twice(document: dict) -> None:
    document["entries"].append(document["entries"][0])


def _backwards(document: dict) -> None:
    document["from"], document["to"] = 2, 1


def _not_there(document: dict) -> None:
    document["to"] = 3


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (_left_out, "leadership is left out"),
        (_unknown, "$.entries[0].to: nothing is not in version 2"),
        (_twice, "occurs twice"),
        (_backwards, "not newer"),
        (_not_there, "$.to: physician-generic 3 is not published"),
    ],
)
def test_a_faulty_mapping_is_refused_with_the_place(spoil, where):
    frameworks.load_shipped()
    frameworks.publish(second())
    document = mapping()
    spoil(document)
    with pytest.raises(NotPublishable) as refusal:
        mappings.publish(document)
    assert where in str(refusal.value) and not FrameworkMapping.objects.exists()


@pytest.mark.usefixtures("everything")
def test_the_same_again_changes_nothing_and_other_content_is_refused():
    assert mappings.publish(mapping()).pk == FrameworkMapping.objects.get().pk
    other = mapping()
    other["entries"][0]["to"] = []
    with pytest.raises(AlreadyPublished):
        mappings.publish(other)
    profiles = copy.deepcopy(PROFILES)
    profiles["profiles"][0]["names"]["nl"] = "Iets anders"
    with pytest.raises(AlreadyPublished):
        profile_sets.publish(profiles)
    assert mappings.export(FrameworkMapping.objects.get()) == mapping()
    assert profile_sets.export(ProfileSet.objects.get()) == PROFILES


# --- The owner goes over --------------------------------------------------------------------


def competency(key: str, number: int = 1) -> Competency:
    return Competency.objects.get(version__framework=KEY, version__number=number, key=key)


def an_owner() -> tuple[Any, Portfolio, list[Experience]]:
    person = factories.person()
    frameworks.load_shipped()
    portfolio = sections.open_portfolio(person, framework_key=KEY)
    links = [["medical-expert"], ["leadership"], ["communicating", "leadership"], []]
    items = [factories.experience(person, competencies=[competency(key) for key in one]) for one in links]
    frameworks.publish(second())
    mappings.publish(mapping())
    return person, portfolio, items


def linked(item: Experience) -> set[tuple[int, str]]:
    return {(one.version.number, one.key) for one in item.competencies.select_related("version")}


@pytest.mark.both
def test_publishing_moves_nothing_and_going_over_keeps_every_link(sign_in):
    person, portfolio, items = an_owner()
    before = [linked(one) for one in items]
    browser = sign_in(person)
    page = browser.get(reverse("portfolios:framework")).content.decode()
    assert "Vakbekwaam, Lesgeven" in page and "geen tegenhanger" in page
    portfolio.refresh_from_db()
    assert portfolio.framework_version.number == 1, "looking changes nothing"
    browser.post(reverse("portfolios:framework"), {"number": "2"})
    portfolio.refresh_from_db()
    assert portfolio.framework_version.number == 2
    assert [linked(one) for one in items] == before
    form = browser.get(reverse("portfolios:experience_new")).content.decode()
    assert "Lesgeven" in form and f'value="{competency("leadership").pk}"' not in form


def test_what_the_owner_ticks_gets_a_second_link_and_keeps_the_first(sign_in):
    person, _portfolio, items = an_owner()
    told = sign_in(person).post(
        reverse("portfolios:framework"), {"number": "2", "along": ["medical-expert", "leadership"]}, follow=True
    )
    assert "1 ervaring kreeg een tweede link" in told.content.decode()
    assert linked(items[0]) == {(1, "medical-expert"), (2, "medical-expert"), (2, "teaching")}
    assert linked(items[1]) == {(1, "leadership")}, "what has no counterpart stays where it is"
    assert linked(items[2]) == {(1, "communicating"), (1, "leadership")}


def test_changing_an_experience_after_going_over_loses_no_earlier_link(sign_in):
    person, portfolio, items = an_owner()
    adopting.adopt(portfolio, FrameworkVersion.objects.get(framework=KEY, number=2), by=person)
    browser, page = sign_in(person), reverse("portfolios:experience_edit", args=[items[0].code])
    assert "Eerder gekoppeld, versie 1" in browser.get(page).content.decode()
    old, new = competency("medical-expert"), competency("communicating", 2)
    form = {"title": "Anders", "happened_on": items[0].happened_on.isoformat(), "version": "1"}
    assert browser.post(page, form | {"competencies": [old.pk, new.pk]}).status_code == 302
    assert linked(items[0]) == {(1, "medical-expert"), (2, "communicating")}
    stranger = competency("leadership")  # of version 1 and not linked here
    answer = browser.post(page, form | {"version": "2", "competencies": [stranger.pk]})
    assert answer.status_code == 422


def test_only_the_owner_goes_over_and_only_where_a_mapping_leads():
    person, portfolio, _items = an_owner()
    two = FrameworkVersion.objects.get(framework=KEY, number=2)
    lab = FrameworkVersion.objects.get(framework="lab-analysis")
    for version, by in ((two, factories.person()), (lab, person)):
        with pytest.raises(ValueError):
            adopting.adopt(portfolio, version, by=by)
    portfolio.refresh_from_db()
    assert portfolio.framework_version.number == 1


# --- The administration ---------------------------------------------------------------------


def url(page: str, *args: Any, model: str = "frameworkversion") -> str:
    return reverse(f"admin:portfolios_{model}_{page}", args=args)


@pytest.fixture
def operator(sign_in):
    return sign_in(factories.person("Operator", is_staff=True))


def test_an_import_is_checked_first_and_published_by_the_second_button(operator):
    frameworks.load_shipped()
    entries, form = AuditEntry.objects.count(), {"text": json.dumps(second())}
    page = operator.post(url("add"), form)
    assert "physician" in page.context["checked"].lower() or "arts" in page.context["checked"]
    assert FrameworkVersion.objects.filter(number=2).count() == 0 and AuditEntry.objects.count() == entries
    operator.post(url("add"), form | {"publish": ""})
    version = FrameworkVersion.objects.get(number=2)
    answer = operator.get(url("export", version.pk))
    assert json.loads(answer.content) == second() and "attachment" in answer["Content-Disposition"]


def test_every_fault_is_listed_and_nothing_is_published(operator):
    frameworks.load_shipped()
    bad = second()
    del bad["groups"][0]["competencies"][0]["names"]["en"]
    del bad["groups"][1]["names"]["nl"]
    answer = operator.post(url("add"), {"text": json.dumps(bad), "publish": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and "$.groups[0].competencies[0].names" in page and "$.groups[1].names" in page
    changed = copy.deepcopy(ONE)
    changed["names"]["nl"] = "Iets anders"
    answer = operator.post(url("add"), {"text": json.dumps(changed), "publish": ""})
    assert answer.status_code == 422 and "other content" in answer.content.decode()
    assert operator.post(url("add"), {"text": "[1"}).status_code == 422
    assert not FrameworkVersion.objects.filter(number=2).exists()


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize(
    ("model", "document", "schema"),
    [
        ("frameworkversion", ONE, documents.FRAMEWORK),
        ("frameworkmapping", mapping(), documents.MAPPING),
        ("sectiontemplate", TEMPLATE, documents.SECTION_TEMPLATE),
        ("profileset", PROFILES, documents.PROFILE_SET),
    ],
)
def test_what_is_exported_fits_the_schema_that_is_given_and_is_what_was_imported(operator, model, document, schema):
    rows = {
        "frameworkversion": FrameworkVersion.objects.filter(framework=KEY, number=1),
        "frameworkmapping": FrameworkMapping.objects.all(),
        "sectiontemplate": SectionTemplate.objects.filter(number=1),
        "profileset": ProfileSet.objects.all(),
    }
    found = json.loads(operator.get(url("export", rows[model].get().pk, model=model)).content)
    assert found == document
    given = json.loads(operator.get(url("schema", model=model)).content)
    assert given["$id"] == f"urn:leerlijn:schema:{schema}:1"
    listed = operator.get(url("changelist", model=model)).content.decode()
    assert url("export", rows[model].get().pk, model=model) in listed


def test_the_shipped_profiles_are_five_of_equal_weight():
    assert [one["key"] for one in PROFILES["profiles"]] == [
        "research",
        "education",
        "quality-safety",
        "governance",
        "innovation",
    ]
    documents.check(PROFILES, documents.PROFILE_SET)
    assert {frozenset(one) for one in PROFILES["profiles"]} == {frozenset(PROFILES["profiles"][0])}
