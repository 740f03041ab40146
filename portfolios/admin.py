"""Frameworks, their mappings, templates of sections and profiles: imported, exported, never changed (P4, G13)."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.admin import Audited, site
from portal.forms.documents import DocumentForm
from portal.published import AlreadyPublished, NotPublishable
from portfolios import documents
from portfolios.actions import frameworks, mappings, profile_sets, templates
from portfolios.models import FrameworkMapping, FrameworkVersion, ProfileSet, SectionTemplate


class Published(Audited):
    """Adding is importing: first what it would do or every fault in it, then the button. Nothing here is changed."""

    list_display = ["__str__", "published_at", "digest", "as_json"]
    list_display_links = None
    schema: str
    verbs: Any  # the module that publishes and exports

    def get_urls(self) -> list[URLPattern]:
        names = {f"portfolios_{self.opts.model_name}_{page}" for page in ("changelist", "add")}
        kept = [one for one in super().get_urls() if getattr(one, "name", None) in names]
        own = f"portfolios_{self.opts.model_name}"
        return [
            path("schema/", self.admin_site.admin_view(self.give_schema), name=f"{own}_schema"),
            path("<int:row>/export/", self.admin_site.admin_view(self.export), name=f"{own}_export"),
            *kept,
        ]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("as JSON"))
    def as_json(self, row: Model) -> SafeString:
        address = reverse(f"admin:portfolios_{self.opts.model_name}_export", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, _("Export"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Dry run and publication are the same act; the first is undone."""
        form, faults, checked = DocumentForm(request.POST or None), list[str](), ""
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    made = self.verbs.publish(form.cleaned_data["text"], by=request.user)
                    checked = str(made)
                    transaction.set_rollback("publish" not in request.POST)
            except (NotPublishable, AlreadyPublished) as refusal:
                faults = getattr(refusal, "faults", [str(refusal)])
            if checked and "publish" in request.POST:
                messages.success(request, _("Published: %(what)s. It can no longer change.") % {"what": checked})
                return redirect(f"admin:portfolios_{self.opts.model_name}_changelist")
        context = self.admin_site.each_context(request) | {"opts": self.opts, "form": form, "faults": faults}
        context |= {"title": _("Import"), "checked": checked}
        status = 422 if faults or form.errors else 200
        return render(request, "admin/portfolios/import.html", context, status=status)

    def export(self, request: HttpRequest, row: int) -> HttpResponse:
        found = get_object_or_404(self.model, pk=row)
        return _file(self.verbs.export(found), f"{self.schema}.{row}.json")

    def give_schema(self, request: HttpRequest) -> HttpResponse:
        schema = documents.DATA / "schemas" / f"{self.schema}.schema.json"
        return _file(json.loads(schema.read_text(encoding="utf-8")), schema.name)


def _file(body: Any, name: str) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return HttpResponse(
        text, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@admin.register(FrameworkVersion, site=site)
class FrameworkAdmin(Published):
    list_select_related = ["framework"]
    ordering = ["framework", "-number"]
    schema, verbs = documents.FRAMEWORK, frameworks


@admin.register(FrameworkMapping, site=site)
class MappingAdmin(Published):
    list_select_related = ["older__framework", "newer"]
    ordering = ["-published_at", "-pk"]
    schema, verbs = documents.MAPPING, mappings


@admin.register(SectionTemplate, site=site)
class TemplateAdmin(Published):
    ordering = ["-number"]
    schema, verbs = documents.SECTION_TEMPLATE, templates


@admin.register(ProfileSet, site=site)
class ProfileSetAdmin(Published):
    ordering = ["-number"]
    schema, verbs = documents.PROFILE_SET, profile_sets
