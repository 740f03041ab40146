"""Results of a closed survey (surveys.md Q4, Q5): all of it from the one frozen snapshot."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import celery
from portal.access import access
from portal.models import Document, User
from portal.spreadsheets import csv_of
from portal.views import errors
from portal.views.documents import answer, file_name
from surveys.actions import results as actions
from surveys.actions.waves import NotNow
from surveys.findings import Findings, csv_rows, table_of
from surveys.forms.results import CheckTexts
from surveys.models import Result, Survey
from surveys.rules import results as rules

PER_PAGE, LARGEST_GAPS = 8, 8
LIST_PAGE = 20


@access.signed_in
def results_list(request: HttpRequest) -> HttpResponse:
    """All results that somebody may see, the latest first."""
    rows = rules.seen(request.user).select_related("organisation").filter(result__document__isnull=False)
    page = Paginator(rows.order_by("-closes_at", "-pk"), LIST_PAGE).get_page(request.GET.get("page"))
    return render(request, "surveys/results_list.html", {"page": page})


def _survey(request: HttpRequest, code: str) -> Survey:
    seen = rules.seen(request.user, code=code).select_related("organisation", "result__document")
    found: Survey = get_object_or_404(seen)
    return found


def _ready(request: HttpRequest, code: str) -> Result:
    """Results that are there: a document that was not withdrawn. Raises Http404."""
    result = getattr(_survey(request, code), "result", None)
    if not rules.is_ready(result) or result.document.withdrawn_at:
        raise Http404
    return result


@access.public
def results(request: HttpRequest, code: str) -> HttpResponse:
    """Who answered, where groups see things differently, and the parts of the questionnaire."""
    survey = _survey(request, code)
    result = getattr(survey, "result", None)
    if not rules.is_ready(result):
        if not rules.may_check(request.user, survey):
            raise Http404
        context = {"survey": survey, "result": result, "waiting": rules.waiting(survey)}
        return render(request, "surveys/results_waiting.html", context)
    if result.document.withdrawn_at:
        return errors.gone(request, what=_("These results were withdrawn."))
    found = Findings(actions.read(result.document))
    gaps = found.gaps()
    shown = gaps[:LARGEST_GAPS]
    context = _about(survey, result, found) | {
        "gaps": gaps,
        "chart": found.gaps_chart(shown) if shown else None,
        "headlines": [found.in_short(items[0]) for _key, _name, items in found.sections() if items],
        "has_more": len(gaps) > len(shown),
    }
    return render(request, "surveys/results.html", context)


def _about(survey: Survey, result: Result, found: Findings) -> dict:
    return {
        "survey": survey,
        "result": result,
        "snapshot": found.snapshot,
        "responses": found.responses,
        "sections": [(key, name, len(items)) for key, name, items in found.sections()],
        "is_compared": len(found.groups) > 1,
    }


@access.public
def results_section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """The questions of one part, with their drawings and numbers."""
    result = _ready(request, code)
    found = Findings(actions.read(result.document))
    name, items = next(((name, items) for key, name, items in found.sections() if key == section), (None, []))
    if name is None:
        raise Http404
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"finding": one, "table": table_of(one)} for one in map(found.finding, page)]
    context = _about(result.survey, result, found) | {"name": name, "key": section, "rows": rows, "page": page}
    return render(request, "surveys/results_section.html", context)


@access.public
def results_comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Every question that more than one group answered, the largest difference first."""
    result = _ready(request, code)
    found = Findings(actions.read(result.document))
    page = Paginator(found.gaps(), LIST_PAGE).get_page(request.GET.get("page"))
    chart = found.gaps_chart(list(page)) if page.object_list else None
    context = _about(result.survey, result, found) | {"page": page, "chart": chart}
    return render(request, "surveys/results_comparison.html", context)


# --- Files ------------------------------------------------------------------------------------


@access.public
def results_json(request: HttpRequest, code: str) -> HttpResponseBase:
    """The snapshot itself, byte for byte."""
    return answer(request, _ready(request, code).document)


@access.public
def results_csv(request: HttpRequest, code: str) -> HttpResponse:
    result = _ready(request, code)
    body = csv_of(csv_rows(Findings(actions.read(result.document))))
    name = file_name(result.document).rpartition(".")[0]
    headers = {"Content-Disposition": f'attachment; filename="{name.encode("ascii", "replace").decode()}.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@access.public
def results_drawing(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """One drawing as a file of its own."""
    found = Findings(actions.read(_ready(request, code).document))
    chart = found.finding(found.items[item]).chart if item in found.items else None
    if chart is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{item.replace(":", "-")}.svg"'}
    return HttpResponse(str(chart.svg()), content_type="image/svg+xml", headers=headers)


@access.public
def results_paper(request: HttpRequest, code: str) -> HttpResponseBase:
    """The PDF in the reader's language."""
    result = _ready(request, code)
    rows = Document.objects.filter(kind=actions.PAPER, about=result.survey.code)
    return answer(request, get_object_or_404(rows, language=get_language() or "nl"))


# --- Making them ready ------------------------------------------------------------------------


def _checked_by(request: HttpRequest, code: str) -> Survey:
    survey = _survey(request, code)
    if not rules.may_check(request.user, survey) or not hasattr(survey, "result"):
        raise Http404
    return survey


@access.signed_in(methods=["GET", "POST"])
def texts(request: HttpRequest, code: str) -> HttpResponse:
    """Reading what people wrote, a page at a time, before anybody else does."""
    survey = _checked_by(request, code)
    if rules.is_ready(survey.result):
        return redirect("surveys:results", code)
    there = survey.texts.order_by("is_checked", "place")
    if request.method == "POST":  # these very texts, whatever somebody else checked meanwhile
        there = there.filter(code__in=request.POST)
    page = Paginator(there, LIST_PAGE).get_page(request.GET.get("page"))
    form = CheckTexts(list(page), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.check(survey, form.cleaned_data)
        messages.success(request, _("These texts are checked."))
        return redirect("surveys:texts", code)
    context = {"survey": survey, "page": page, "form": form, "waiting": rules.waiting(survey)}
    context["rows"] = _rows(form, survey)
    return render(request, "surveys/results_texts.html", context, status=422 if form.errors else 200)


def _rows(form: CheckTexts, survey: Survey) -> list[dict]:
    people = User.objects.filter(pk__in=survey.invitations.values("person"))
    names = [person.full_name for person in people]
    return [
        {"field": form[code], "names": rules.names_in(text.words, names), "is_checked": text.is_checked}
        for code, text in form.texts.items()
    ]


@access.signed_in(methods=["POST"])
def results_freeze(request: HttpRequest, code: str) -> HttpResponse:
    survey = _checked_by(request, code)
    try:
        actions.freeze(survey, by=request.user, at=timezone.now())
    except NotNow:
        messages.error(request, _("There are texts that nobody checked yet."))
        return redirect("surveys:texts", code)
    celery.ring("surveys.tasks.follow")
    messages.success(request, _("The results are fixed. From now on they do not change."))
    return redirect("surveys:results", code)
