"""Order, hiding, own sections and a newer template (P1)."""

import copy

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal import published
from portfolios import documents
from portfolios.actions import arranging, sections, templates
from portfolios.models import Experience, Portfolio, Section, SectionTemplate
from tests import factories

pytestmark = pytest.mark.django_db
SHIPPED = {one["number"]: one for one in published.shipped(documents.DATA / "sections")}


def url(name: str, *args: str) -> str:
    return reverse(f"portfolios:{name}", args=args)


def titles(portfolio: Portfolio) -> list[str]:
    return [one.title for one in portfolio.sections.in_order()]


def order(portfolio: Portfolio) -> list[str]:
    return [one for one in titles(portfolio) if one not in ("SWOT", "Competenties")]  # they are there for other tests


# --- Order ----------------------------------------------------------------------------------


@pytest.mark.both
def test_a_section_moves_one_place_and_stays_at_the_ends(cast, sign_in):
    noor = sign_in(cast.noor)
    assert order(cast.portfolio) == ["Over mij", "Ervaringen", "Ontwikkelplan"]
    answer = noor.post(url("section_move", cast.plan.code), {"to": "up"})
    assert answer.url == f"{url('arrange')}#{cast.plan.code}"
    assert order(cast.portfolio) == ["Over mij", "Ontwikkelplan", "Ervaringen"]
    first = cast.portfolio.sections.in_order()[0]
    noor.post(url("section_move", first.code), {"to": "up"})
    assert order(cast.portfolio) == ["Over mij", "Ontwikkelplan", "Ervaringen"]
    page = noor.get(url("portfolio")).content.decode()
    assert page.index("Over mij") < page.index("Ontwikkelplan") < page.index("Ervaringen")


@given(moves=st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=12))
def test_any_moves_keep_every_section_once(moves):
    portfolio = factories.portfolio()
    for number in range(2):
        sections.add_own(portfolio, title=f"Eigen {number}", by=portfolio.owner)
    Section.objects.filter(portfolio=portfolio).update(position=0)  # ties, as older rows may have
    expected = titles(portfolio)
    for place, up in moves:
        row = list(portfolio.sections.in_order())[place]
        to = place - 1 if up else place + 1
        moved = arranging.move(row, up=up, by=portfolio.owner)
        assert moved == (0 <= to < len(expected))
        if moved:
            expected[place], expected[to] = expected[to], expected[place]
        assert titles(portfolio) == expected


# --- Hiding ---------------------------------------------------------------------------------


def test_hiding_ends_nothing_that_is_shared_and_says_so(cast, sign_in):
    factories.section(cast.portfolio, "plan", text="Mijn plan voor dit jaar.")
    factories.grant(cast.plan, cast.joris)
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    told = noor.post(url("section_hide", cast.plan.code), follow=True).content.decode()
    assert "dr. Proef" in told and "Laat weer zien" in told
    home = noor.get(url("portfolio")).content.decode()
    assert "Ontwikkelplan" not in home and "1 onderdeel is verborgen" in home and "Ervaringen" in home
    assert "Mijn plan voor dit jaar." in joris.get(url("section", cast.plan.code)).content.decode()
    noor.post(url("section_show", cast.plan.code))
    assert "Ontwikkelplan" in noor.get(url("portfolio")).content.decode()


def test_nothing_new_is_put_in_a_hidden_section(cast, sign_in):
    arranging.hide(cast.plan, by=cast.noor)
    draft, noor = factories.experience(cast.noor, "Nieuw"), sign_in(cast.noor)
    page = noor.get(url("experience_place", draft.code)).content.decode()
    assert cast.plan.code not in page and cast.experiences.code in page
    assert noor.post(url("experience_place", draft.code), {"section": cast.plan.code}).status_code == 404
    assert Experience.objects.get(pk=draft.pk).is_draft


# --- Own sections ---------------------------------------------------------------------------


def test_an_own_section_gets_another_name_and_a_standard_one_does_not(cast, sign_in):
    own, noor = sections.add_own(cast.portfolio, title="Lesgeven", by=cast.noor), sign_in(cast.noor)
    assert noor.post(url("section_rename", own.code), {"title": ""}).status_code == 422
    noor.post(url("section_rename", own.code), {"title": "Onderwijs geven"})
    assert "Onderwijs geven" in order(cast.portfolio)
    assert noor.post(url("section_rename", cast.plan.code), {"title": "Iets"}).status_code == 403
    assert "Ontwikkelplan" in order(cast.portfolio)
    with pytest.raises(ValueError, match="own"):
        arranging.rename(cast.plan, title="Iets", by=cast.noor)


def test_an_empty_own_section_can_be_removed(cast, sign_in):
    own = sections.add_own(cast.portfolio, title="Lesgeven", by=cast.noor)
    noor = sign_in(cast.noor)
    assert "Lesgeven" in noor.get(url("section_remove", own.code)).content.decode()
    noor.post(url("section_remove", own.code))
    assert "Lesgeven" not in order(cast.portfolio) and noor.get(url("section", own.code)).status_code == 404


