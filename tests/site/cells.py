"""What a line of the policy is made of: addresses, and whom they are for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from portal import tokens
from portfolios.models import Snapshot
from tests.site import names as n
from tests.site.rights import ADMINISTERS, EVERYBODY, LINKS, NO_ONE, OWNERS, READERS, TALKERS
from tests.site.sent import Data, a_comment, a_level, into, nothing
from tests.site.walk import OK
from tests.site.world import World

# --- What a line says -----------------------------------------------------------------------

PUBLIC, SIGNED_IN, GUEST, OPERATOR, DEMO = "public", "signed in", "guest", "operator", "demo"
READ, FORM, SEND = ("GET",), ("GET", "POST"), ("POST",)
Args = Callable[[World], tuple[Any, ...]]


@dataclass(frozen=True)
class Cell:
    """One address: what it names, who is let in, who sees it but may not do this."""

    name: str = ""
    args: Args = lambda world: ()
    inside: Iterable[str] = EVERYBODY
    refused: Iterable[str] = ()
    data: Data = lambda world: {}
    by_post: Iterable[str] | None = None  # who is let in by POST, where that differs
    query: str = ""
    outcome: str = OK  # of who is let in


@dataclass(frozen=True)
class Line:
    gate: str
    methods: tuple[str, ...]
    cells: tuple[Cell, ...] = (Cell(),)
    second_factor: bool = True
    today: bool = False  # public, but for who is signed in a page of their own
    also: frozenset[int] = frozenset()  # statuses that count as "in" here
    not_post: bool = False  # the library's view refuses the POST that its namespace allows
    writes: frozenset[str] = frozenset()  # tables that merely looking writes to; the reason stands beside it


# --- Kinds of cells -------------------------------------------------------------------------


def named(name: str) -> Args:
    return lambda world: (world.code(name),)


def _pieces(
    kind: Iterable[str], inside: Callable[[str], Iterable[str]], refused: Callable[[str], Iterable[str]], data: Data
) -> tuple[Cell, ...]:
    """Every piece of the world; one of another kind is not behind this address for anybody."""
    kind = set(kind)
    return tuple(
        Cell(one, named(one), inside(one) if one in kind else NO_ONE, refused(one) if one in kind else NO_ONE, data)
        for one in n.PIECES
    )


def reading(kind: Iterable[str]) -> tuple[Cell, ...]:
    """Who may read it, reads it."""
    return _pieces(kind, READERS.__getitem__, lambda one: NO_ONE, nothing)


def by_link(kind: Iterable[str]) -> tuple[Cell, ...]:
    """For who came in by a link: what that link opens."""
    return _pieces(kind, LINKS.__getitem__, lambda one: NO_ONE, nothing)


def changing(kind: Iterable[str], data: Data) -> tuple[Cell, ...]:
    """Nobody but the owner, ever; who reads is told so."""
    return _pieces(kind, OWNERS.__getitem__, lambda one: READERS[one] - OWNERS[one], data)


def renaming() -> tuple[Cell, ...]:
    """A section that its owner made; what a template named keeps its name."""
    return _pieces(
        n.SECTIONS,
        lambda one: OWNERS[one] if one == n.OTHER_SECTION else NO_ONE,
        lambda one: READERS[one] - (OWNERS[one] if one == n.OTHER_SECTION else NO_ONE),
        lambda world: {"title": "Anders"},
    )


def standing() -> tuple[Cell, ...]:
    """Sections in which something is, or of a template: their owner reads why they stay, and removes them neither."""
    cells = _pieces(n.SECTIONS, OWNERS.__getitem__, READERS.__getitem__, nothing)
    return tuple(replace(one, by_post=NO_ONE) for one in cells)


def looking_as(kind: Iterable[str]) -> tuple[Cell, ...]:
    """What a present reader gets, for the owner alone; who no longer reads, or is blocked, gets nothing."""
    kind, over = set(kind), (n.WITHDRAWN, n.EXPIRED, n.BLOCKED, n.ABSENT)
    asked = [(reader, piece) for reader in (n.MENTOR, n.ITEM_READER) for piece in n.PIECES]
    asked += [(reader, piece) for reader in over for piece in (n.SHARED_SECTION, n.ITEM) if piece in kind]

    def cell(reader: str, piece: str) -> Cell:
        sees = piece in kind and reader in READERS[piece] and n.OWNER in OWNERS[piece]
        inside = {n.OWNER} if sees else NO_ONE
        return Cell(f"{piece} as {reader}", lambda world: (world.code(reader), world.code(piece)), inside)

    return tuple(cell(*one) for one in asked)


def leading_to_pieces() -> tuple[Cell, ...]:
    """To the page of a piece, for who reads it."""
    return reading({*n.SECTIONS, *n.ITEMS})


def goals(
    data: Data = lambda world: {},
    *,
    changing: bool = False,
    readers_of: dict[str, set[str]] = READERS,
    kind: tuple[str, ...] = n.GOALS,
) -> tuple[Cell, ...]:
    """Who reads the section or the piece itself reads it; nobody but the owner moves it; another piece is none."""
    cells = []
    for one in (*kind, n.SHARED_SECTION, n.ITEM, n.ABSENT):
        sees = set(readers_of[one]) if one in kind else set()
        inside = sees & OWNERS[one] if changing else sees
        cells.append(Cell(one, named(one), inside, sees - inside, data))
    return tuple(cells)


def evidence() -> tuple[Cell, ...]:
    """Links of a goal or profile: for its owner to choose; who reads it is told so."""
    cells = goals(lambda world: {"item": world.code(n.ITEM), "link": ""}, changing=True, kind=(*n.GOALS, *n.PROFILES))
    of_the_lab = {"data": lambda world: {"item": world.code(n.FOREIGN_ITEM), "link": ""}}
    return tuple(
        replace(one, **of_the_lab) if one.name in (n.FOREIGN_GOAL, n.FOREIGN_PROFILE) else one for one in cells
    )


def rating() -> tuple[Cell, ...]:
    """Levels in the section of competencies, of the owner and of who was given that right; no other section has any."""
    may = {n.OWNER, n.OTHER_READER}
    cells = [Cell(n.LEVELS, named(n.LEVELS), may, {n.ITEM_READER}, a_level)]
    cells += [Cell(one, named(one), NO_ONE, NO_ONE, a_level) for one in (n.SHARED_SECTION, n.ABSENT)]
    return tuple(cells)


def products(data: Data = lambda world: {}) -> tuple[Cell, ...]:
    """What was made for a profile: its owner's to change."""

    def args(one: str) -> Args:
        return lambda world: (
            world.code(one),
            world.profiles[one].products.get().code if one in n.PROFILES else one,
        )

    cells = [Cell(one, args(one), OWNERS[one], READERS[one] - OWNERS[one], data) for one in n.PROFILES]
    return (*cells, Cell(n.ABSENT, lambda world: (world.code(n.ABSENT), world.code(n.ABSENT)), NO_ONE))


