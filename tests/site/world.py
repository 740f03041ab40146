"""One world with every kind of person and of thing, for the tests that walk over the whole site.

Noor Owner is at its centre: who reads, read, will never read or only administers. Names of people and
things are the words in which tests/site/policy.py speaks of them.
"""

import datetime
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from events.actions import reports
from events.models import Event, Report, Room
from mentoring.actions import conversations, tracks
from mentoring.actions import reports as talk_reports
from mentoring.models import Addendum, Conversation, State
from portal import documents, files, guests, readings, sharing
from portal.models import (
    Draft,
    Grant,
    Job,
    Membership,
    Organisation,
    Placement,
    Relation,
    Role,
    Shareable,
    StoredFile,
    User,
)
from portal.models.sharing import Channel
from portfolios.actions import comments, education, evidence, growth, plan, sections, supervision
from portfolios.actions import profiles as profile_actions
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
from selection.actions import sheets
from selection.models import Candidate, Procedure, Sheet
from surveys.actions import answers, results
from surveys.models import ClosedAnswer, Invitation, NamedAnswer, Questionnaire, Result, Survey
from tests import factories
from tests.selection import rows as selection_rows
from tests.surveys import rows as survey_rows

ABSENT_CODE = "zzzzzzzzzzzz"
ANONYMOUS = "anonymous"

OWNER = "owner"
SAME_HOSPITAL = "trainee of the same hospital"
OTHER_HOSPITAL = "trainee of another hospital"
LAB_TRAINEE = "lab trainee with a portfolio"
MENTOR = "mentor with a live share of a section"
ITEM_READER = "reader of one experience"
OTHER_READER = "reader of another section"
EXPIRED = "reader until yesterday"
WITHDRAWN = "former mentor, withdrawn"
UNSHARED = "mentor without a share"
COORDINATOR = "coordinator"
DIRECTOR = "programme director"
ADMINISTRATOR = "administrator"
ADMINISTRATOR_ELSEWHERE = "administrator of another hospital"
OPERATOR = "operator"
SUPERUSER = "superuser"
BLOCKED = "blocked mentor with a live share"
NOBODY = "person without any role"
GUEST = "guest without a share"
CHAIR = "chair of a committee"
RATER = "committee member"
RECUSED = "committee member who stood back"
NO_SECOND_FACTOR = "mentor without a second factor, with a live share"
OPERATOR_NO_SECOND_FACTOR = "operator without a second factor"
ORGANISER = "organiser of meet-ups"
RAPPORTEUR = "rapporteur of a room"

SIGNED_IN = (
    OWNER,
    SAME_HOSPITAL,
    OTHER_HOSPITAL,
    LAB_TRAINEE,
    MENTOR,
    ITEM_READER,
    OTHER_READER,
    EXPIRED,
    WITHDRAWN,
    UNSHARED,
    COORDINATOR,
    DIRECTOR,
    ADMINISTRATOR,
    ADMINISTRATOR_ELSEWHERE,
    OPERATOR,
    SUPERUSER,
    NOBODY,
    GUEST,
    CHAIR,
    RATER,
    RECUSED,
    NO_SECOND_FACTOR,
    OPERATOR_NO_SECOND_FACTOR,
    ORGANISER,
    RAPPORTEUR,
)
LINKED = "guest who came in by a link to one experience"
ACTORS = (ANONYMOUS, *SIGNED_IN, BLOCKED, LINKED)

SHARED_SECTION = "shared section"
PRIVATE_SECTION = "private section"
OTHER_SECTION = "section shared with somebody else"
ITEM = "experience in the shared section"
SHARED_ITEM = "experience in the private section, shared by itself"
PRIVATE_ITEM = "experience in the private section"
OTHER_ITEM = "experience in the section shared with somebody else"
DRAFT = "draft"
FOREIGN_SECTION = "section of the lab trainee"
FOREIGN_ITEM = "experience of the lab trainee"
GOAL, PRIVATE_GOAL, FOREIGN_GOAL = "goal shared by itself", "goal in the private section", "goal of the lab trainee"
PROFILE, PRIVATE_PROFILE = "profile shared by itself", "profile that nobody else sees"
FOREIGN_PROFILE = "profile of the lab trainee"
LESSON, CERTIFICATE = "education that the owner followed", "certificate of the owner"
PROFILES = (PROFILE, PRIVATE_PROFILE, FOREIGN_PROFILE)
GOALS = (GOAL, PRIVATE_GOAL, FOREIGN_GOAL)
LINE = "line of the SWOT"
LEVELS = "section of competencies, that one may assess and another reads"
PROCEDURE = "procedure"
CANDIDATE = "candidate"
OTHER_CANDIDATE = "other candidate"
RATERS_SHEET = "sheet of the committee member"
CHAIRS_SHEET = "sheet of the chair, handed in"
ABSENT = "absent"
COMMENT = "comment of the mentor, answered"

