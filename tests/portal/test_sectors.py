"""Sectors ship as data (G2): words, phases, framework and time zone by country and field of work."""

import json
import zoneinfo

import pytest
from jsonschema import Draft202012Validator

from portal import sectors
from portal.models import Sector
from portal.published import shipped as shipped_documents
from portfolios.documents import DATA as PORTFOLIO_DATA

SCHEMA = json.loads((sectors.DATA / "schemas" / "sectors.schema.json").read_text(encoding="utf-8"))
EXPECTED = {"medical-nl", "medical-be", "lab-nl", "lab-be", "care-nl", "technique-nl"}


def test_the_file_is_as_its_schema_asks_and_holds_the_six_sectors() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    rows = sectors.shipped()
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(rows)] == []
    assert {row["key"] for row in rows} == EXPECTED
    assert len(rows) == len(EXPECTED)


def test_the_schema_refuses_a_word_in_one_language() -> None:
    rows = sectors.shipped()
    del rows[0]["words"]["supervisor"]["en"]
    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(rows)] == ["'en' is a required property"]


@pytest.mark.parametrize("row", sectors.shipped(), ids=lambda row: row["key"])
def test_what_a_sector_points_at_exists(row: dict) -> None:
    zoneinfo.ZoneInfo(row["time_zone"])
    assert row["time_zone"] == {"NL": "Europe/Amsterdam", "BE": "Europe/Brussels"}[row["country"]]
    assert row["framework"] in {"", *(document["key"] for document in shipped_documents(PORTFOLIO_DATA / "frameworks"))}
    keys = [phase["key"] for phase in row["phases"]]
    assert len(keys) == len(set(keys))
    assert max(map(len, keys), default=0) <= 40  # User.phase holds it


def test_words_are_those_of_the_country() -> None:
    rows = {row["key"]: row for row in sectors.shipped()}
    assert rows["medical-nl"]["words"]["supervisor"]["nl"] == "klinisch begeleider"
    assert rows["medical-be"]["words"]["supervisor"]["nl"] == "stagemeester"
    assert rows["lab-be"]["words"]["mentor"]["nl"] == "vertrouwensmentor"  # a stagementor judges there
    belgian = json.dumps(rows["medical-be"], ensure_ascii=False)
    assert "ASO" in belgian and "wachtdienst" in belgian
    assert not [word for word in ("anios", "leerhuis", "OOR", "ANW") if word in belgian]
    for key in ("lab-nl", "lab-be"):
        lab = json.dumps(rows[key], ensure_ascii=False).lower()
        assert not [word for word in ("patiënt", "patient", "canmeds", "anios") if word in lab]


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_costs_one_query(django_assert_num_queries) -> None:
    sectors.load_shipped()
    before = list(Sector.objects.order_by("key").values())
    assert {row["key"] for row in before} == EXPECTED
    with django_assert_num_queries(3):  # the rows, and the transaction's begin and end
        sectors.load_shipped()
    assert list(Sector.objects.order_by("key").values()) == before


@pytest.mark.django_db
def test_an_operators_words_stay_and_what_is_absent_is_added() -> None:
    sectors.load_shipped()
    lab = Sector.objects.get(key="lab-nl")
    own_words = {"supervisor": {"nl": "werkplekbegeleider", "en": "workplace supervisor"}}
    own_phase = {"key": "student-lab", "names": {"nl": "leerling", "en": "pupil"}, "explained": {"nl": "-", "en": "-"}}
    Sector.objects.filter(pk=lab.pk).update(words=own_words, phases=[own_phase], framework="other")
    own = Sector.objects.create(key="dental-nl", names={"nl": "Mondzorg", "en": "Dental care"}, country="NL")
    sectors.load_shipped()
    now = Sector.objects.get(key="lab-nl")
    assert now.words == lab.words | own_words
    assert now.phases == [own_phase, *(phase for phase in lab.phases if phase["key"] != "student-lab")]
    assert now.framework == "other"
    assert Sector.objects.get(key="dental-nl").words == own.words == {}
