"""Administration by the operator of the platform (portal.md G13): people, organisations, who belongs where.

This site registers what stands here and nothing else: no portfolio, grant, reading, audit payload, session or
secret of a second factor. What libraries register goes to Django's default site, which is mounted nowhere.
"""

import datetime
import json
import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from portal import audit, outbox, rules, sharing, terms
from portal.actions import people
from portal.models import Membership, Organisation, OutboxRow, Placement, Relation, Sector, User
from portal.models.outbox import State
from portal.names import check_name
from portal.sectors import DATA
from portal.views import account

DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,6}")
NOT_HERE = {"password_change", "password_change_done", "view_on_site"}


class OperatorSite(admin.AdminSite):
    site_header = site_title = "Leerlijn"
    index_title = gettext_lazy("Administration")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in NOT_HERE]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's own sign-in, with its second factor."""
        return redirect_to_login(request.GET.get("next") or "/admin/")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return account.sign_out(request)


site = OperatorSite(name="admin")


class Audited(admin.ModelAdmin):
    """For every operator alike. Nothing is deleted, things end; each change is an audit entry."""

    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        self._audit(request, obj, message)
        return _without_name(super().log_addition(request, obj, message), obj)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        self._audit(request, obj, message)
        return _without_name(super().log_change(request, obj, message), obj)

    def _audit(self, request: HttpRequest, obj: Model, message: Any) -> None:
        parts = message if isinstance(message, list) else []
        fields = [name for part in parts for name in part.get("changed", {}).get("fields", [])]
        facts = {"model": obj._meta.label, "row": _code(obj), "fields": [str(name) for name in fields]}
        subject = obj if isinstance(obj, User) else getattr(obj, "person", None)
        audit.record(audit.ADMIN_CHANGED, by=request.user, subject=subject, facts=facts)


def _code(obj: Model) -> str:
    return str(getattr(obj, "code", obj.pk))


def _without_name(entry: LogEntry, obj: Model) -> LogEntry:
    """The list of recent changes names a row about a person by its code: erasing leaves nobody's name behind."""
    if isinstance(obj, User) or hasattr(obj, "person"):
        entry.object_repr = _code(obj)
        entry.save(update_fields=["object_repr"])
    return entry


# --- Organisations --------------------------------------------------------------------------


class SectorForm(forms.ModelForm):
    """A zone or a word that cannot be read would break every page of the people in this sector."""

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise forms.ValidationError(_("This time zone is not known. Write it as Europe/Amsterdam."))
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        schema = json.loads((DATA / "schemas" / "sectors.schema.json").read_text(encoding="utf-8"))
        shapes, shared = schema["items"]["properties"], schema["$defs"]
        for name in {"names", "phases", "words"} & cleaned.keys():
            fault = best_match(Draft202012Validator(shapes[name] | {"$defs": shared}).iter_errors(cleaned[name]))
            if fault:
                place = {"place": fault.json_path.removeprefix("$."), "fault": fault.message}
                self.add_error(name, _("Look at %(place)s: %(fault)s") % place)
        return cleaned


class OrganisationForm(forms.ModelForm):
    def clean_mail_domains(self) -> list[str]:
        domains = self.cleaned_data["mail_domains"]
        if not isinstance(domains, list) or not all(isinstance(d, str) and DOMAIN.fullmatch(d) for d in domains):
            raise forms.ValidationError(_('Write the domains as a list: ["duinhof.nl", "lab.duinhof.nl"].'))
        return [domain.lower() for domain in domains]


@admin.register(Sector, site=site)
class SectorAdmin(Audited):
    form = SectorForm
    list_display = ["key", "__str__", "country", "time_zone", "framework"]
    search_fields = ["key"]

    def get_readonly_fields(self, request: HttpRequest, obj: Sector | None = None) -> list[str]:
        return ["key"] if obj else []


