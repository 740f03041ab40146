"""What administrators and operators do with people (portal.md G2). Each act is one entry in an audit chain."""

import datetime
from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, outbox, rules, sharing, terms
from portal.models import Membership, Organisation, Placement, Relation, User
from portal.models.organisation import Period
from portal.outbox import Due


class Refused(Exception):
    """This cannot be done; the message is for the reader of the page."""


def chain_of(organisation: Organisation) -> str:
    return f"organisation {organisation.code}"


# --- Memberships ----------------------------------------------------------------------------


def add_person(organisation: Organisation, *, by: User, email: str, names: dict[str, str], **role: Any) -> Membership:
    """As `give_role`, to whom this address belongs; who is new gets an account. Raises Refused.

    `names` (title, given_name, family_name) are kept for a new account only: a name is its owner's.
    """
    with transaction.atomic():
        return give_role(organisation, account_for(email, names), by=by, **role)


def give_role(
    organisation: Organisation,
    person: User,
    *,
    by: User,
    role: str,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> Membership:
    """Make the person a member with this role; they are told by mail. Raises Refused."""
    if not rules.may_give_role(by, person):
        raise Refused(_("You cannot give yourself a role. Ask another administrator, or the operator of the platform."))
    _require_period(starts_on, ends_on)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # two at once: the second sees the row of the first
        rows = Membership.objects.filter(person=person, organisation=organisation, role=role)
        if _overlapping(rows, starts_on, ends_on).exists():
            raise Refused(_("This person already has this role here in that period."))
        membership = Membership.objects.create(
            person=person, organisation=organisation, role=role, starts_on=starts_on, ends_on=ends_on
        )
        facts = {"membership": membership.code, "role": role, "from": str(starts_on), "until": str(ends_on or "")}
        audit.record(audit.MEMBER_ADDED, subject=person, by=by, at=at, chain=chain_of(organisation), facts=facts)
        tell(membership)
    return membership


def tell(membership: Membership) -> None:
    """Have them mailed; somebody whose account is closed gets nothing."""
    tell_all([membership])


def tell_all(memberships: Collection[Membership]) -> None:
    """One mail a person, also when they were given several roles."""
    first = {row.person_id: row for row in reversed(list(memberships)) if rules.may_sign_in(row.person)}
    now = timezone.now()
    dues = [Due(row.person, f"added {row.code}", now, {"membership": row.code}) for row in first.values()]
    outbox.post_all("added", dues)


def end_membership(membership: Membership, *, by: User, on: datetime.date, at: datetime.datetime | None = None) -> int:
    """End the role from `on`, and what the person received here. Returns how many shares ended or became shorter.

    What the role alone gave (a department's cards) ends with the period itself. The shares: see `end_received`.
    Signing in and the person's own portfolio stay. Raises Refused.
    """
    at = at or timezone.now()
    with transaction.atomic():
        membership = (
            Membership.objects.select_for_update(of=("self",))
            .select_related("organisation", "person")
            .get(pk=membership.pk)
        )
        _require_end(membership, on)
        membership.ends_on = on
        membership.save(update_fields=["ends_on"])
        ended = end_received(membership, by=by, at=at)
        facts = {"membership": membership.code, "role": membership.role, "until": str(on), "shares": ended}
        chain = chain_of(membership.organisation)
        audit.record(audit.MEMBER_ENDED, subject=membership.person, by=by, at=at, chain=chain, facts=facts)
    return ended


def account_for(email: str, names: dict[str, str]) -> User:
    """Whose address this is, made an account if there was none. Call inside a transaction."""
    person = rules.person_of_address(email)
    if person is None:
        try:
            with transaction.atomic():
                person = User.objects.create_user(email, **names)
        except IntegrityError:  # another administrator added the same address this moment
            return User.objects.get(email=email.strip().lower())
        note_address(person)
    return person


def note_address(person: User) -> None:
    """The row that allauth keeps of an address; the first code confirms it."""
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})


def end_received(row: Membership | Placement, *, by: User, at: datetime.datetime) -> int:
    """`row` ends: end the shares that its person received here, when nothing else keeps them here.

    "Here" is the house: the organisation with its departments (for a department, the hospital around it).
    What else keeps somebody here is another membership or placement in that house on the day of the end.
    Received here is what owners shared who themselves have a live membership or placement in that house.
    What people outside shared (a coach reads for trainees of many employers) stays. From today or earlier
    the shares end at once; for a later day they are made to end at the start of that day, local time.
    Returns how many ended or became shorter.
    """
    on, today = row.ends_on, timezone.localdate(at)
    house = rules.house_of(row.organisation)
    if on is None or User.objects.filter(rules.belongs_to(house, max(on, today)), pk=row.person_id).exists():
        return 0
    owners = User.objects.filter(rules.belongs_to(house, today)).exclude(pk=row.person_id)
    if on <= today:
        return sharing.end_grants_received(row.person, by=by, at=at, owners=owners)
    start = timezone.make_aware(datetime.datetime.combine(on, datetime.time.min))
    return sharing.shorten_grants_received(row.person, by=by, until=start, at=at, owners=owners)


