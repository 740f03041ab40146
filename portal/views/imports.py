"""Import of people, for an organisation's administrators: a list is read, checked line by line, then confirmed."""

import secrets
import time

from allauth.core import ratelimit
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.access import access
from portal.actions import imports
from portal.forms.people import ImportConfirmForm, ImportForm
from portal.models import Organisation, Role
from portal.models.organisation import today
from portal.spreadsheets import Unreadable
from portal.views.people import administered_or_404

KEPT_SECONDS = 15 * 60


@access.signed_in(methods=["GET", "POST"])
def people_import(request: HttpRequest, code: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and not ratelimit.consume(request, action="import_people", user=request.user):
        form.add_error("file", _("You read ten lists in an hour. Wait a while and try again."))
    elif request.method == "POST" and form.is_valid():
        try:
            lines = imports.read(form.cleaned_data["file"].read(), on=today())
        except Unreadable as unreadable:
            form.add_error("file", str(unreadable))
        else:
            return redirect("import_check", organisation.code, _keep(request, organisation, lines))
    context = {"organisation": organisation, "form": form, "roles": Role.labels, "columns": imports.COLUMNS}
    return render(request, "portal/people_import.html", context, status=422 if form.errors else 200)


def _keep(request: HttpRequest, organisation: Organisation, lines: list[imports.Line]) -> str:
    """Hold the lines on the server between the dry run and the confirmation. Returns the key in the address."""
    key = secrets.token_urlsafe(18)
    owner = [request.user.pk, organisation.pk]
    kept = {"owner": owner, "at": time.time(), "lines": [line.stored() for line in lines]}
    cache.set(f"import:{key}", kept, KEPT_SECONDS)
    return key


def _kept(request: HttpRequest, organisation: Organisation, key: str) -> list[imports.Line] | None:
    kept = cache.get(f"import:{key}")
    if not kept or kept["owner"] != [request.user.pk, organisation.pk] or time.time() - kept["at"] > KEPT_SECONDS:
        return None
    return [imports.Line(**line) for line in kept["lines"]]


@access.signed_in
def import_check(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The dry run: what each line would do, as things stand now."""
    organisation = administered_or_404(request, code)
    lines = _kept(request, organisation, key)
    if lines is None:
        return _read_again(request, organisation)
    return _check_page(request, organisation, key, imports.plan(lines, organisation, by=request.user))


def _check_page(
    request: HttpRequest, organisation: Organisation, key: str, lines: list[imports.Line], *, status: int = 200
) -> HttpResponse:
    wrong = [line for line in lines if line.problems]
    context = {
        "organisation": organisation,
        "key": key,
        "lines": lines,
        "wrong": wrong,
        "counts": {outcome: sum(line.outcome == outcome for line in lines) for outcome in ("new", "role", "same")},
        "form": ImportConfirmForm(),
    }
    return render(request, "portal/people_import_check.html", context, status=status)


@access.signed_in(methods=["POST"])
def import_confirm(request: HttpRequest, code: str, key: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    lines, form = _kept(request, organisation, key), ImportConfirmForm(request.POST)
    if lines is None or not form.is_valid():
        return _read_again(request, organisation)
    try:
        count = imports.import_people(lines, organisation, by=request.user, tell=form.cleaned_data["tell"])
    except imports.NotAllGood:
        lines = imports.plan(_kept(request, organisation, key) or [], organisation, by=request.user)
        messages.error(request, _("Something changed meanwhile. Nobody was added. Look at the list again."))
        return _check_page(request, organisation, key, lines, status=409)
    cache.delete(f"import:{key}")
    said = ngettext("%(count)d role is given.", "%(count)d roles are given.", count) % {"count": count}
    messages.success(request, said)
    return redirect("people", organisation.code)


def _read_again(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    messages.warning(request, _("A list is kept for a quarter of an hour. Choose the file again; nobody was added."))
    return redirect("people_import", organisation.code)
