"""Making questionnaires (surveys.md Q1): by hand or from a file, with a preview of every group."""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access import access, require
from portal.editing import EditedElsewhere
from portal.published import NotPublishable
from surveys.actions import questionnaires as actions
from surveys.forms.drafting import TYPES, HeadForm, ImportForm, QuestionForm, RevisionForm, SectionHeadForm
from surveys.forms.filling import Paper
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.rules import drafting
from surveys.rules import questionnaires as rules
from surveys.rules.waves import may_organise
from surveys.views.makers import places_of
from surveys.views.papers import preview_page

PER_PAGE = 20
FIRST = {"key": "questions", "names": {"nl": "Vragen", "en": "Questions"}, "questions": []}


def _seen(request: HttpRequest, code: str) -> Questionnaire:
    newest = Prefetch("versions", QuestionnaireVersion.objects.order_by("-number"))
    rows = Questionnaire.objects.visible_to(request.user).select_related("organisation").prefetch_related(newest)
    return get_object_or_404(rows, code=code)


def _document(found: Questionnaire) -> dict[str, Any]:
    """The draft when there is one, else the last version."""
    return found.draft or found.versions.all()[0].document


def _is_own(request: HttpRequest, found: Questionnaire) -> bool:
    return found.organisation_id is not None and may_organise(request.user, found.organisation_id)


def _own(request: HttpRequest, code: str) -> Questionnaire:
    """One that this person may write in."""
    found = _seen(request, code)
    may = _is_own(request, found)
    require(may, _("This questionnaire comes with the portal. Export it, and import it as your own."))
    return found


def _draft(request: HttpRequest, code: str) -> Questionnaire:
    """The same, with a draft."""
    found = _own(request, code)
    require(bool(found.draft), _("This version is published. Begin a new version to change it."))
    return found


@access.signed_in
def questionnaires(request: HttpRequest) -> HttpResponse:
    places_of(request)
    newest = Prefetch("versions", QuestionnaireVersion.objects.defer("document").order_by("-number"))
    rows = Questionnaire.objects.visible_to(request.user).select_related("organisation").prefetch_related(newest)
    page = Paginator(rows.order_by("organisation__name", "key", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "surveys/questionnaires.html", {"page": page})


@access.signed_in
def questionnaire(request: HttpRequest, code: str) -> HttpResponse:
    """What it asks, section by section: the draft when there is one, else the last version."""
    found = _seen(request, code)
    document = _document(found)
    mine = _is_own(request, found)
    faults = rules.faults(actions.numbered(found)) if found.draft else []
    context = {
        "questionnaire": found,
        "document": document,
        "versions": list(found.versions.all()),
        "is_mine": mine,
        "may_edit": mine and bool(found.draft),
        "faults": faults,
        "types": TYPES,
    }
    return render(request, "surveys/questionnaire.html", context)


# --- Beginning ------------------------------------------------------------------------------


@access.signed_in(methods=["GET", "POST"])
def questionnaire_new(request: HttpRequest) -> HttpResponse:
    organisations = places_of(request)
    form = HeadForm(None, request.POST or None, organisations=organisations, initial={"revision": 0})
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, _("A new questionnaire"), None)
    head = form.head()
    taken = set(Questionnaire.objects.filter(organisation=form.organisation).values_list("key", flat=True))
    key = drafting.fresh_key(head["names"]["nl"], taken)
    document = drafting.with_head({"key": key, "number": 1, "sections": [FIRST]}, head)
    made = actions.begin(form.organisation, document)
    return redirect("surveys:questionnaire", made.code)


@access.signed_in(methods=["GET", "POST"])
def questionnaire_import(request: HttpRequest) -> HttpResponse:
    """A definition file becomes a draft, or every fault in it is named."""
    organisations = places_of(request)
    form, faults = ImportForm(request.POST or None, organisations=organisations), []
    if request.method == "POST" and form.is_valid():
        faults = rules.faults(form.cleaned_data["text"])
        if not faults:
            made = actions.begin(form.organisation, form.cleaned_data["text"])
            messages.success(request, _("The definition is read. Look at it before you publish it."))
            return redirect("surveys:questionnaire", made.code)
    context = {"form": form, "faults": faults}
    return render(request, "surveys/questionnaire_import.html", context, status=422 if form.errors or faults else 200)