def learning(data: Data, row: str = "") -> tuple[Cell, ...]:
    """Education and time: the owner's to change; who reads the section finds no page for a row."""
    if not row:
        return (Cell("", inside={n.OWNER}, data=data),)
    return (Cell(row, named(row), {n.OWNER}, NO_ONE, data), Cell(n.ABSENT, named(n.ABSENT), NO_ONE))


def standing_profiles() -> tuple[Cell, ...]:
    """Something was made for each: nobody drops it."""
    return tuple(replace(one, inside=NO_ONE, refused={*one.inside, *one.refused}) for one in goals(kind=n.PROFILES))


def goals_looked_at(kind: tuple[str, ...] = n.GOALS) -> tuple[Cell, ...]:
    def cell(reader: str, goal: str) -> Cell:
        inside = {n.OWNER} if reader in READERS[goal] and n.OWNER in OWNERS[goal] else NO_ONE
        return Cell(f"{goal} as {reader}", lambda world: (world.code(reader), world.code(goal)), inside)

    return tuple(cell(reader, goal) for reader in (n.MENTOR, n.ITEM_READER, n.EXPIRED) for goal in kind)


def lines(data: Data = lambda world: {}) -> tuple[Cell, ...]:
    """A line of the owner's SWOT is changed by the owner; to all others, who read the section too, it is absent."""
    return (
        Cell(n.LINE, named(n.LINE), {n.OWNER}, NO_ONE, data),
        Cell(n.ABSENT, named(n.ABSENT), NO_ONE),
    )


def commenting() -> tuple[Cell, ...]:
    """Who reads a section or experience reads its comments; who was given that right writes one."""
    cells = _pieces(set(n.PIECES) - {n.DRAFT, n.ABSENT}, READERS.__getitem__, lambda one: NO_ONE, a_comment)
    may = {n.SHARED_SECTION: {n.MENTOR}, n.ITEM: {n.MENTOR}}
    return tuple(
        replace(one, by_post=may.get(one.name, NO_ONE), refused=READERS[one.name] if one.name != n.DRAFT else NO_ONE)
        for one in cells
    )


