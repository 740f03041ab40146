"""The portfolios of the world: pieces, shares, goals, profiles, comments, files, what may be done tonight."""

import datetime
import hashlib
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from portal import files, guests, readings, sharing
from portal.models import (
    Grant,
    StoredFile,
    User,
)
from portal.models.sharing import Channel
from portfolios.actions import comments, education, evidence, growth, plan, sections, supervision
from portfolios.actions import profiles as profile_actions
from portfolios.models import (
    SupervisionCard,
    SupervisionLevel,
    SwotItem,
)
from tests import factories
from tests.site import names as n
from tests.site.world import World


def fill(world: World) -> None:
    owner, mine = world.people[n.OWNER], world.portfolios[n.OWNER]
    foreign = world.portfolios[n.LAB_TRAINEE]
    world.sections = {
        n.SHARED_SECTION: factories.section(mine, "experiences", text="Wat ik meemaakte."),
        n.PRIVATE_SECTION: factories.section(mine, "plan", text="Wat ik wil."),
        n.OTHER_SECTION: sections.add_own(mine, title="Lesgeven", by=owner),
        n.FOREIGN_SECTION: factories.section(foreign, "experiences", text="Uit het lab."),
    }
    words = {
        "situation": "Druk.",
        "task": "Kiezen.",
        "action": "Gebeld.",
        "result": "Rust.",
        "reflection": "Eerder bellen.",
    }
    world.items = {
        n.ITEM: factories.experience(
            owner,
            "Overdracht",
            into=world.sections[n.SHARED_SECTION],
            placement=world.placements["placement"],
            **words,
        ),
        n.SHARED_ITEM: factories.experience(owner, "Slecht nieuws", into=world.sections[n.PRIVATE_SECTION], **words),
        n.PRIVATE_ITEM: factories.experience(owner, "Ruzie", into=world.sections[n.PRIVATE_SECTION], **words),
        n.OTHER_ITEM: factories.experience(owner, "Onderwijs", into=world.sections[n.OTHER_SECTION], **words),
        n.DRAFT: factories.experience(owner, "Nog niet af", **words),
        n.FOREIGN_ITEM: factories.experience(
            world.people[n.LAB_TRAINEE], "Ringtest", into=world.sections[n.FOREIGN_SECTION], **words
        ),
    }


def share(world: World) -> None:
    people, section = world.people, world.sections[n.SHARED_SECTION]
    for reader in (n.MENTOR, n.BLOCKED, n.NO_SECOND_FACTOR):
        right = sharing.COMMENT if reader == n.MENTOR else sharing.READ
        world.acts[reader] = factories.grant(section, people[reader], right=right)
    link = guests.invite(people[n.OWNER], address="gast@example.org", name="Gast", at=timezone.now())
    people[n.LINKED] = link.person
    world.acts[n.LINKED] = factories.grant(world.items[n.SHARED_ITEM], people[n.LINKED])
    world.acts[n.ITEM_READER] = factories.grant(world.items[n.SHARED_ITEM], people[n.ITEM_READER])
    world.acts[n.OTHER_READER] = factories.grant(world.sections[n.OTHER_SECTION], people[n.OTHER_READER])
    world.acts[n.EXPIRED] = factories.expired_grant(section, people[n.EXPIRED])
    world.acts[n.WITHDRAWN] = factories.withdrawn_grant(section, people[n.WITHDRAWN])
    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
    Grant.objects.filter(user__in=[people[n.MENTOR], people[n.WITHDRAWN]]).update(starts_at=an_hour_ago - factories.DAY)
    readings.note(people[n.MENTOR], [section.shareable], channel=Channel.PAGE, at=an_hour_ago)
    for reader, piece in (
        (n.ITEM_READER, world.items[n.SHARED_ITEM]),
        (n.OTHER_READER, world.sections[n.OTHER_SECTION]),
    ):
        readings.note(people[reader], [piece.shareable], channel=Channel.PAGE, at=timezone.now())
    User.objects.filter(pk=people[n.BLOCKED].pk).update(is_active=False)