WAITING_JOB = "job of the owner that waits"
READY_JOB = "job of the owner that is ready"
FOREIGN_JOB = "job of the lab trainee"

MEETUP, DRAFT_MEETUP = "announced meet-up", "meet-up that is not announced"
NOTED_ROOM, PUBLISHED_ROOM = "room with notes and a draft report", "room with a published report"
WITHDRAWN_ROOM, DRAFT_ROOM = "room with a withdrawn report", "room of a meet-up that is not announced"
DRAFT_REPORT, READ_REPORT = "report that is a draft", "report that the rapporteur reads along"
PUBLISHED_REPORT, WITHDRAWN_REPORT = "published report", "withdrawn report"
REPORTS = (DRAFT_REPORT, READ_REPORT, PUBLISHED_REPORT, WITHDRAWN_REPORT)
TALK = "conversation with the mentor, to be signed"
NEXT_TALK = "next conversation with the mentor"
OTHER_TALK = "conversation with the mentor without a share"
FORMER_TALK = "conversation with the former mentor"
FORMER_NEXT_TALK = "conversation with the former mentor that was to come"
TALKS = (TALK, NEXT_TALK, OTHER_TALK, FORMER_TALK, FORMER_NEXT_TALK)

OPEN_SURVEY, DRAFT_SURVEY, CLOSED_SURVEY = "open survey", "survey that is being prepared", "closed survey"
RESULTS, TEXTS = "survey with results for who was invited", "closed survey whose texts are to be checked"
SURVEYS = (OPEN_SURVEY, DRAFT_SURVEY, CLOSED_SURVEY)
CARD, LEVEL = "card of the owner, shown to the department", "level that the owner asked for"
INVITATION = "invitation of the owner to the open survey"
NAMED_SURVEY, NAMED_INVITATION = "open survey with names", "invitation of the owner to the survey with names"
ANSWERS, OTHER_ANSWERS = "what the owner answered with a name", "what the lab trainee answered with a name"
QUESTIONNAIRE = "questionnaire of the association"

SECTIONS = (SHARED_SECTION, PRIVATE_SECTION, OTHER_SECTION, FOREIGN_SECTION)
ITEMS = (ITEM, SHARED_ITEM, PRIVATE_ITEM, OTHER_ITEM, DRAFT, FOREIGN_ITEM)
PIECES = (*SECTIONS, *ITEMS, ABSENT)


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
    levels: dict[str, Section] = field(default_factory=dict)
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
            self.levels,
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
        return ABSENT_CODE

    def source(self, reader: str) -> str:
        return self.acts[reader].source if reader in self.acts else ABSENT_CODE

    def shareable(self, thing: str) -> Shareable:
        return (
            self.sections.get(thing) or self.items.get(thing) or self.goals.get(thing) or self.profiles[thing]
        ).shareable

    def browser(self, actor: str) -> Client:
        """Signed in with the second factor, so that no page stands between; except who has none."""
        client = Client()
        if actor == ANONYMOUS:
            return client
        person = self.people[actor]
        if actor == LINKED:
            session = client.session
            link = person.guest_link
            session["guest_reads"] = {"link": link.code, "nonce": link.nonce, "until": time.time() + 1800}
            session.save()
            client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
            return client
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        request = SimpleNamespace(session=client.session)
        without = actor in (NO_SECOND_FACTOR, OPERATOR_NO_SECOND_FACTOR)
        method = {"method": "code", "email": person.email} if without else {"method": "mfa", "type": "totp"}
        record_authentication(request, person, reauthenticated=True, **method)
        request.session.save()
        return client


