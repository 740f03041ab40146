"""Every page of a portfolio puts the same few questions to the database at 1, 3 and 300 of everything."""

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.site import plenty

ONE, LIST = 12, 15  # queries: on the page of one thing, and on a page with lists


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def code(name: str) -> Callable[[SimpleNamespace], list[str]]:
    return lambda cast: [getattr(cast, name).code]


def alone(_cast: SimpleNamespace) -> list[str]:
    return []


def seen_as(name: str) -> Callable[[SimpleNamespace], list[str]]:
    return lambda cast: [cast.joris.code, getattr(cast, name).code]


def first_grant(cast: SimpleNamespace) -> list[str]:
    given = cast.section.shareable.grants.order_by("pk")[0]
    return [given.source, cast.section.code]


PIECES = {
    "section": ("section", "section"),
    "section of goals": ("section", "plan"),
    "section of a SWOT": ("section", "swot"),
    "section of competencies": ("section", "competencies"),
    "section of education": ("section", "education"),
    "section of profiles": ("section", "profiles"),
    "experience": ("experience", "item"),
    "goal": ("goal", "goal"),
    "profile": ("profile", "profile"),
}
Page = tuple[str, Callable[[SimpleNamespace], list[str]], str]
OWN: dict[str, Page] = {
    **{what: (name, code(key), "") for what, (name, key) in PIECES.items()},
    "portfolio": ("portfolio", alone, ""),
    "first steps": ("first_steps", alone, ""),
    "order and hide": ("arrange", alone, ""),
    "newer template": ("template_adopt", alone, ""),
    "newer framework": ("framework", alone, ""),
    "section, second page": ("section", code("section"), "?page=2"),
    "text of a section": ("section_edit", code("section"), ""),
    "drafts": ("drafts", alone, ""),
    "new experience": ("experience_new", alone, ""),
    "change an experience": ("experience_edit", code("item"), ""),
    "place an experience": ("experience_place", code("item"), ""),
    "throw a draft away": ("experience_remove", code("draft"), ""),
    "let a goal go": ("goal_let_go", code("goal"), ""),
    "change a product": ("product_edit", lambda cast: [cast.profile.code, cast.product.code], ""),
    "change a lesson": ("lesson_edit", code("lesson"), ""),
    "new section": ("section_new", alone, ""),
    "new goal": ("goal_new", alone, ""),
    "change a goal": ("goal_edit", code("goal"), ""),
    "evidence": ("evidence", code("goal"), ""),
    "new line": ("line_add", alone, ""),
    "rate": ("rate", code("competencies"), ""),
    "change a profile": ("profile_edit", code("profile"), ""),
    "new product": ("product_new", code("profile"), ""),
    "log a week": ("week_log", alone, ""),
    "new lesson": ("lesson_new", alone, ""),
    "new certificate": ("certificate_new", alone, ""),
    "comments": ("comments", code("item"), ""),
    "sharing": ("sharing", alone, ""),
    "sharing, by section": ("sharing", alone, "?by=section"),
    "share": ("share", alone, ""),
    "past": ("past", alone, ""),
    "readings": ("readings", alone, ""),
    "who sees this": ("who", code("item"), ""),
    "change a term": ("term", first_grant, ""),
    "withdraw all": ("withdraw_all", code("joris"), ""),
    "as a reader": ("as_reader", code("joris"), ""),
    **{f"{what}, as a reader": (f"as_{name}", seen_as(key), "") for what, (name, key) in PIECES.items()},
    "snapshots": ("snapshots", alone, ""),
    "timeline": ("timeline", alone, ""),
    "timeline, not linked": ("timeline", alone, "?kind=loose"),
    "PDF": ("paper", alone, ""),
    "tonight": ("tonight", alone, ""),
    "card": ("card", code("card"), ""),
    "ask for a level": ("level_ask", code("card"), ""),
    "level": ("level", code("level"), ""),
}
READ: dict[str, Page] = {
    **{what: (name, code(key), "") for what, (name, key) in PIECES.items()},
    "comments": ("comments", code("item"), ""),
    "shared with me": ("shared_with_me", alone, ""),
    "shared by": ("shared_by", code("noor"), ""),
    "timeline": ("timeline_of", code("noor"), ""),
    "PDF": ("paper_of", code("noor"), ""),
    "cards of a department": ("department_cards", alone, ""),
    "card": ("card", code("card"), ""),
}
BY_LINK: dict[str, Page] = {
    **{what: (f"guest_{name}", code(key), "") for what, (name, key) in PIECES.items()},
    "all": ("guest_reader", alone, ""),
}
DECIDE: dict[str, Page] = {"level": ("level", code("level"), ""), "rate": ("rate", code("competencies"), "")}