# --- Placements and relations ---------------------------------------------------------------


def add_placement(
    organisation: Organisation, person: User, *, by: User, at: datetime.datetime | None = None, **fields: Any
) -> Placement:
    """`fields`: department, supervisor, discipline, starts_on, ends_on. Several at once are normal. Raises Refused."""
    if not rules.may_give_role(by, person):
        raise Refused(_("You cannot give yourself a placement. Ask another administrator."))
    _require_period(fields["starts_on"], fields.get("ends_on"))
    with transaction.atomic():
        placement = Placement.objects.create(organisation=organisation, person=person, **fields)
        facts = {"placement": placement.code, "from": str(placement.starts_on), "until": str(placement.ends_on or "")}
        audit.record(audit.PLACEMENT_ADDED, subject=person, by=by, at=at, chain=chain_of(organisation), facts=facts)
    return placement


def end_placement(placement: Placement, *, by: User, on: datetime.date, at: datetime.datetime | None = None) -> int:
    """As `end_membership`, for a placement. Raises Refused."""
    at = at or timezone.now()
    with transaction.atomic():
        placement = (
            Placement.objects.select_for_update(of=("self",))
            .select_related("organisation", "person")
            .get(pk=placement.pk)
        )
        _require_end(placement, on)
        was = terms.end_with(placement)
        placement.ends_on = on
        placement.save(update_fields=["ends_on"])
        ended = end_received(placement, by=by, at=at)
        sharing.follow_placement(placement, was=was, by=by, at=at)
        facts = {"placement": placement.code, "until": str(on), "shares": ended}
        chain = chain_of(placement.organisation)
        audit.record(audit.PLACEMENT_ENDED, subject=placement.person, by=by, at=at, chain=chain, facts=facts)
    return ended


def add_relation(
    person: User,
    *,
    by: User,
    other: User,
    kind: str,
    organisation: Organisation,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> Relation:
    """`other` becomes who guides `person`. It opens nothing: that person decides what to share. Raises Refused."""
    if person.pk == other.pk:
        raise Refused(_("Somebody cannot guide themselves. Type the address of another person."))
    _require_period(starts_on, ends_on)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        rows = Relation.objects.filter(person=person, other=other, kind=kind)
        if _overlapping(rows, starts_on, ends_on).exists():
            raise Refused(_("These two already have this relation in that period."))
        relation = Relation.objects.create(person=person, other=other, kind=kind, starts_on=starts_on, ends_on=ends_on)
        facts = {
            "relation": relation.code,
            "other": other.code,
            "kind": kind,
            "from": str(starts_on),
            "until": str(ends_on or ""),
        }
        audit.record(audit.RELATION_ADDED, subject=person, by=by, at=at, chain=chain_of(organisation), facts=facts)
    return relation


def end_relation(
    relation: Relation, *, by: User, on: datetime.date, organisation: Organisation, at: datetime.datetime | None = None
) -> None:
    """What was shared stays until its owner withdraws it or its term ends. Raises Refused."""
    with transaction.atomic():
        relation = Relation.objects.select_for_update().get(pk=relation.pk)
        _require_end(relation, on)
        relation.ends_on = on
        relation.save(update_fields=["ends_on"])
        facts = {"relation": relation.code, "until": str(on)}
        audit.record(
            audit.RELATION_ENDED, subject=relation.person, by=by, at=at, chain=chain_of(organisation), facts=facts
        )


def _require_period(starts_on: datetime.date, ends_on: datetime.date | None) -> None:
    if ends_on and ends_on <= starts_on:
        raise Refused(_("The last day lies before the first. Look at both days."))


def _require_end(row: Period, on: datetime.date) -> None:
    if row.ends_on and row.ends_on <= on:
        raise Refused(_("This already ends earlier. Nothing was changed."))
    if on < row.starts_on:
        raise Refused(_("It starts only later. Choose the first day or a day after it."))


def _overlapping(rows: Any, starts_on: datetime.date, ends_on: datetime.date | None) -> Any:
    rows = rows.exclude(ends_on__lte=starts_on)
    return rows.filter(starts_on__lt=ends_on) if ends_on else rows


# --- Accounts -------------------------------------------------------------------------------


def block(person: User, *, by: User, at: datetime.datetime | None = None) -> None:
    """Close the account: no sign-in, and every session ends with its next request. Raises Refused.

    A password is lost with it, because changing it is what ends the sessions that no list knows of.
    """
    if not rules.may_block(by, person):
        raise Refused(_("You cannot block this account."))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if not person.is_active:
            return
        person.is_active = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "password"])
        _end_all_sessions(person)
        audit.record(audit.ACCOUNT_BLOCKED, subject=person, by=by, at=at, facts={})


def unblock(person: User, *, by: User, at: datetime.datetime | None = None) -> None:
    """Open the account again; the person signs in anew. Raises Refused for an erased one."""
    if not rules.may_block(by, person) or person.erased_at:
        raise Refused(_("You cannot open this account again."))
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            audit.record(audit.ACCOUNT_UNBLOCKED, subject=person, by=by, at=at, facts={})


def _end_all_sessions(person: User) -> None:
    known = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()