def owning(kind: Iterable[str], data: Data = nothing) -> tuple[Cell, ...]:
    """The owner's own business: to all others, readers too, it is not there."""
    return _pieces(kind, OWNERS.__getitem__, lambda one: NO_ONE, data)


def throwing_away(data: Data = nothing) -> tuple[Cell, ...]:
    """Only a draft, only by its owner."""
    return _pieces(
        n.ITEMS,
        lambda one: OWNERS[one] if one == n.DRAFT else NO_ONE,
        lambda one: READERS[one] if one != n.DRAFT else NO_ONE,
        data,
    )


def acts(data: Data = nothing) -> tuple[Cell, ...]:
    """A live share of one piece, for its owner alone; one that is over is not there, nor under another piece."""
    live = {
        n.MENTOR: n.SHARED_SECTION,
        n.ITEM_READER: n.SHARED_ITEM,
        n.OTHER_READER: n.OTHER_SECTION,
        n.BLOCKED: n.SHARED_SECTION,
    }
    over = {n.EXPIRED: n.SHARED_SECTION, n.WITHDRAWN: n.SHARED_SECTION}

    def args(reader: str, piece: str) -> Args:
        return lambda world: (world.source(reader), world.code(piece))

    cells = [
        Cell(f"share with: {reader}", args(reader, piece), {n.OWNER}, NO_ONE, data) for reader, piece in live.items()
    ]
    cells += [
        Cell(f"share with: {reader}", args(reader, piece), NO_ONE, NO_ONE, data) for reader, piece in over.items()
    ]
    cells += [
        Cell("share under another piece", args(n.MENTOR, n.PRIVATE_SECTION), NO_ONE, NO_ONE, data),
        Cell("absent share", args("nobody", n.SHARED_SECTION), NO_ONE, NO_ONE, data),
    ]
    return tuple(cells)


def people(inside: dict[str, Iterable[str]], data: Data = nothing) -> tuple[Cell, ...]:
    """The people that the address can name; for all but `inside`, nobody is there."""
    there = (
        n.OWNER,
        n.MENTOR,
        n.ITEM_READER,
        n.WITHDRAWN,
        n.EXPIRED,
        n.LAB_TRAINEE,
        n.BLOCKED,
        n.ABSENT,
    )
    return tuple(Cell(one, named(one), inside.get(one, NO_ONE), NO_ONE, data) for one in there)


def places(*tail: str, data: Data = nothing) -> tuple[Cell, ...]:
    """An organisation, for its administrator and those of the whole that it is part of."""

    def args(place: str) -> Args:
        return lambda world: (world.code(place), *tail)

    cells = [Cell(place, args(place), {admin}, NO_ONE, data) for place, admin in ADMINISTERS.items()]
    return (*cells, *(Cell(place, args(place), NO_ONE, NO_ONE, data) for place in ("laboratory", n.ABSENT)))


def people_there(data: Data = nothing) -> tuple[Cell, ...]:
    """Somebody of an organisation, for its administrator; who does not belong there is not there."""

    def args(place: str, person: str) -> Args:
        return lambda world: (world.code(place), world.code(person))

    belong = [("hospital", n.OWNER), ("hospital", n.ADMINISTRATOR), ("other hospital", n.OTHER_HOSPITAL)]
    not_there = [
        ("hospital", n.OTHER_HOSPITAL),
        ("hospital", n.NOBODY),
        ("hospital", n.ABSENT),
        ("laboratory", n.LAB_TRAINEE),
        ("other hospital", n.OWNER),
    ]
    cells = [Cell(f"{who} in {place}", args(place, who), {ADMINISTERS[place]}, NO_ONE, data) for place, who in belong]
    return (*cells, *(Cell(f"{who} in {place}", args(place, who), NO_ONE, NO_ONE, data) for place, who in not_there))