@access.signed_in
def questionnaire_export(request: HttpRequest, code: str) -> HttpResponse:
    """The definition file of the draft, else of the last version."""
    found = _seen(request, code)
    document = _document(found)
    body = json.dumps(document, ensure_ascii=False, indent=2)
    name = f"{found.key}.{document.get('number', 1)}.json"
    return HttpResponse(
        body, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# --- Writing --------------------------------------------------------------------------------


def _form(request: HttpRequest, form: RevisionForm, title: str, found: Questionnaire | None) -> HttpResponse:
    context = {"form": form, "title": title, "questionnaire": found}
    return render(request, "surveys/questionnaire_form.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, form: RevisionForm, found: Questionnaire, document: Any, title: str) -> HttpResponse:
    """Keep it, and back to the whole; when somebody else was first, nothing typed is lost and nothing overwritten."""
    try:
        actions.write(found, document, revision=form.cleaned_data["revision"])
    except EditedElsewhere as elsewhere:
        current = elsewhere.current
        form.data = form.data.copy()
        form.data["revision"] = current.revision
        context = {"form": form, "title": title, "questionnaire": found, "is_late": True}
        return render(request, "surveys/questionnaire_form.html", context, status=409)
    return redirect("surveys:questionnaire", found.code)


@access.signed_in(methods=["GET", "POST"])
def questionnaire_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Name, introduction, groups."""
    found, title = _draft(request, code), _("Name and groups")
    initial = {"revision": found.revision}
    form = HeadForm(found.draft, request.POST or None, organisations=[found.organisation], initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, title, found)
    return _write(request, form, found, drafting.with_head(found.draft, form.head()), title)


@access.signed_in(methods=["GET", "POST"])
def section_edit(request: HttpRequest, code: str, key: str = "") -> HttpResponse:
    found, title = _draft(request, code), _("A part")
    there = drafting.section(found.draft, key)
    if key and not there:
        raise Http404
    form = SectionHeadForm(there, request.POST or None, initial={"revision": found.revision})
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, title, found)
    part = form.part({one["key"] for one in found.draft["sections"]})
    return _write(request, form, found, drafting.with_section(found.draft, part), title)


@access.signed_in(methods=["GET", "POST"])
def question_new(request: HttpRequest, code: str, section: str, kind: str) -> HttpResponse:
    found = _draft(request, code)
    if kind not in TYPES or not drafting.section(found.draft, section):
        raise Http404
    return _question(request, found, section, kind, None)


@access.signed_in(methods=["GET", "POST"])
def question_edit(request: HttpRequest, code: str, key: str) -> HttpResponse:
    found = _draft(request, code)
    pair = drafting.question(found.draft, key)
    if pair is None:
        raise Http404
    return _question(request, found, pair[0]["key"], pair[1]["type"], pair[1])


def _question(request: HttpRequest, found: Questionnaire, section: str, kind: str, there: Any) -> HttpResponse:
    title = str(TYPES[kind])
    form = QuestionForm(kind, there, request.POST or None, document=found.draft, initial={"revision": found.revision})
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, title, found)
    return _write(request, form, found, drafting.with_question(found.draft, section, form.part()), title)


@access.signed_in(methods=["POST"])
def part_move(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Up, down or away: a section, or a question."""
    found = _draft(request, code)
    verb, is_section = request.POST.get("verb", ""), request.POST.get("what") == "section"
    if verb == "remove":
        document = drafting.without(found.draft, key, is_section=is_section)
    else:
        document = drafting.moved(found.draft, key, verb, is_section=is_section)
    try:
        actions.write(found, document, revision=found.revision)
    except EditedElsewhere:
        messages.warning(request, _("Somebody else changed this questionnaire this moment. Look at it and try again."))
    return _to_part(found, key)


def _to_part(found: Questionnaire, key: str) -> HttpResponseRedirect:
    response = redirect("surveys:questionnaire", found.code)
    response["Location"] += f"#{key}"
    return response


# --- Publishing -----------------------------------------------------------------------------


@access.signed_in(methods=["POST"])
def questionnaire_publish(request: HttpRequest, code: str) -> HttpResponse:
    found = _draft(request, code)
    try:
        version = actions.publish(found, by=request.user, at=timezone.now())
    except NotPublishable:
        messages.error(request, _("It is not whole yet. What is missing stands below."))
    else:
        text = _("Version %(number)s is published. It never changes; surveys can use it.")
        messages.success(request, text % {"number": version.number})
    return redirect("surveys:questionnaire", found.code)


@access.signed_in(methods=["POST"])
def questionnaire_revise(request: HttpRequest, code: str) -> HttpResponse:
    found = _own(request, code)
    actions.revise(found)
    return redirect("surveys:questionnaire", found.code)


@access.signed_in(methods=["GET", "POST"])
def questionnaire_preview(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """As somebody of this group would see it."""
    found = _seen(request, code)
    document = _document(found)
    require(
        not found.draft or not rules.faults(actions.numbered(found)), _("It is not whole yet, so there is no preview.")
    )
    if not any(one["key"] == group for one in document["groups"]):
        raise Http404
    paper = Paper(document, group, request.POST)
    return preview_page(request, paper, title=str(found), back=("surveys:questionnaire", found.code))
