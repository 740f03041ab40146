from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import calendar
from portal.access import access
from portal.fresh_code import fresh_code_required


@access.public
def calendar_feed(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """For calendar programs: the token in the address is all they have, and all that they need."""
    person = calendar.person_of(code, token)
    if person is None:
        raise Http404
    body = calendar.feed(person, at=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="leerlijn.ics"', "Cache-Control": "no-store, private"}
    return HttpResponse(body, content_type=f"{calendar.TYPE}; charset=utf-8", headers=headers)


@access.signed_in(methods=["GET", "POST"])
@fresh_code_required
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The address of one's own calendar: made, replaced, stopped."""
    if request.method != "POST":
        return render(request, "portal/calendar.html", calendar.summary(request.user))
    if "stop" in request.POST:
        calendar.close_feed(request.user)
        messages.success(request, _("The address no longer works."))
    else:
        calendar.open_feed(request.user, at=timezone.now())
        messages.success(request, _("Your calendar has an address. Copy it into your own calendar."))
    return redirect("my_calendar")
