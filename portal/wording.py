"""Puts to-dos, appointments and news into words for who reads them: their language, and only what they may see."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal import kinds, sharing
from portal.kinds import Kind
from portal.models import Shareable, User
from portal.models.today import Told


@dataclass(frozen=True)
class Said:
    """One row in words."""

    row: Told
    title: str
    why: str
    button: str
    url: str


def words(rows: Iterable[Told], *, reader: User, at: datetime.datetime) -> list[Said]:
    """For a page; at most two queries for any number of rows."""
    known = [(row, kinds.said(row.kind)) for row in rows]
    people = {row.args.get(name, "") for row, kind in known for name in kind.people}
    pieces = {row.args.get(name, "") for row, kind in known for name in kind.pieces}
    names = {one.code: one.short_name for one in User.objects.filter(code__in=people)} if people else {}
    seen = Shareable.objects.filter(sharing.sight(reader, at, path=""), code__in=pieces) if pieces else ()
    titles = {one.code: str(one) for one in seen}
    return [_said(row, kind, names, titles, reader) for row, kind in known]


def _said(row: Told, kind: Kind, names: dict[str, str], titles: dict[str, str], reader: User) -> Said:
    args = dict(row.args)
    said = {name: names.get(args.get(name, ""), _("somebody")) for name in kind.people}
    args["others"] = ", ".join(who for name, who in said.items() if args.get(name) != reader.code)
    args.update(said)
    args.update({name: titles.get(args.get(name, ""), _("something")) for name in kind.pieces})
    args.update(_days(row, kind))
    return Said(row, capfirst(str(kind.title) % args), str(kind.why) % args, str(kind.button), link_of(row))


def neutral(row: Told) -> str:
    """For mails and calendars: no name, no title, nothing confidential. No query."""
    kind = kinds.said(row.kind)
    return str(kind.neutral) % _days(row, kind)


def link_of(row: Told) -> str:
    """The path of the page where it is done or seen; the home page when that page is gone."""
    try:
        return reverse(row.url_name, args=row.url_args) if row.url_name else reverse("home")
    except NoReverseMatch:
        return reverse("home")


def _days(row: Told, kind: Kind) -> dict[str, str]:
    days = {name: datetime.date.fromisoformat(row.args[name]) for name in kind.days if name in row.args}
    this_year = timezone.localdate().year
    return {name: format_date(day, "j F" if day.year == this_year else "j F Y") for name, day in days.items()}
