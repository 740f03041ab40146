"""portal.md G12: one box, results only of what one may see; counts and titles included."""

import pytest
from django.urls import reverse

from portal import search
from portal.models import Reading
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def titles(person, words: str) -> list[str]:
    found = search.find(person, words, start=0, stop=100)
    assert found.total == len(found.hits)
    return [hit.title for hit in found.hits]


@pytest.fixture
def written(cast):
    factories.experience(cast.noor, "Overdracht", situation="Een volle afdeling in Duinhof", into=cast.experiences)
    factories.experience(cast.noor, "Gesprek", reflection="Stil durven zijn", into=cast.plan)
    factories.experience(cast.noor, "Afdeling in de nacht")
    return cast


def test_the_owner_finds_titles_and_texts_drafts_included(written):
    assert titles(written.noor, "afdeling") == ["Afdeling in de nacht", "Overdracht"]
    assert titles(written.noor, "durven") == ["Gesprek"]


def test_a_reader_finds_what_is_shared_and_not_that_more_exists(written):
    assert titles(written.joris, "afdeling") == titles(written.joris, "durven") == []
    factories.grant(written.experiences, written.joris)
    assert titles(written.joris, "afdeling") == ["Overdracht"]
    assert titles(written.joris, "durven") == titles(written.joris, "nacht") == []


def test_a_withdrawn_share_is_not_found_on_the_next_search(written):
    factories.withdrawn_grant(written.experiences, written.joris)
    factories.expired_grant(written.plan, written.joris)
    assert titles(written.joris, "afdeling") == titles(written.joris, "durven") == []


@pytest.mark.parametrize("words", ["", " ", "a", "%", "_%", "nergens"])
def test_too_little_and_wild_cards_find_nothing(written, words):
    assert titles(written.noor, words) == []


def test_pages_do_not_overlap_and_miss_nothing(written):
    for number in range(45):
        factories.experience(written.noor, f"Nacht {number:02}", into=written.experiences)
    pages = [search.find(written.noor, "nacht", start=n, stop=n + 20) for n in (0, 20, 40)]
    assert [len(page.hits) for page in pages] == [20, 20, 6] and {page.total for page in pages} == {46}
    assert len({hit.url for page in pages for hit in page.hits}) == 46


def test_a_title_in_the_results_is_no_reading(written, sign_in):
    factories.grant(written.experiences, written.joris)
    answer = sign_in(written.joris).get(reverse("search"), {"q": "afdeling", "page": "niet-een-getal"})
    assert "Overdracht" in answer.content.decode() and not Reading.objects.exists()
    assert "volle" not in answer.content.decode()
