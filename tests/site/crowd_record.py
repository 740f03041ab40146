"""What lies in the portfolios of the crowd beside sections and experiences: some thousands of everything."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

from portal.models import (
    DepartmentGrant,
    Document,
    Membership,
    Organisation,
    Placement,
    Role,
    Shareable,
    StoredFile,
    User,
)
from portfolios.models import (
    Certificate,
    Comment,
    Competency,
    EvidenceLink,
    Experience,
    Goal,
    Lesson,
    Profile,
    ProfileProduct,
    ProfileSet,
    Rating,
    Snapshot,
    SupervisionCard,
    SupervisionLevel,
    SwotItem,
    Week,
)
from tests.factories import DAY

KEYS = ("experiences", "plan", "swot", "competencies", "education", "profiles")  # of the sections of each owner
EACH = 5  # of most things, for each owner
TEXT = "Vooraf bedacht, toen gedaan, en daarna met iemand besproken. " * 5
CHOSEN = 7  # the owner whose pages are asked for


def fill(
    owners: Sequence[User],
    readers: Sequence[User],
    sections: Sequence[Shareable],
    items: Sequence[Shareable],
    now: datetime.datetime,
) -> dict[str, str]:
    """The codes of what the chosen owner has, by what it is. Section `n` is of owner `n % len(owners)`."""
    by_key = {key: sections[at * len(owners) : (at + 1) * len(owners)] for at, key in enumerate(KEYS)}
    placed = [one for one in items if one.parent_id]
    lines = _lines(by_key["swot"], timezone.localdate(now))
    goals = _goals(by_key["plan"], lines, now)
    profiles = _profiles(by_key["profiles"], now)
    _links(placed, goals, now)
    _inside(by_key, readers, timezone.localdate(now))
    _said([*sections, *placed[: len(sections)]], readers, now)
    card, level, place = _cards(owners, readers, now)
    _snapshots(sections[: len(owners)], readers, now)
    codes = {key: rows[CHOSEN].code for key, rows in by_key.items()}
    together = str(Competency.objects.get(key="together").pk)
    codes |= {"competency": together, "placement": place, "card": card, "level": level}
    return codes | {"goal": goals[CHOSEN].shareable.code, "profile": profiles[CHOSEN].shareable.code}


def _lines(places: Sequence[Shareable], today: datetime.date) -> list[SwotItem]:
    return SwotItem.objects.bulk_create(
        SwotItem(section_id=one.pk, list="strength", text=f"Regel {n}", added_on=today - n * DAY)
        for n in range(EACH)
        for one in places
    )


def _goals(plans: Sequence[Shareable], lines: Sequence[SwotItem], now: datetime.datetime) -> list[Goal]:
    """The first of each owner came out of a line."""
    parents = [*plans] * EACH
    rows = Shareable.objects.bulk_create(
        Shareable(kind="item", owner=one.owner, parent=one, title=f"Doel {n}") for n, one in enumerate(parents)
    )
    return Goal.objects.bulk_create(
        Goal(
            shareable=row,
            section_id=row.parent_id,
            swot_item=lines[n] if n < len(plans) else None,
            why=TEXT,
            created_at=now - n % 700 * DAY,
        )
        for n, row in enumerate(rows)
    )


def _profiles(places: Sequence[Shareable], now: datetime.datetime) -> list[Profile]:
    """Every owner chose all that can be chosen, and made things for the first."""
    words, keys = {"nl": "Woorden", "en": "Words"}, [f"profile-{n}" for n in range(EACH)]
    standard = {"names": words, "about": words, "basis": words, "deepening": words, "examples": [words] * 3}
    chosen = ProfileSet.objects.create(
        number=99, digest="0" * 64, profiles=[{"key": key} | standard for key in keys], published_at=now
    )
    rows = Shareable.objects.bulk_create(
        Shareable(kind="item", owner=one.owner, parent=one, title=key) for key in keys for one in places
    )
    made = Profile.objects.bulk_create(
        Profile(shareable=row, section_id=row.parent_id, chosen_from=chosen, key=row.title, text=TEXT) for row in rows
    )
    facts = {"made_on": timezone.localdate(now), "contribution": TEXT}
    ProfileProduct.objects.bulk_create(
        ProfileProduct(profile=one, title=f"Product {n}", **facts) for one in made[: len(places)] for n in range(EACH)
    )
    return made


def _links(placed: Sequence[Shareable], goals: Sequence[Goal], now: datetime.datetime) -> None:
    """Two of three experiences belong to a competency, one of three is evidence of a goal."""
    competencies = list(Competency.objects.all())
    through = Experience.competencies.through
    through.objects.bulk_create(
        through(experience_id=one.pk, competency=competencies[n % len(competencies)])
        for n, one in enumerate(placed)
        if n % 3
    )
    of_owner = {one.shareable.owner_id: one for one in goals}
    EvidenceLink.objects.bulk_create(
        EvidenceLink(item=one, target=of_owner[one.owner_id].shareable, linked_at=now) for one in placed[::3]
    )


def _inside(by_key: dict[str, Sequence[Shareable]], readers: Sequence[User], today: datetime.date) -> None:
    """Rows of a section that are no pieces of their own. A section has the key of its shareable."""
    monday = today - today.weekday() * DAY
    keys = {key: [(n, one) for n in range(EACH) for one in rows] for key, rows in by_key.items()}
    facts = {"kind": "theme", "learned": TEXT}
    Lesson.objects.bulk_create(
        Lesson(section_id=one.pk, title=f"Les {n}", followed_on=today - n * DAY, **facts)
        for n, one in keys["education"]
    )
    Certificate.objects.bulk_create(
        Certificate(section_id=one.pk, title=f"Bewijs {n}", issuer="Duinhof", issued_on=today - n * DAY)
        for n, one in keys["education"]
    )
    Week.objects.bulk_create(
        Week(section_id=one.pk, monday=monday - n * 7 * DAY, work=36, growth=4) for n, one in keys["education"]
    )
    competencies = list(Competency.objects.all())
    Rating.objects.bulk_create(
        Rating(section_id=one.pk, competency=each, by=who, level=2, rated_on=today - n * 30 * DAY)
        for n, one in keys["competencies"]
        for each in competencies
        for who in (one.owner, readers[n])
    )


def _said(pieces: Sequence[Shareable], readers: Sequence[User], now: datetime.datetime) -> None:
    """A comment with an answer on every section and on as many experiences; a file with every experience."""
    facts = {"text": TEXT, "written_at": now}
    threads = Comment.objects.bulk_create(
        Comment(piece=one, author=readers[n % len(readers)], **facts) for n, one in enumerate(pieces)
    )
    Comment.objects.bulk_create(
        Comment(piece=one.piece, author=one.piece.owner, answers=one, **facts) for one in threads[::2]
    )
    file = {"kind": "image/png", "size": 1, "sha256": "ab" * 32, "declared_at": now}
    StoredFile.objects.bulk_create(
        StoredFile(owner=one.owner, about=one, name=f"{n}.png", stored_as=f"{n}", **file)
        for n, one in enumerate(pieces)
        if one.kind == "item"
    )


def _cards(owners: Sequence[User], readers: Sequence[User], now: datetime.datetime) -> tuple[str, str, str]:
    """Everybody has two placements where they are a member, with a card that colleagues see and a level on it. The code
    of a card and of a level of the chosen owner, and the key of a placement in which some experiences were."""
    today = timezone.localdate(now)
    member = dict(Membership.objects.filter(person__in=owners).values_list("person", "organisation"))
    places = Placement.objects.bulk_create(
        Placement(
            person=one,
            organisation_id=member[one.pk],
            supervisor=readers[n % len(readers)],
            starts_on=today - (30 + 400 * round_) * DAY,
        )
        for round_ in range(2)
        for n, one in enumerate(owners)
    )
    rows = Shareable.objects.bulk_create(Shareable(kind="card", owner=one.person, title="Kaart") for one in places)
    cards = SupervisionCard.objects.bulk_create(
        SupervisionCard(shareable=row, placement=place, opened_at=now) for row, place in zip(rows, places, strict=True)
    )
    term = {"starts_at": now - DAY, "expires_at": now + 30 * DAY}
    departments = _departments(readers[CHOSEN], today)
    DepartmentGrant.objects.bulk_create(
        DepartmentGrant(shareable=row, organisation=departments[n % len(departments)], **term)
        for n, row in enumerate(rows)
    )
    asked = {"kind": "task", "wanted": "2", "asked_at": now, "note": TEXT}
    levels = SupervisionLevel.objects.bulk_create(
        SupervisionLevel(card=card, trainee=place.person, asked_of=place.supervisor, task=f"Taak {n}", **asked)
        for card, place in zip(cards, places, strict=True)
        for n in range(2)
    )
    for place in places[:: len(owners)]:  # of the first owner, and of the chosen one
        Experience.objects.filter(shareable__owner=place.person).update(placement=place)
    chosen = places[CHOSEN]
    Experience.objects.filter(shareable__owner=chosen.person).update(placement=chosen)
    return rows[CHOSEN].code, levels[2 * CHOSEN].code, str(chosen.pk)


def _departments(member: User, today: datetime.date) -> list[Organisation]:
    """Many; in one of them this person works, where the card of the chosen owner is shown too."""
    hospital = Organisation.objects.order_by("pk")[0]
    made = Organisation.objects.bulk_create(
        Organisation(name=f"Afdeling {n}", kind="department", parent=hospital, sector=hospital.sector)
        for n in range(240)
    )
    Membership.objects.create(person=member, organisation=made[CHOSEN], role=Role.MEMBER, starts_on=today - 30 * DAY)
    return made


def _snapshots(pieces: Sequence[Shareable], readers: Sequence[User], now: datetime.datetime) -> None:
    body = {"kind": "snapshot", "language": "nl", "media_type": "application/json", "size": 1, "sha256": "ab" * 32}
    documents = Document.objects.bulk_create(
        Document(owner=one.owner, title="Wat", number=n, made_at=now, **body) for one in pieces for n in range(EACH)
    )
    Snapshot.objects.bulk_create(
        Snapshot(occasion=pieces[n // EACH], reader=readers[n % EACH], document=one, frozen_at=now)
        for n, one in enumerate(documents)
    )
