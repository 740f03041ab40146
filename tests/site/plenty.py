"""Noor has plenty of everything: `grow` brings each kind of row up to so many, in bulk. For the tests of counts.

Where there can only be few of something (profiles to choose from, lines of a SWOT), there are as many as there can be.
"""

import datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Model
from django.utils import timezone

from portal import guests, sharing
from portal.models import (
    DepartmentGrant,
    Document,
    Grant,
    Membership,
    Placement,
    Reading,
    Relation,
    Role,
    Shareable,
    StoredFile,
    User,
)
from portal.models.sharing import QUARTER, Channel
from portfolios.actions import supervision
from portfolios.forms.supervision import MOST_EVIDENCE
from portfolios.models import (
    Certificate,
    Comment,
    Competency,
    EvidenceLink,
    Experience,
    FrameworkMapping,
    FrameworkVersion,
    Goal,
    Lesson,
    Portfolio,
    Profile,
    ProfileProduct,
    ProfileSet,
    Rating,
    Section,
    SectionTemplate,
    Snapshot,
    SupervisionCard,
    SupervisionLevel,
    SwotItem,
    Week,
)
from portfolios.models.plan import MOST_LINES
from tests import factories
from tests.factories import DAY

PROFILES = 6
COMMENTED = ("section", "item", "goal", "profile")


def prepare(cast: SimpleNamespace) -> None:
    """What there is one of, and what everything hangs on."""
    cast.today, cast.now = timezone.localdate(), timezone.now()
    cast.right = Permission.objects.get(codename=sharing.COMMENT, content_type__app_label="portal")
    ProfileSet.objects.create(number=99, digest="0" * 64, profiles=_profiles(), published_at=cast.now)
    for key in ("swot", "competencies", "education", "profiles"):
        setattr(cast, key, factories.standard_section(cast.portfolio, key))
    cast.section = cast.experiences
    cast.together, cast.words = cast.portfolio.framework_version.competencies.all()
    cast.item = factories.experience(cast.noor, "Eerste", into=cast.section, competencies=[cast.together, cast.words])
    cast.goal = factories.goal(cast.portfolio, "Eerste doel")
    cast.profile = _pieces(cast.profiles, ["p0"], Profile, chosen_from_id=99)[0]
    cast.people = [cast.joris]
    cast.link = guests.invite(cast.noor, address="gast@example.org", name="Gast", at=cast.now)
    for reader in (cast.joris, cast.link.person):
        for one in (cast.section, cast.plan, cast.profiles, cast.competencies, cast.education, cast.swot):
            factories.grant(one, reader)
    factories.grant(cast.competencies, cast.amina, right="assess")
    place = Placement.objects.create(
        person=cast.noor, organisation=cast.duinhof, supervisor=cast.amina, starts_on=cast.today - DAY
    )
    opened = supervision.open_card(place, by=cast.noor)
    cast.card = SupervisionCard.objects.whole().get(pk=opened.pk)
    supervision.show(cast.card, by=cast.noor)
    cast.level = supervision.ask(cast.card, by=cast.noor, asked_of=cast.amina, kind="task", task="Eerste", wanted="2")
    cast.level.evidence.add(cast.item)
    made = {"title": "Eerste product", "made_on": cast.today, "contribution": "Woorden"}
    cast.product = ProfileProduct.objects.create(profile=cast.profile, **made)
    cast.lesson = Lesson.objects.create(section=cast.education, kind="theme", title="Eerste", followed_on=cast.today)
    cast.draft = factories.experience(cast.noor, "Half af")
    said = {"piece": cast.item.shareable, "author": cast.joris, "text": "Hoe ging dat?", "written_at": cast.now}
    cast.thread = Comment.objects.create(**said)
    SectionTemplate.objects.create(number=9, digest="0" * 64, sections=_template(), published_at=cast.now)
    _newer_framework(cast)


def _profiles() -> list[dict[str, Any]]:
    words = {"nl": "Woorden", "en": "Words"}
    names = {"names": words, "about": words, "basis": words, "deepening": words, "examples": [words] * 3}
    return [{"key": f"p{number}"} | names for number in range(PROFILES)]


def _template() -> list[dict[str, Any]]:
    words = {"nl": "Nieuw", "en": "New"}
    return [{"key": f"n{number}", "names": words, "about": words, "holds_items": True} for number in range(3)]


