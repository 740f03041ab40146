"""What must hold after every step of a story (test_sharing_machine.py): each way in says what the list says."""

import datetime
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine, invariant

from portal import audit, sharing
from portal.models import AuditChain, AuditEntry, GuestLink, Reading, Shareable, StoredFile, User
from portal.models.sharing import QUARTER, Channel
from portfolios.models import Comment, Experience
from tests.site.sharing_model import FILED, GUEST, HAPPENED, READERS, WORD, Model, Piece


class Checks(RuleBasedStateMachine):
    """Reads what the stories do (test_sharing_machine.Sharing fills these in)."""

    model: Model
    step: int
    noor: User
    person: dict[str, User]
    pieces: list[Piece]
    file: StoredFile
    guest: GuestLink | None
    visit: Client | None
    visit_until: datetime.datetime
    said: set[tuple[str, int]]
    browsers: dict[int, Client]
    traveller: Any

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
