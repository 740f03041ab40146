"""Builds one world with every kind of person and of thing.

Noor Owner is at its centre: who reads, read, will never read or only administers.
"""

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import Permission
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from portal.models import (
    Draft,
    Placement,
    Role,
    User,
)
from tests import factories
from tests.site import building_record as record
from tests.site import building_work as work
from tests.site import names as n
from tests.site.world import World


def build() -> World:
    world = World(people=_people(), portfolios={})
    _organise(world)
    for owner in (n.OWNER, n.LAB_TRAINEE):
        world.portfolios[owner] = factories.portfolio(world.people[owner])
    record.fill(world)
    record.share(world)
    record.aim(world)
    record.choose(world)
    record.comment(world)
    _type(world)
    record.add_files(world)
    work.select(world)
    _give_keys(world)
    work.talk(world)
    world.jobs = {
        n.WAITING_JOB: factories.job(world.people[n.OWNER]),
        n.READY_JOB: factories.ready_job(world.people[n.OWNER], title="CNRY-portal.document-1-title"),
        n.FOREIGN_JOB: factories.ready_job(world.people[n.LAB_TRAINEE], title="CNRY-portal.document-2-title"),
    }
    work.meet(world)
    work.survey(world)
    record.supervise(world)
    return world


def _people() -> dict[str, User]:
    fields: dict[str, dict[str, Any]] = {
        n.MENTOR: {"title": "dr."},
        n.OPERATOR: {"is_staff": True},
        n.OPERATOR_NO_SECOND_FACTOR: {"is_staff": True},
        n.SUPERUSER: {"is_staff": True, "is_superuser": True},
        n.GUEST: {"is_guest": True},
    }
    given = [f"Mens{chr(ord('a') + number // 26)}{chr(ord('a') + number % 26)}" for number in range(len(n.ACTORS))]
    pairs = zip((*n.SIGNED_IN, n.BLOCKED), given, strict=False)
    people = {
        name: factories.person(first, family_name=f"van Proef{first[4:]}", **fields.get(name, {}))
        for name, first in pairs
    }
    # The most that anybody can tick for an operator, the rights on shareables included.
    people[n.OPERATOR].user_permissions.set(Permission.objects.all())
    return people


def _organise(world: World) -> None:
    people, places = world.people, world.places
    region = factories.organisation("Regio Proef", kind="region")
    places["hospital"] = factories.organisation("Duinhof", parent=region, privacy_text="Zo gaan wij ermee om.")
    places["department"] = factories.organisation("Interne", kind="department", parent=places["hospital"])
    places["other hospital"] = factories.organisation("Heideberg", parent=region)
    places["laboratory"] = factories.organisation("Labo", kind="laboratory")
    roles = {
        n.OWNER: Role.TRAINEE,
        n.SAME_HOSPITAL: Role.TRAINEE,
        n.MENTOR: Role.MENTOR,
        n.ITEM_READER: Role.SUPERVISOR,
        n.OTHER_READER: Role.MEMBER,
        n.EXPIRED: Role.MENTOR,
        n.WITHDRAWN: Role.MENTOR,
        n.UNSHARED: Role.MENTOR,
        n.COORDINATOR: Role.COORDINATOR,
        n.DIRECTOR: Role.DIRECTOR,
        n.ADMINISTRATOR: Role.ADMINISTRATOR,
        n.BLOCKED: Role.MENTOR,
        n.NO_SECOND_FACTOR: Role.MENTOR,
    }
    for name, role in roles.items():
        world.memberships[f"membership of {name}"] = factories.member(people[name], places["hospital"], role)
    elsewhere = {n.OTHER_HOSPITAL: Role.TRAINEE, n.ADMINISTRATOR_ELSEWHERE: Role.ADMINISTRATOR}
    for name, role in elsewhere.items():
        world.memberships[f"membership of {name}"] = factories.member(people[name], places["other hospital"], role)
    lab = factories.member(people[n.LAB_TRAINEE], places["laboratory"], Role.TRAINEE)
    world.memberships[f"membership of {n.LAB_TRAINEE}"] = lab
    world.placements["placement"] = Placement.objects.create(
        person=people[n.OWNER],
        organisation=places["hospital"],
        department=places["department"],
        supervisor=people[n.ITEM_READER],
        starts_on=timezone.localdate() - 30 * factories.DAY,
    )
    world.relations["relation"] = factories.relation(people[n.OWNER], people[n.MENTOR])
    world.relations[n.UNSHARED] = factories.relation(people[n.OWNER], people[n.UNSHARED])
    former = timezone.localdate() - 5 * factories.DAY
    world.relations[n.WITHDRAWN] = factories.relation(people[n.OWNER], people[n.WITHDRAWN], ends_on=former)


def _type(world: World) -> None:
    """The owner left a section's form with text that was not saved."""
    code = world.code(n.SHARED_SECTION)
    text = {"text": "Wat ik nog niet opsloeg."}
    world.drafts[n.OWNER] = Draft.objects.create(
        person=world.people[n.OWNER], kind="section", code=code, fields=text, base={"text": "Wat ik meemaakte."}
    )


def _give_keys(world: World) -> None:
    for name in (n.OWNER, n.MENTOR):
        world.keys[name] = Authenticator.objects.create(
            user=world.people[name],
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Sleutel", "credential": _passkey()},
        )
    TOTP.activate(world.people[n.OWNER], generate_totp_secret())
    RecoveryCodes.activate(world.people[n.OWNER])


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
