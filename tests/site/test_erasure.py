"""Erasing a person leaves none of their words anywhere, and nobody else's untouched (portal.md G14)."""

import datetime
import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from portal import audit, erasure, readings, registry
from portal.actions import people
from portal.models import AuditChain, AuditPayload, DepartmentGrant, Grant, Membership, Placement, Reading, User
from portal.models.sharing import Channel
from portfolios.models import Experience, Portfolio, Section
from tests import factories
from tests.site import building
from tests.site import names as n
from tests.site.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MARK = "cnry7"
# Text columns of a person's rows that hold no words of theirs, and why.
NO_WORDS = {
    "portal.User": {"code": "random; the shell keeps it", "language": "a choice"},
    "portal.Shareable": {"code": "random"},
    "portal.Membership": {"code": "random"},
    "portal.Placement": {"code": "random"},
    "portal.Relation": {"code": "random"},
    "portal.Reading": {"source": "code of an act", "digest": "a hash"},
    "portal.Grant": {"source": "code of an act"},
    "portfolios.SupervisionLevel": {"code": "random", "wanted": "a key", "level": "a key; the constraint wants one"},
    "portal.OutboxRow": {
        "key": "codes and moments",
        "kind": "a name in the code",
        "group": "a name in the code",
        "lease": "random",
        "last_error": "a class name",
    },
    "portfolios.Comment": {"code": "random"},
    "portfolios.SwotItem": {"code": "random"},
    "portfolios.ProfileProduct": {"code": "random"},
    "portfolios.Lesson": {"code": "random"},
    "portfolios.Certificate": {"code": "random"},
    "portal.Job": {
        "code": "random",
        "kind": "a name in the code",
        "args": "codes",
        "key": "a hash",
        "lease": "random",
        "reason": "a name in the code",
    },
    "portal.Document": {
        "code": "random",
        "kind": "a name in the code",
        "about": "a code",
        "language": "a choice",
        "media_type": "a name in the code",
        "sha256": "a hash",
        "text_hash": "a hash",
        "title": "frozen: tests/portal/test_documents.py plants it",
    },
    "portal.AuditPayload": {"body": "planted through audit.record: its digest must fit"},
}


def texts(data: registry.Data) -> list[models.Field]:
    kinds = models.CharField | models.TextField | models.JSONField
    fields = [
        one
        for one in data.get_model()._meta.concrete_fields
        if isinstance(one, kinds) and not one.choices and not one.is_relation
    ]
    return [one for one in fields if one.name not in NO_WORDS.get(data.model, {})]


def plant(person: User) -> set[str]:
    """A word of their own in every text column of every row that is this person's. Returns model.field of each."""
    planted = set()
    for data in registry.declared():
        if not data.owner:
            continue
        rows = data.get_model()._default_manager.filter(**{data.owner: person.pk})
        for field in texts(data):
            for row in rows:
                word = f"{MARK}{row.pk}{field.name}"[: field.max_length or 60]
                value: Any = f"{word}@example.org" if isinstance(field, models.EmailField) else word
                value = {"word": word} if isinstance(field, models.JSONField) else value
                rows.filter(pk=row.pk).update(**{field.name: value})
                planted.add(f"{data.model}.{field.name}")
    return planted