@admin.register(Organisation, site=site)
class OrganisationAdmin(Audited):
    form = OrganisationForm
    list_display = ["name", "kind", "parent", "sector"]
    list_filter = ["kind", "sector"]
    list_select_related = ["parent", "sector"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["code"]


# --- Who belongs where ----------------------------------------------------------------------


class NotForYourself(forms.ModelForm):
    """An operator, too, opens no doors for themselves: a role can open what was shared with a department."""

    operator: User

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        people_named = [cleaned.get("person"), cleaned.get("other"), getattr(self.instance, "person", None)]
        if any(person and not rules.may_give_role(self.operator, person) for person in people_named):
            raise forms.ValidationError(_("This is about you. Ask another operator to do it."))
        return cleaned


class PeriodAdmin(Audited):
    """Who and where stay as they were made; only the days change, and an end has its full effect."""

    form = NotForYourself
    fixed: list[str] = []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.operator = request.user
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", *self.fixed] if obj else ["code"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "ends_on" in form.changed_data and isinstance(obj, Membership | Placement):
            people.end_received(obj, by=request.user, at=timezone.now())
        if change and isinstance(obj, Placement) and {"ends_on", "supervisor"} & {*form.changed_data}:
            was = Placement(organisation=obj.organisation, ends_on=form.initial.get("ends_on"))
            sharing.follow_placement(obj, was=terms.end_with(was), by=request.user)


@admin.register(Membership, site=site)
class MembershipAdmin(PeriodAdmin):
    list_display = ["person", "role", "organisation", "starts_on", "ends_on"]
    list_filter = ["role"]
    list_select_related = ["person", "organisation"]
    search_fields = ["person__family_name", "person__given_name", "organisation__name"]
    autocomplete_fields = ["person", "organisation"]
    fixed = ["person", "organisation", "role"]

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            people.tell(obj)


@admin.register(Placement, site=site)
class PlacementAdmin(PeriodAdmin):
    list_display = ["person", "organisation", "department", "discipline", "starts_on", "ends_on"]
    list_select_related = ["person", "organisation", "department"]
    search_fields = ["person__family_name", "person__given_name", "organisation__name", "discipline"]
    autocomplete_fields = ["person", "organisation", "department", "supervisor"]
    fixed = ["person", "organisation"]


@admin.register(Relation, site=site)
class RelationAdmin(PeriodAdmin):
    list_display = ["person", "kind", "other", "starts_on", "ends_on"]
    list_filter = ["kind"]
    list_select_related = ["person", "other"]
    search_fields = ["person__family_name", "other__family_name"]
    autocomplete_fields = ["person", "other"]
    fixed = ["person", "other", "kind"]


# --- Mails that were set aside --------------------------------------------------------------


@admin.register(OutboxRow, site=site)
class OutboxAdmin(Audited):
    """What could not be mailed, for the operator to look into: never for whom, about what, or what it says."""

    list_display = ["kind", "attempts", "last_error", "due_at", "ended_at"]
    list_display_links = None
    ordering = ["-ended_at", "-pk"]
    actions = ["try_again"]

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if url.name == "portal_outboxrow_changelist"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxRow]:
        return super().get_queryset(request).filter(state=State.DEAD)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Try to send these again"))
    def try_again(self, request: HttpRequest, rows: QuerySet[OutboxRow]) -> None:
        number = outbox.try_again(rows, by=request.user, at=timezone.now())
        words = ngettext("%(count)s mail is tried again.", "%(count)s mails are tried again.", number)
        messages.success(request, words % {"count": number})


# --- People ---------------------------------------------------------------------------------


class PersonForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"title", "given_name", "family_name"} & self.fields.keys():
            self.fields[name].validators.append(check_name)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if rules.person_of_address(email):
            raise forms.ValidationError(_("Somebody has this address already."))
        return email


@admin.register(User, site=site)
class PersonAdmin(Audited):
    """An address is set once, here or by an administrator, and then changed by its owner alone: whoever could change
    it could sign in as that person."""

    form = PersonForm
    list_display = ["name", "email", "is_active", "is_staff", "since"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["family_name", "given_name", "email", "code"]
    ordering = ["family_name", "given_name", "pk"]
    actions = ["block", "unblock"]
    fields = ["code", "email", "title", "given_name", "family_name", "language", "is_staff", "is_active", "since"]

    @admin.display(description=gettext_lazy("name"), ordering="family_name")
    def name(self, person: User) -> str:
        return person.full_name

    @admin.display(description=gettext_lazy("since"), ordering="joined_at")
    def since(self, person: User) -> datetime.date:
        return timezone.localdate(person.joined_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(erased_at=None)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Operators are made by a superuser, and nobody makes themselves one."""
        free = request.user.is_superuser and (obj is None or obj.pk != request.user.pk)
        return ["code", "is_active", "since", *([] if free else ["is_staff"]), *(["email"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            people.note_address(obj)

    @admin.action(description=gettext_lazy("Block these accounts"))
    def block(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._each(request, queryset, people.block)

    @admin.action(description=gettext_lazy("Open these accounts again"))
    def unblock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._each(request, queryset, people.unblock)

    def _each(self, request: HttpRequest, queryset: QuerySet[User], act: Any) -> None:
        done = 0
        for person in queryset:
            try:
                act(person, by=request.user)
                done += 1
            except people.Refused as refused:
                self.message_user(request, f"{person.full_name}: {refused}", messages.ERROR)
        if done:
            said = ngettext("%(count)d account is changed.", "%(count)d accounts are changed.", done)
            self.message_user(request, said % {"count": done}, messages.SUCCESS)