def build() -> World:
    world = World(people=_people(), portfolios={})
    _organise(world)
    for owner in (OWNER, LAB_TRAINEE):
        world.portfolios[owner] = factories.portfolio(world.people[owner])
    _fill(world)
    _share(world)
    _aim(world)
    _choose(world)
    _comment(world)
    _type(world)
    _add_files(world)
    _select(world)
    _give_keys(world)
    _talk(world)
    world.jobs = {
        WAITING_JOB: factories.job(world.people[OWNER]),
        READY_JOB: factories.ready_job(world.people[OWNER], title="CNRY-portal.document-1-title"),
        FOREIGN_JOB: factories.ready_job(world.people[LAB_TRAINEE], title="CNRY-portal.document-2-title"),
    }
    _meet(world)
    _survey(world)
    _supervise(world)
    return world


def _people() -> dict[str, User]:
    fields: dict[str, dict[str, Any]] = {
        MENTOR: {"title": "dr."},
        OPERATOR: {"is_staff": True},
        OPERATOR_NO_SECOND_FACTOR: {"is_staff": True},
        SUPERUSER: {"is_staff": True, "is_superuser": True},
        GUEST: {"is_guest": True},
    }
    given = [f"Mens{chr(ord('a') + number // 26)}{chr(ord('a') + number % 26)}" for number in range(len(ACTORS))]
    names = zip((*SIGNED_IN, BLOCKED), given, strict=False)
    people = {
        name: factories.person(first, family_name=f"van Proef{first[4:]}", **fields.get(name, {}))
        for name, first in names
    }
    # The most that anybody can tick for an operator, the rights on shareables included.
    people[OPERATOR].user_permissions.set(Permission.objects.all())
    return people


def _organise(world: World) -> None:
    people, places = world.people, world.places
    region = factories.organisation("Regio Proef", kind="region")
    places["hospital"] = factories.organisation("Duinhof", parent=region, privacy_text="Zo gaan wij ermee om.")
    places["department"] = factories.organisation("Interne", kind="department", parent=places["hospital"])
    places["other hospital"] = factories.organisation("Heideberg", parent=region)
    places["laboratory"] = factories.organisation("Labo", kind="laboratory")
    roles = {
        OWNER: Role.TRAINEE,
        SAME_HOSPITAL: Role.TRAINEE,
        MENTOR: Role.MENTOR,
        ITEM_READER: Role.SUPERVISOR,
        OTHER_READER: Role.MEMBER,
        EXPIRED: Role.MENTOR,
        WITHDRAWN: Role.MENTOR,
        UNSHARED: Role.MENTOR,
        COORDINATOR: Role.COORDINATOR,
        DIRECTOR: Role.DIRECTOR,
        ADMINISTRATOR: Role.ADMINISTRATOR,
        BLOCKED: Role.MENTOR,
        NO_SECOND_FACTOR: Role.MENTOR,
    }
    for name, role in roles.items():
        world.memberships[f"membership of {name}"] = factories.member(people[name], places["hospital"], role)
    elsewhere = {OTHER_HOSPITAL: Role.TRAINEE, ADMINISTRATOR_ELSEWHERE: Role.ADMINISTRATOR}
    for name, role in elsewhere.items():
        world.memberships[f"membership of {name}"] = factories.member(people[name], places["other hospital"], role)
    lab = factories.member(people[LAB_TRAINEE], places["laboratory"], Role.TRAINEE)
    world.memberships[f"membership of {LAB_TRAINEE}"] = lab
    world.placements["placement"] = Placement.objects.create(
        person=people[OWNER],
        organisation=places["hospital"],
        department=places["department"],
        supervisor=people[ITEM_READER],
        starts_on=timezone.localdate() - 30 * factories.DAY,
    )
    world.relations["relation"] = factories.relation(people[OWNER], people[MENTOR])
    world.relations[UNSHARED] = factories.relation(people[OWNER], people[UNSHARED])
    former = timezone.localdate() - 5 * factories.DAY
    world.relations[WITHDRAWN] = factories.relation(people[OWNER], people[WITHDRAWN], ends_on=former)