def everywhere() -> dict[str, list[str]]:
    """Every row of every table, as text, in a fixed order; declared or not."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(" | ".join(_text(value) for value in row) for row in cursor.fetchall())
    return found


def _text(value: Any) -> str:
    raw = bytes(value) if isinstance(value, memoryview | bytes) else value
    return raw.decode("latin-1") if isinstance(raw, bytes) else json.dumps(raw, ensure_ascii=False, default=str)


def marked(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        table: rows for table, all_rows in tables.items() if (rows := [row for row in all_rows if MARK in row.lower()])
    }


@pytest.fixture
def here() -> World:
    """Noor with a row of every kind: what she wrote, shared, received, and what libraries keep about her."""
    here = building.build()
    noor, now = here.people[n.OWNER], timezone.now()
    foreign = here.sections[n.FOREIGN_SECTION].shareable
    factories.grant(foreign, noor)
    readings.note(noor, [foreign], channel=Channel.PAGE, at=timezone.now())
    DepartmentGrant.objects.create(
        shareable=here.shareable(n.PRIVATE_SECTION),
        organisation=here.places["department"],
        starts_at=now - factories.DAY,
        expires_at=now + factories.DAY,
    )
    audit.record(audit.ADMIN_CHANGED, by=here.people[n.OPERATOR], subject=noor, facts={"word": f"{MARK}chain"})
    app = SocialApp.objects.create(provider="openid_connect", name="Instelling", client_id="1")
    account = SocialAccount.objects.create(user=noor, provider="openid_connect", uid="noor")
    SocialToken.objects.create(app=app, account=account, token="geheim")
    EmailConfirmation.objects.create(email_address=EmailAddress.objects.get(user=noor), key="sleutel")
    for row in (noor, Membership.objects.get(person=noor), Placement.objects.get(person=noor)):
        kind = ContentType.objects.get_for_model(row)
        fields = {
            "user": here.people[n.OPERATOR],
            "content_type": kind,
            "action_flag": CHANGE,
            "object_id": str(row.pk),
        }
        LogEntry.objects.create(object_repr=f"{MARK}{row}"[:200], change_message=f"{MARK} gewijzigd", **fields)
    for actor in (n.OWNER, n.MENTOR):
        session = here.browser(actor).session
        session["words"] = MARK if actor == n.OWNER else "iets anders"
        session.save()
        UserSession.objects.create(
            user=here.people[actor], session_key=session.session_key, ip="192.0.2.7", user_agent="Firefox"
        )
    return here


def test_no_word_is_left_anywhere(here):
    noor = here.people[n.OWNER]
    planted = plant(noor)
    assert {
        "portal.User.email",
        "portal.User.given_name",
        "portal.User.family_name",
        "portal.User.phase",
        "portal.Placement.discipline",
        "portal.Shareable.title",
        "portfolios.Section.text",
        "portfolios.Experience.reflection",
        "portfolios.Goal.reason",
        "portfolios.SwotItem.text",
        "account.EmailAddress.email",
        "account.EmailConfirmation.key",
        "mfa.Authenticator.data",
        "socialaccount.SocialAccount.uid",
        "socialaccount.SocialAccount.extra_data",
        "socialaccount.SocialToken.token",
        "usersessions.UserSession.user_agent",
    } <= planted
    before = marked(everywhere())
    assert {
        "django_admin_log",
        "portal_auditpayload",
        "portal_user",
        "portfolios_experience",
        "usersessions_usersession",
    } <= before.keys()
    mine = [one for one in Session.objects.all() if one.get_decoded().get("words") == MARK]
    assert len(mine) == 1
    keys = [one.session_key for one in mine]

    erasure.erase(noor)

    assert marked(everywhere()) == {}
    assert not Session.objects.filter(session_key__in=keys).exists()
    assert not any(MARK in str(one.get_decoded()) for one in Session.objects.all())
    noor = User.objects.get(pk=noor.pk)
    assert noor.erased_at and not noor.is_active and not noor.has_usable_password()
    for model in (Portfolio, Section, Experience):
        owner = "owner" if model is Portfolio else "shareable__owner"
        assert not model.objects.filter(**{owner: noor}).exists()


def test_what_is_sealed_and_chained_still_fits(here):
    noor = here.people[n.OWNER]
    assert readings.seal(at=timezone.now() + datetime.timedelta(hours=1)) >= 2
    payloads = AuditPayload.objects.filter(subject=noor).count()
    assert payloads > 5
    erasure.erase(noor)
    assert [fault for chain in AuditChain.objects.all() for fault in audit.faults(chain)] == []
    assert readings.faults() == []
    assert not AuditPayload.objects.filter(subject=noor).exists()
    named = [
        digest
        for body in AuditPayload.objects.filter(entry__verb=audit.ERASED).values_list("body", flat=True)
        for digest in json.loads(body)["digests"]
    ]
    assert len(named) >= payloads
    assert noor.code not in "".join(
        AuditPayload.objects.filter(entry__verb=audit.ERASED).values_list("body", flat=True)
    )


def test_rows_of_others_stay_as_they_were(here):
    noor = here.people[n.OWNER]
    before = rows_of_others(noor)
    assert len(before) > 100
    erasure.erase(noor)
    after = rows_of_others(noor)
    changed = {key: (before[key], after.get(key)) for key in before if before[key] != after.get(key)}
    allowed = {f"portal.grant {row.pk}" for row in Grant.objects.filter(user=noor)}  # what she received has ended
    allowed |= {key for key in changed if key.startswith("portal.auditchain ")}  # grew
    assert {key: pair for key, pair in changed.items() if key not in allowed} == {}
    for key in changed.keys() - {key for key in changed if key.startswith("portal.auditchain ")}:
        assert {name for name in before[key] if before[key][name] != after[key][name]} == {"withdrawn_at"}


def rows_of_others(person: User) -> dict[str, dict[str, str]]:
    """Every row that is not this person's, column by column."""
    found = {}
    for data in registry.declared():
        if data.model in ("sessions.Session", "admin.LogEntry"):
            continue  # whose these are is not in a column; see the test above
        rows = data.get_model()._default_manager.all()
        rows = rows.exclude(**{data.owner: person.pk}) if data.owner else rows
        for row in rows:
            values = {field.attname: _text(getattr(row, field.attname)) for field in row._meta.concrete_fields}
            found[f"{row._meta.label_lower} {row.pk}"] = values
    return found


