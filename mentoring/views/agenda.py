"""Putting something on the agenda of a conversation that is still to come, from wherever it was seen (P5, P10)."""

from django.contrib import messages
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from mentoring.actions import conversations as actions
from mentoring.actions.conversations import Refused
from mentoring.forms.agenda import AgendaForm
from mentoring.models import Conversation
from mentoring.models.conversations import COMING, ConversationRows
from portal.access import access
from portal.models import User
from portal.paging import page_of

PER_PAGE = 20


def _coming(person: User) -> ConversationRows:
    """One's own, the first first: by the day that was agreed, else by the day for about which it is planned."""
    mine = Conversation.objects.visible_to(person).filter(shareable__owner=person, state__in=COMING)
    return mine.with_people().order_by(Coalesce(TruncDate("starts_at"), "due_on"), "pk")


def _page(request: HttpRequest, form: AgendaForm, status: int = 200) -> HttpResponse:
    """Another page of conversations is asked by a button of the form, so that what was typed comes along."""
    page = page_of(_coming(request.user), PER_PAGE, request.POST.get("page"))
    return render(request, "mentoring/agenda.html", {"form": form, "page": page}, status=status)


@access.signed_in(methods=["GET", "POST"])
def agenda(request: HttpRequest) -> HttpResponse:
    """First the words and who will read them; the button of a conversation is what puts it there."""
    if request.method != "POST" or "conversation" not in request.POST:
        return _page(request, AgendaForm(initial={"text": request.POST.get("text", "")[:200]}))
    found = get_object_or_404(_coming(request.user), shareable__code=request.POST["conversation"])
    form = AgendaForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        actions.add_point(found, form.cleaned_data["text"], by=request.user)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return _page(request, form, status=422)
    messages.success(request, _("It stands on the agenda; %(name)s sees it too.") % {"name": found.other.full_name})
    return redirect("mentoring:conversation", found.code)