def aim(world: World) -> None:
    """Goals; one grew out of a line of the SWOT. One is shared by itself, with its reason."""
    owner, mine = world.people[n.OWNER], world.portfolios[n.OWNER]
    words = {"why": "Het geeft rust.", "how": "Eerst oefenen."}
    world.goals = {
        n.GOAL: factories.goal(mine, "Rustig blijven", **words),
        n.PRIVATE_GOAL: factories.goal(mine, "Nee zeggen", **words),
        n.FOREIGN_GOAL: factories.goal(world.portfolios[n.LAB_TRAINEE], "Ringtest leiden", **words),
    }
    for goal in world.goals.values():
        plan.let_go(goal, "Het past niet meer.", by=goal.shareable.owner)
    section = factories.section(mine, "swot")
    world.lines[n.LINE] = plan.add_line(section, SwotItem.List.STRENGTH, "Blijft rustig", by=owner)
    plan.let_go(plan.goal_from(world.lines[n.LINE], by=owner), "Het past niet meer.", by=owner)
    for reader in (n.ITEM_READER, n.LINKED):
        factories.grant(world.goals[n.GOAL], world.people[reader])
    evidence.link(world.shareable(n.PRIVATE_ITEM), world.goals[n.GOAL].shareable, by=owner)
    world.rated[n.LEVELS] = levels = factories.section(mine, "competencies")
    factories.grant(levels, world.people[n.OTHER_READER], right=sharing.ASSESS)
    factories.grant(levels, world.people[n.ITEM_READER])
    for person in (owner, world.people[n.OTHER_READER]):
        growth.rate(levels, dict.fromkeys(mine.framework_version.competencies.all(), 2), by=person)


def choose(world: World) -> None:
    """Profiles with something made for each; one is shared by itself."""
    mine, foreign = world.portfolios[n.OWNER], world.portfolios[n.LAB_TRAINEE]
    world.profiles = {
        n.PROFILE: factories.profile(mine, "research"),
        n.PRIVATE_PROFILE: factories.profile(mine, "education"),
        n.FOREIGN_PROFILE: factories.profile(foreign, "research"),
    }
    for one in world.profiles.values():
        facts = {"title": "Een protocol", "made_on": timezone.localdate(), "contribution": "De opzet."}
        profile_actions.add_product(one, **facts, by=one.shareable.owner)
    owner, section = world.people[n.OWNER], factories.standard_section(mine, "education")
    on = timezone.localdate() - 9 * factories.DAY
    lesson = {"kind": "theme", "title": "Les", "followed_on": on, "learned": "Veel."}
    paper = {"title": "BLS", "issuer": "Duinhof", "level": "basis", "issued_on": on}
    world.learned = {
        n.LESSON: education.keep_lesson(section, lesson, by=owner),
        n.CERTIFICATE: education.keep_certificate(section, paper, by=owner),
    }
    education.log_week(section, on, work=Decimal(36), growth=Decimal(4), by=owner)
    for reader in (n.ITEM_READER, n.LINKED):
        factories.grant(world.profiles[n.PROFILE], world.people[reader])
    evidence.link(world.shareable(n.PRIVATE_ITEM), world.profiles[n.PROFILE].shareable, by=owner)


def comment(world: World) -> None:
    """The mentor about the experience in the shared section, with the owner's answer."""
    said = comments.comment(world.shareable(n.ITEM), "Hoe ging dat?", by=world.people[n.MENTOR])
    comments.answer(said, "Goed.", by=world.people[n.OWNER])
    world.comments[n.COMMENT] = said


def add_files(world: World) -> None:
    for piece in (n.ITEM, n.SHARED_ITEM, n.PRIVATE_ITEM, n.DRAFT, n.FOREIGN_ITEM, *n.PROFILES):
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


def supervise(world: World) -> None:
    """The mentor works in the owner's department; the supervisor of the placement was asked for a level."""
    owner, supervisor = world.people[n.OWNER], world.people[n.ITEM_READER]
    factories.member(world.people[n.MENTOR], world.places["department"])
    card = supervision.open_card(world.placements["placement"], by=owner)
    world.cards[n.CARD] = SupervisionCard.objects.whole().get(pk=card.pk)
    supervision.show(world.cards[n.CARD], by=owner)
    given = {"card": card, "trainee": owner, "asked_of": supervisor, "wanted": "3", "asked_at": timezone.now()}
    world.levels[n.LEVEL] = SupervisionLevel.objects.create(task="Nachtdienst", note="Ik deed er tien.", **given)
    decided = {"decided_by": supervisor, "decided_at": timezone.now(), "level": "3", "names": {"nl": "Alleen"}}
    SupervisionLevel.objects.create(
        task="Avonddienst", state="given", conditions="Bel bij twijfel.", reason="Omdat het ging.", **decided, **given
    )