def _newer_framework(cast: SimpleNamespace) -> None:
    older = cast.portfolio.framework_version
    facts = {"framework": older.framework, "digest": "0" * 64, "source": {}, "levels": older.levels, "size": 1}
    newer = FrameworkVersion.objects.create(number=2, published_at=cast.now, **facts)
    Competency.objects.create(version=newer, key="new", names={"nl": "Nieuw", "en": "New"}, position=0)
    entries = [{"from": "together", "to": ["new"]}, {"from": "words", "to": []}]
    FrameworkMapping.objects.create(
        older=older, newer=newer, digest="0" * 64, source={"entries": entries}, published_at=cast.now
    )


def _pieces(section: Section, titles: list[str], model: type[Model], *, back: str = "", **fields: Any) -> list[Any]:
    """Items of one section with what stands behind them; the titles of profiles are their keys. `back` names a field
    with a day or moment: each next one is a day older."""
    facts = {"kind": Shareable.Kind.ITEM, "owner": section.shareable.owner, "parent": section.shareable}
    rows = Shareable.objects.bulk_create(Shareable(title=one, **facts) for one in titles)
    keys = [{"key": one} if model is Profile else {} for one in titles]
    made = [model(shareable=row, section=section, **key, **fields) for row, key in zip(rows, keys, strict=True)]
    for number, one in enumerate(made if back else ()):
        setattr(one, back, fields[back] - number % 900 * DAY)
    return model._default_manager.bulk_create(made)


def grow(cast: SimpleNamespace, many: int) -> None:
    """Up to `many` of everything, of which one was there in the beginning or none."""
    fresh = _people(cast, many)
    first = many - len(fresh)
    numbers = range(first, many)
    _readers(cast, fresh)
    cast.owners = [*getattr(cast, "owners", []), *_sharers(cast, numbers)]
    items = _own_pieces(cast, numbers)
    _guides(cast, fresh)
    _inside(cast, numbers)
    _said(cast, fresh, items)
    _cards(cast, fresh)


def fill_section(cast: SimpleNamespace, many: int) -> None:
    """So many experiences in the section, on many days."""
    titles = [f"Ervaring {n}" for n in range(many)]
    _pieces(cast.section, titles, Experience, back="happened_on", happened_on=cast.today)


def _people(cast: SimpleNamespace, many: int) -> list[User]:
    """`many` in all, each in Noor's hospital."""
    there = len(cast.people)
    fresh = User.objects.bulk_create(
        User(email=f"m{n}@example.org", given_name=f"Mens{n}", family_name=f"Proef{n:03}", password="!")
        for n in range(there - 1, many)
    )
    Membership.objects.bulk_create(
        Membership(person=one, organisation=cast.duinhof, role=Role.MENTOR, starts_on=cast.today - DAY) for one in fresh
    )
    cast.people += fresh
    return fresh


def _guides(cast: SimpleNamespace, fresh: list[User]) -> None:
    """Everybody is a mentor of Noor."""
    term = {"person": cast.noor, "kind": Relation.Kind.MENTOR, "starts_on": cast.today - DAY}
    Relation.objects.bulk_create(Relation(other=one, **term) for one in fresh)


def _given(cast: SimpleNamespace, reader: User, piece: Shareable) -> Grant:
    term = {"given_at": cast.now, "starts_at": cast.now - DAY, "expires_at": cast.now + 30 * DAY}
    return Grant(
        user=reader,
        content_object=piece,
        permission=cast.right,
        purpose=Grant.Purpose.GUIDANCE,
        given_by_id=piece.owner_id,
        **term,
    )


def _looked(cast: SimpleNamespace, reader: User, piece: Shareable, number: int) -> Reading:
    bucket = int(cast.now.timestamp()) // QUARTER - number - 1
    facts = {"salt": bytes(16), "digest": "0" * 64, "source": "sssssssssss2", "channel": Channel.PAGE}
    return Reading(reader=reader, shareable=piece, bucket=bucket, read_at=cast.now - number * DAY, **facts)


def _readers(cast: SimpleNamespace, fresh: list[User]) -> None:
    """Everybody reads the same pieces of Noor, looked, and once read another one."""
    pieces = [getattr(cast, name).shareable for name in (*COMMENTED, "competencies", "swot")]
    rows = [_given(cast, one, piece) for one in fresh for piece in pieces]
    Grant.objects.bulk_create(rows)
    over = [_given(cast, one, cast.about.shareable) for one in fresh]
    for one in over:
        one.starts_at, one.expires_at = cast.now - 9 * DAY, cast.now - DAY
    Grant.objects.bulk_create(over)
    Reading.objects.bulk_create(
        _looked(cast, one, piece, number)
        for number, one in enumerate(fresh)
        for piece in (*pieces, cast.card.shareable)
    )


