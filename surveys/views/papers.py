"""Showing a questionnaire page by page: to who fills it in, and as a preview to who makes it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from surveys.forms.filling import Paper
from surveys.models import Survey
from surveys.models.waves import State

CHECK, SEND, BACK, NEXT = "_check", "_send", "_back", "_next"  # where a button leads; else the key of a section


def about(survey: Survey) -> dict[str, Any]:
    """What every page of a survey says to who is asked (asked_frame.html)."""
    state = survey.state(timezone.now())
    return {"survey": survey, "is_open": state == State.OPEN, "is_over": state in (State.OVER, State.CLOSED)}


def onward(request: HttpRequest, paper: Paper, context: dict[str, Any]) -> HttpResponse:
    """The page that a button asks for; going on needs the page to be whole, going back does not."""
    here, to = request.POST.get("_here", ""), request.POST.get("_to", "")
    if to == SEND and paper.faulty:
        return page(request, paper, paper.faulty[0].section["key"], context, is_judged=True)
    if to == NEXT and here in paper.keys:
        if paper.judged(here) in paper.faulty:
            return page(request, paper, here, context, is_judged=True)
        place = paper.keys.index(here) + 1
        to = paper.keys[place] if place < len(paper.keys) else CHECK
    elif to == BACK and here in paper.keys:
        to = paper.keys[max(paper.keys.index(here) - 1, 0)]
    if to == CHECK:
        return render(request, "surveys/check.html", context | {"pages": paper.said(), "hidden": list(paper.hidden())})
    return page(request, paper, to if to in paper.keys else paper.keys[0], context)


def page(
    request: HttpRequest, paper: Paper, key: str, context: dict[str, Any], *, is_judged: bool = False
) -> HttpResponse:
    """One section; judged, it says what is wrong with what was typed."""
    context = context | {
        "form": paper.judged(key) if is_judged else paper.form(key),
        "number": paper.keys.index(key) + 1,
        "total": len(paper.keys),
        "hidden": list(paper.hidden(key)),
    }
    return render(request, "surveys/fill.html", context, status=422 if is_judged else 200)


def preview_page(
    request: HttpRequest, paper: Paper, *, title: str, back: tuple[str, ...], is_named: bool = False
) -> HttpResponse:
    if request.POST.get("_to") == SEND and not paper.faulty:
        return redirect(*back)
    return onward(request, paper, {"is_preview": True, "title": title, "survey": None, "is_named": is_named})
