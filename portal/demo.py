"""The demo's invented people and organisations (demo mode only). Their portfolios are in portfolios/demo.py.

Days in the data count from the day of loading, so that the demo is never out of date.
"""

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.models import Membership, Organisation, Placement, Relation, Sector, User

DATA = Path(__file__).resolve().parent / "data" / "demo"
GROUPS: dict[str, str | Promise] = {
    "trainees": _("Who learns"),
    "guidance": _("Who guides"),
    "selection": _("Who applies and who selects"),
    "meetups": _("Who meets up"),
    "running": _("Who keeps it running"),
    "none": _("Who belongs nowhere yet"),
}
Words = dict[str, str]


@dataclass(frozen=True)
class DemoPerson:
    key: str
    title: str
    given_name: str
    family_name: str
    email: str
    personal_email: str
    phase: str
    language: str
    group: str
    roles: tuple[str, ...]
    role: Words
    tries: Words
    is_staff: bool = False
    is_superuser: bool = False
    memberships: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    placements: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        return User(title=self.title, given_name=self.given_name, family_name=self.family_name).full_name

    @property
    def what_they_are(self) -> str:
        return _in_language(self.role)

    @property
    def what_to_try(self) -> str:
        return _in_language(self.tries)


def _in_language(words: Words) -> str:
    return words.get(get_language() or "nl") or words["nl"]


def _read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _person(row: dict[str, Any]) -> DemoPerson:
    tuples = {name: tuple(row[name]) for name in ("roles", "memberships", "placements")}
    return DemoPerson(**{**row, **tuples})


ORGANISATIONS: tuple[dict[str, Any], ...] = tuple(_read("organisations"))
PEOPLE: tuple[DemoPerson, ...] = tuple(_person(row) for row in _read("people"))
BY_KEY = {person.key: person for person in PEOPLE}


def day(offset: int | None) -> datetime.date | None:
    """So many days from today; None stays open."""
    return None if offset is None else timezone.localdate() + datetime.timedelta(days=offset)


def moment(offset: int, time: str = "09:00") -> datetime.datetime:
    """So many days from today at this local time."""
    on = timezone.localdate() + datetime.timedelta(days=offset)
    local = timezone.make_aware(datetime.datetime.combine(on, datetime.time.fromisoformat(time)))
    return local.astimezone(datetime.UTC)


def load() -> None:
    """Add the demo people who are not there. One query when all are; who is there is left as they are."""
    there = set(User.objects.filter(email__in=[person.email for person in PEOPLE]).values_list("email", flat=True))
    missing = [person for person in PEOPLE if person.email not in there]
    if not missing:
        return
    with transaction.atomic():
        organisations = {row["key"]: row for row in ORGANISATIONS}
        places = _organisations(organisations)
        for person in missing:
            _add_person(person)
        users = accounts()
        Membership.objects.bulk_create(_memberships(missing, users, places))
        Placement.objects.bulk_create(_placements(missing, users, places))
        Relation.objects.bulk_create(_relations({person.key for person in missing}, users))


def accounts() -> dict[str, User]:
    """The accounts of the demo people who are there, by key."""
    by_email = {person.email: person.key for person in PEOPLE}
    return {by_email[user.email]: user for user in User.objects.filter(email__in=by_email)}


def _organisations(rows: dict[str, dict[str, Any]]) -> dict[str, Organisation]:
    """By key; a parent stands before its parts in the data."""
    places: dict[str, Organisation] = {}
    sectors = Sector.objects.in_bulk()
    for key, row in rows.items():
        places[key], _new = Organisation.objects.get_or_create(
            kind=row["kind"],
            name=row["name"],
            defaults={
                "parent": places.get(row["parent"]),
                "sector": sectors[row["sector"]],
                "mail_domains": row["mail_domains"],
                "controller": row["controller"],
                "legal_basis": row["legal_basis"],
            },
        )
    return places


def _add_person(person: DemoPerson) -> None:
    user = User.objects.create_user(
        person.email,
        title=person.title,
        given_name=person.given_name,
        family_name=person.family_name,
        phase=person.phase,
        language=person.language,
        is_staff=person.is_staff,
        is_superuser=person.is_superuser,
    )
    addresses = [EmailAddress(user=user, email=person.email, verified=True, primary=True)]
    if person.personal_email:
        addresses.append(EmailAddress(user=user, email=person.personal_email, verified=True, primary=False))
    EmailAddress.objects.bulk_create(addresses)


def _memberships(people: list[DemoPerson], users: dict[str, User], places: dict[str, Organisation]) -> list[Membership]:
    return [
        Membership(
            person=users[person.key],
            organisation=places[row["organisation"]],
            role=row["role"],
            starts_on=day(row["from"]),
            ends_on=day(row["until"]),
        )
        for person in people
        for row in person.memberships
    ]


def _placements(people: list[DemoPerson], users: dict[str, User], places: dict[str, Organisation]) -> list[Placement]:
    return [
        Placement(
            person=users[person.key],
            organisation=places[row["organisation"]],
            department=places.get(row["department"]),
            supervisor=users.get(row["supervisor"]),
            discipline=row["discipline"],
            starts_on=day(row["from"]),
            ends_on=day(row["until"]),
        )
        for person in people
        for row in person.placements
    ]


def _relations(new: set[str], users: dict[str, User]) -> list[Relation]:
    return [
        Relation(
            person=users[row["person"]],
            other=users[row["other"]],
            kind=row["kind"],
            starts_on=day(row["from"]),
            ends_on=day(row["until"]),
        )
        for row in _read("relations")
        if {row["person"], row["other"]} & new
    ]
