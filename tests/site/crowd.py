"""A world with more people, pieces, shares and looks than a page may ever walk through, for the tests of plans."""

import datetime
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from mentoring.models import Conversation, State, Track
from portal import sharing
from portal.models import Grant, Membership, Reading, Relation, Role, Shareable, User
from portal.models.sharing import QUARTER, Channel
from portfolios.models import Experience, FrameworkVersion, Portfolio, Section, SectionTemplate
from tests import factories
from tests.site import crowd_record, crowd_surveys

OWNERS, READERS, OTHERS = 1200, 300, 4500
SECTIONS, ITEMS, GRANTS, READINGS = 7200, 20_000, 5000, 5000
KEYS = crowd_record.KEYS
TEXT = "Druk op de afdeling: eerst gekeken, toen gebeld en daarna pas geschreven. " * 4  # as long as people write


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
    organiser: User
    own_talk: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)  # of what lies in the record of the owner, by what it is


def build() -> World:
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
    _counted()  # what follows looks things up: tables that seem empty are read row by row
    codes = crowd_record.fill(owners, readers, sections, items, now) | crowd_surveys.fill(people, now)
    _counted()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL random_page_cost = 1.1")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # once, here
    return replace(_chosen(owners[7], readers[7], people[-1], grants), own_talk=talk, codes=codes)


def _counted() -> None:
    """The database counts the rows of our tables. They are named, because PostgreSQL would count what all its databases
    share as well, and keep other tests waiting for that until this transaction ends."""
    tables = connection.introspection.django_table_names(include_views=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else f"ANALYZE {', '.join(tables)}")


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
        Section(
            shareable=row,
            portfolio_id=row.owner_id,
            position=n // OWNERS,
            key=KEYS[n // OWNERS],
            holds_items=KEYS[n // OWNERS] in ("experiences", "plan"),
            text=TEXT,
        )
        for n, row in enumerate(rows)
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


def _chosen(owner: User, reader: User, organiser: User, grants: list[Grant]) -> World:
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
        organiser=organiser,
        own_section=mine.filter(kind=Shareable.Kind.SECTION)[0].code,
        own_item=mine.filter(kind=Shareable.Kind.ITEM, title__startswith="Ervaring")[0].code,
        own_draft=mine.filter(kind=Shareable.Kind.DRAFT)[0].code,
        shared_section=section.code,
        shared_item=item.code,
        sharer=section.owner.code,
        source=given.source,
        shared_piece=given.content_object.code,
    )