def _a_text(cast, own):
    Section.objects.filter(pk=own.pk).update(text="Iets")


def _an_experience(cast, own):
    factories.experience(cast.noor, "Les", into=own)


def _a_former_share(cast, own):
    factories.withdrawn_grant(own, cast.joris)


@pytest.mark.parametrize("fill", [_a_text, _an_experience, _a_former_share])
def test_a_section_with_something_in_it_or_a_log_stays(cast, sign_in, fill):
    own = sections.add_own(cast.portfolio, title="Lesgeven", by=cast.noor)
    fill(cast, own)
    noor = sign_in(cast.noor)
    page = noor.get(url("section_remove", own.code)).content.decode()
    assert "verbergen" in page and "Verwijder het onderdeel" not in page and url("section_hide", own.code) in page
    assert noor.post(url("section_remove", own.code)).status_code == 403
    with pytest.raises(ValueError, match="hide|verbergen"):
        arranging.remove(own, by=cast.noor)
    assert "Lesgeven" in order(cast.portfolio)


def test_a_standard_section_is_never_removed(cast):
    with pytest.raises(ValueError):
        arranging.remove(cast.plan, by=cast.noor)
    assert "Ontwikkelplan" in order(cast.portfolio)


# --- A newer template -----------------------------------------------------------------------


def test_two_templates_ship_and_the_second_has_the_twelve_sections():
    keys = "about competencies experiences feedback swot plan reflections conversations profiles supervision education"
    assert [one["key"] for one in SHIPPED[2]["sections"]] == [*keys.split(), "documents"]
    first = {one["key"]: one for one in SHIPPED[1]["sections"]}
    assert all(first[one["key"]] == one for one in SHIPPED[2]["sections"] if one["key"] in first)


@pytest.mark.both
def test_a_newer_template_is_taken_over_by_its_owner_after_seeing_what_changes(cast, sign_in):
    item = factories.experience(cast.noor, "Overdracht", into=cast.experiences)
    grant = factories.grant(cast.plan, cast.joris)
    document = copy.deepcopy(SHIPPED[2])
    document["sections"] = [one for one in document["sections"] if one["key"] != "about"]
    document["sections"][1]["names"] = {"nl": "Wat je meemaakt", "en": "What you go through"}
    templates.publish(document)
    noor = sign_in(cast.noor)
    assert order(cast.portfolio) == ["Over mij", "Ervaringen", "Ontwikkelplan"], "publishing changes nobody's portfolio"
    page = noor.get(url("template_adopt")).content.decode()
    assert "“Ervaringen” wordt “Wat je meemaakt”" in page and "Profielen" in page
    assert page.index("Over mij") > page.index("Profielen"), "what stays comes last"
    templates.publish(SHIPPED[2] | {"number": 3})  # meanwhile: the one that was looked at is the one that is taken
    noor.post(url("template_adopt"), {"number": "2"})
    portfolio = Portfolio.objects.get(pk=cast.portfolio.pk)
    assert portfolio.template_id == 2
    assert order(portfolio)[:4] == ["Over mij", "Wat je meemaakt", "Ontwikkelplan", "Ontvangen feedback"]
    item.refresh_from_db()
    assert item.section_id == cast.experiences.pk
    assert sign_in(cast.joris).get(url("section", cast.plan.code)).status_code == 200 and grant.withdrawn_at is None
    assert all(not one.shareable.grants.exists() for one in portfolio.sections.in_order() if one.pk != cast.plan.pk)


def test_an_older_template_changes_nothing(cast):
    templates.publish(SHIPPED[2])
    newest = SectionTemplate.objects.get(number=2)
    arranging.adopt(cast.portfolio, newest, by=cast.noor)
    before = order(cast.portfolio)
    arranging.adopt(cast.portfolio, SectionTemplate.objects.get(number=1), by=cast.noor)
    arranging.adopt(cast.portfolio, newest, by=cast.noor)
    assert order(cast.portfolio) == before and len(before) == 10


def test_only_the_owner_arranges(cast):
    templates.publish(SHIPPED[2])
    acts = (
        lambda: arranging.move(cast.plan, up=True, by=cast.joris),
        lambda: arranging.hide(cast.plan, by=cast.joris),
        lambda: arranging.show(cast.plan, by=cast.joris),
        lambda: arranging.remove(cast.plan, by=cast.joris),
        lambda: arranging.adopt(cast.portfolio, SectionTemplate.objects.get(number=2), by=cast.joris),
    )
    for act in acts:
        with pytest.raises(ValueError):
            act()
    assert order(cast.portfolio) == ["Over mij", "Ervaringen", "Ontwikkelplan"]