def _sharers(cast: SimpleNamespace, numbers: range) -> list[User]:
    """Others who share a section with Joris."""
    people = User.objects.bulk_create(
        User(email=f"d{n}@example.org", given_name=f"Deler{n}", family_name=f"Proef{n:03}", password="!")
        for n in numbers
    )
    version, template = cast.portfolio.framework_version, cast.portfolio.template
    Portfolio.objects.bulk_create(Portfolio(owner=one, framework_version=version, template=template) for one in people)
    rows = Shareable.objects.bulk_create(Shareable(kind="section", owner=one, title="Deel") for one in people)
    Section.objects.bulk_create(Section(shareable=row, portfolio_id=row.owner_id, position=0) for row in rows)
    Grant.objects.bulk_create(_given(cast, cast.joris, row) for row in rows)
    return people


def _own_pieces(cast: SimpleNamespace, numbers: range) -> list[Experience]:
    """Experiences, drafts, goals, profiles and sections of Noor, some shared with Joris one by one."""
    titles = [f"Ding {n}" for n in numbers]
    items = _pieces(cast.section, titles, Experience, back="happened_on", happened_on=cast.today, kind="work")
    Experience.competencies.through.objects.bulk_create(
        Experience.competencies.through(experience=one, competency=each)
        for one in items
        for each in (cast.together, cast.words)
    )
    drafts = Shareable.objects.bulk_create(Shareable(title=one, owner=cast.noor, kind="draft") for one in titles)
    Experience.objects.bulk_create(Experience(shareable=one, happened_on=cast.today) for one in drafts)
    soon = cast.today + 9 * DAY
    goals = _pieces(cast.plan, titles, Goal, back="created_at", created_at=cast.now, target_on=soon)
    chosen = [f"p{n + 1}" for n in numbers if n + 1 < PROFILES]
    profiles = _pieces(cast.profiles, chosen, Profile, chosen_from_id=99)
    sections = Shareable.objects.bulk_create(Shareable(title=one, owner=cast.noor, kind="section") for one in titles)
    Section.objects.bulk_create(Section(shareable=s, portfolio=cast.portfolio, position=200) for s in sections)
    shared = [*sections, *(one.shareable for one in (*items, *goals, *profiles))]
    Grant.objects.bulk_create(_given(cast, cast.joris, one) for one in shared)
    EvidenceLink.objects.bulk_create(
        EvidenceLink(item=item.shareable, target=target.shareable, linked_at=cast.now)
        for item in items
        for target in (cast.goal, cast.profile)
    )
    links = [EvidenceLink(item=cast.item.shareable, target=one.shareable, linked_at=cast.now) for one in goals]
    EvidenceLink.objects.bulk_create(links)
    EvidenceLink.objects.get_or_create(
        item=cast.item.shareable, target=cast.profile.shareable, defaults={"linked_at": cast.now}
    )
    cast.level.evidence.add(*items[: MOST_EVIDENCE - cast.level.evidence.count()])
    lines = {"section": cast.swot, "list": "weakness", "added_on": cast.today}
    became = SwotItem.objects.bulk_create(SwotItem(text=f"Werd doel {n}", **lines) for n in numbers if n < MOST_LINES)
    for line, goal in zip(became, goals, strict=False):
        Goal.objects.filter(pk=goal.pk).update(swot_item=line)
    return items


def _inside(cast: SimpleNamespace, numbers: range) -> None:
    """What lies in sections and pieces and is no piece itself."""
    monday = cast.today - cast.today.weekday() * DAY
    facts = {"section": cast.education, "kind": "theme", "followed_on": monday}
    Lesson.objects.bulk_create(Lesson(title=f"Les {n}", **facts) for n in numbers)
    papers = {"section": cast.education, "issuer": "Duinhof", "issued_on": monday}
    Certificate.objects.bulk_create(Certificate(title=f"Bewijs {n}", **papers) for n in numbers)
    Week.objects.bulk_create(
        Week(section=cast.education, monday=monday - n * 7 * DAY, work=36, growth=4) for n in numbers
    )
    made = {"profile": cast.profile, "made_on": monday, "contribution": "Woorden"}
    products = ProfileProduct.objects.bulk_create(ProfileProduct(title=f"Product {n}", **made) for n in numbers)
    line = {"section": cast.swot, "list": "strength", "added_on": cast.today}
    SwotItem.objects.bulk_create(
        SwotItem(text=f"Regel {n}", dropped_on=None if n < MOST_LINES else cast.today, **line) for n in numbers
    )
    _stored(cast, cast.item, numbers, "i")
    files = _stored(cast, cast.profile, numbers, "p")
    cast.product.files.add(*files)
    of = ProfileProduct.files.through
    of.objects.bulk_create(of(profileproduct=one, storedfile=file) for one, file in zip(products, files, strict=True))


