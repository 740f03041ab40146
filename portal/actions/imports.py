"""Import of people from a spreadsheet (portal.md G2): a dry run with a message per line, then all or nothing."""

import datetime
import functools
from dataclasses import asdict, dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import audit, rules
from portal.actions import people
from portal.models import Membership, Organisation, Role, User
from portal.names import check_name
from portal.spreadsheets import FORMULA_STARTS, Unreadable, read_rows

MAX_LINES = 1000
COLUMNS = {
    "email": ("e-mail", "email", "e-mailadres", "emailadres", "e-mail address", "mail"),
    "title": ("titel", "title"),
    "given_name": ("voornaam", "first name", "given name", "given_name"),
    "family_name": ("achternaam", "last name", "family name", "family_name", "naam", "name"),
    "role": ("rol", "role", "functie"),
    "starts_on": ("van", "from", "vanaf", "begin", "start"),
    "last_on": ("tot en met", "t/m", "until", "last day", "laatste dag", "eind", "end"),
}
DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
LIMITS = {"title": 20, "given_name": 80, "family_name": 120}


@dataclass
class Line:
    """One person in the file. `number` is the line as a spreadsheet shows it; `outcome` says what will happen."""

    number: int
    email: str = ""
    title: str = ""
    given_name: str = ""
    family_name: str = ""
    role: str = ""
    starts_on: str = ""  # ISO, so that a line can wait in the cache as plain data
    ends_on: str = ""
    problems: list[str] = field(default_factory=list)
    outcome: str = ""

    @property
    def period(self) -> tuple[datetime.date, datetime.date | None]:
        ends_on = datetime.date.fromisoformat(self.ends_on) if self.ends_on else None
        return datetime.date.fromisoformat(self.starts_on), ends_on

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label) if self.role else ""

    @property
    def names(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in LIMITS}

    def stored(self) -> dict[str, Any]:
        return asdict(self)


# --- Reading --------------------------------------------------------------------------------


def read(data: bytes, *, on: datetime.date) -> list[Line]:
    """The lines with what is wrong in each of them. Raises Unreadable where there is no list of people at all."""
    rows = read_rows(data, max_rows=MAX_LINES + 1)
    columns = _columns(rows[0])
    lines = [_line(number, row, columns, on) for number, row in enumerate(rows[1:], start=2) if row]
    if not lines:
        raise Unreadable(_("There is a heading, but nobody under it. Add people and try again."))
    _mark_doubles(lines)
    return lines