def periods(data: Data) -> tuple[Cell, ...]:
    """A role, placement or relation of somebody of an organisation, for its administrator."""

    def args(place: str, person: str, kind: str, row: str) -> Args:
        return lambda world: (world.code(place), world.code(person), kind, world.code(row))

    mine, theirs = f"membership of {n.OWNER}", f"membership of {n.OTHER_HOSPITAL}"
    there = [
        ("hospital", n.OWNER, "roles", mine, n.ADMINISTRATOR),
        ("hospital", n.OWNER, "placements", "placement", n.ADMINISTRATOR),
        ("hospital", n.OWNER, "relations", "relation", n.ADMINISTRATOR),
        ("other hospital", n.OTHER_HOSPITAL, "roles", theirs, n.ADMINISTRATOR_ELSEWHERE),
    ]
    not_there = [
        ("hospital", n.OWNER, "roles", theirs),
        ("hospital", n.MENTOR, "roles", mine),
        ("hospital", n.OWNER, "roles", n.ABSENT),
        ("hospital", n.OWNER, "secrets", mine),
        ("other hospital", n.OWNER, "roles", mine),
        ("laboratory", n.LAB_TRAINEE, "roles", f"membership of {n.LAB_TRAINEE}"),
    ]
    cells = [Cell(" / ".join(one[:4]), args(*one[:4]), {one[4]}, NO_ONE, data) for one in there]
    return (*cells, *(Cell(" / ".join(one), args(*one), NO_ONE, NO_ONE, data) for one in not_there))


def talks(data: Data = nothing, *, leading: bool = False) -> tuple[Cell, ...]:
    """A conversation, for the two who have it; `leading`: the other is told that it is for the trainee."""

    def cell(name: str) -> Cell:
        both = TALKERS[name]
        inside = both & {n.OWNER} if leading else both
        return Cell(name, named(name), inside, both - inside, data)

    return (
        *(cell(one) for one in (*n.TALKS, n.ABSENT)),
        Cell("a section", named(n.SHARED_SECTION), NO_ONE),
    )


def agreements(*, doing: bool = False) -> tuple[Cell, ...]:
    """What was agreed, under its own conversation; it is done by whose it is, the owner's here."""

    def args(talk: str, of: str) -> Args:
        return lambda world: (world.code(talk), world.talks[of].agreements.get().pk)

    def cell(talk: str) -> Cell:
        both = TALKERS[talk]
        inside = both & {n.OWNER} if doing else both
        return Cell(f"of {talk}", args(talk, talk), inside, both - inside)

    cells = [cell(one) for one in (n.TALK, n.FORMER_TALK)]
    return (*cells, Cell("of another conversation", args(n.OTHER_TALK, n.TALK), NO_ONE))


def frozen(*, of_conversation: bool) -> tuple[Cell, ...]:
    """What was frozen for the conversation to be signed: for both there, for the owner alone in the portfolio."""

    def args(world: World) -> tuple[Any, ...]:
        talk = world.talks[n.TALK]
        return (talk.code if of_conversation else Snapshot.objects.get(occasion=talk.pk).code,)

    inside = TALKERS[n.TALK] if of_conversation else {n.OWNER}
    none = tuple(Cell(one, named(one), NO_ONE) for one in (n.FORMER_TALK, n.SHARED_SECTION, n.ABSENT))
    return (Cell("snapshot", args, inside), *none)


def keys(data: Data = nothing) -> tuple[Cell, ...]:
    """A passkey, for whose it is."""

    def args(whose: str) -> Args:
        return lambda world: (world.keys[whose].pk if whose in world.keys else 999_999,)

    cells = [Cell(f"passkey of {whose}", args(whose), {whose}, NO_ONE, data) for whose in (n.OWNER, n.MENTOR)]
    return (*cells, Cell("absent passkey", args("nobody"), NO_ONE, NO_ONE, data))


def files_of_pieces(*, owning: bool = False, readers_of: dict[str, set[str]] = READERS) -> tuple[Cell, ...]:
    """The file of each piece, for who sees the piece; `owning`: who sees it but did not add it is told so."""

    def args(piece: str) -> Args:
        return lambda world: (world.files[piece].code if piece in world.files else n.ABSENT_CODE,)

    def cell(piece: str) -> Cell:
        there = piece in (
            n.ITEM,
            n.SHARED_ITEM,
            n.PRIVATE_ITEM,
            n.DRAFT,
            n.FOREIGN_ITEM,
            *n.PROFILES,
        )
        readers = frozenset(readers_of[piece] if there else NO_ONE)
        mine = frozenset(OWNERS[piece] if there else NO_ONE)
        return Cell(
            f"file of {piece}",
            args(piece),
            mine if owning else readers,
            frozenset(readers) - frozenset(mine) if owning else NO_ONE,
        )

    return tuple(cell(piece) for piece in (*n.ITEMS, *n.PROFILES, n.ABSENT))


