"""Sharing as a state machine (safety.md 3.3): a plain list of intervals against the site itself.

Every rule goes through the HTTP client where a page exists for it. After every step each reader's pages,
lists and search, both query shapes, the log of readings and the audit chain must say what the list says.
No worker runs here: withdrawal and expiry hold by themselves.
"""

import datetime
import hashlib
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.account.internal.flows.login import record_authentication
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import audit, files, guests, sharing, tokens
from portal.actions import people
from portal.models import (
    AuditChain,
    AuditEntry,
    GuestLink,
    Membership,
    Reading,
    Role,
    Shareable,
    StoredFile,
    User,
)
from portal.models.sharing import QUARTER, Channel
from portfolios.models import Comment, Experience
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HERE = ZoneInfo("Europe/Amsterdam")
MOST_ITEMS, MOST_ACTS = 4, 30
LONGEST = 366  # days, as the form says
WORD = "Proefwoord"  # stands in every title: a search for it finds all that one may see
# The nights when the clock changes, and the ends of February.
STARTS = [
    datetime.datetime(2027, 3, 27, 20, 30, tzinfo=HERE),
    datetime.datetime(2027, 10, 30, 23, 15, tzinfo=HERE),
    datetime.datetime(2028, 2, 28, 12, 0, tzinfo=HERE),
    datetime.datetime(2027, 2, 28, 23, 59, 30, tzinfo=HERE),
    datetime.datetime(2027, 12, 31, 23, 50, tzinfo=HERE),
]
READERS = {"joris": "mentor", "amina": "supervisor", "teun": "peer_mentor"}
MEMBERS = ("joris", "amina")  # Teun works elsewhere
GUEST = "guest"
FILED = 2  # the piece that has a file

HAPPENED: Counter[str] = Counter()  # steps, by what they had to tell
LEAST = (
    "blocked with a live share",
    "expired",
    "withdrawn",
    "one of two withdrawn",
    "through the section only",
    "a guest reads",
    "comments out of sight",
)

PLANTED = (({0}, "joris", 2), ({0}, "joris", 92), ({2}, "joris", 30), ({3}, "amina", 1), ({0, 3}, "teun", 92))

readers = st.sampled_from(sorted(READERS))
pieces = st.integers(0, MOST_ITEMS + 1)  # the two sections, then the items in order
days = st.sampled_from([0, 1, 2, 30, 92, LONGEST, LONGEST + 1])


@dataclass
class Piece:
    code: str
    pk: int
    parent: int | None = None  # of an item in a section
    is_section: bool = False

    @property
    def is_draft(self) -> bool:
        return not self.is_section and self.parent is None


@dataclass
class Given:
    """One act on one piece: an interval, cut short when withdrawn."""

    reader: str
    piece: int
    source: str
    starts: datetime.datetime
    ends: datetime.datetime
    withdrawn: datetime.datetime | None = None

    def live(self, at: datetime.datetime) -> bool:
        return self.withdrawn is None and self.starts <= at < self.ends


@dataclass
class Model:
    given: list[Given] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    looks: dict[tuple[str, int, str, int], set[str]] = field(default_factory=dict)  # and the acts that allowed it
    member_until: dict[str, datetime.date | None] = field(default_factory=dict)

    def acts(self, reader: str, piece: Piece, at: datetime.datetime) -> set[str]:
        """What lets this reader see this piece now."""
        if reader in self.blocked:
            return set()
        targets = {piece.pk, piece.parent}
        return {g.source for g in self.given if g.reader == reader and g.piece in targets and g.live(at)}


