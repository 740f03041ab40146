from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import drafts
from portal.access import access, require
from portal.editing import EditedElsewhere
from portal.merge import Values
from portal.views.drafts import kept, not_kept
from selection.actions import sheets as actions
from selection.actions.procedures import NotPossible
from selection.forms.sheets import QuestionForm
from selection.models import Answer, Candidate, Sheet
from selection.models.procedures import Criterion
from selection.rules import sheets as rules

KIND = "star-sheet"  # of local copies
TRIES = 5  # of storing while another tab stores too


@access.signed_in(methods=["GET", "POST"])
def declare(request: HttpRequest, code: str) -> HttpResponse:
    """Name and institution, and one question: does something tie you to this person?"""
    found = get_object_or_404(Candidate.objects.visible_to(request.user).select_related("procedure"), code=code)
    if request.method != "POST":
        return render(request, "selection/declare.html", {"candidate": found})
    try:
        sheet = actions.declare(found, by=request.user, stands_back="back" in request.POST)
    except NotPossible as fault:
        messages.warning(request, str(fault))
        return redirect("selection:procedure", found.procedure.code)
    if sheet is None:
        messages.success(request, _("You stand back. This candidate is outside your sight from now on."))
        return redirect("selection:procedure", found.procedure.code)
    return redirect("selection:question", sheet.code, 1)


def _mine(request: HttpRequest, code: str) -> Sheet:
    """An own sheet; others' are read on the board, once they are open."""
    return get_object_or_404(
        Sheet.objects.visible_to(request.user).filter(member__person=request.user).whole(), code=code
    )


@access.signed_in
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The own sheet as a whole: what is there, what is missing, and the button that hands it in."""
    found = _mine(request, code)
    answers = {answer.criterion: answer for answer in found.answers.all()}
    rows = [(one, answers[one.key], rules.missing_in(answers[one.key])) for one in found.version.criteria]
    missing = sum(bool(what) for _one, _answer, what in rows)
    return render(request, "selection/sheet.html", {"sheet": found, "rows": rows, "missing": missing})


@access.signed_in(methods=["POST"])
def sheet_submit(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    try:
        actions.submit(found, by=request.user)
    except NotPossible as fault:
        messages.warning(request, str(fault))
        return redirect("selection:sheet", code)
    messages.success(request, _("Your sheet is handed in. Thank you."))
    return redirect("selection:procedure", found.candidate.procedure.code)


# --- One question ---------------------------------------------------------------------------


def _question(request: HttpRequest, code: str, number: int) -> tuple[Sheet, Criterion, Answer]:
    found = _mine(request, code)
    criteria = found.version.criteria
    if not 1 <= number <= len(criteria):
        raise Http404
    one = criteria[number - 1]
    answer = next(answer for answer in found.answers.all() if answer.criterion == one.key)
    answer.sheet = found
    return found, one, answer


@access.signed_in(methods=["GET", "POST"])
def question(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One question of the own sheet, with its anchors. The next one follows; after the last the whole."""
    found, one, answer = _question(request, code, number)
    if request.method != "POST":
        return _page(request, found, one, answer, QuestionForm.of(answer, one))
    require(found.is_open, _("This sheet is handed in. Nothing in it changes any more."))
    outcome = drafts.save(
        request.POST,
        make=lambda data: QuestionForm(data, criterion=one),
        write=lambda form: actions.write(answer, form.content(), version=form.started_from, by=request.user),
        show=lambda current: QuestionForm.of(current, one),
    )
    if not outcome.saved:
        return _page(request, found, one, outcome.other or answer, outcome.form, clashes=outcome.clashes)
    response = _onward(request, found, number)
    return drafts.done(request, response, KIND, _copy(found, number))


def _onward(request: HttpRequest, found: Sheet, number: int) -> HttpResponse:
    to = request.POST.get("to", "")
    last = len(found.version.criteria)
    number = int(to) if to.isdecimal() and len(to) < 4 else number + 1
    if 1 <= number <= last:
        return redirect("selection:question", found.code, number)
    return redirect("selection:sheet", found.code)


def _copy(found: Sheet, number: int) -> str:
    """Under which name the browser keeps what was not stored yet."""
    return f"{found.code}{number}"


def _page(
    request: HttpRequest,
    found: Sheet,
    one: Criterion,
    answer: Answer,
    form: QuestionForm,
    clashes: tuple[str, ...] = (),
) -> HttpResponse:
    """`answer` is the row as it is stored now; `clashes` names where it and the form differ past merging."""
    stored, keep = QuestionForm.of(answer, one), reverse("selection:question_keep", args=[found.code, one.number])
    copy = _copy(found, one.number)
    editing = drafts.direct(request.user, KIND, copy, form=stored, keep_url=keep, revision=answer.version)
    answers = {row.criterion: row for row in found.answers.all()}
    context = {
        "sheet": found,
        "question": one,
        "form": form,
        "editing": editing,
        "steps": [(step, not rules.missing_in(answers[step.key])) for step in found.version.criteria],
        "clash": [(stored[name].label, getattr(answer, name)) for name in clashes],
    }
    return render(request, "selection/question.html", context, status=409 if clashes else 422 if form.errors else 200)


@access.signed_in(methods=["POST"])
def question_keep(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Autosave. A sheet is its rater's alone, so what is typed is stored in it at once."""
    found, one, answer = _question(request, code, number)
    require(found.is_open, _("This sheet is handed in. Nothing in it changes any more."))
    at = timezone.now()
    for _attempt in range(TRIES):
        try:
            fields, woven = drafts.weave(drafts.values_of(QuestionForm.of(answer, one)), answer.version, request.POST)
            actions.write(answer, _content(fields, one), version=answer.version, by=request.user, at=at)
        except (drafts.Clash, drafts.TooMuch) as refusal:
            return not_kept(refusal)
        except EditedElsewhere as elsewhere:
            answer = elsewhere.current
        else:
            return kept(answer.version + 1, fields, woven=woven, at=at)
    return HttpResponse(status=503, headers={"Retry-After": "1"})


def _content(fields: Values, one: Criterion) -> actions.Content:
    form = QuestionForm(fields, criterion=one)
    if not form.is_valid():
        raise drafts.TooMuch
    return form.content()