def _fill(world: World) -> None:
    owner, mine = world.people[OWNER], world.portfolios[OWNER]
    foreign = world.portfolios[LAB_TRAINEE]
    world.sections = {
        SHARED_SECTION: factories.section(mine, "experiences", text="Wat ik meemaakte."),
        PRIVATE_SECTION: factories.section(mine, "plan", text="Wat ik wil."),
        OTHER_SECTION: sections.add_own(mine, title="Lesgeven", by=owner),
        FOREIGN_SECTION: factories.section(foreign, "experiences", text="Uit het lab."),
    }
    words = {
        "situation": "Druk.",
        "task": "Kiezen.",
        "action": "Gebeld.",
        "result": "Rust.",
        "reflection": "Eerder bellen.",
    }
    world.items = {
        ITEM: factories.experience(
            owner, "Overdracht", into=world.sections[SHARED_SECTION], placement=world.placements["placement"], **words
        ),
        SHARED_ITEM: factories.experience(owner, "Slecht nieuws", into=world.sections[PRIVATE_SECTION], **words),
        PRIVATE_ITEM: factories.experience(owner, "Ruzie", into=world.sections[PRIVATE_SECTION], **words),
        OTHER_ITEM: factories.experience(owner, "Onderwijs", into=world.sections[OTHER_SECTION], **words),
        DRAFT: factories.experience(owner, "Nog niet af", **words),
        FOREIGN_ITEM: factories.experience(
            world.people[LAB_TRAINEE], "Ringtest", into=world.sections[FOREIGN_SECTION], **words
        ),
    }


def _aim(world: World) -> None:
    """Goals; one grew out of a line of the SWOT. One is shared by itself, with its reason."""
    owner, mine = world.people[OWNER], world.portfolios[OWNER]
    words = {"why": "Het geeft rust.", "how": "Eerst oefenen."}
    world.goals = {
        GOAL: factories.goal(mine, "Rustig blijven", **words),
        PRIVATE_GOAL: factories.goal(mine, "Nee zeggen", **words),
        FOREIGN_GOAL: factories.goal(world.portfolios[LAB_TRAINEE], "Ringtest leiden", **words),
    }
    for goal in world.goals.values():
        plan.let_go(goal, "Het past niet meer.", by=goal.shareable.owner)
    section = factories.section(mine, "swot")
    world.lines[LINE] = plan.add_line(section, SwotItem.List.STRENGTH, "Blijft rustig", by=owner)
    plan.let_go(plan.goal_from(world.lines[LINE], by=owner), "Het past niet meer.", by=owner)
    for reader in (ITEM_READER, LINKED):
        factories.grant(world.goals[GOAL], world.people[reader])
    evidence.link(world.shareable(PRIVATE_ITEM), world.goals[GOAL].shareable, by=owner)
    world.levels[LEVELS] = levels = factories.section(mine, "competencies")
    factories.grant(levels, world.people[OTHER_READER], right=sharing.ASSESS)
    factories.grant(levels, world.people[ITEM_READER])
    for person in (owner, world.people[OTHER_READER]):
        growth.rate(levels, dict.fromkeys(mine.framework_version.competencies.all(), 2), by=person)


def _choose(world: World) -> None:
    """Profiles with something made for each; one is shared by itself."""
    mine, foreign = world.portfolios[OWNER], world.portfolios[LAB_TRAINEE]
    world.profiles = {
        PROFILE: factories.profile(mine, "research"),
        PRIVATE_PROFILE: factories.profile(mine, "education"),
        FOREIGN_PROFILE: factories.profile(foreign, "research"),
    }
    for one in world.profiles.values():
        facts = {"title": "Een protocol", "made_on": timezone.localdate(), "contribution": "De opzet."}
        profile_actions.add_product(one, **facts, by=one.shareable.owner)
    owner, section = world.people[OWNER], factories.standard_section(mine, "education")
    on = timezone.localdate() - 9 * factories.DAY
    lesson = {"kind": "theme", "title": "Les", "followed_on": on, "learned": "Veel."}
    paper = {"title": "BLS", "issuer": "Duinhof", "level": "basis", "issued_on": on}
    world.learned = {
        LESSON: education.keep_lesson(section, lesson, by=owner),
        CERTIFICATE: education.keep_certificate(section, paper, by=owner),
    }
    education.log_week(section, on, work=Decimal(36), growth=Decimal(4), by=owner)
    for reader in (ITEM_READER, LINKED):
        factories.grant(world.profiles[PROFILE], world.people[reader])
    evidence.link(world.shareable(PRIVATE_ITEM), world.profiles[PROFILE].shareable, by=owner)