class Sharing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.clock = time_machine.travel(STARTS[0], tick=False)
        self.traveller = self.clock.start()
        self.model, self.step = Model(), 0
        self.guest: GuestLink | None = None
        self.visit: Client | None = None
        self.visit_until = STARTS[0]
        self.said: set[tuple[str, int]] = set()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        cache.clear()

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: datetime.datetime) -> None:
        self._travel_to(start)
        place, elsewhere = factories.organisation("Duinhof"), factories.organisation("Heideberg")
        self.noor = factories.person("Noor")
        self.operator = factories.person("Beheer", is_staff=True)
        self.person: dict[str, User] = {name: factories.person(name.title()) for name in READERS}
        factories.member(self.noor, place, Role.TRAINEE)
        for name, kind in READERS.items():
            factories.relation(self.noor, self.person[name], kind)
            factories.member(self.person[name], place if name in MEMBERS else elsewhere, Role.MENTOR)
        self.model.member_until = dict.fromkeys(MEMBERS)
        self.place = place
        portfolio = factories.portfolio(self.noor)
        rows = [factories.section(portfolio, key) for key in ("experiences", "plan")]
        Shareable.objects.filter(pk__in=[row.pk for row in rows]).update(title=WORD)
        self.pieces = [Piece(row.code, row.pk, is_section=True) for row in rows]
        self.browsers: dict[int, Client] = {}
        self._plant()

    def _plant(self) -> None:
        """Every story starts with shares of each kind: left to chance, most would never have any."""
        for number, section in ((2, 0), (3, 1)):
            self.write()
            self.place_or_move(number, section)
        about = Shareable.objects.get(pk=self.pieces[FILED].pk)
        body = b"0123456789"
        self.file = StoredFile.objects.create(
            owner=self.noor,
            about=about,
            name="foto.png",
            kind="image/png",
            size=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            stored_as=default_storage.save(f"{files.FOLDER}/proof", ContentFile(body)),
            declared_at=self.now,
        )
        for which, reader, days in PLANTED:
            self.share(which, reader, days)
        self.owner.get(reverse("portfolios:sharing"))  # what was said so far is read
        self.withdraw(0)  # one of two
        self.comment("amina", 3)  # who reads it for a day
        self.share_by_link(FILED, 2)
        self.the_guest_comes_in()

    # --- People and time ------------------------------------------------------------------

    @property
    def now(self) -> datetime.datetime:
        return timezone.now()

    def _travel_to(self, moment: datetime.datetime) -> None:
        self.traveller.move_to(moment)
        self.browsers = {}  # half a day later every session is over; a new one is a new sign-in

    def _browser(self, person: User) -> Client:
        """One's own browser, signed in; who is blocked keeps the cookie of a session that is no more."""
        if person.pk not in self.browsers:
            client = self.browsers[person.pk] = Client()
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            request = SimpleNamespace(session=client.session)
            record_authentication(request, person, "mfa", type="totp")
            request.session.save()
        return self.browsers[person.pk]

    @property
    def owner(self) -> Client:
        return self._browser(self.noor)

    @rule(
        amount=st.sampled_from(
            [{"minutes": 14}, {"minutes": 15}, {"hours": 1}, {"hours": 25}, {"days": 9}, {"days": 61}]
        )
    )
    def time_passes(self, amount: dict[str, int]) -> None:
        self._travel_to(self.now + datetime.timedelta(**amount))

    @rule(which=st.integers(0, MOST_ACTS), instant=st.sampled_from([-1, 0, 1]))
    def a_term_ends(self, which: int, instant: int) -> None:
        """To the very moment of an end, the microsecond before it or after it."""
        ahead = sorted({g.ends for g in self.model.given if g.live(self.now)})
        if ahead:
            moment = ahead[which % len(ahead)] + datetime.timedelta(microseconds=instant)
            self._travel_to(max(moment, self.now))

    @rule(reader=readers)
    def block(self, reader: str) -> None:
        self._browser(self.person[reader])
        people.block(self.person[reader], by=self.operator)
        self.model.blocked.add(reader)

    @precondition(lambda self: self.model.blocked)
    @rule(reader=readers)
    def unblock(self, reader: str) -> None:
        people.unblock(self.person[reader], by=self.operator)
        if reader in self.model.blocked:
            self.model.blocked.remove(reader)
            self.person[reader].refresh_from_db()
            self.browsers.pop(self.person[reader].pk, None)

    @rule(reader=st.sampled_from(MEMBERS), later=st.sampled_from([0, 1, 40]))
    def membership_ends(self, reader: str, later: int) -> None:
        """Sight that was received here ends with it, at once or at the start of that day."""
        on = timezone.localdate() + datetime.timedelta(days=later)
        row = Membership.objects.filter(person=self.person[reader], organisation=self.place).latest("pk")
        before = self.model.member_until[reader]
        if before and before <= on:
            with pytest.raises(people.Refused):
                people.end_membership(row, by=self.operator, on=on)
            return
        people.end_membership(row, by=self.operator, on=on)
        self.model.member_until[reader] = on
        start = datetime.datetime.combine(on, datetime.time(), HERE)
        for given in [g for g in self.model.given if g.reader == reader and g.live(self.now)]:
            if later == 0:
                given.withdrawn = self.now
            else:
                given.ends = min(given.ends, start)

    @rule(reader=st.sampled_from(MEMBERS))
    def comes_back(self, reader: str) -> None:
        """A new role gives nothing back of what was shared before."""
        until = self.model.member_until[reader]
        if until and until <= timezone.localdate():
            factories.member(self.person[reader], self.place, Role.MENTOR, starts_on=timezone.localdate())
            self.model.member_until[reader] = None

    # --- What the owner does --------------------------------------------------------------

    @precondition(lambda self: len(self.pieces) < MOST_ITEMS + 2)
    @rule()
    def write(self) -> None:
        form = {"title": f"{WORD} {len(self.pieces)}", "happened_on": timezone.localdate().isoformat()}
        assert self.owner.post(reverse("portfolios:experience_new"), form).status_code == 302
        new = Experience.objects.latest("pk")
        self.pieces.append(Piece(new.code, new.pk))

    @rule(which=pieces, section=st.integers(0, 1))
    def place_or_move(self, which: int, section: int) -> None:
        piece = self.pieces[which % len(self.pieces)]
        answer = self.owner.post(
            reverse("portfolios:experience_place", args=[piece.code]), {"section": self.pieces[section].code}
        )
        assert answer.status_code == (404 if piece.is_section else 302)
        if not piece.is_section:
            piece.parent = self.pieces[section].pk

    @precondition(lambda self: len(self.model.given) < MOST_ACTS)
    @rule(which=st.sets(pieces, min_size=1, max_size=3), reader=readers, days=days)
    def share(self, which: set[int], reader: str, days: int) -> None:
        chosen = list({one.code: one for one in (self.pieces[i % len(self.pieces)] for i in which)}.values())
        day = timezone.localdate() + datetime.timedelta(days=days)
        form = {
            "what": [p.code for p in chosen],
            "who": self.person[reader].code,
            "right": "comment",
            "purpose": "guidance",
            "until": day.isoformat(),
            "confirm": "",
        }
        answer = self.owner.post(reverse("portfolios:share"), form)
        if reader in self.model.blocked or days > LONGEST or any(p.is_draft for p in chosen):
            assert answer.status_code == 422
            return
        assert answer.status_code == 302
        source = self.noor.shareables.get(pk=chosen[0].pk).grants.latest("pk").source
        ends = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), HERE)
        self.model.given += [Given(reader, p.pk, source, self.now, ends) for p in chosen]

    @precondition(lambda self: self.model.given)
    @rule(which=st.integers(0, MOST_ACTS), days=days)
    def change_term(self, which: int, days: int) -> None:
        given = self.model.given[which % len(self.model.given)]
        day = timezone.localdate() + datetime.timedelta(days=days)
        answer = self.owner.post(self._address("term", given), {"until": day.isoformat()})
        if not given.live(self.now):
            assert answer.status_code == 404
        elif days > LONGEST:
            assert answer.status_code == 422
        else:
            assert answer.status_code == 302
            given.ends = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), HERE)

    @precondition(lambda self: self.model.given)
    @rule(which=st.integers(0, MOST_ACTS))
    def withdraw(self, which: int) -> None:
        """One of several leaves the others, and the page says so (G4)."""
        given = self.model.given[which % len(self.model.given)]
        answer = self.owner.post(self._address("withdraw", given), follow=True)
        if not given.live(self.now):
            assert answer.status_code == 404
            return
        given.withdrawn = self.now
        piece = next(p for p in self.pieces if p.pk == given.piece)
        still = any(
            g.live(self.now)
            for g in self.model.given
            if g.reader == given.reader and g.piece in {piece.pk, piece.parent}
        )
        assert [message.level_tag for message in answer.context["messages"]] == ["warning" if still else "success"]

    @rule(reader=readers)
    def withdraw_all(self, reader: str) -> None:
        live = [g for g in self.model.given if g.reader == reader and g.live(self.now)]
        answer = self.owner.post(reverse("portfolios:withdraw_all", args=[self.person[reader].code]))
        assert answer.status_code == (302 if live else 404)
        for given in live:
            given.withdrawn = self.now

    def _address(self, name: str, given: Given) -> str:
        piece = next(p for p in self.pieces if p.pk == given.piece)
        return reverse(f"portfolios:{name}", args=[given.source, piece.code])

    # --- A guest, a file, a comment -------------------------------------------------------

    @precondition(lambda self: len(self.model.given) < MOST_ACTS)
    @rule(which=pieces, days=days)
    def share_by_link(self, which: int, days: int) -> None:
        piece = self.pieces[which % len(self.pieces)]
        day = timezone.localdate() + datetime.timedelta(days=days)
        form = {"what": [piece.code], "name": "Gast", "email": "gast@example.org", "purpose": "other"}
        answer = self.owner.post(reverse("portfolios:share_by_link"), form | {"until": day.isoformat(), "confirm": ""})
        if days > LONGEST or piece.is_draft:
            assert answer.status_code == 422
            return
        assert answer.status_code == 302
        self.guest = GuestLink.objects.select_related("person").get()
        grant = self.guest.person.grants.latest("pk")
        ends = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), HERE)
        self.model.given.append(Given(GUEST, piece.pk, grant.source, self.now, ends))

    @precondition(lambda self: self.guest is not None)
    @rule()
    def the_guest_comes_in(self) -> None:
        """The link and the code bring in who may read something now, and nobody else."""
        assert self.guest is not None
        cache.clear()  # a few codes an hour: tests/portal/test_guests.py
        mail.outbox.clear()
        client, token = Client(), tokens.make(self.guest.code, self.guest.nonce)
        assert client.post(reverse("guest_link", args=[self.guest.code, token])).status_code == 302
        live = any(g.reader == GUEST and g.live(self.now) for g in self.model.given)
        assert len(mail.outbox) == live
        HAPPENED["a guest at a closed door"] += not live
        if live:
            found = re.search(r"^\d{6}$", mail.outbox[0].body, re.MULTILINE)
            assert found and client.post(reverse("guest_code"), {"code": found[0]}).status_code == 302
            self.visit, self.visit_until = client, self.now + datetime.timedelta(seconds=guests.SESSION_SECONDS)

    @rule(reader=readers, which=pieces)
    def comment(self, reader: str, which: int) -> None:
        """Only who may comment does; here every share is one to comment, unless it is a guest's."""
        piece = self.pieces[which % len(self.pieces)]
        address = reverse("portfolios:comments", args=[piece.code])
        answer = self._browser(self.person[reader]).post(address, {"text": f"Woord van {reader}"})
        acts = self.model.acts(reader, piece, self.now)
        closed = 302 if reader in self.model.blocked else 404
        if not acts:
            assert answer.status_code in ((401,) if closed == 302 else (404,)), (reader, piece)
            return
        assert answer.status_code == 302
        self.said.add((reader, piece.pk))

    # --- What must hold -------------------------------------------------------------------

    @invariant()
    def every_other_way_in_agrees(self) -> None:
        """In turn, and over the steps with each reader: a link, the owner looking as them, comments, a file."""
        checks = [
            self._the_guest_sees_what_the_list_says,
            self._looking_as_somebody_shows_what_they_get,
            self._comments_are_between_two,
            self._a_file_goes_where_its_piece_goes,
        ]
        checks[self.step % len(checks)]()

    def _the_guest_sees_what_the_list_says(self) -> None:
        if self.visit is None:
            return
        acts = [g for g in self.model.given if g.reader == GUEST and g.live(self.now)]
        is_open = bool(acts) and self.now < self.visit_until
        HAPPENED["a guest reads"] += is_open
        for piece in self.pieces:
            page = "section" if piece.is_section else "experience"
            answer = self.visit.get(reverse(f"portfolios:guest_{page}", args=[piece.code]))
            seen = bool(self.model.acts(GUEST, piece, self.now))
            assert answer.status_code == ((200 if seen else 404) if is_open else 403), piece
            if answer.status_code == 200:
                self._looked(GUEST, piece)

    def _looking_as_somebody_shows_what_they_get(self) -> None:
        names = sorted(READERS)
        name = names[self.step % len(names)]
        visible = self._visible(name)
        direct = any(g.reader == name and g.live(self.now) for g in self.model.given)
        for piece in self.pieces:
            page = "as_section" if piece.is_section else "as_experience"
            answer = self.owner.get(reverse(f"portfolios:{page}", args=[self.person[name].code, piece.code]))
            assert answer.status_code == (200 if direct and piece.pk in visible else 404), (name, piece)

    def _comments_are_between_two(self) -> None:
        names = sorted(READERS)
        name = names[self.step % len(names)]
        person = User.objects.get(pk=self.person[name].pk)
        visible = self._visible(name)
        rows = Comment.objects.visible_to(person, self.now).values_list("author", "piece")
        expected = {(person.pk, pk) for who, pk in self.said if who == name and pk in visible}
        assert set(rows) == expected
        HAPPENED["comments out of sight"] += any(who == name and pk not in visible for who, pk in self.said)

    def _a_file_goes_where_its_piece_goes(self) -> None:
        """In whole, in part, and as "you have it already"."""
        names = sorted(READERS)
        name = names[self.step % len(names)]
        client, piece = self._browser(self.person[name]), self.pieces[FILED]
        seen = bool(self.model.acts(name, piece, self.now))
        closed = 302 if name in self.model.blocked else 404
        address = reverse("file", args=[self.file.code])
        for headers, status in (
            ({}, 200),
            ({"Range": "bytes=2-5"}, 206),
            ({"If-None-Match": f'"{self.file.sha256}"'}, 304),
        ):
            assert client.get(address, headers=headers).status_code == (status if seen else closed), (name, headers)
        if seen:
            bucket = int(self.now.timestamp()) // QUARTER
            key = (name, piece.pk, Channel.FILE, bucket)
            self.model.looks.setdefault(key, self.model.acts(name, piece, self.now))

    @invariant()
    def everybody_sees_what_the_list_says(self) -> None:
        self.step += 1
        names = sorted(READERS)
        for name in names:
            self._count(name)
            self._both_shapes_agree(name)
        self._pages_agree(names[self.step % len(names)])  # in turn: each of them at every third step
        self._ends_on_the_moment(names[self.step % len(names)])
        self._the_owner_is_told()

    def _count(self, reader: str) -> None:
        """What these stories went through, so that a run in which little happened does not pass."""
        now, mine = self.now, [g for g in self.model.given if g.reader == reader]
        live = {g.piece for g in mine if g.live(now)}
        HAPPENED["blocked with a live share"] += reader in self.model.blocked and bool(live)
        HAPPENED["expired"] += any(g.withdrawn is None and g.ends <= now and g.piece not in live for g in mine)
        HAPPENED["withdrawn"] += any(g.withdrawn and g.piece not in live for g in mine)
        HAPPENED["one of two withdrawn"] += any(g.withdrawn and g.piece in live for g in mine)
        HAPPENED["through the section only"] += any(p.parent in live and p.pk not in live for p in self.pieces)

    def _visible(self, reader: str) -> set[int]:
        return {piece.pk for piece in self.pieces if self.model.acts(reader, piece, self.now)}

    def _both_shapes_agree(self, name: str) -> None:
        person, at = User.objects.get(pk=self.person[name].pk), self.now
        visible = self._visible(name)
        rows = Shareable.objects.filter(owner=self.noor)
        if name not in self.model.blocked:
            assert set(rows.filter(sharing.reach(person, at, own=False)).values_list("pk", flat=True)) == visible
            assert set(rows.filter(sharing.sight(person, at, path="")).values_list("pk", flat=True)) == visible
        assert {row.pk for row in rows if sharing.may(person, sharing.READ, row, at)} == visible
        for narrow in (False, True):
            seen = set(Experience.objects.visible_to(person, at, narrow=narrow).values_list("pk", flat=True))
            assert seen == {piece.pk for piece in self.pieces if piece.pk in visible and not piece.is_section}

    def _ends_on_the_moment(self, name: str) -> None:
        """Asked before it happens: the last microsecond of the next terms to end, and the moment after it."""
        person, rows = User.objects.get(pk=self.person[name].pk), Shareable.objects.filter(owner=self.noor)
        ahead = {g.ends for g in self.model.given if g.reader == name and g.live(self.now)}
        if name in self.model.blocked:
            return
        for end in sorted(ahead)[:2]:
            for at in (end - datetime.timedelta(microseconds=1), end):
                visible = {piece.pk for piece in self.pieces if self.model.acts(name, piece, at)}
                wide, narrow = sharing.reach(person, at, own=False), sharing.sight(person, at, path="")
                assert set(rows.filter(wide).values_list("pk", flat=True)) == visible, at
                assert set(rows.filter(narrow).values_list("pk", flat=True)) == visible, at

    def _pages_agree(self, name: str) -> None:
        client, visible = self._browser(self.person[name]), self._visible(name)
        closed = 302 if name in self.model.blocked else 404
        for piece in self.pieces:
            page = "section" if piece.is_section else "experience"
            answer = client.get(reverse(f"portfolios:{page}", args=[piece.code]))
            assert answer.status_code == (200 if piece.pk in visible else closed), (name, piece)
            if answer.status_code == 200:
                self._looked(name, piece)
            if answer.status_code == 200 and piece.is_section:
                inside = {row.pk for row in answer.context["page"]}
                assert inside == {one.pk for one in self.pieces if one.parent == piece.pk}
        if name not in self.model.blocked:
            self._lists_agree(client, name, visible)

    def _looked(self, name: str, piece: Piece) -> None:
        bucket = int(self.now.timestamp()) // QUARTER
        self.model.looks.setdefault((name, piece.pk, Channel.PAGE, bucket), self.model.acts(name, piece, self.now))

    def _lists_agree(self, client: Client, name: str, visible: set[int]) -> None:
        direct = {g.piece for g in self.model.given if g.reader == name and g.live(self.now)}
        answer = client.get(reverse("portfolios:shared_by", args=[self.noor.code]))
        assert answer.status_code == (200 if direct else 404)
        if direct:
            listed = {row["section"].pk for row in answer.context["sections"]} | {
                row.pk for row in answer.context["page"]
            }
            assert listed == direct
        owners = client.get(reverse("portfolios:shared_with_me")).context["page"]
        assert list(owners) == ([self.noor] if direct else [])
        found = client.get(reverse("search"), {"q": WORD}).context["found"]
        by_code = {piece.code: piece.pk for piece in self.pieces}
        assert {by_code[hit.url.split("/")[-2]] for hit in found.hits} == visible and found.total == len(visible)

    def _the_owner_is_told(self) -> None:
        live = {(g.source, g.piece) for g in self.model.given if g.live(self.now)}
        shown = self.owner.get(reverse("portfolios:sharing")).context["page"]
        assert {(row.source, row.content_object_id) for row in shown} == live
        by_pk = {person.pk: name for name, person in self.person.items()}
        by_pk |= {self.guest.person_id: GUEST} if self.guest else {}
        rows = {(by_pk[r.reader_id], r.shareable_id, r.channel, r.bucket): r.source for r in Reading.objects.all()}
        assert rows.keys() == self.model.looks.keys(), "a reading for every look, and none without"
        assert [key for key, source in rows.items() if source not in self.model.looks[key]] == []

    def _check_chains(self) -> None:
        assert [fault for chain in AuditChain.objects.all() for fault in audit.faults(chain)] == []
        assert AuditEntry.objects.filter(verb=audit.SHARED).count() == len(self.model.given)
        ended = AuditEntry.objects.filter(verb__in=[audit.WITHDRAWN, audit.ENDED]).count()
        assert ended == sum(given.withdrawn is not None for given in self.model.given)

    @invariant()
    def the_chain_is_whole(self) -> None:
        self._check_chains()


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_sharing_is_what_the_intervals_say(db):
    size = (
        settings.default
        if os.environ.get("HYPOTHESIS_PROFILE") == "prove"
        else settings(max_examples=12, stateful_step_count=25, derandomize=True)  # the same stories on every push
    )
    HAPPENED.clear()
    run_state_machine_as_test(Sharing, settings=size)
    assert [what for what in LEAST if not HAPPENED[what]] == [], HAPPENED
