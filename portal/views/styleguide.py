"""Every component in every state, from the same partials as the pages (demo mode)."""

import datetime
import re
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import jobs, pdf_samples
from portal.access import access
from portal.forms.styleguide import SampleForm
from portal.models.user import User

ICONS = settings.BASE_DIR / "static" / "img" / "icons.svg"
ERRORS = ["400", "403", "404", "409", "410", "500", "503", "csrf", "session_ended"]
COLOURS = ["paper", "surface", "sunk", "ink", "action", "action-bg", "share", "share-bg", "turn", "turn-bg"]
COLOURS += ["danger", "danger-bg", "ok", "ok-bg"]


@access.demo
def styleguide(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    joris = User(title="dr.", given_name="Joris", family_name="Maretak")
    context = {
        "now": now,
        "in_a_month": timezone.localdate(now) + datetime.timedelta(days=30),
        "colours": COLOURS,
        "icons": re.findall(r'id="([a-z]+)"', ICONS.read_text()),
        "errors": [f"portal/errors/{name}.html" for name in ERRORS],
        "joris": joris,
        "grants": _samples_of_sharing(joris, now),
        "moments": _moments(),
        "form": SampleForm(initial={"independence": "1", "competencies": ["a"], "often": "2"}),
        "wrong": _with_errors(),
        "charts": pdf_samples.charts(),
        "documents": list(pdf_samples.all_samples(get_language() or "nl").values()),
        "page": Paginator(range(97), 10).page(3),
        "typed": [
            (_("Title"), _("Handover on a crowded ward")),
            (_("Situation"), _("Half past four, eight people waited for a bed.")),
        ],
    }
    return render(request, "portal/styleguide.html", context)


@access.demo
def styleguide_document(request: HttpRequest, number: int) -> HttpResponse:
    """One of the example documents, in the language of the page, made now."""
    language = get_language() or "nl"
    documents = list(pdf_samples.all_samples(language).values())
    if number >= len(documents):
        raise Http404
    return HttpResponse(documents[number].render(language), content_type="application/pdf")


@access.demo(methods=["POST"])
def styleguide_job(request: HttpRequest) -> HttpResponse:
    """Long work to look at: the example documents in both languages."""
    if not request.user.is_authenticated:
        return redirect("demo")
    return redirect("job", jobs.start("style-bundle", by=request.user, args={}).code)


def _samples_of_sharing(joris: User, now: datetime.datetime) -> dict[str, list[Any]]:
    """Grants as `sharing.readers` gives them, for one reader, two, four, a department."""
    names = [("Iris", "Moor"), ("Hidde", "Notelaar"), ("Farah", "Kiezelbeek")]
    one = SimpleNamespace(user=joris, user_id=-1, expires_at=now + datetime.timedelta(days=20))
    later = {"user_id": -2, "expires_at": now + datetime.timedelta(days=40)}
    more = [SimpleNamespace(user=User(given_name=given, family_name=family), **later) for given, family in names]
    department = SimpleNamespace(name=_("Emergency department"))
    ward = SimpleNamespace(organisation=department, expires_at=now + datetime.timedelta(days=60))
    return {"one": [one], "two": [one, more[0]], "four": [one, *more], "department": [ward]}


def _moments() -> list[dict[str, Any]]:
    return [
        {
            "on": datetime.date(2027, 1, 28),
            "title": _("Conversation with dr. Maretak"),
            "text": _("done: a filled dot"),
        },
        {"state": "skipped", "when": _("December"), "title": _("Peer meeting"), "text": _("skipped: a broken dot")},
        {
            "state": "turn",
            "title": _("Sign the report of 28 January"),
            "url": "#line",
            "text": _("your turn: a dot with a ring"),
        },
        {
            "state": "coming",
            "on": datetime.date(2027, 4, 28),
            "title": _("Next conversation"),
            "text": _("still to come: an open dot"),
        },
    ]


def _with_errors() -> SampleForm:
    sent = {"until": "31-02-2027", "happened_on": "2027-02-06", "often": "1"}
    form = SampleForm({f"wrong-{name}": value for name, value in sent.items()}, prefix="wrong")
    form.is_valid()
    return form
