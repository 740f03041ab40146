"""Sight and sharing: the only module that reads or writes grants (portal.md G4).

Two shapes of one truth, from the same branches: `reach` for open lists, search and counts, `sight`
for one thing or the inside of one section. Which to use when, and why: docs/sharing.md.
"""

import datetime
from collections.abc import Iterable
from typing import Any, Self, TypeGuard

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit, terms
from portal.codes import new_code
from portal.models.organisation import Membership, Organisation, Placement
from portal.models.sharing import RIGHTS, DepartmentGrant, Grant, Shareable, TermRows
from portal.models.user import User
from portal.sight import Given, Within

READ, COMMENT, ASSESS = RIGHTS_IN_ORDER = tuple(RIGHTS)

Person = User | AnonymousUser


class NotShareable(Exception):
    """This cannot be shared this way; the message is for the reader of the page."""


# --- Sight ----------------------------------------------------------------------------------


def sees_anything(person: Person) -> TypeGuard[User]:
    return bool(person.is_authenticated and person.is_active and not getattr(person, "erased_at", None))


def grants_of(person: User, at: datetime.datetime) -> TermRows:
    """What lets this person see something of others at this moment."""
    return grants_of_row(person, at)


def grants_of_row(person: Any, at: datetime.datetime) -> TermRows:
    """The same for a person of an outer query."""
    return Grant.objects.live(at).filter(user=person).order_by()


def departments_of(person: User, at: datetime.datetime) -> TermRows:
    memberships = Membership.objects.live(timezone.localdate(at)).filter(person=person).order_by()
    return DepartmentGrant.objects.live(at).filter(organisation__in=memberships.values("organisation_id")).order_by()


def reach(person: User, at: datetime.datetime, *, path: str = "", own: bool = True, department: bool = False) -> Q:
    """The rows of all that `person` may see: flat in the size of the tables, linear in the reach."""
    seen = Q(Within(person.pk, at, f"{path}pk", own))
    if department:
        seen |= Q(**{f"{path}pk__in": departments_of(person, at).values("shareable_id")})
    return seen


def sight(
    person: User, at: datetime.datetime, *, path: str = "shareable__", own: bool = True, department: bool = False
) -> Q:
    """A condition per row: flat in tables and reach, linear in the rows asked. Never on an open list."""
    seen = Q(Given(person.pk, at, f"{path}pk", f"{path}parent", *[f"{path}owner"] * own))
    if department:
        seen |= Q(Exists(departments_of(person, at).filter(shareable=OuterRef(f"{path}pk"))))
    return seen


class Shared(models.QuerySet):
    """Base of the queryset of every model that stands behind a Shareable."""

    department = False  # True on the queryset of supervision cards only

    def visible_to(self, person: Person, at: datetime.datetime | None = None, *, narrow: bool = False) -> Self:
        """`narrow` only where the rows are already few: one code, the inside of one section."""
        if not sees_anything(person):
            return self.none()
        at = at or timezone.now()
        if narrow:
            return self.filter(sight(person, at, department=self.department))
        return self.filter(reach(person, at, department=self.department))

    def shared_with(self, person: Person, at: datetime.datetime | None = None) -> Self:
        """What others share with `person`; without the own rows."""
        if not sees_anything(person):
            return self.none()
        at = at or timezone.now()
        return self.filter(reach(person, at, own=False, department=self.department))


def may(person: Person, right: str, shareable: Shareable, at: datetime.datetime | None = None) -> bool:
    """One query. Each right includes those before it. The owner may read; comment and assess are for others."""
    if not sees_anything(person) or right not in RIGHTS:
        return False
    at = at or timezone.now()
    if right == READ:
        return Shareable.objects.filter(sight(person, at, path=""), pk=shareable.pk).exists()
    here = Q(content_object=shareable.pk)
    if shareable.parent_id:
        here |= Q(content_object=shareable.parent_id)
    enough = {"permission__codename__in": RIGHTS_IN_ORDER[RIGHTS_IN_ORDER.index(right) :]}
    return grants_of(person, at).filter(here, permission__content_type__app_label="portal", **enough).exists()