def asked(browser: Client, cast: SimpleNamespace, pages: dict[str, Page]) -> dict[str, int]:
    found = {}
    for what, (name, args, query) in pages.items():
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(reverse(f"portfolios:{name}", args=args(cast)) + query)
        assert answer.status_code == 200, what
        found[what] = len(queries)
    return found


def as_guest(cast: SimpleNamespace) -> Client:
    """Came in by the link."""
    browser = Client()
    session = browser.session
    session["guest_reads"] = {"link": cast.link.code, "nonce": cast.link.nonce, "until": cast.now.timestamp() + 1800}
    session.save()
    browser.cookies["sessionid"] = session.session_key
    return browser


COUNTS: dict[str, dict[str, int]] = {
    "own": {
        "section": 8,
        "section of goals": 7,
        "section of a SWOT": 9,
        "section of competencies": 10,
        "section of education": 11,
        "section of profiles": 9,
        "experience": 9,
        "goal": 8,
        "profile": 11,
        "portfolio": 8,
        "first steps": 4,
        "order and hide": 7,
        "newer template": 6,
        "newer framework": 8,
        "section, second page": 8,
        "text of a section": 6,
        "drafts": 5,
        "new experience": 8,
        "change an experience": 11,
        "place an experience": 7,
        "throw a draft away": 5,
        "let a goal go": 4,
        "change a product": 8,
        "change a lesson": 4,
        "new section": 4,
        "new goal": 6,
        "change a goal": 6,
        "evidence": 7,
        "new line": 4,
        "rate": 7,
        "change a profile": 6,
        "new product": 6,
        "log a week": 4,
        "new lesson": 4,
        "new certificate": 4,
        "comments": 7,
        "sharing": 7,
        "sharing, by section": 7,
        "share": 7,
        "past": 5,
        "readings": 7,
        "who sees this": 7,
        "change a term": 6,
        "withdraw all": 7,
        "as a reader": 11,
        "section, as a reader": 8,
        "section of goals, as a reader": 7,
        "section of a SWOT, as a reader": 8,
        "section of competencies, as a reader": 11,
        "section of education, as a reader": 11,
        "section of profiles, as a reader": 8,
        "experience, as a reader": 9,
        "goal, as a reader": 8,
        "profile, as a reader": 10,
        "snapshots": 5,
        "timeline": 9,
        "timeline, not linked": 8,
        "PDF": 9,
        "tonight": 9,
        "card": 7,
        "ask for a level": 10,
        "level": 5,
    },
    "read": {
        "section": 8,
        "section of goals": 7,
        "section of a SWOT": 8,
        "section of competencies": 11,
        "section of education": 11,
        "section of profiles": 8,
        "experience": 9,
        "goal": 8,
        "profile": 10,
        "comments": 9,
        "shared with me": 5,
        "shared by": 10,
        "timeline": 8,
        "PDF": 10,
        "cards of a department": 5,
        "card": 6,
    },
    "by link": {
        "section": 6,
        "section of goals": 6,
        "section of a SWOT": 7,
        "section of competencies": 10,
        "section of education": 10,
        "section of profiles": 7,
        "experience": 7,
        "goal": 6,
        "profile": 8,
        "all": 7,
    },
    "decide": {"level": 6, "rate": 7},
}
# Lists of each page that hold 300 at 300: else the count would say nothing about them.
HOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "own": {
        "section": ("page", "grants"),
        "section of education": ("lessons", "certificates"),
        "experience": ("files", "shows", "grants"),
        "goal": ("evidence", "grants"),
        "profile": ("products", "evidence", "grants"),
        "portfolio": ("rows",),
        "order and hide": ("rows",),
        "place an experience": ("rows",),
        "drafts": ("page",),
        "change an experience": ("files",),
        "change a product": ("files",),
        "evidence": ("page",),
        "comments": ("page",),
        "sharing": ("page",),
        "sharing, by section": ("page",),
        "past": ("page",),
        "readings": ("page", "people"),
        "who sees this": ("shared", "page"),
        "as a reader": ("page", "goals", "sections"),
        "experience, as a reader": ("files", "shows"),
        "snapshots": ("page",),
        "timeline": ("page",),
        "tonight": ("page",),
        "card": ("page",),
    },
    "read": {
        "section": ("page",),
        "experience": ("files", "shows"),
        "goal": ("evidence",),
        "profile": ("products", "evidence"),
        "comments": ("page",),
        "shared with me": ("page",),
        "shared by": ("page", "goals", "sections"),
        "timeline": ("page",),
        "cards of a department": ("page",),
    },
    "by link": {"experience": ("files", "shows"), "goal": ("evidence",), "profile": ("products", "evidence")},
}


