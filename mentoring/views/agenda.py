"""Putting something on the agenda of a conversation that is still to come, from wherever it was seen (P5, P10)."""

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring.actions import conversations as actions
from mentoring.actions.conversations import Refused
from mentoring.forms.agenda import AgendaForm
from mentoring.models import Conversation
from mentoring.models.conversations import COMING
from portal.access import access


def _day(one: Conversation) -> datetime.date:
    return timezone.localdate(one.starts_at) if one.starts_at else one.due_on


@access.signed_in(methods=["GET", "POST"])
def agenda(request: HttpRequest) -> HttpResponse:
    """First the words and who will read them; the button of a conversation is what puts it there."""
    mine = Conversation.objects.visible_to(request.user).filter(shareable__owner=request.user, state__in=COMING)
    coming = sorted(mine.with_people().order_by("pk"), key=_day)
    if request.method != "POST" or "conversation" not in request.POST:
        form = AgendaForm(initial={"text": request.POST.get("text", "")[:200]})
        return render(request, "mentoring/agenda.html", {"form": form, "coming": coming})
    found = next((one for one in coming if one.code == request.POST["conversation"]), None)
    if found is None:
        raise Http404
    form = AgendaForm(request.POST)
    if not form.is_valid():
        return render(request, "mentoring/agenda.html", {"form": form, "coming": coming}, status=422)
    try:
        actions.add_point(found, form.cleaned_data["text"], by=request.user)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return render(request, "mentoring/agenda.html", {"form": form, "coming": coming}, status=422)
    messages.success(request, _("It stands on the agenda; %(name)s sees it too.") % {"name": found.other.full_name})
    return redirect("mentoring:conversation", found.code)
