"""Issue 2 and docs/sharing.md: no page reads a whole table; the plans of the real pages, on both databases.

The world has more people, pieces, shares and looks than a page may ever walk through. A scan that is cheap
today is the page that is slow in a year.
"""

import datetime
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mentoring.models import Conversation, State, Track
from portal import sharing
from portal.models import Grant, Membership, Reading, Relation, Role, Shareable, User
from portal.models.sharing import QUARTER, Channel
from portfolios.models import Experience, FrameworkVersion, Portfolio, Section, SectionTemplate
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OWNERS, READERS, OTHERS = 1200, 300, 4500
SECTIONS, ITEMS, GRANTS, READINGS = 6000, 20_000, 5000, 5000
BIG = frozenset(
    {
        "portal_shareable",
        "portal_grant",
        "portal_reading",
        "portfolios_experience",
        "portfolios_section",
        "portal_user",
        "portal_membership",
        "portal_relation",
        "mentoring_conversation",
    }
)
TEXT = "Druk op de afdeling: eerst gekeken, toen gebeld en daarna pas geschreven. " * 4  # as long as people write
ONE, LIST = 12, 15  # queries: on the page of one thing, and on a page with lists
ALIAS = re.compile(r'"(\w+)" (?:AS )?"?([A-Z]+\d+)"?')
QUESTION = re.compile(r"\(*(SELECT|INSERT|UPDATE|DELETE)\b")
SQLITE_SCAN = re.compile(r"^SCAN (\w+)")


@dataclass(frozen=True)
class World:
    owner: User
    reader: User
    own_section: str
    own_item: str
    own_draft: str
    shared_section: str
    shared_item: str
    sharer: str
    source: str
    shared_piece: str
    own_talk: str = ""


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all tests here, and undone with them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)


