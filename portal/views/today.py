"""What is new, all of it; and how one wants to hear of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import today, wording
from portal.access import access
from portal.actions import preferences as actions
from portal.forms.preferences import PreferencesForm

PER_PAGE = 20


@access.signed_in
def notifications(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = Paginator(today.news_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "news": wording.words(page.object_list, reader=request.user, at=at), "at": at}
    return render(request, "portal/notifications.html", context)


@access.signed_in(methods=["POST"])
def notifications_see(request: HttpRequest) -> HttpResponse:
    today.see_all(request.user, at=timezone.now())
    messages.success(request, _("Nothing is new any more."))
    return redirect("notifications")


@access.signed_in(methods=["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method == "POST" and form.is_valid():
        actions.choose(request.user, form.wishes, quiet=form.quiet, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("preferences")
    return render(request, "portal/preferences.html", {"form": form}, status=422 if form.errors else 200)
