"""The world of the tests that walk over the whole site: its people and things by name (names.py), and how to sign in
as each. tests/site/building.py makes it.
"""

import time
from dataclasses import dataclass, field
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from events.models import Event, Report, Room
from mentoring.models import Conversation
from portal.models import (
    Draft,
    Grant,
    Job,
    Membership,
    Organisation,
    Placement,
    Relation,
    Shareable,
    StoredFile,
    User,
)
from portfolios.models import (
    Certificate,
    Comment,
    Experience,
    Goal,
    Lesson,
    Portfolio,
    Profile,
    Section,
    SupervisionCard,
    SupervisionLevel,
    SwotItem,
)
from selection.models import Candidate, Procedure, Sheet
from surveys.models import Invitation, NamedAnswer, Questionnaire, Survey
from tests.site import names as n


@dataclass
class World:
    people: dict[str, User]
    portfolios: dict[str, Portfolio]
    sections: dict[str, Section] = field(default_factory=dict)
    items: dict[str, Experience] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    goals: dict[str, Goal] = field(default_factory=dict)
    learned: dict[str, Lesson | Certificate] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    lines: dict[str, SwotItem] = field(default_factory=dict)
    rated: dict[str, Section] = field(default_factory=dict)
    acts: dict[str, Grant] = field(default_factory=dict)  # by reader
    places: dict[str, Organisation] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    placements: dict[str, Placement] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)  # by the piece that each belongs to
    drafts: dict[str, Draft] = field(default_factory=dict)  # by whose
    jobs: dict[str, Job] = field(default_factory=dict)
    meetups: dict[str, Event] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    talks: dict[str, Conversation] = field(default_factory=dict)
    cards: dict[str, SupervisionCard] = field(default_factory=dict)
    levels: dict[str, SupervisionLevel] = field(default_factory=dict)
    surveys: dict[str, Survey] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    answers: dict[str, NamedAnswer] = field(default_factory=dict)
    questionnaires: dict[str, Questionnaire] = field(default_factory=dict)
    ballot: str = ""  # the key of one of the open survey
    keys: dict[str, Authenticator] = field(default_factory=dict)  # passkeys, by whose; the owner has codes too

    def code(self, thing: str) -> str:
        """The public code of a person, place, membership, placement, relation or piece by its name here."""
        for rows in (
            self.sections,
            self.items,
            self.comments,
            self.goals,
            self.profiles,
            self.learned,
            self.lines,
            self.rated,
            self.people,
            self.places,
            self.memberships,
            self.placements,
            self.relations,
            self.jobs,
            self.meetups,
            self.rooms,
            self.reports,
            self.talks,
            self.procedures,
            self.candidates,
            self.sheets,
            self.cards,
            self.levels,
            self.surveys,
            self.invitations,
            self.answers,
            self.questionnaires,
        ):
            if thing in rows:
                return rows[thing].code
        return n.ABSENT_CODE

    def source(self, reader: str) -> str:
        return self.acts[reader].source if reader in self.acts else n.ABSENT_CODE

    def shareable(self, thing: str) -> Shareable:
        return (
            self.sections.get(thing) or self.items.get(thing) or self.goals.get(thing) or self.profiles[thing]
        ).shareable

    def browser(self, actor: str) -> Client:
        """Signed in with the second factor, so that no page stands between; except who has none."""
        client = Client()
        if actor == n.ANONYMOUS:
            return client
        person = self.people[actor]
        if actor == n.LINKED:
            session = client.session
            link = person.guest_link
            session["guest_reads"] = {"link": link.code, "nonce": link.nonce, "until": time.time() + 1800}
            session.save()
            client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
            return client
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        request = SimpleNamespace(session=client.session)
        without = actor in (n.NO_SECOND_FACTOR, n.OPERATOR_NO_SECOND_FACTOR)
        method = {"method": "code", "email": person.email} if without else {"method": "mfa", "type": "totp"}
        record_authentication(request, person, reauthenticated=True, **method)
        request.session.save()
        return client