def _share(world: World) -> None:
    people, section = world.people, world.sections[SHARED_SECTION]
    for reader in (MENTOR, BLOCKED, NO_SECOND_FACTOR):
        right = sharing.COMMENT if reader == MENTOR else sharing.READ
        world.acts[reader] = factories.grant(section, people[reader], right=right)
    link = guests.invite(people[OWNER], address="gast@example.org", name="Gast", at=timezone.now())
    people[LINKED] = link.person
    world.acts[LINKED] = factories.grant(world.items[SHARED_ITEM], people[LINKED])
    world.acts[ITEM_READER] = factories.grant(world.items[SHARED_ITEM], people[ITEM_READER])
    world.acts[OTHER_READER] = factories.grant(world.sections[OTHER_SECTION], people[OTHER_READER])
    world.acts[EXPIRED] = factories.expired_grant(section, people[EXPIRED])
    world.acts[WITHDRAWN] = factories.withdrawn_grant(section, people[WITHDRAWN])
    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
    Grant.objects.filter(user__in=[people[MENTOR], people[WITHDRAWN]]).update(starts_at=an_hour_ago - factories.DAY)
    readings.note(people[MENTOR], [section.shareable], channel=Channel.PAGE, at=an_hour_ago)
    for reader, piece in ((ITEM_READER, world.items[SHARED_ITEM]), (OTHER_READER, world.sections[OTHER_SECTION])):
        readings.note(people[reader], [piece.shareable], channel=Channel.PAGE, at=timezone.now())
    User.objects.filter(pk=people[BLOCKED].pk).update(is_active=False)


def _comment(world: World) -> None:
    """The mentor about the experience in the shared section, with the owner's answer."""
    said = comments.comment(world.shareable(ITEM), "Hoe ging dat?", by=world.people[MENTOR])
    comments.answer(said, "Goed.", by=world.people[OWNER])
    world.comments[COMMENT] = said


def _add_files(world: World) -> None:
    for piece in (ITEM, SHARED_ITEM, PRIVATE_ITEM, DRAFT, FOREIGN_ITEM, *PROFILES):
        about = world.shareable(piece)
        body = b"\x89PNG " + piece.encode()
        world.files[piece] = StoredFile.objects.create(
            owner=about.owner,
            about=about,
            name=f"{piece}.png",
            kind="image/png",
            size=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            stored_as=default_storage.save(f"{files.FOLDER}/world", ContentFile(body)),
            width=1,
            height=1,
            declared_at=timezone.now(),
        )
    for name, profile in world.profiles.items():
        profile.products.get().files.add(world.files[name])


def _meet(world: World) -> None:
    """The organiser's meet-ups. What is frozen gets its canary here; what is public has none."""
    organiser, writer = world.people[ORGANISER], world.people[RAPPORTEUR]
    world.meetups[MEETUP] = open_ = factories.meetup(organiser)
    world.meetups[DRAFT_MEETUP] = factories.meetup(series=open_.series, state="draft")
    world.rooms = {
        NOTED_ROOM: factories.room(None, writer, event=open_, title="Zichtbaar beroep"),
        PUBLISHED_ROOM: factories.room(None, writer, event=open_, title="Stages"),
        WITHDRAWN_ROOM: factories.room(None, writer, event=open_, title="Data"),
        DRAFT_ROOM: factories.room(None, writer, event=world.meetups[DRAFT_MEETUP], title="Straks"),
    }
    for number, room in enumerate((world.rooms[NOTED_ROOM], world.rooms[DRAFT_ROOM])):
        factories.note(room, writer, f"CNRY-events.noterevision-{number}-text")
    at = timezone.now()
    world.reports = {
        DRAFT_REPORT: factories.report(world.rooms[NOTED_ROOM], organiser),
        READ_REPORT: factories.report(world.rooms[DRAFT_ROOM], organiser, state="correction"),
        PUBLISHED_REPORT: factories.report(world.rooms[PUBLISHED_ROOM], organiser, state="approved"),
        WITHDRAWN_REPORT: factories.report(world.rooms[WITHDRAWN_ROOM], organiser, state="approved"),
    }
    for name, text in ((PUBLISHED_REPORT, b"%PDF-1.7 verslag"), (WITHDRAWN_REPORT, b"%PDF-1.7 weg")):
        report = world.reports[name]
        document = factories.document(None, text, kind="event-report", about=report.code, title=report.title)
        Report.objects.filter(pk=report.pk).update(
            state="published", document=document, text_hash="a" * 64, published_at=at
        )
    withdrawn = Report.objects.get(pk=world.reports[WITHDRAWN_REPORT].pk)
    reports.withdraw(withdrawn, kind="mistake", by=organiser, at=at)


