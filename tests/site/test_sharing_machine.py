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
from collections.abc import Iterator

import pytest
import time_machine
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
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import files, guests, tokens
from portal.actions import people
from portal.models import (
    Grant,
    GuestLink,
    Membership,
    Role,
    Shareable,
    StoredFile,
    User,
)
from portfolios.models import Experience
from tests import factories
from tests.site.sharing_checks import Checks
from tests.site.sharing_model import FILED, GUEST, HAPPENED, HERE, READERS, WORD, Given, Model, Piece

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MOST_ITEMS, MOST_ACTS = 4, 30
LONGEST = 366  # days, as the form says
# The nights when the clock changes, and the ends of February.
STARTS = [
    datetime.datetime(2027, 3, 27, 20, 30, tzinfo=HERE),
    datetime.datetime(2027, 10, 30, 23, 15, tzinfo=HERE),
    datetime.datetime(2028, 2, 28, 12, 0, tzinfo=HERE),
    datetime.datetime(2027, 2, 28, 23, 59, 30, tzinfo=HERE),
    datetime.datetime(2027, 12, 31, 23, 50, tzinfo=HERE),
]
MEMBERS = ("joris", "amina")  # Teun works elsewhere

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


class Sharing(Checks):
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

    # --- What happens ---------------------------------------------------------------------

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
        self._gave(reader, chosen, day)

    def _gave(self, reader: str, pieces: list[Piece], day: datetime.date) -> None:
        """One act; what the reader has by a live share of the same kind until that day is not shared again."""
        ends = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), HERE)
        had = {g.piece for g in self.model.given if g.reader == reader and g.ends == ends and g.live(self.now)}
        fresh = [p.pk for p in pieces if p.pk not in had]
        if fresh:
            source = Grant.objects.filter(content_object__in=fresh).latest("pk").source
            self.model.given += [Given(reader, pk, source, self.now, ends) for pk in fresh]

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
        self._gave(GUEST, [piece], day)

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
