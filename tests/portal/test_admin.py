"""The operator's administration: what it holds, what it never holds, and that every change leaves a trace."""

import json
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from portal import audit, sender
from portal.admin import site
from portal.models import (
    AuditEntry,
    AuditPayload,
    Grant,
    Membership,
    Organisation,
    OutboxRow,
    Placement,
    Relation,
    Role,
    Sector,
    User,
)
from portfolios.models import FrameworkMapping, FrameworkVersion, ProfileSet, SectionTemplate
from tests import factories

pytestmark = pytest.mark.django_db
HERE = {Sector, Organisation, Membership, Placement, Relation, User}
PUBLISHED = {FrameworkVersion, FrameworkMapping, SectionTemplate, ProfileSet}  # tests/portfolios/test_frameworks.py


@pytest.fixture
def operator() -> User:
    return factories.person("Operator", is_staff=True)


@pytest.fixture
def admin(operator: User, sign_in: Any) -> Client:
    return sign_in(operator)


def url(model: Any, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:portal_{model._meta.model_name}_{page}", args=args)


def changes() -> list[dict[str, Any]]:
    return [
        json.loads(row.body) for row in AuditPayload.objects.filter(entry__verb=audit.ADMIN_CHANGED).order_by("entry")
    ]


# --- What is here, and for whom -------------------------------------------------------------


def test_only_people_organisations_and_mails_set_aside_are_here() -> None:
    assert set(site._registry) == HERE | {OutboxRow} | PUBLISHED


def test_every_other_model_has_no_page() -> None:
    for model in set(apps.get_models()) - HERE - PUBLISHED - {OutboxRow}:
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("name", ["password_change", "password_change_done", "view_on_site"])
def test_pages_of_django_that_are_not_here(admin: Client, name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}", args=[1, 1] if name == "view_on_site" else [])
    for path in ("/admin/password_change/", "/admin/r/4/1/"):
        assert admin.get(path).status_code == 404


def test_for_everybody_else_it_is_not_there(cast: Any, sign_in: Any) -> None:
    superuser_without_staff = factories.person(is_superuser=True)
    for client in (Client(), sign_in(cast.noor), sign_in(cast.admin), sign_in(superuser_without_staff)):
        for path in ("/admin/", "/admin/login/", url(User), url(User, "change", cast.noor.pk), "/admin/jsi18n/"):
            assert client.get(path).status_code == 404


def test_an_operator_shows_a_second_factor_first(operator: User) -> None:
    client = Client()
    client.force_login(operator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/admin/").headers["Location"].startswith("/account/second-factor/")


def test_its_sign_in_and_sign_out_are_the_portals(admin: Client) -> None:
    assert admin.get("/admin/login/").headers["Location"] == "/accounts/login/?next=/admin/"
    answer = admin.post("/admin/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "_auth_user_id" not in admin.session


@pytest.mark.parametrize("model", sorted(HERE, key=lambda model: model.__name__))
def test_every_page_opens_and_nothing_can_be_deleted(cast: Any, admin: Client, model: Any) -> None:
    Placement.objects.create(person=cast.noor, organisation=cast.duinhof)
    row = model.objects.order_by("pk").first()
    for path in (
        url(model),
        f"{url(model)}?q=a",
        url(model, "add"),
        url(model, "change", row.pk),
        url(model, "history", row.pk),
    ):
        answer = admin.get(path)
        assert answer.status_code == 200, path
        assert "css/admin.css" in answer.content.decode()
    assert admin.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    admin.post(url(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", sorted(HERE, key=lambda model: model.__name__))
def test_no_inline_script_or_style(cast: Any, admin: Client, model: Any) -> None:
    for path in ("/admin/", url(model), url(model, "add")):
        page = admin.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*json)", page)
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_nothing_confidential_shows(cast: Any, admin: Client, operator: User, sign_in: Any) -> None:
    factories.section(cast.portfolio, "about", text="KANARIE-TEKST")
    factories.experience(cast.noor, "KANARIE-TITEL", into=cast.experiences)
    factories.grant(cast.experiences, cast.joris)
    Authenticator.objects.create(user=cast.noor, type="totp", data={"secret": "KANARIE-ZAAD"})
    User.objects.filter(pk=operator.pk).update(is_superuser=True)
    for client in (admin, sign_in(operator)):
        paths = ["/admin/", "/admin/portal/"]
        for model in HERE:
            paths += [url(model), f"{url(model)}?q=KANARIE", url(model, "add")]
        paths += [url(User, "change", cast.noor.pk), url(User, "history", cast.noor.pk)]
        for path in paths:
            assert "KANARIE-" not in client.get(path).content.decode(), path
        assert (
            client.get(
                "/admin/autocomplete/?app_label=portal&model_name=reading&field_name=shareable&term=a"
            ).status_code
            == 403
        )


# --- Every change leaves a trace ------------------------------------------------------------


def test_a_change_is_in_the_log_and_in_the_chain(cast: Any, admin: Client, operator: User) -> None:
    sector = cast.duinhof.sector
    data = {"kind": "hospital", "name": "Duinhof West", "parent": "", "sector": sector.pk, "mail_domains": "[]"}
    answer = admin.post(
        url(Organisation, "change", cast.duinhof.pk),
        data | {"controller": "", "legal_basis": "", "privacy_text": "", "supervision_grace_days": "14"},
    )
    assert answer.status_code == 302
    cast.duinhof.refresh_from_db()
    assert cast.duinhof.name == "Duinhof West"
    [entry] = changes()
    assert (entry["model"], entry["row"], entry["by"]) == ("portal.Organisation", cast.duinhof.code, operator.code)
    assert "Name" in entry["fields"]
    assert LogEntry.objects.get().object_repr == "Duinhof West"


def test_the_log_names_a_person_by_code_only(cast: Any, admin: Client) -> None:
    data = {"title": "", "given_name": "Noortje", "family_name": "Proef", "language": "nl"}
    assert admin.post(url(User, "change", cast.noor.pk), data).status_code == 302
    row = LogEntry.objects.get()
    assert row.object_repr == cast.noor.code
    assert "Noor" not in row.change_message
    assert "Noor" not in str(changes())
    assert AuditPayload.objects.get(entry__verb=audit.ADMIN_CHANGED).subject == cast.noor


# --- People ---------------------------------------------------------------------------------


def test_an_operator_cannot_become_somebody_else_through_their_address(
    cast: Any, admin: Client, operator: User
) -> None:
    before = cast.noor.email
    data = {"title": "", "given_name": "Noor", "family_name": "Proef", "language": "nl", "email": operator.email}
    data |= {"password": "x", "is_staff": "on", "is_superuser": "on", "is_active": ""}
    admin.post(url(User, "change", cast.noor.pk), data)
    cast.noor.refresh_from_db()
    assert (cast.noor.email, cast.noor.is_staff, cast.noor.is_superuser, cast.noor.is_active) == (
        before,
        False,
        False,
        True,
    )
    assert "password" not in admin.get(url(User, "change", cast.noor.pk)).content.decode().lower()


def test_only_a_superuser_makes_operators_and_nobody_themselves(cast: Any, sign_in: Any) -> None:
    chief = factories.person("Chef", is_staff=True, is_superuser=True)
    client = sign_in(chief)
    data = {"title": "", "given_name": "Noor", "family_name": "Proef", "language": "nl", "is_staff": "on"}
    client.post(url(User, "change", cast.noor.pk), data)
    cast.noor.refresh_from_db()
    assert cast.noor.is_staff
    client.post(url(User, "change", chief.pk), {k: v for k, v in data.items() if k != "is_staff"})
    chief.refresh_from_db()
    assert chief.is_staff  # not by accident either


def test_a_new_person_can_sign_in_by_code_and_has_no_password(admin: Client) -> None:
    data = {"email": "Nieuw@example.org", "title": "", "given_name": "Nieuw", "family_name": "Komer", "language": "nl"}
    assert admin.post(url(User, "add"), data).status_code == 302
    person = User.objects.get(email="nieuw@example.org")
    assert not person.has_usable_password()
    assert not EmailAddress.objects.get(user=person).verified
    answer = admin.post(url(User, "add"), data)
    assert answer.status_code == 200 and answer.context["adminform"].form.errors["email"]


def test_blocking_and_opening_accounts(cast: Any, admin: Client, operator: User, sign_in: Any) -> None:
    reader = sign_in(cast.noor)
    both = {"_selected_action": [cast.noor.pk, operator.pk]}
    admin.post(url(User), {"action": "block", **both})
    cast.noor.refresh_from_db()
    operator.refresh_from_db()
    assert (cast.noor.is_active, operator.is_active) == (False, True)
    assert reader.get("/account/").status_code == 302
    admin.post(url(User), {"action": "unblock", **both})
    cast.noor.refresh_from_db()
    assert cast.noor.is_active
    verbs = AuditPayload.objects.filter(subject=cast.noor).order_by("entry").values_list("entry__verb", flat=True)
    assert list(verbs)[-2:] == [audit.ACCOUNT_BLOCKED, audit.ACCOUNT_UNBLOCKED]


def test_erased_people_are_not_listed(cast: Any, admin: Client) -> None:
    User.objects.filter(pk=cast.teun.pk).update(erased_at=timezone.now(), is_active=False)
    page = admin.get(url(User)).content.decode()
    assert cast.noor.email in page and cast.teun.email not in page


# --- Mails that were set aside --------------------------------------------------------------


def test_what_was_set_aside_is_shown_without_its_person_and_tried_again(cast: Any, admin: Client) -> None:
    now = timezone.now()
    fields = {"way": "urgent", "receiver": cast.farah, "due_at": now, "next_at": now, "args": {"x": "geheim"}}
    dead = OutboxRow.objects.create(
        key=f"added {cast.farah.code}", kind="added", state="dead", ended_at=now, last_error="LookupError", **fields
    )
    OutboxRow.objects.create(key="waiting", kind="reminder", **fields)
    page = admin.get(url(OutboxRow, "changelist")).content.decode()
    assert "LookupError" in page and "1 te versturen mail" in page
    assert not [word for word in (cast.farah.email, "Farah", cast.farah.code, "geheim") if word in page]
    with pytest.raises(NoReverseMatch):
        url(OutboxRow, "change", dead.pk)
    again = {"action": "try_again", "_selected_action": [dead.pk]}
    assert admin.post(url(OutboxRow, "changelist"), again).status_code == 302
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.ended_at) == ("waiting", 0, None)
    assert audit.ADMIN_CHANGED in AuditEntry.objects.values_list("verb", flat=True)


# --- Who belongs where ----------------------------------------------------------------------


def test_the_first_administrator_is_made_here_and_told(
    cast: Any, admin: Client, django_capture_on_commit_callbacks: Any
) -> None:
    data = {
        "person": cast.farah.pk,
        "organisation": cast.heideberg.pk,
        "role": Role.ADMINISTRATOR,
        "starts_on": "2026-01-01",
        "ends_on": "",
    }
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(url(Membership, "add"), data).status_code == 302
    assert cast.farah.memberships.filter(role=Role.ADMINISTRATOR).exists()
    sender.drain()
    assert [message.to for message in mail.outbox] == [[cast.farah.email]]


def test_ending_here_has_the_full_effect(cast: Any, admin: Client) -> None:
    grant = factories.grant(cast.experiences, cast.joris)
    row = cast.joris.memberships.get()
    data = {"starts_on": row.starts_on.isoformat(), "ends_on": timezone.localdate().isoformat(), "role": "chair"}
    assert admin.post(url(Membership, "change", row.pk), data).status_code == 302
    row.refresh_from_db()
    assert (row.ends_on, row.role) == (timezone.localdate(), Role.MENTOR)
    assert not Grant.objects.live(timezone.now()).filter(pk=grant.pk).exists()


@pytest.mark.parametrize("model", [Membership, Placement, Relation])
def test_an_operator_opens_no_doors_for_themselves(cast: Any, admin: Client, operator: User, model: Any) -> None:
    ward = factories.organisation("Spoedplein", kind="department", parent=cast.duinhof)
    data = {"person": operator.pk, "organisation": ward.pk, "role": "member", "starts_on": "2026-01-01", "ends_on": ""}
    data |= {"other": cast.noor.pk, "kind": "mentor", "discipline": "", "department": "", "supervisor": ""}
    before = model.objects.count()
    answer = admin.post(url(model, "add"), data)
    assert answer.status_code == 200 and answer.context["adminform"].form.non_field_errors()
    assert model.objects.count() == before
    assert admin.post(url(model, "add"), data | {"person": cast.teun.pk}).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_one_and_three(
    cast: Any, admin: Client, django_assert_num_queries: Any, count: int
) -> None:
    Membership.objects.all().delete()
    Relation.objects.all().delete()
    for _ in range(count):
        factories.member(factories.person(), factories.organisation())
        factories.relation(factories.person(), factories.person())
    for model, queries in ((Membership, 4), (Relation, 4), (User, 4)):
        with django_assert_num_queries(queries):
            admin.get(url(model))


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (Organisation, "mail_domains", '"duinhof.nl"'),
        (Organisation, "mail_domains", "{}"),
        (Organisation, "mail_domains", "[1]"),
        (Organisation, "mail_domains", '["geen domein"]'),
        (Organisation, "mail_domains", '["nl"]'),
        (Sector, "time_zone", "Europa/Amsterdam"),
        (Sector, "time_zone", "../../etc/passwd"),
        (Sector, "names", '{"en": "Medical"}'),
        (Sector, "names", '["nl"]'),
        (Sector, "names", '{"nl": 1}'),
        (Sector, "phases", "{}"),
        (Sector, "phases", '[{"key": "x"}]'),
        (Sector, "words", '{"mentor": "mentor"}'),
        (Sector, "words", "[]"),
    ],
)
def test_a_setting_that_would_break_pages_is_refused(
    cast: Any, admin: Client, model: Any, field: str, value: str
) -> None:
    row = cast.duinhof if model is Organisation else cast.duinhof.sector
    names = {"nl": "Medisch", "en": "Medical"}
    Sector.objects.update(words={"mentor": names}, phases=[{"key": "aios", "names": names, "explained": names}])
    row.refresh_from_db()
    form = admin.get(url(model, "change", row.pk)).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {field: value}
    answer = admin.post(url(model, "change", row.pk), data)
    assert answer.status_code == 200 and answer.context["adminform"].form.errors.keys() == {field}
    before = getattr(row, field)
    row.refresh_from_db()
    assert getattr(row, field) == before