COMMITTEE = frozenset({n.CHAIR, n.RATER, n.RECUSED})


def procedures(inside: Iterable[str] = COMMITTEE, refused: Iterable[str] = NO_ONE) -> tuple[Cell, ...]:
    """A procedure, for its committee."""
    return (
        Cell("procedure", named(n.PROCEDURE), inside, refused),
        Cell("absent procedure", named(n.ABSENT), NO_ONE),
    )


def candidates() -> tuple[Cell, ...]:
    """For the committee; not for who stood back."""
    back = {"back": ""}
    return (
        Cell("candidate", named(n.CANDIDATE), COMMITTEE - {n.RECUSED}, NO_ONE, lambda world: back),
        Cell("other candidate", named(n.OTHER_CANDIDATE), COMMITTEE, NO_ONE, lambda world: back),
        Cell("absent candidate", named(n.ABSENT), NO_ONE),
    )


def sheets(*tail: int, changing: bool = False, data: Data = nothing) -> tuple[Cell, ...]:
    """A sheet, for its rater alone, the chair and administrators included; one that is handed in stays as it is."""

    def args(sheet: str) -> Args:
        return lambda world: (world.code(sheet), *tail)

    inside, refused = (NO_ONE, {n.CHAIR}) if changing else ({n.CHAIR}, NO_ONE)
    handed_in = Cell("sheet of the chair", args(n.CHAIRS_SHEET), inside, refused, data)
    return (
        Cell("sheet of the member", args(n.RATERS_SHEET), {n.RATER}, NO_ONE, data),
        handed_in,
        Cell("absent sheet", args(n.ABSENT), NO_ONE),
    )


def drafts(data: Data = nothing) -> tuple[Cell, ...]:
    """Everybody keeps own text under any code: whose the piece is makes no difference, and nothing of it shows."""

    def args(kind: str, piece: str) -> Args:
        return lambda world: (kind, world.code(piece))

    cells = [Cell(f"{kind} {piece}", args(kind, piece), data=data) for kind, piece in _DRAFTS]
    return (*cells, Cell("no such form", args("nothing", n.ITEM), NO_ONE, NO_ONE, data))


_DRAFTS = [("section", n.SHARED_SECTION), ("experience", n.FOREIGN_ITEM), ("experience-new", n.ABSENT)]


def long_work(*mine: str) -> tuple[Cell, ...]:
    """What the owner asked for, for the owner alone; the rest, and what somebody else asked for, is theirs."""
    own = (n.WAITING_JOB, n.READY_JOB, n.ABSENT)
    cells = [Cell(one, named(one), {n.OWNER} if one in mine else NO_ONE) for one in own]
    return (*cells, Cell(n.FOREIGN_JOB, named(n.FOREIGN_JOB), {n.LAB_TRAINEE}))


def meetups(
    inside: dict[str, Iterable[str]], refused: dict[str, Iterable[str]] | None = None, data: Data = nothing
) -> tuple[Cell, ...]:
    refused = refused or {}
    there = (n.MEETUP, n.DRAFT_MEETUP, n.ABSENT)
    return tuple(Cell(one, named(one), inside.get(one, NO_ONE), refused.get(one, NO_ONE), data) for one in there)


def rooms(
    inside: Iterable[str],
    refused: Iterable[str] = NO_ONE,
    *,
    tail: tuple[Any, ...] = (),
    data: Data = nothing,
    only: tuple[str, ...] = (),
) -> tuple[Cell, ...]:
    """Each room under its own meet-up; under another one it is not there."""
    there = [(n.MEETUP, one) for one in (n.NOTED_ROOM, n.PUBLISHED_ROOM, n.WITHDRAWN_ROOM)]
    there.append((n.DRAFT_MEETUP, n.DRAFT_ROOM))

    def args(meetup: str, room: str) -> Args:
        return lambda world: (world.code(meetup), world.code(room), *tail)

    def cell(meetup: str, room: str) -> Cell:
        is_there = (meetup, room) in there and (not only or room in only)
        allowed, told = (inside, refused) if is_there else (NO_ONE, NO_ONE)
        return Cell(f"{room} / {tail}", args(meetup, room), allowed, told, data)

    elsewhere = [(n.DRAFT_MEETUP, n.NOTED_ROOM), (n.MEETUP, n.DRAFT_ROOM), (n.MEETUP, n.ABSENT)]
    return tuple(cell(*one) for one in (*there, *elsewhere))