def test_the_session_and_the_log_of_others_stay(here):
    other = LogEntry.objects.create(
        user=here.people[n.OPERATOR],
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(here.people[n.MENTOR].pk),
        object_repr="Iemand anders",
        action_flag=CHANGE,
    )
    sessions = Session.objects.count()
    mine = sum(one.get_decoded().get("_auth_user_id") == str(here.people[n.OWNER].pk) for one in Session.objects.all())
    erasure.erase(here.people[n.OWNER])
    other.refresh_from_db()
    assert other.object_repr == "Iemand anders"
    assert mine and Session.objects.count() == sessions - mine
    assert UserSession.objects.filter(user=here.people[n.MENTOR]).exists()


def test_erasing_twice_is_erasing_once(here):
    noor = here.people[n.OWNER]
    at = timezone.now()
    erasure.erase(noor, at=at)
    once = everywhere()
    erasure.erase(User.objects.get(pk=noor.pk), at=at + factories.DAY)
    assert everywhere() == once


def test_readers_find_nothing_from_the_next_click(here):
    mentor = here.browser(n.MENTOR)
    owner = here.browser(n.OWNER)
    addresses = [
        reverse("portfolios:section", args=[here.code(n.SHARED_SECTION)]),
        reverse("portfolios:experience", args=[here.code(n.ITEM)]),
        reverse("portfolios:shared_by", args=[here.code(n.OWNER)]),
    ]
    assert [mentor.get(one).status_code for one in addresses] == [200, 200, 200]
    assert owner.get(reverse("portfolios:portfolio")).status_code == 200
    readings = Reading.objects.count()
    erasure.erase(here.people[n.OWNER])
    assert [mentor.get(one).status_code for one in addresses] == [404, 404, 404]
    assert Reading.objects.count() == readings
    assert owner.get(reverse("portfolios:portfolio")).status_code == 302, "signed out"
    page = mentor.get(reverse("portfolios:shared_with_me"))
    assert list(page.context["page"]) == []


def test_what_they_read_says_so_without_their_name(here):
    lab = here.browser(n.LAB_TRAINEE)
    log = reverse("portfolios:readings")
    name = here.people[n.OWNER].full_name
    assert name in lab.get(log).content.decode()
    erasure.erase(here.people[n.OWNER])
    page = lab.get(log).content.decode()
    assert name not in page and Reading.objects.filter(reader=here.people[n.OWNER]).exists()


def test_a_mentor_is_erased_too(here):
    mentor = here.people[n.MENTOR]
    plant(mentor)
    assert marked(everywhere())
    erasure.erase(mentor)
    left = {
        table: rows
        for table, rows in marked(everywhere()).items()
        if table not in ("django_admin_log", "portal_auditpayload", "usersessions_usersession")
    }
    assert left == {}, "only what the world says about the owner is left"
    assert not Grant.objects.live(timezone.now()).filter(user=mentor).exists()
    with pytest.raises(people.Refused):
        people.unblock(User.objects.get(pk=mentor.pk), by=here.people[n.OPERATOR])