def _few(browser: Client, cast: SimpleNamespace, page: Page, names: tuple[str, ...]) -> dict[str, int]:
    """Which of these lists are shorter than 300, and how short."""
    name, args, query = page
    context = browser.get(reverse(f"portfolios:{name}", args=args(cast)) + query).context
    rows = {name: context[name] for name in names}
    sizes = {name: one.paginator.count if hasattr(one, "paginator") else len(one) for name, one in rows.items()}
    return {name: size for name, size in sizes.items() if size < 300}


LISTS = {"section of education", "as a reader", "shared by", "profile", "profile, as a reader"}


@pytest.mark.django_db
def test_each_page_asks_the_same_at_1_3_and_300_rows(cast, sign_in):
    with time_machine.travel(timezone.now(), tick=False):  # what is read is noted in the first round, and only then
        plenty.prepare(cast)
        browsers: dict[str, tuple[Client, dict[str, Page]]] = {
            "own": (sign_in(cast.noor), OWN),
            "read": (sign_in(cast.joris), READ),
            "by link": (as_guest(cast), BY_LINK),
            "decide": (sign_in(cast.amina), DECIDE),
        }
        for many in (0, 1, 3, 300):
            plenty.grow(cast, many)
            found = {way: asked(browser, cast, pages) for way, (browser, pages) in browsers.items()}
            assert not many or found == COUNTS, many
        for way, lists in HOLD.items():
            browser, pages = browsers[way]
            few = {what: _few(browser, cast, pages[what], names) for what, names in lists.items()}
            assert not {what: found for what, found in few.items() if found}, way
    assert max(most for pages in COUNTS.values() for most in pages.values()) <= LIST
    assert {what for pages in COUNTS.values() for what, most in pages.items() if most > ONE} <= LISTS


MANY = {
    "portfolio": ("portfolio", alone, ""),
    "section": ("section", code("section"), ""),
    "section, tenth page": ("section", code("section"), "?page=10"),
    "timeline": ("timeline", alone, ""),
    "evidence": ("evidence", code("goal"), ""),
}


@pytest.mark.django_db
@pytest.mark.parametrize("many", [5, 5000])
def test_a_portfolio_of_5000_experiences_opens_with_the_questions_of_one_of_5(cast, sign_in, many):
    plenty.prepare(cast)
    plenty.fill_section(cast, many)
    noor = sign_in(cast.noor)
    asked(noor, cast, MANY)
    assert asked(noor, cast, MANY) == {
        "portfolio": 8,
        "section": 7,
        "section, tenth page": 7,
        "timeline": 9,
        "evidence": 7,
    }
