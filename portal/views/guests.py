"""The way in for who reads by a link. The same pages for every link, whether it opens something or not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal import guests
from portal.access import access
from portal.forms.account import FreshCodeForm
from portal.views.errors import link_again


@access.public(methods=["GET", "POST"])
def guest_link(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Opening it does nothing: mail scanners do so too. The button has the code mailed."""
    if request.method != "POST":
        return render(request, "portal/guest_link.html")
    try:
        guests.ask(request, code, token)
    except guests.TooOften:
        return render(request, "portal/guest_link.html", {"too_often": True}, status=429)
    return redirect("guest_code")  # an address without the token


@access.public(methods=["GET", "POST"])
def guest_code(request: HttpRequest) -> HttpResponse:
    if not guests.has_asked(request):
        return link_again(request)
    form = FreshCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            guests.enter(request, form.cleaned_data["code"])
            return redirect(settings.GUEST_HOME)
        except guests.Refused as refused:
            if refused.over:
                return link_again(request)
            form.add_error("code", _("This is not the code. Look at the newest mail and type its six digits."))
    return render(request, "portal/guest_code.html", {"form": form}, status=422 if form.errors else 200)


@access.public(methods=["POST"])
def guest_leave(request: HttpRequest) -> HttpResponse:
    guests.leave(request)
    response = redirect("home")
    response["Clear-Site-Data"] = '"cache"'  # also the pages that "back" would show
    return response