def _columns(heading: list[str]) -> dict[str, int]:
    known = {word: name for name, words in COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for index, cell in enumerate(heading):
        if name := known.get(" ".join(cell.lower().split())):
            found.setdefault(name, index)
    if missing := [COLUMNS[name][0] for name in ("email", "role") if name not in found]:
        columns = ", ".join(missing)
        raise Unreadable(_("The first line must name the columns. Missing here: %(columns)s.") % {"columns": columns})
    return found


def _line(number: int, row: list[str], columns: dict[str, int], on: datetime.date) -> Line:
    cells = {name: row[index] if index < len(row) else "" for name, index in columns.items()}
    title, given_name, family_name = (cells.get(name, "") for name in LIMITS)
    line = Line(number, cells["email"].lower(), title, given_name, family_name)
    _check_address(line)
    _check_names(line)
    line.role = _role(cells["role"])
    if not line.role:
        line.problems.append(
            _("“%(word)s” is not a role here. Use one of the words on the page before this one.")
            % {"word": cells["role"][:40]}
        )
    _check_period(line, cells.get("starts_on", ""), cells.get("last_on", ""), on)
    return line


def _check_address(line: Line) -> None:
    try:
        validate_email(line.email)
    except ValidationError:
        line.problems.append(_("This is not an e-mail address. Write it as name@organisation.nl."))


def _check_names(line: Line) -> None:
    for name, limit in LIMITS.items():
        value = getattr(line, name)
        if value.startswith(FORMULA_STARTS):
            line.problems.append(
                _("A name cannot start with “%(sign)s”: that makes it a formula.") % {"sign": value[0]}
            )
        elif len(value) > limit:
            line.problems.append(_("A name is too long: at most %(limit)d characters.") % {"limit": limit})
        else:
            try:
                check_name(value)
            except ValidationError as error:
                line.problems.extend(error.messages)


@functools.cache
def roles_in_words() -> dict[str, str]:
    """Every word for a role that an import understands, in Dutch, English and code."""
    words = {key: key for key in Role.values}
    for language in ("nl", "en"):
        with override(language):
            words |= {str(role.label).lower(): role.value for role in Role}
    return words


def _role(word: str) -> str:
    return roles_in_words().get(" ".join(word.lower().split()), "")


def _check_period(line: Line, starts: str, last: str, on: datetime.date) -> None:
    starts_on, last_on = _date(starts) if starts else on, _date(last) if last else None
    if starts_on is None or (last and last_on is None):
        line.problems.append(_("A day cannot be read. Write it as 2027-03-01 or 1-3-2027."))
        line.starts_on = on.isoformat()
        return
    line.starts_on = starts_on.isoformat()
    if last_on and last_on < starts_on:
        line.problems.append(_("The last day lies before the first. Look at both days."))
    elif last_on:
        line.ends_on = (last_on + datetime.timedelta(days=1)).isoformat()


def _date(word: str) -> datetime.date | None:
    for pattern in DATES:
        try:
            day = datetime.datetime.strptime(word, pattern).date()
        except ValueError:
            continue
        return day if 1950 <= day.year <= 2150 else None
    return None


def _mark_doubles(lines: list[Line]) -> None:
    first: dict[tuple[str, str], int] = {}
    for line in lines:
        before = first.setdefault((line.email, line.role), line.number)
        if before != line.number and line.role:
            line.problems.append(
                _("The same person and role as line %(number)d. Remove one of the two.") % {"number": before}
            )


# --- What would happen ----------------------------------------------------------------------


def plan(lines: list[Line], organisation: Organisation, *, by: User) -> list[Line]:
    """Fill in what each line would do, as things stand now. Three queries, whatever the length."""
    known = _people_by_address([line.email for line in lines])
    held: dict[tuple[int, str], list[Membership]] = {}
    for row in Membership.objects.filter(organisation=organisation, person__in=known.values()):
        held.setdefault((row.person_id, row.role), []).append(row)
    for line in lines:
        person = known.get(line.email)
        if line.problems:
            line.outcome = ""
        elif person and not rules.may_give_role(by, person):
            line.problems.append(_("This is you. Nobody gives a role to themselves."))
        elif person and any(_overlaps(row, line) for row in held.get((person.pk, line.role), [])):
            line.outcome = "same"
        else:
            line.outcome = "role" if person else "new"
    return lines


def _people_by_address(addresses: list[str]) -> dict[str, User]:
    known = {person.email: person for person in User.objects.filter(email__in=addresses)}
    confirmed = EmailAddress.objects.filter(email__in=addresses, verified=True).select_related("user")
    return known | {row.email: row.user for row in confirmed}


def _overlaps(row: Membership, line: Line) -> bool:
    starts_on, ends_on = line.period
    return (row.ends_on is None or row.ends_on > starts_on) and (ends_on is None or row.starts_on < ends_on)


# --- Doing it -------------------------------------------------------------------------------


class NotAllGood(Exception):
    """Things changed since the dry run, so nothing was done. Plan again to see what."""


def import_people(
    lines: list[Line], organisation: Organisation, *, by: User, tell: bool, at: datetime.datetime | None = None
) -> int:
    """All lines in one transaction, or none. Returns how many roles were given; those already held stay as they are.

    Names are kept for new accounts only. Raises NotAllGood. A handful of queries, whatever the length.
    """
    at = at or timezone.now()
    try:
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=organisation.pk)  # two imports at once: one after the other
            plan(lines, organisation, by=by)
            if any(line.problems for line in lines):
                raise NotAllGood
            given = _give([line for line in lines if line.outcome != "same"], organisation)
            facts = {"lines": len(lines), "memberships": [row.code for row in given]}
            audit.record(audit.PEOPLE_IMPORTED, by=by, at=at, chain=people.chain_of(organisation), facts=facts)
            if tell:
                people.tell_all(given)
    except IntegrityError:  # somebody else made one of these accounts this very moment
        raise NotAllGood from None
    return len(given)


def _give(lines: list[Line], organisation: Organisation) -> list[Membership]:
    accounts = _accounts(lines)
    rows = []
    for line in lines:
        starts_on, ends_on = line.period
        person = accounts[line.email]
        rows.append(
            Membership(person=person, organisation=organisation, role=line.role, starts_on=starts_on, ends_on=ends_on)
        )
    return Membership.objects.bulk_create(rows)


def _accounts(lines: list[Line]) -> dict[str, User]:
    accounts = _people_by_address([line.email for line in lines])
    names = {line.email: line.names for line in reversed(lines)}
    new = [User(email=email, password=make_password(None), **names[email]) for email in names.keys() - accounts.keys()]
    made = User.objects.bulk_create(new)
    EmailAddress.objects.bulk_create(EmailAddress(user=person, email=person.email, primary=True) for person in made)
    return accounts | {person.email: person for person in made}