def _survey(world: World) -> None:
    """The organiser's surveys. Their answers have canaries that nobody may see: they are too few."""
    organiser, owner = world.people[ORGANISER], world.meetups[MEETUP].series.organisation
    version = survey_rows.version(owner)
    world.questionnaires[QUESTIONNAIRE] = version.questionnaire
    given = {"organisation": owner, "version": version}
    world.surveys = {
        OPEN_SURVEY: survey_rows.survey(organiser, open_code="openopen2345", **given),
        DRAFT_SURVEY: survey_rows.survey(organiser, launched=False, **given),
        CLOSED_SURVEY: survey_rows.survey(organiser, **given),
    }
    world.invitations[INVITATION] = survey_rows.invited(world.surveys[OPEN_SURVEY], world.people[OWNER])
    survey_rows.answered(world.surveys[OPEN_SURVEY], more="CNRY-surveys.answer-1-answers")
    survey_rows.answered(world.surveys[CLOSED_SURVEY], more="CNRY-surveys.closedanswer-1-answers")
    world.surveys[CLOSED_SURVEY] = survey_rows.closed(world.surveys[CLOSED_SURVEY])
    _answer_with_names(world, given)
    _results(world, given)
    world.ballot = answers.hand_out(world.surveys[OPEN_SURVEY], group="learners", at=timezone.now())


def _answer_with_names(world: World, given: dict[str, Any]) -> None:
    """Two people answered a survey with names: each reads the own answers, the organiser both."""
    made = survey_rows.survey(world.people[ORGANISER], is_named=True, **given)
    world.surveys[NAMED_SURVEY] = made
    for name, who in ((ANSWERS, OWNER), (OTHER_ANSWERS, LAB_TRAINEE)):
        found = survey_rows.answered_with_name(made, world.people[who])
        found.answers["more"] = f"CNRY-surveys.namedanswer-{found.pk}-answers"
        found.save()
        world.answers[name] = found
    world.invitations[NAMED_INVITATION] = made.invitations.get(person=world.people[OWNER])


def _supervise(world: World) -> None:
    """The mentor works in the owner's department; the supervisor of the placement was asked for a level."""
    owner, supervisor = world.people[OWNER], world.people[ITEM_READER]
    factories.member(world.people[MENTOR], world.places["department"])
    card = supervision.open_card(world.placements["placement"], by=owner)
    world.cards[CARD] = SupervisionCard.objects.whole().get(pk=card.pk)
    supervision.show(world.cards[CARD], by=owner)
    given = {"card": card, "trainee": owner, "asked_of": supervisor, "wanted": "3", "asked_at": timezone.now()}
    world.levels[LEVEL] = SupervisionLevel.objects.create(task="Nachtdienst", note="Ik deed er tien.", **given)
    decided = {"decided_by": supervisor, "decided_at": timezone.now(), "level": "3", "names": {"nl": "Alleen"}}
    SupervisionLevel.objects.create(
        task="Avonddienst", state="given", conditions="Bel bij twijfel.", reason="Omdat het ging.", **decided, **given
    )


def _results(world: World, given: dict[str, Any]) -> None:
    """One survey whose results are fixed, and one whose texts nobody has checked yet."""
    at = timezone.now()
    for name, answered in ((RESULTS, {}), (TEXTS, {"more": "CNRY-surveys.texttocheck-1-words"})):
        made = survey_rows.survey(world.people[ORGANISER], audience="invited", **given)
        survey_rows.invited(made, world.people[OWNER])
        given_six = [ClosedAnswer(survey=made, group="learners", answers={"yes": "yes"} | answered) for _ in range(6)]
        ClosedAnswer.objects.bulk_create(given_six)
        world.surveys[name] = survey_rows.closed(made)
        results.begin(made, at=at)
    for language in ("nl", "en"):  # the paper itself is made elsewhere: tests/surveys/test_results.py
        documents.freeze(b"%PDF", kind=results.PAPER, about=world.code(RESULTS), title="", language=language, at=at)
    Result.objects.filter(survey=world.surveys[RESULTS]).update(printed_at=at)


