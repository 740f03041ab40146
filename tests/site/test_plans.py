"""Issue 2 and docs/sharing.md: no page reads a whole table; the plans of the real pages, on both databases.

The world has more people, pieces, shares and looks than a page may ever walk through. A scan that is cheap
today is the page that is slow in a year.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Grant, User
from portfolios.models import Experience
from tests.site import crowd as world
from tests.site.crowd import World
from tests.site.plans import BIG, reads, scans

__all__ = ["reads"]  # a fixture
pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.xdist_group("crowd")]
ONE, LIST = 12, 15  # queries: on the page of one thing, and on a page with lists


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all tests here, and undone with them."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        # Else Django's test case has SQLite check every key of the crowd after each test.
        patch.setattr(connection.features, "can_defer_constraint_checks", False)
        yield world.build()
        transaction.set_rollback(True)


Page = tuple[str, Callable[[World], list[str]], str, int]


def _of(what: str) -> Callable[[World], list[str]]:
    return lambda w: [w.codes[what]]


KEYS = ("experiences", "plan", "swot", "competencies", "education", "profiles")
OWNER_PAGES: dict[str, Page] = {
    **{f"section of {key}": ("portfolios:section", _of(key), "", LIST) for key in KEYS},
    "goal": ("portfolios:goal", _of("goal"), "", ONE),
    "change a goal": ("portfolios:goal_edit", _of("goal"), "", ONE),
    "evidence": ("portfolios:evidence", _of("goal"), "", LIST),
    "evidence, by words": ("portfolios:evidence", _of("goal"), "?q=ervaring", LIST),
    "profile": ("portfolios:profile", _of("profile"), "", ONE),
    "rate": ("portfolios:rate", _of("competencies"), "", ONE),
    "comments": ("portfolios:comments", _of("experiences"), "", LIST),
    "snapshots": ("portfolios:snapshots", lambda w: [], "", LIST),
    "PDF": ("portfolios:paper", lambda w: [], "", ONE),
    "tonight": ("portfolios:tonight", lambda w: [], "", LIST),
    "card": ("portfolios:card", _of("card"), "", LIST),
    "ask for a level": ("portfolios:level_ask", _of("card"), "", ONE),
    "level": ("portfolios:level", _of("level"), "", ONE),
    "framework": ("portfolios:framework", lambda w: [], "", ONE),
    "timeline, goals": ("portfolios:timeline", lambda w: [], "?kind=goal", LIST),
    "today": ("home", lambda w: [], "", LIST),
    "portfolio": ("portfolios:portfolio", lambda w: [], "", LIST),
    "order and hide": ("portfolios:arrange", lambda w: [], "", LIST),
    "newer template": ("portfolios:template_adopt", lambda w: [], "", ONE),
    "own section": ("portfolios:section", lambda w: [w.own_section], "", LIST),
    "text of a section": ("portfolios:section_edit", lambda w: [w.own_section], "", ONE),
    "new section": ("portfolios:section_new", lambda w: [], "", ONE),
    "own experience": ("portfolios:experience", lambda w: [w.own_item], "", ONE),
    "change an experience": ("portfolios:experience_edit", lambda w: [w.own_item], "", ONE),
    "new experience": ("portfolios:experience_new", lambda w: [], "", ONE),
    "place an experience": ("portfolios:experience_place", lambda w: [w.own_draft], "", ONE),
    "throw a draft away": ("portfolios:experience_remove", lambda w: [w.own_draft], "", ONE),
    "drafts": ("portfolios:drafts", lambda w: [], "", LIST),
    "timeline": ("portfolios:timeline", lambda w: [], "", LIST),
    "timeline, by words": ("portfolios:timeline", lambda w: [], "?q=deel", LIST),
    "timeline, by kind": ("portfolios:timeline", lambda w: [], "?kind=work", LIST),
    "timeline, not linked": ("portfolios:timeline", lambda w: [], "?kind=loose", LIST),
    "timeline, a period": ("portfolios:timeline", lambda w: [], "?since=2026-01-01&until=2027-01-01", LIST),
    "sharing": ("portfolios:sharing", lambda w: [], "", LIST),
    "sharing, per section": ("portfolios:sharing", lambda w: [], "?by=section", LIST),
    "readings of one": ("portfolios:readings", lambda w: [], "?who=x&what=y", LIST),
    "past": ("portfolios:past", lambda w: [], "", LIST),
    "readings": ("portfolios:readings", lambda w: [], "", LIST),
    "who sees this": ("portfolios:who", lambda w: [w.shared_piece], "", ONE),
    "share": ("portfolios:share", lambda w: [], "", ONE),
    "change a term": ("portfolios:term", lambda w: [w.source, w.shared_piece], "", ONE),
    "guidance": ("mentoring:guidance", lambda w: [], "", LIST),
    "conversation": ("mentoring:conversation", lambda w: [w.own_talk], "", ONE),
    "search as owner": ("search", lambda w: [], "?q=druk", LIST),
}
READER_PAGES: dict[str, Page] = {
    "another's comments": ("portfolios:comments", lambda w: [w.shared_section], "", LIST),
    "another's PDF": ("portfolios:paper_of", lambda w: [w.sharer], "", ONE),
    "timeline of another, by words": ("portfolios:timeline_of", lambda w: [w.sharer], "?q=deel", LIST),
    "timeline of another, by kind": ("portfolios:timeline_of", lambda w: [w.sharer], "?kind=work", LIST),
    "timeline of another, goals": ("portfolios:timeline_of", lambda w: [w.sharer], "?kind=goal", LIST),
    "timeline of another, a period": ("portfolios:timeline_of", lambda w: [w.sharer], "?since=2026-01-01", LIST),
    "cards of a department": ("portfolios:department_cards", lambda w: [], "", LIST),
    "another's card": ("portfolios:card", _of("card"), "", ONE),
    "results for a reader": ("surveys:results_list", lambda w: [], "", LIST),
    "today of a reader": ("home", lambda w: [], "", LIST),
    "shared with me": ("portfolios:shared_with_me", lambda w: [], "", LIST),
    "shared by": ("portfolios:shared_by", lambda w: [w.sharer], "", LIST),
    "timeline of another": ("portfolios:timeline_of", lambda w: [w.sharer], "", LIST),
    "mentees": ("mentoring:mentees", lambda w: [], "", LIST),
    "the other's conversation": ("mentoring:conversation", lambda w: [w.own_talk], "", ONE),
    "another's section": ("portfolios:section", lambda w: [w.shared_section], "", LIST),
    "another's experience": ("portfolios:experience", lambda w: [w.shared_item], "", ONE),
    "search as reader": ("search", lambda w: [], "?q=druk", LIST),
    "search that finds nothing": ("search", lambda w: [], "?q=zzzz", LIST),
}


ORGANISER_PAGES: dict[str, Page] = {
    "surveys": ("surveys:surveys", lambda w: [], "", LIST),
    "survey": ("surveys:survey", _of("survey"), "", ONE),
    "change a survey": ("surveys:survey_edit", _of("survey"), "", ONE),
    "invite": ("surveys:invite", _of("survey"), "", ONE),
    "invitations": ("surveys:invitations", _of("survey"), "", LIST),
    "survey with names": ("surveys:survey", _of("named"), "", ONE),
    "invited with names": ("surveys:invitations", _of("named"), "", LIST),
    "answers of somebody": ("surveys:answers", _of("answer"), "", ONE),
    "asked with a name": ("surveys:named", _of("asked"), "", ONE),
    "fill in with a name": ("surveys:named_fill", _of("asked"), "", ONE),
    "questionnaires": ("surveys:questionnaires", lambda w: [], "", LIST),
    "questionnaire": ("surveys:questionnaire", _of("questionnaire"), "", ONE),
    "results": ("surveys:results_list", lambda w: [], "", LIST),
    "results that wait": ("surveys:results", _of("checked"), "", ONE),
    "texts": ("surveys:texts", _of("checked"), "", LIST),
}


def _check(crowd: World, reads: Callable[..., Any], person: User, page: Page, query: str = "") -> None:
    name, args, asked, most = page
    path = reverse(name, args=args(crowd)) + (query or asked)
    seen = reads(person, path)
    assert seen.answer.status_code == 200
    selects = [sql for sql in seen.asked if sql.lstrip("(").startswith("SELECT")]
    found = [f"{scan}\n    {sql}" for sql in selects for scan in scans(sql)]
    assert not found, "\n".join(found)
    assert 3 <= len(seen.asked) <= most, "\n".join(seen.asked)


@pytest.mark.parametrize("name", OWNER_PAGES)
def test_no_page_of_an_owner_reads_a_whole_table(crowd, reads, name):
    _check(crowd, reads, crowd.owner, OWNER_PAGES[name])


@pytest.mark.parametrize("name", READER_PAGES)
def test_no_page_of_a_reader_reads_a_whole_table(crowd, reads, name):
    _check(crowd, reads, crowd.reader, READER_PAGES[name])


@pytest.mark.parametrize("name", ORGANISER_PAGES)
def test_no_page_about_surveys_reads_a_whole_table(crowd, reads, name):
    _check(crowd, reads, crowd.organiser, ORGANISER_PAGES[name])


@pytest.mark.parametrize("what", ["competency", "placement", "competency and placement"])
def test_what_a_timeline_is_narrowed_by_has_an_index(crowd, reads, what):
    chosen = [f"{one}={crowd.codes[one]}" for one in what.split(" and ")]
    _check(crowd, reads, crowd.owner, OWNER_PAGES["timeline"], "?" + "&".join(chosen))


def test_every_table_that_counts_is_big(crowd):
    """Of a small one a database reads all of it, whatever the indexes."""
    with connection.cursor() as cursor:
        for table in BIG:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            assert cursor.fetchone()[0] >= 1000, table


@pytest.mark.parametrize("shape", ["sight on an open list", "by a column without an index", "in the order of an index"])
def test_a_scan_would_be_found(crowd, shape):
    if shape == "sight on an open list":
        rows = Experience.objects.visible_to(crowd.reader, narrow=True)
    elif shape == "by a column without an index":
        rows = Grant.objects.filter(purpose=Grant.Purpose.OTHER)
    else:
        rows = User.objects.order_by("family_name", "given_name").only("family_name")
    with CaptureQueriesContext(connection) as captured:
        list(rows)
    assert scans(captured.captured_queries[0]["sql"])
