from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import files, readings, serving
from portal.access import access, require
from portal.forms.files import FilesForm
from portal.models import Shareable, StoredFile, User
from portal.models.sharing import Channel
from portal.signin import safe_path


def chosen_in(request: HttpRequest) -> FilesForm:
    """The files in the form of something that may have none."""
    return FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()


def add_chosen(form: FilesForm, *, about: Shareable, by: User) -> bool:
    """Add each file that was chosen; what is refused is said beside the field. Whether all went well."""
    if form.is_valid():
        for upload in list(form.cleaned_data["files"]):
            try:
                form.added.append(files.add(upload, about=about, by=by, declared=True, at=timezone.now()))
            except files.FileRefused as refusal:
                form.refuse(upload.name or "", refusal)
    return not form.errors


def _visible(person: User, code: str) -> StoredFile:
    found = files.visible_to(person, timezone.now()).filter(code=code).select_related("about", "owner").first()
    if found is None:
        raise Http404
    return found


@access.signed_in
def file(request: HttpRequest, code: str) -> HttpResponseBase:
    return _serve(request, request.user, code)


@access.guest
def guest_file(request: HttpRequest, code: str) -> HttpResponseBase:
    return _serve(request, request.guest.person, code)


def _serve(request: HttpRequest, reader: User, code: str) -> HttpResponseBase:
    """The bytes, as an attachment; a picture may also stand on a page. For another's file it is a reading."""
    at = timezone.now()
    found = _visible(reader, code)
    if not serving.is_known(request, found.sha256):
        readings.note(reader, [found.about], channel=Channel.FILE, at=at)
    try:
        opened = default_storage.open(found.stored_as)
    except FileNotFoundError:
        raise Http404 from None  # removed at this very moment
    what = {"size": found.size, "sha256": found.sha256, "media_type": found.kind, "name": found.name}
    return serving.serve(request, opened, **what)


@access.signed_in(methods=["GET", "POST"])
def file_report(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody sees patient data in it: first what will happen, then the button."""
    found = _visible(request.user, code)
    if request.method != "POST":
        return render(request, "portal/file_report.html", {"file": found})
    files.report(found, by=request.user, at=timezone.now())
    messages.success(request, _("Thank you. Nobody can open this file any more; within a day it is destroyed."))
    return redirect(_way_back(request))


@access.signed_in(methods=["GET", "POST"])
def file_remove(request: HttpRequest, code: str) -> HttpResponse:
    found = _visible(request.user, code)
    require(found.owner_id == request.user.pk, _("Only the owner can remove this file."))
    if request.method != "POST":
        return render(request, "portal/file_remove.html", {"file": found})
    files.remove(found, by=request.user)
    messages.success(request, _("The file is gone."))
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """The page that the link stood on, if it is one of ours."""
    return safe_path(request.GET.get("next", "")) or reverse("home")