def _build() -> World:
    now = timezone.now()
    people = _people()
    owners, readers = people[:OWNERS], people[OWNERS : OWNERS + READERS]
    # Far above what sequences give: what is made after these must not meet them.
    numbers = random.Random(7).sample(range(10**6, 10**6 + 2 * (SECTIONS + ITEMS)), SECTIONS + ITEMS)
    sections = _sections(owners, numbers[:SECTIONS])
    items = _items(owners, sections, numbers[SECTIONS:], now)
    grants = _grants(owners, readers, sections, items, now)
    _readings(grants, now)
    talk = _talks(owners, readers, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL random_page_cost = 1.1")
    return replace(_chosen(owners[7], readers[7], grants), own_talk=talk)


def _people() -> list[User]:
    people = User.objects.bulk_create(
        User(email=f"p{n}@example.org", given_name=f"P{n}", family_name=f"Proef{n % 997}", password="!")
        for n in range(OWNERS + READERS + OTHERS)
    )
    places = [factories.organisation() for _ in range(20)]
    today = timezone.localdate()
    Membership.objects.bulk_create(
        Membership(
            person=person,
            organisation=places[n % 20],
            role=Role.TRAINEE if n < OWNERS else Role.MENTOR,
            starts_on=today - 30 * factories.DAY,
        )
        for n, person in enumerate(people)
    )
    Relation.objects.bulk_create(
        Relation(person=people[n], other=people[OWNERS + n], kind=Relation.Kind.MENTOR, starts_on=today)
        for n in range(OWNERS)
    )
    return people


def _sections(owners: list[User], numbers: list[int]) -> list[Shareable]:
    """`numbers` are the keys: pieces of one person, and of one kind, do not lie together."""
    factories.standards()
    framework, template = FrameworkVersion.objects.get(), SectionTemplate.objects.get()
    Portfolio.objects.bulk_create(
        Portfolio(owner=owner, framework_version=framework, template=template) for owner in owners
    )
    rows = Shareable.objects.bulk_create(
        Shareable(pk=number, kind=Shareable.Kind.SECTION, owner=owners[n % OWNERS], title=f"Deel {n}")
        for n, number in enumerate(numbers)
    )
    Section.objects.bulk_create(
        Section(shareable=row, portfolio_id=row.owner_id, position=n // OWNERS, text=TEXT) for n, row in enumerate(rows)
    )
    return rows


def _items(
    owners: list[User], sections: list[Shareable], numbers: list[int], now: datetime.datetime
) -> list[Shareable]:
    """Every fortieth is a draft; the sections of an owner are `OWNERS` apart."""
    wanted = [None if n % 40 == 0 else sections[n % SECTIONS] for n in range(ITEMS)]
    rows = Shareable.objects.bulk_create(
        Shareable(
            pk=numbers[n],
            kind=Shareable.Kind.ITEM if section else Shareable.Kind.DRAFT,
            owner=section.owner if section else owners[n // 40 % OWNERS],
            parent=section,
            title=f"Ervaring {n}",
        )
        for n, section in enumerate(wanted)
    )
    Experience.objects.bulk_create(
        Experience(
            shareable=row,
            section_id=row.parent_id,
            happened_on=timezone.localdate(now) - n % 400 * factories.DAY,
            **dict.fromkeys(("situation", "task", "action", "result", "reflection"), TEXT),
            updated_at=now - n * datetime.timedelta(minutes=1),
        )
        for n, row in enumerate(rows)
    )
    return rows


def _grants(
    owners: list[User], readers: list[User], sections: list[Shareable], items: list[Shareable], now: datetime.datetime
) -> list[Grant]:
    """A third over, a sixth withdrawn, the others live; one in four on a whole section."""
    right = Permission.objects.get(codename=sharing.READ, content_type__app_label="portal")
    placed = [item for item in items if item.parent_id]
    rows = []
    for n in range(GRANTS):
        piece = sections[(n * 7 + n // 700) % SECTIONS] if n % 4 == 0 else placed[n * 13 % len(placed)]
        start = now - (40 + n % 60) * factories.DAY
        rows.append(
            Grant(
                user=readers[(n + n // READERS) % READERS],
                content_object=piece,
                permission=right,
                purpose=Grant.Purpose.GUIDANCE,
                given_by_id=piece.owner_id,
                given_at=start,
                starts_at=start,
                expires_at=now + (n % 90 + 1) * factories.DAY if n % 3 else now - (n % 30 + 1) * factories.DAY,
                withdrawn_at=now - 2 * factories.DAY if n % 6 == 1 else None,
            )
        )
    return Grant.objects.bulk_create(rows)


def _readings(grants: list[Grant], now: datetime.datetime) -> None:
    start = now - 40 * factories.DAY
    Reading.objects.bulk_create(
        Reading(
            reader_id=grants[n % GRANTS].user_id,
            shareable_id=grants[n % GRANTS].content_object_id,
            channel=Channel.PAGE,
            bucket=int(start.timestamp()) // QUARTER + n // 2,
            source=grants[n % GRANTS].source,
            read_at=start + n // 2 * datetime.timedelta(seconds=QUARTER),
            salt=bytes(16),
            digest="0" * 64,
        )
        for n in range(READINGS)
    )


def _talks(owners: list[User], readers: list[User], now: datetime.datetime) -> str:
    """Of each owner with one of the readers, five on a line; the code of one of the seventh."""
    today = timezone.localdate(now)
    start = today - 400 * factories.DAY
    relations = Relation.objects.bulk_create(
        Relation(person=one, other=readers[n % READERS], kind=Relation.Kind.SUPERVISOR, starts_on=start)
        for n, one in enumerate(owners)
    )
    tracks = Track.objects.bulk_create(Track(relation=one) for one in relations)
    rows = Shareable.objects.bulk_create(
        Shareable(kind=Shareable.Kind.CONVERSATION, owner=relations[n % OWNERS].person) for n in range(5 * OWNERS)
    )
    Conversation.objects.bulk_create(
        Conversation(
            shareable=row,
            track=tracks[n % OWNERS],
            kind=Conversation.Kind.PROGRESS,
            due_on=today + (n // OWNERS - 4) * 91 * factories.DAY,
            state=State.SKIPPED if n // OWNERS < 4 else State.DUE,
        )
        for n, row in enumerate(rows)
    )
    right = Permission.objects.get(codename=sharing.COMMENT, content_type__app_label="portal")
    Grant.objects.bulk_create(
        Grant(
            user=relations[n % OWNERS].other,
            content_object=row,
            permission=right,
            purpose=Grant.Purpose.GUIDANCE,
            given_by_id=row.owner_id,
            given_at=now,
            starts_at=now,
            expires_at=now + 300 * factories.DAY,
        )
        for n, row in enumerate(rows)
    )
    return rows[4 * OWNERS + 7].code


def _chosen(owner: User, reader: User, grants: list[Grant]) -> World:
    now = timezone.now()
    live = Grant.objects.live(now).select_related("content_object__owner").order_by("pk")
    received = live.filter(user=reader)
    section = received.filter(content_object__kind=Shareable.Kind.SECTION)[0].content_object
    item = received.filter(content_object__kind=Shareable.Kind.ITEM)[0].content_object
    given = live.filter(content_object__owner=owner)[0]
    mine = Shareable.objects.filter(owner=owner).order_by("pk")
    return World(
        owner=owner,
        reader=reader,
        own_section=mine.filter(kind=Shareable.Kind.SECTION)[0].code,
        own_item=mine.filter(kind=Shareable.Kind.ITEM)[0].code,
        own_draft=mine.filter(kind=Shareable.Kind.DRAFT)[0].code,
        shared_section=section.code,
        shared_item=item.code,
        sharer=section.owner.code,
        source=given.source,
        shared_piece=given.content_object.code,
    )


# --- Plans ----------------------------------------------------------------------------------


def _scans(sql: str) -> list[str]:
    """The big tables that this statement reads from end to end, by table or by index."""
    return _sqlite_scans(sql) if connection.vendor == "sqlite" else _postgres_scans(sql)


def _sqlite_scans(sql: str) -> list[str]:
    tables: dict[str, set[str]] = {}
    for table, alias in ALIAS.findall(sql):
        tables.setdefault(alias, set()).add(table)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        lines = [row[3] for row in cursor.fetchall()]
    found = [(match[1], line) for line in lines if (match := SQLITE_SCAN.match(line))]
    return [line for name, line in found if tables.get(name, {name}) & BIG]


def _postgres_scans(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return list(_walk(plan[0]["Plan"]))


def _walk(node: dict[str, Any]) -> Iterator[str]:
    table = node.get("Relation Name")
    # An index that is walked without a condition is a scan of the table in another order.
    whole = node["Node Type"] == "Seq Scan" or (node["Node Type"].startswith("Index") and not _is_search(node))
    if table in BIG and whole:
        yield f"{node['Node Type']} on {table} {node.get('Index Name', '')} {node.get('Filter', '')}"
    for part in node.get("Plans", []):
        yield from _walk(part)


def _is_search(node: dict[str, Any]) -> bool:
    return "Index Cond" in node


@pytest.fixture
def reads(sign_in: Callable[[User], Client]) -> Callable[..., Any]:
    """Asks for a page and returns its answer with the questions put to the database, reading and writing."""

    def _reads(person: User, path: str) -> SimpleNamespace:
        client = sign_in(person)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        asked = [query["sql"] for query in captured.captured_queries if QUESTION.match(query["sql"])]
        return SimpleNamespace(answer=answer, asked=asked)

    return _reads


OWNER_PAGES: dict[str, tuple[str, Callable[[World], list[str]], str, int]] = {
    "today": ("home", lambda w: [], "", LIST),
    "portfolio": ("portfolios:portfolio", lambda w: [], "", LIST),
    "order and hide": ("portfolios:arrange", lambda w: [], "", LIST),
    "newer template": ("portfolios:template_adopt", lambda w: [], "", ONE),
    "own section": ("portfolios:section", lambda w: [w.own_section], "", ONE),
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
READER_PAGES: dict[str, tuple[str, Callable[[World], list[str]], str, int]] = {
    "today of a reader": ("home", lambda w: [], "", LIST),
    "shared with me": ("portfolios:shared_with_me", lambda w: [], "", LIST),
    "shared by": ("portfolios:shared_by", lambda w: [w.sharer], "", LIST),
    "timeline of another": ("portfolios:timeline_of", lambda w: [w.sharer], "", LIST),
    "mentees": ("mentoring:mentees", lambda w: [], "", LIST),
    "the other's conversation": ("mentoring:conversation", lambda w: [w.own_talk], "", ONE),
    "another's section": ("portfolios:section", lambda w: [w.shared_section], "", ONE),
    "another's experience": ("portfolios:experience", lambda w: [w.shared_item], "", ONE),
    "search as reader": ("search", lambda w: [], "?q=druk", LIST),
    "search that finds nothing": ("search", lambda w: [], "?q=zzzz", LIST),
}


def _check(crowd: World, reads: Callable[..., Any], person: User, page: Any) -> None:
    name, args, query, most = page
    path = reverse(name, args=args(crowd)) + query
    seen = reads(person, path)
    assert seen.answer.status_code == 200
    selects = [sql for sql in seen.asked if sql.lstrip("(").startswith("SELECT")]
    scans = [f"{scan}\n    {sql}" for sql in selects for scan in _scans(sql)]
    assert not scans, "\n".join(scans)
    assert 3 <= len(seen.asked) <= most, "\n".join(seen.asked)


@pytest.mark.parametrize("name", OWNER_PAGES)
def test_no_page_of_an_owner_reads_a_whole_table(crowd, reads, name):
    _check(crowd, reads, crowd.owner, OWNER_PAGES[name])


@pytest.mark.parametrize("name", READER_PAGES)
def test_no_page_of_a_reader_reads_a_whole_table(crowd, reads, name):
    _check(crowd, reads, crowd.reader, READER_PAGES[name])


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
    assert _scans(captured.captured_queries[0]["sql"])