def _stored(cast: SimpleNamespace, piece: Any, numbers: range, mark: str) -> list[StoredFile]:
    file = {"owner": cast.noor, "about": piece.shareable, "kind": "image/png", "size": 1, "sha256": "ab" * 32}
    return StoredFile.objects.bulk_create(
        StoredFile(name=f"{n}.png", stored_as=f"{mark}{n}", declared_at=cast.now, **file) for n in numbers
    )


def _said(cast: SimpleNamespace, fresh: list[User], items: list[Experience]) -> None:
    """Comments with an answer, levels of assessors, and snapshots, of everybody."""
    for name in COMMENTED:
        facts = {"piece": getattr(cast, name).shareable, "text": "Ja", "written_at": cast.now}
        threads = Comment.objects.bulk_create(
            Comment(author=one, **facts) for one in (*fresh, *[cast.joris] * len(fresh))
        )
        Comment.objects.bulk_create(Comment(author=cast.noor, answers=one, **facts) for one in threads)
    facts = {"piece": cast.item.shareable, "author": cast.noor, "answers": cast.thread, "written_at": cast.now}
    Comment.objects.bulk_create(Comment(text="Nog iets", **facts) for _one in fresh)
    Rating.objects.bulk_create(
        Rating(section=cast.competencies, competency=one, by=who, level=2, rated_on=cast.today - number * DAY)
        for number, who in enumerate(fresh)
        for one in (cast.together, cast.words)
    )
    there = Snapshot.objects.count()
    document = {"kind": "snapshot", "language": "nl", "media_type": "application/json", "size": 1, "sha256": "ab" * 32}
    made = Document.objects.bulk_create(
        Document(owner=cast.noor, title="Wat", about="", made_at=cast.now, **document) for _ in fresh
    )
    Snapshot.objects.bulk_create(
        Snapshot(occasion=cast.item.shareable, reader=who, document=one, frozen_at=cast.now + there * DAY / 99)
        for who, one in zip(fresh, made, strict=True)
    )


def _cards(cast: SimpleNamespace, fresh: list[User]) -> None:
    """Placements of Noor with a card each, levels on one, and cards that colleagues show their department."""
    owners = [*[cast.noor] * len(fresh), *fresh]
    start = cast.today - datetime.timedelta(days=400)
    version, template = cast.portfolio.framework_version, cast.portfolio.template
    Portfolio.objects.bulk_create(Portfolio(owner=one, framework_version=version, template=template) for one in fresh)
    places = Placement.objects.bulk_create(
        Placement(person=one, organisation=cast.duinhof, supervisor=cast.amina, starts_on=start) for one in owners
    )
    rows = Shareable.objects.bulk_create(Shareable(kind="card", owner=one, title="Kaart") for one in owners)
    SupervisionCard.objects.bulk_create(
        SupervisionCard(shareable=row, placement=place, opened_at=cast.now)
        for row, place in zip(rows, places, strict=True)
    )
    DepartmentGrant.objects.bulk_create(
        DepartmentGrant(shareable=row, organisation=cast.duinhof, starts_at=cast.now - DAY, expires_at=cast.now + DAY)
        for row in rows[len(fresh) :]
    )
    decided = {"state": "given", "level": "2", "wanted": "2", "names": {"nl": "Met hulp", "en": "With help"}}
    decided |= {"decided_by": cast.amina, "decided_at": cast.now, "asked_of": cast.amina, "asked_at": cast.now}
    there = SupervisionLevel.objects.filter(card=cast.card).count()
    SupervisionLevel.objects.bulk_create(
        SupervisionLevel(card_id=key, trainee=cast.noor, kind="task", task=f"Taak {there + n}", **decided)
        for n, own in enumerate(rows[: len(fresh)])
        for key in (cast.card.pk, own.pk)
    )