class GrantBackend(BaseBackend):
    """Answers `has_perm(right, shareable)` where library code asks a backend; signs nobody in."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        return isinstance(obj, Shareable) and may(user_obj, perm.rpartition(".")[2], obj)


def readers(pieces: Iterable[Shareable], at: datetime.datetime, *beside: str) -> dict[int, list[Grant]]:
    """Live grants on each of these or on what it lies in, by its key; its own first, the last to end first.

    With each its reader, and what `beside` names.
    """
    above = {piece.pk: [key for key in (piece.pk, piece.parent_id) if key] for piece in pieces}
    here = Grant.objects.live(at).filter(content_object__in={key for keys in above.values() for key in keys})
    found: dict[int, list[Grant]] = {}
    # In order here: they are few, and nearly every page of an owner asks.
    for grant in sorted(here.select_related("user", *beside), key=lambda one: (-one.expires_at.timestamp(), one.pk)):
        found.setdefault(grant.content_object_id, []).append(grant)
    return {pk: [grant for key in keys for grant in found.get(key, [])] for pk, keys in above.items()}


def readers_of(piece: Shareable, at: datetime.datetime, *beside: str) -> list[Grant]:
    """The same for one piece."""
    return readers([piece], at, *beside)[piece.pk]


# --- Sharing --------------------------------------------------------------------------------


def share(
    shareable: Shareable,
    *,
    by: User,
    reader: User,
    right: str,
    purpose: str,
    until: datetime.datetime,
    at: datetime.datetime | None = None,
    source: str | None = None,
) -> Grant:
    """Let `reader` see `shareable` until `until`; a supervisor at most until after the placement (portal.terms).

    Raises NotShareable with a sentence for the page.
    """
    at = at or timezone.now()
    placement, until = _with_placement(shareable.owner, reader, purpose, until, at)
    with transaction.atomic():
        shareable = Shareable.objects.select_for_update().get(pk=shareable.pk)
        _require_shareable(shareable, by=by, reader=reader, right=right, until=until, at=at)
        grant = Grant.objects.create(
            user=reader,
            content_object=shareable,
            permission=Permission.objects.get(
                content_type__app_label="portal", content_type__model="shareable", codename=right
            ),
            source=source or new_code(),
            purpose=purpose,
            given_by=by,
            given_at=at,
            starts_at=at,
            expires_at=until,
            placement=placement,
        )
        facts = _facts(grant) | {"right": right, "purpose": purpose}
        audit.record(audit.SHARED, subject=shareable.owner, by=by, at=at, facts=facts)
    return grant


def has(
    reader: User, shareable: Shareable, *, right: str, purpose: str, until: datetime.datetime, at: datetime.datetime
) -> bool:
    """Whether `share` would give this reader nothing that they do not have by a live share of the same kind."""
    until = _with_placement(shareable.owner, reader, purpose, until, at)[1]
    same = Grant.objects.live(at).filter(user=reader, content_object=shareable, purpose=purpose, expires_at=until)
    return same.filter(permission__codename=right, permission__content_type__app_label="portal").exists()


def _with_placement(
    owner: User, reader: User, purpose: str, until: datetime.datetime, at: datetime.datetime
) -> tuple[Placement | None, datetime.datetime]:
    """The placement that this share ends with, if any, and when it then ends at the latest."""
    if purpose != Grant.Purpose.SUPERVISION:
        return None, until
    placement = terms.placement_with(owner, reader, timezone.localdate(at))
    latest = terms.end_with(placement) if placement else None
    return placement, min(until, latest) if latest else until


def _require_shareable(
    shareable: Shareable, *, by: User, reader: User, right: str, until: datetime.datetime, at: datetime.datetime
) -> None:
    if shareable.owner_id != by.pk:
        raise NotShareable(_("Only the owner can share this."))
    if shareable.kind == Shareable.Kind.DRAFT:
        raise NotShareable(_("This is a draft. Put it in your portfolio first, then you can share it."))
    if reader.pk == by.pk:
        raise NotShareable(_("This is you: you can always see your own portfolio."))
    if reader.is_guest and right != READ:
        raise NotShareable(_("Who reads by a link can only read."))
    if not sees_anything(reader):
        raise NotShareable(_("This person can no longer sign in."))
    if until <= at:
        raise NotShareable(_("The last day lies in the past. Choose a later day."))


def _facts(grant: Grant) -> dict[str, str]:
    return {
        "source": grant.source,
        "shareable": str(grant.content_object_id),
        "reader": grant.user.code,
        "until": grant.expires_at.isoformat(),
    }


def share_with_department(
    shareable: Shareable,
    organisation: Organisation,
    *,
    by: User,
    until: datetime.datetime,
    at: datetime.datetime,
) -> DepartmentGrant:
    """Let whoever is a member of this department now see a card (P8). Done twice, it is done once.

    Raises NotShareable.
    """
    if shareable.owner_id != by.pk or shareable.kind != Shareable.Kind.CARD:
        raise NotShareable(_("Only the owner can share this."))
    if until <= at:
        raise NotShareable(_("The last day lies in the past. Choose a later day."))
    with transaction.atomic():
        Shareable.objects.select_for_update().get(pk=shareable.pk)
        same = DepartmentGrant.objects.live(at).filter(shareable=shareable, organisation=organisation).first()
        if same:
            return same
        made = DepartmentGrant.objects.create(
            shareable=shareable, organisation=organisation, starts_at=at, expires_at=until
        )
        audit.record(audit.SHARED, subject=by, by=by, at=at, facts=_department_facts(made))
    return made


def withdraw_from_department(
    shareable: Shareable, organisation: Organisation, *, by: User, at: datetime.datetime
) -> int:
    """From the next request on. Returns how many were withdrawn."""
    with transaction.atomic():
        live = DepartmentGrant.objects.live(at).filter(
            shareable=shareable, organisation=organisation, shareable__owner=by
        )
        rows = list(live.select_for_update(of=_self_where_known()))
        DepartmentGrant.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=at)
        for row in rows:
            audit.record(audit.WITHDRAWN, subject=by, by=by, at=at, facts=_department_facts(row))
    return len(rows)


def _department_facts(grant: DepartmentGrant) -> dict[str, str]:
    return {
        "source": grant.source,
        "shareable": str(grant.shareable_id),
        "department": str(grant.organisation_id),
        "until": grant.expires_at.isoformat(),
    }


def withdraw(grants: TermRows, *, by: User, at: datetime.datetime | None = None) -> int:
    """Withdraw these live grants of `by`; expired rows stay as they are. Returns how many were withdrawn.

    The other is not told (G4).
    """
    at = at or timezone.now()
    with transaction.atomic():
        live = grants.live(at).filter(content_object__owner=by).select_for_update(of=_self_where_known())
        rows = list(live.select_related("user", "content_object__owner"))
        Grant.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=at)
        for row in rows:
            audit.record(audit.WITHDRAWN, subject=row.content_object.owner, by=by, at=at, facts=_facts(row))
    return len(rows)


def move_term(grants: TermRows, *, by: User, until: datetime.datetime, at: datetime.datetime | None = None) -> int:
    """Give these live grants another last moment, on the same row. Raises NotShareable for a past moment.

    What then lasts longer than its placement no longer ends with it: the owner decides.
    """
    at = at or timezone.now()
    if until <= at:
        raise NotShareable(_("The last day lies in the past. To stop sharing now, withdraw it."))
    with transaction.atomic():
        live = grants.live(at).filter(content_object__owner=by).select_for_update(of=_self_where_known())
        rows = list(live.select_related("user", "content_object__owner", "placement__organisation"))
        for row in rows:
            latest = terms.end_with(row.placement) if row.placement else None
            if latest and until > latest:
                row.placement = None
            _end_at(row, until, by=by, at=at)
    return len(rows)


def _end_at(row: Grant, until: datetime.datetime, *, by: User, at: datetime.datetime) -> None:
    before, row.expires_at = row.expires_at.isoformat(), until
    row.save(update_fields=["expires_at", "placement"])
    facts = _facts(row) | {"was": before}
    audit.record(audit.TERM_MOVED, subject=row.content_object.owner, by=by, at=at, facts=facts)


def end_grants_received(reader: User, *, by: User, at: datetime.datetime, owners: models.QuerySet | None = None) -> int:
    """A membership or placement ended: what `reader` received from these owners (or all) ends at once."""
    with transaction.atomic():
        live = Grant.objects.live(at).filter(user=reader).select_for_update(of=_self_where_known())
        if owners is not None:
            live = live.filter(content_object__owner__in=owners)
        rows = list(live.select_related("user", "content_object__owner"))
        Grant.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=at)
        for row in rows:
            audit.record(audit.ENDED, subject=row.content_object.owner, by=by, at=at, facts=_facts(row))
    return len(rows)


def shorten_grants_received(
    reader: User, *, by: User, until: datetime.datetime, at: datetime.datetime, owners: models.QuerySet
) -> int:
    """A membership or placement will end: what `reader` now receives from these owners ends then at the latest."""
    with transaction.atomic():
        longer = Grant.objects.live(at).filter(user=reader, expires_at__gt=until, content_object__owner__in=owners)
        rows = list(longer.select_for_update(of=_self_where_known()).select_related("user", "content_object__owner"))
        for row in rows:
            _end_at(row, until, by=by, at=at)
    return len(rows)


def follow_placement(
    placement: Placement, *, was: datetime.datetime | None, by: User, at: datetime.datetime | None = None
) -> int:
    """The end of `placement` moved, or its supervisor changed: what was shared for it ends with it. How many moved.

    `was` is terms.end_with of before: a share that stood on that moment follows to a later one too. A shorter term
    that its owner chose stays. What should have ended by now ends now.
    """
    at = at or timezone.now()
    with transaction.atomic():
        live = Grant.objects.live(at).filter(placement=placement).select_for_update(of=_self_where_known())
        moved = [
            row
            for row in live.select_related("user", "content_object__owner", "placement")
            if _follow(row, placement, was, by, at)
        ]
    return len(moved)


def _follow(row: Grant, placement: Placement, was: datetime.datetime | None, by: User, at: datetime.datetime) -> bool:
    ends = terms.end_with(placement)
    if row.user_id != placement.supervisor_id:  # somebody else supervises from today on
        left = terms.end_of(timezone.localdate(at) + terms.grace(placement))
        ends = min(left, ends) if ends else left
    if ends is None or not (row.expires_at > ends or row.expires_at == was) or ends == row.expires_at:
        return False
    if ends > at:
        _end_at(row, ends, by=by, at=at)
        return True
    Grant.objects.filter(pk=row.pk).update(withdrawn_at=at)
    audit.record(audit.ENDED, subject=row.content_object.owner, by=by, at=at, facts=_facts(row))
    return True


def _self_where_known() -> tuple[str, ...]:
    return ("self",) if connection.features.has_select_for_update_of else ()


def file_under(shareable: Shareable, section: Shareable, *, by: User, at: datetime.datetime | None = None) -> None:
    """Make it an item of this section. Whoever reads the section reads it from now on: an act of sharing."""
    at = at or timezone.now()
    with transaction.atomic():
        section = Shareable.objects.select_for_update().get(pk=section.pk)
        shareable = Shareable.objects.select_for_update().get(pk=shareable.pk)
        if not (shareable.owner_id == section.owner_id == by.pk) or section.kind != Shareable.Kind.SECTION:
            raise ValueError("an item is filed under a section of the same owner, by that owner")
        was = shareable.parent_id
        if was == section.pk:
            return
        Shareable.objects.filter(pk=shareable.pk).update(kind=Shareable.Kind.ITEM, parent=section)
        facts = {"shareable": str(shareable.pk), "from": str(was or ""), "to": str(section.pk)}
        audit.record(audit.FILED, subject=section.owner, by=by, at=at, facts=facts)