def made_reports(
    inside: dict[str, Iterable[str]], refused: dict[str, Iterable[str]] | None = None, data: Data = nothing
) -> tuple[Cell, ...]:
    refused = refused or {}
    there = (*dict.fromkeys((*inside, *refused)), n.ABSENT)
    return tuple(Cell(one, named(one), inside.get(one, NO_ONE), refused.get(one, NO_ONE), data) for one in there)


def placing() -> tuple[Cell, ...]:
    """Into a section of the same owner only."""
    elsewhere = {n.FOREIGN_ITEM: n.FOREIGN_SECTION}
    cells = [replace(cell, data=into(elsewhere.get(cell.name, n.OTHER_SECTION))) for cell in changing(n.ITEMS, nothing)]
    mine = [cell for cell in cells if cell.name == n.ITEM]
    return (
        *cells,
        *(
            replace(cell, name=f"{cell.name}, into {where}", data=into(where), by_post=NO_ONE)
            for cell in mine
            for where in (n.FOREIGN_SECTION, n.ABSENT, n.ITEM)
        ),
    )


def one(data: Data, inside: Iterable[str] = EVERYBODY, refused: Iterable[str] = NO_ONE) -> tuple[Cell, ...]:
    return (Cell("", lambda world: (), inside, refused, data),)


def surveys(
    inside: dict[str, Iterable[str]], refused: dict[str, Iterable[str]] | None = None, data: Data = nothing, *tail: str
) -> tuple[Cell, ...]:
    """A survey; for all but `inside`, it is not there."""

    def args(name: str) -> Args:
        return lambda world: (world.code(name), *tail)

    return tuple(
        Cell(one, args(one), inside.get(one, NO_ONE), (refused or {}).get(one, NO_ONE), data)
        for one in (*n.SURVEYS, n.ABSENT)
    )


def with_names() -> tuple[Cell, ...]:
    """The own invitation to a survey with names; an anonymous one is not there."""
    return (
        Cell(n.NAMED_INVITATION, named(n.NAMED_INVITATION), {n.OWNER}),
        Cell(n.INVITATION, named(n.INVITATION), NO_ONE),
        Cell(n.ABSENT, named(n.ABSENT), NO_ONE),
    )


def without_names(inside: dict[str, Iterable[str]]) -> tuple[Cell, ...]:
    """Pages of anonymous surveys: one with names is not there."""
    return (*surveys(inside), Cell(n.NAMED_SURVEY, named(n.NAMED_SURVEY), NO_ONE))


def questionnaires(*tail: str, frozen: bool = False) -> tuple[Cell, ...]:
    """The published one of the association; `frozen`, its makers see it and may not change it."""

    def args(name: str) -> Args:
        return lambda world: (world.code(name), *tail)

    makers = {n.ORGANISER}
    inside, refused = (NO_ONE, makers) if frozen else (makers, NO_ONE)
    return (
        Cell(n.QUESTIONNAIRE, args(n.QUESTIONNAIRE), inside, refused),
        Cell(n.ABSENT, args(n.ABSENT), NO_ONE),
    )


def of_card(name: str, inside: Iterable[str], refused: Iterable[str] = NO_ONE) -> tuple[Cell, ...]:
    """A supervision card, or a level on it."""
    return (Cell(name, named(name), inside, refused), Cell(n.ABSENT, named(n.ABSENT), NO_ONE))


def results(*tail: str) -> tuple[Cell, ...]:
    """Results that are there, those of a survey without any, and of none."""
    return (
        Cell(n.RESULTS, lambda world: (world.code(n.RESULTS), *tail), {n.ORGANISER, n.OWNER}),
        Cell(n.OPEN_SURVEY, lambda world: (world.code(n.OPEN_SURVEY), *tail), NO_ONE),
        Cell(n.ABSENT, lambda world: (world.code(n.ABSENT), *tail), NO_ONE),
    )


def texts_to_check() -> tuple[Cell, ...]:
    return (
        Cell(n.TEXTS, named(n.TEXTS), {n.ORGANISER}),
        Cell(n.OPEN_SURVEY, named(n.OPEN_SURVEY), NO_ONE),
        Cell(n.ABSENT, named(n.ABSENT), NO_ONE),
    )


def invitations(world: World, token: str = "", *, of: str = n.INVITATION) -> tuple[str, str]:
    """The link of a mail."""
    row = world.invitations[of]
    return row.code, token or tokens.make(row.code, row.nonce)