def _select(world: World) -> None:
    """A committee in the interviews: the chair's sheet is in, the member's is being written, somebody stood back."""
    seats = {"chair": CHAIR, "staff": RATER, "hrm": RECUSED}
    people = {role: world.people[name] for role, name in seats.items()}
    at = selection_rows.committee(world.places["hospital"], people)
    world.procedures[PROCEDURE] = at.procedure
    world.candidates = dict(zip((CANDIDATE, OTHER_CANDIDATE), at.candidates, strict=True))
    sheets.declare(world.candidates[CANDIDATE], by=people["hrm"], stands_back=True)
    world.sheets[CHAIRS_SHEET] = selection_rows.sheet(world.candidates[CANDIDATE], people["chair"])
    for answer in world.sheets[CHAIRS_SHEET].answers.all():
        words = {name: f"CNRY-selection.answer-{answer.pk}-{name}" for name in selection_rows.WORDS}
        type(answer).objects.filter(pk=answer.pk).update(score=5, **words)
    sheets.submit(world.sheets[CHAIRS_SHEET], by=people["chair"])
    world.sheets[RATERS_SHEET] = selection_rows.fill(selection_rows.sheet(world.candidates[CANDIDATE], people["staff"]))


def _type(world: World) -> None:
    """The owner left a section's form with text that was not saved."""
    code = world.code(SHARED_SECTION)
    text = {"text": "Wat ik nog niet opsloeg."}
    world.drafts[OWNER] = Draft.objects.create(
        person=world.people[OWNER], kind="section", code=code, fields=text, base={"text": "Wat ik meemaakte."}
    )


def _talk(world: World) -> None:
    """The mentor's is reported, the next one waits. The former mentor's grant lives on: only the relation is over."""
    relations = {"relation": TALK, UNSHARED: OTHER_TALK, WITHDRAWN: FORMER_TALK}
    ended = world.relations[WITHDRAWN].ends_on
    Relation.objects.filter(pk=world.relations[WITHDRAWN].pk).update(ends_on=None)
    for name, talk in relations.items():
        tracks.begin(world.relations[name])
        world.talks[talk] = _whole(Conversation.objects.get(track=world.relations[name].pk))
    owner = world.people[OWNER]
    for name in (TALK, FORMER_TALK):
        _report(world.talks[name], owner)
    for name, talk in (("relation", NEXT_TALK), (WITHDRAWN, FORMER_NEXT_TALK)):
        world.talks[talk] = Conversation.objects.get(track=world.relations[name].pk, state=State.DUE)
    Relation.objects.filter(pk=world.relations[WITHDRAWN].pk).update(ends_on=ended)
    world.talks = {name: _whole(one) for name, one in world.talks.items()}


def _whole(one: Conversation) -> Conversation:
    return Conversation.objects.whole().get(pk=one.pk)


def _report(talk: Conversation, owner: User) -> None:
    today = timezone.localdate()
    conversations.set_points(talk, ["Overdracht"], by=owner)
    conversations.hold(talk, on=today, by=owner)
    texts = {"notes": "Samen.", "report": "Het ging over de overdracht.", "response": "Ja.", "place": "Kamer 3"}
    Conversation.objects.filter(pk=talk.pk).update(**texts)
    talk_reports.agree(talk, who=owner, text="Beginnen bij de zorgen", until=today + 9 * factories.DAY, by=owner)
    talk_reports.report(talk, by=owner)
    Addendum.objects.create(conversation=talk, person=owner, text="Nog iets.", added_at=timezone.now())


def _give_keys(world: World) -> None:
    for name in (OWNER, MENTOR):
        world.keys[name] = Authenticator.objects.create(
            user=world.people[name],
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Sleutel", "credential": _passkey()},
        )
    TOTP.activate(world.people[OWNER], generate_totp_secret())
    RecoveryCodes.activate(world.people[OWNER])


def _passkey() -> dict[str, Any]:
    """What a browser hands over when somebody adds a passkey."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    number = secrets.token_bytes(16)
    credential = AttestedCredentialData.create(bytes(16), number, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    proof = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, credential), {})
    client = CollectedClientData.create(type="webauthn.create", challenge=bytes(32), origin="http://localhost")
    response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(proof)}
    name = websafe_encode(number)
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
