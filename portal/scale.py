"""A national amount of invented data, in bulk, to see what pages cost when a country uses them (promises.md, Speed).

Each app adds its part: a function `(Scale) -> None`, named in `scale` of its AppConfig, called from the ground up.
Rows are plausible in number, size and spread; nobody reads them. Everything follows from `seed`.
"""

import datetime
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import models
from django.utils.module_loading import import_string

from portal.codes import ALPHABET, LENGTH
from portal.models import Grant, Membership, Organisation, Placement, Relation, Role, Sector, Shareable, User

R = TypeVar("R", bound=models.Model)
BATCH = 5000  # rows in one statement
CHUNK = 500  # owners whose rows are in memory at once
TRAINEES_PER_PLACE, TRAINEES_PER_MENTOR = 200, 6
DAY = datetime.timedelta(days=1)


@dataclass
class Scale:
    """What was asked for, and what is there so far."""

    trainees: int
    items: int  # a trainee
    at: datetime.datetime
    seed: int = 1
    people: list[int] = field(default_factory=list)  # keys of the trainees
    mentors: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def code(self) -> str:
        return "".join(self.dice.choices(ALPHABET, k=LENGTH))

    def mentor_of(self, number: int) -> int:
        return self.mentors[number // TRAINEES_PER_MENTOR % len(self.mentors)]

    @property
    def today(self) -> datetime.date:
        return self.at.date()


def build(scale: Scale) -> None:
    """Let every app add its rows."""
    for config in apps.get_app_configs():
        if path := getattr(config, "scale", None):
            import_string(path)(scale)


def insert(rows: Iterable[R]) -> list[R]:
    """In statements of BATCH rows; returns them with their keys."""
    rows = list(rows)
    return type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH) if rows else []


def chunks(rows: Sequence[Any], size: int = CHUNK) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def seed(scale: Scale) -> None:
    """The ground's part: places, trainees, who guides them, where they are placed."""
    sector = Sector.objects.get(key="medical-nl")
    places = insert(
        Organisation(code=scale.code(), kind=Organisation.Kind.HOSPITAL, name=f"Ziekenhuis {number}", sector=sector)
        for number in range(max(1, scale.trainees // TRAINEES_PER_PLACE))
    )
    scale.places = [place.pk for place in places]
    first = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    scale.people = people(scale, scale.trainees, first)
    scale.mentors = people(scale, max(1, scale.trainees // TRAINEES_PER_MENTOR), first + scale.trainees)
    numbered = list(enumerate(scale.people))
    for chunk in chunks(numbered, BATCH):
        _work(scale, chunk)


def people(scale: Scale, many: int, first: int) -> list[int]:
    """The keys of so many new people, whose addresses count on from `first`."""
    made: list[int] = []
    for numbers in chunks(range(many), BATCH):
        rows = insert(
            User(
                code=scale.code(),
                email=f"m{first + number}.{scale.seed}@schaal.example.org",
                given_name=f"Mens{number}",
                family_name=f"Schaal{number % 9973}",
                password="!",
                phase="anios",
            )
            for number in numbers
        )
        made += [row.pk for row in rows]
    return made


def _work(scale: Scale, chunk: Sequence[tuple[int, int]]) -> None:
    start = scale.today - 200 * DAY
    there = [(number, pk, scale.places[number % len(scale.places)]) for number, pk in chunk]
    insert(
        Membership(code=scale.code(), person_id=pk, organisation_id=place, role=Role.TRAINEE, starts_on=start)
        for _number, pk, place in there
    )
    insert(
        Placement(code=scale.code(), person_id=pk, organisation_id=place, starts_on=start, ends_on=start + 365 * DAY)
        for _number, pk, place in there
    )
    insert(
        Relation(
            code=scale.code(),
            person_id=pk,
            other_id=scale.mentor_of(number),
            kind=Relation.Kind.MENTOR,
            starts_on=start,
        )
        for number, pk, _place in there
    )


def grants(scale: Scale, pieces: Iterable[tuple[Shareable, int]], *, right: Permission) -> None:
    """A grant for each (piece, reader): a third over by now, one in nine withdrawn."""
    rows = []
    for number, (piece, reader) in enumerate(pieces):
        start = scale.at - (40 + number % 60) * DAY
        until = scale.at + (number % 90 + 1) * DAY if number % 3 else scale.at - (number % 30 + 1) * DAY
        rows.append(
            Grant(
                user_id=reader,
                content_object=piece,
                permission=right,
                source=scale.code(),
                purpose=Grant.Purpose.GUIDANCE,
                given_by_id=piece.owner_id,
                given_at=start,
                starts_at=start,
                expires_at=until,
                withdrawn_at=scale.at - DAY if number % 9 == 1 else None,
            )
        )
    insert(rows)
