"""portal.md G4: who sees what, in both shapes, with expiry and withdrawal; has_perm."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import assign_perm  # noqa: TID251  shown here not to work

from portal import audit, sharing
from portal.models import AuditEntry, DepartmentGrant, Grant, Shareable
from portfolios.models import Experience, Section
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def sees(person, row, at=None) -> bool:
    """The answer of both shapes, which must never differ."""
    model = type(row)
    wide = model.objects.visible_to(person, at).filter(pk=row.pk).exists()
    narrow = model.objects.visible_to(person, at, narrow=True).filter(pk=row.pk).exists()
    asked = sharing.may(person, sharing.READ, row.shareable, at)
    assert wide == narrow == asked
    return wide


@pytest.fixture
def item(cast) -> Experience:
    return factories.experience(cast.noor, "Overdracht", into=cast.experiences)


def test_only_the_owner_sees_what_nobody_shared(cast, item):
    assert sees(cast.noor, item) and sees(cast.noor, cast.experiences)
    for other in (
        cast.teun,
        cast.joris,
        cast.admin,
        factories.person(is_staff=True, is_superuser=True),
        AnonymousUser(),
    ):
        assert not sees(other, item) and not sees(other, cast.experiences)


def test_a_section_grant_covers_its_items_and_nothing_else(cast, item):
    elsewhere = factories.experience(cast.noor, "Elders", into=cast.plan)
    factories.grant(cast.experiences, cast.joris)
    assert sees(cast.joris, cast.experiences) and sees(cast.joris, item)
    assert not sees(cast.joris, cast.plan) and not sees(cast.joris, elsewhere)
    later = factories.experience(cast.noor, "Later", into=cast.experiences)
    assert sees(cast.joris, later)


def test_an_item_grant_covers_the_item_only(cast, item):
    sibling = factories.experience(cast.noor, into=cast.experiences)
    factories.grant(item, cast.joris)
    assert sees(cast.joris, item)
    assert not sees(cast.joris, sibling) and not sees(cast.joris, cast.experiences)


def test_a_grant_starts_and_ends_on_the_moment(cast, item):
    given = factories.grant(item, cast.joris)
    instant = datetime.timedelta(microseconds=1)
    assert not sees(cast.joris, item, given.starts_at - instant)
    assert sees(cast.joris, item, given.starts_at)
    assert sees(cast.joris, item, given.expires_at - instant)
    assert not sees(cast.joris, item, given.expires_at)


def test_withdrawing_holds_at_once_and_leaves_the_other_shares(cast, item):
    first, second = factories.grant(item, cast.joris), factories.grant(cast.experiences, cast.joris)
    assert sharing.withdraw(Grant.objects.filter(pk=second.pk), by=cast.noor) == 1
    assert sees(cast.joris, item) and not sees(cast.joris, cast.experiences)
    assert sharing.withdraw(Grant.objects.filter(pk=first.pk), by=cast.noor) == 1
    assert not sees(cast.joris, item)


def test_sight_is_the_union_of_several_live_grants(cast, item):
    now = timezone.now()
    short = factories.grant(item, cast.joris, until=now + factories.DAY)
    long = factories.grant(item, cast.joris, until=now + 9 * factories.DAY)
    assert sees(cast.joris, item, short.expires_at) and not sees(cast.joris, item, long.expires_at)


def test_an_expired_grant_is_not_marked_withdrawn_and_does_not_stand_in_the_way(cast, item):
    gone = factories.expired_grant(item, cast.joris)
    assert not sees(cast.joris, item)
    assert sharing.withdraw(Grant.objects.filter(user=cast.joris), by=cast.noor) == 0
    gone.refresh_from_db()
    assert gone.withdrawn_at is None
    factories.grant(item, cast.joris)
    assert sees(cast.joris, item)


def test_one_act_cannot_give_the_same_twice(cast, item):
    given = factories.grant(item, cast.joris)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.grant(item, cast.joris, source=given.source)


def test_only_the_owner_withdraws_or_moves_a_term(cast, item):
    given = factories.grant(item, cast.joris)
    mine = Grant.objects.filter(pk=given.pk)
    assert sharing.withdraw(mine, by=cast.teun) == 0
    assert sharing.move_term(mine, by=cast.joris, until=timezone.now() + 300 * factories.DAY) == 0
    assert sees(cast.joris, item, given.expires_at - factories.DAY)


def test_a_moved_term_is_the_same_row_with_an_audit_entry(cast, item):
    given = factories.grant(item, cast.joris)
    until = timezone.now() + 2 * factories.DAY
    sharing.move_term(Grant.objects.filter(pk=given.pk), by=cast.noor, until=until)
    given.refresh_from_db()
    assert given.expires_at == until and not sees(cast.joris, item, until)
    assert AuditEntry.objects.filter(verb=audit.TERM_MOVED).count() == 1


@pytest.mark.parametrize("change", [{"is_active": False}, {"erased_at": timezone.now()}])
def test_who_left_sees_nothing_not_even_their_own(cast, item, change):
    factories.grant(item, cast.joris)
    for person in (cast.joris, cast.noor):
        for name, value in change.items():
            setattr(person, name, value)
        assert not sees(person, item)


def test_superusers_see_only_what_is_shared_with_them(cast, item):
    root = factories.person(is_staff=True, is_superuser=True)
    assert not root.has_perm("portal.read", item.shareable)
    factories.grant(item, root)
    assert root.has_perm("portal.read", item.shareable) and not root.has_perm("portal.assess", item.shareable)


def test_every_right_includes_reading_and_none_includes_another(cast, item):
    factories.grant(cast.experiences, cast.joris, right=sharing.COMMENT)
    assert cast.joris.has_perm("portal.read", item.shareable)
    assert cast.joris.has_perm("portal.comment", item.shareable)
    assert not cast.joris.has_perm("portal.assess", item.shareable)
    assert not cast.noor.has_perm("portal.assess", item.shareable), "an owner never assesses the own work"


def test_a_model_wide_permission_opens_nothing(cast, item):
    cast.teun.user_permissions.add(Permission.objects.get(codename="read", content_type__app_label="portal"))
    assert not cast.teun.has_perm("portal.read", item.shareable) and not sees(cast.teun, item)


def test_guardians_own_ways_do_not_work_and_its_tables_stay_empty(cast, item):
    with pytest.raises(AttributeError):
        assign_perm("portal.read", cast.joris, item.shareable)
    assert not UserObjectPermission.objects.exists() and not GroupObjectPermission.objects.exists()
    assert not sees(cast.joris, item)


def test_a_draft_cannot_be_shared_and_is_seen_by_its_owner_alone(cast):
    draft = factories.experience(cast.noor, "Nog niet af")
    factories.grant(cast.experiences, cast.joris)
    with pytest.raises(sharing.NotShareable):
        factories.grant(draft, cast.joris)
    assert sees(cast.noor, draft) and not sees(cast.joris, draft)


@pytest.mark.parametrize("story", ["stranger shares", "to oneself", "to who left", "in the past"])
def test_sharing_is_refused_with_a_sentence(cast, item, story):
    by, reader, until = cast.noor, cast.joris, timezone.now() + factories.DAY
    if story == "stranger shares":
        by = cast.teun
    if story == "to oneself":
        reader = cast.noor
    if story == "to who left":
        reader.is_active = False
    if story == "in the past":
        until = timezone.now() - factories.DAY
    with pytest.raises(sharing.NotShareable, match=r"\w+ \w+"):
        sharing.share(item.shareable, by=by, reader=reader, right="read", purpose="guidance", until=until)
    assert not Grant.objects.exists()


def test_moving_an_item_changes_who_reads_it_and_is_recorded(cast, item):
    factories.grant(cast.plan, cast.joris)
    assert not sees(cast.joris, item)
    sharing.file_under(item.shareable, cast.plan.shareable, by=cast.noor)
    item.refresh_from_db()
    assert sees(cast.joris, item)
    assert AuditEntry.objects.filter(verb=audit.FILED).count() == 2  # once when it was placed, once now


def test_an_item_goes_under_a_section_of_the_same_owner_only(cast, item):
    other = factories.section(factories.portfolio(cast.teun))
    for target, by in ((other.shareable, cast.noor), (other.shareable, cast.teun), (item.shareable, cast.noor)):
        with pytest.raises(ValueError):
            sharing.file_under(item.shareable, target, by=by)


@pytest.mark.parametrize(("kind", "has_parent"), [("item", False), ("section", True), ("draft", True)])
def test_one_level_by_constraint(cast, kind, has_parent):
    parent = cast.experiences.shareable if has_parent else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Shareable.objects.create(kind=kind, owner=cast.noor, parent=parent)


def test_a_grant_must_end_after_it_starts_by_constraint(cast, item):
    given = factories.grant(item, cast.joris)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=given.pk).update(expires_at=given.starts_at)


def test_the_permission_must_belong_to_shareables(cast, item):
    foreign = Permission.objects.exclude(content_type__model="shareable").first()
    now = timezone.now()
    with pytest.raises(ValidationError):
        Grant(
            user=cast.joris,
            content_object=item.shareable,
            permission=foreign,
            purpose="guidance",
            given_by=cast.noor,
            given_at=now,
            starts_at=now,
            expires_at=now + factories.DAY,
        ).save()


def test_a_department_grant_is_for_members_of_now_only(cast):
    department = factories.organisation("Spoedplein", kind="department", parent=cast.duinhof)
    at = timezone.now()
    DepartmentGrant.objects.create(
        shareable=cast.plan.shareable, organisation=department, starts_at=at, expires_at=at + factories.DAY
    )
    factories.member(cast.amina, department)
    factories.member(
        cast.teun, department, starts_on=timezone.localdate() - 9 * factories.DAY, ends_on=timezone.localdate()
    )

    def reached(person, moment):
        wide = Section.objects.filter(sharing.reach(person, moment, department=True)).filter(pk=cast.plan.pk).exists()
        narrow = Section.objects.filter(sharing.sight(person, moment, department=True), pk=cast.plan.pk).exists()
        assert wide == narrow
        return wide

    assert reached(cast.amina, at) and not reached(cast.teun, at) and not reached(cast.joris, at)
    assert not reached(cast.amina, at + factories.DAY)
    assert not sees(cast.amina, cast.plan), "only cards ask for departments"
