from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import codes, sharing
from portal import drafts as ground_drafts
from portal.access import access, require, visible_or_404
from portal.forms.files import FilesForm
from portal.forms.texts import say_after_saving
from portal.models.sharing import Channel
from portal.paging import page_of
from portal.views.files import add_chosen, chosen_in
from portfolios import rules
from portfolios.actions import experiences as actions
from portfolios.forms.experiences import ExperienceForm
from portfolios.models import Experience, Portfolio
from portfolios.nav import mark_reading_along
from portfolios.views.comments import parts_of
from portfolios.views.editing import edit, of_what_it_made
from portfolios.views.evidence import shows
from portfolios.ways import Way, own

PER_PAGE = 20
KIND, NEW = "experience", "experience-new"  # of drafts


def _mine(request: HttpRequest, code: str) -> tuple[Experience, Portfolio]:
    """An own experience for a page that changes it: 404 for a stranger, 403 for a reader."""
    found = visible_or_404(Experience.objects.select_related("shareable"), request.user, code)
    require(rules.may_edit(request.user, found.shareable), _("Only the owner can change this experience."))
    return found, Portfolio.objects.get(owner=request.user.pk)


@access.signed_in(methods=["GET", "POST"])
def experience_new(request: HttpRequest) -> HttpResponse:
    portfolio = Portfolio.objects.filter(owner=request.user.pk).first()
    if portfolio is None:
        return redirect("portfolios:portfolio")
    code = codes.given(request.POST.get("code") or request.GET.get("draft", "")) or codes.new_code()
    if request.method == "POST" and (made := _made_before(request, code)):
        changed = _changed(request, made, portfolio, of_what_it_made(request.POST))
        return ground_drafts.done(request, changed, NEW, code)
    initial = {"happened_on": timezone.localdate(), "code": code}
    form = ExperienceForm(request.POST or None, portfolio=portfolio, initial=initial)
    chosen = chosen_in(request)
    if request.method == "POST" and form.is_valid():
        made = actions.create(form.content(), by=request.user, code=code)
        say_after_saving(request, form)
        return ground_drafts.done(request, _saved(request, portfolio, made, chosen), NEW, code)
    chosen.choose_again()
    open_form = ground_drafts.resume if form.is_bound else ground_drafts.begin
    context = {"form": form, "chosen": chosen, "editing": open_form(request.user, NEW, code, form=form)}
    return render(request, "portfolios/experience_edit.html", context, status=422 if form.errors else 200)


def _made_before(request: HttpRequest, code: str) -> Experience | None:
    return (
        Experience.objects.select_related("shareable")
        .filter(shareable__owner=request.user, shareable__code=code)
        .first()
    )


def _saved(request: HttpRequest, portfolio: Portfolio, experience: Experience, chosen: FilesForm) -> HttpResponse:
    """The text is saved; now the files. When one is refused, the form comes back as it was saved, and says so."""
    if not add_chosen(chosen, about=experience.shareable, by=request.user):
        return _refused(request, portfolio, experience, chosen)
    if "place" in request.POST:
        return redirect("portfolios:experience_place", experience.code)
    if experience.is_draft:
        messages.success(request, _("Saved as a draft. Nobody but you can see it."))
    else:
        messages.success(request, _("Saved."))
    return redirect("portfolios:experience", experience.code)


def _refused(request: HttpRequest, portfolio: Portfolio, experience: Experience, chosen: FilesForm) -> HttpResponse:
    found = visible_or_404(Experience.objects.whole(), request.user, experience.code)  # as it stands now
    form = ExperienceForm(portfolio=portfolio, experience=found)
    ground_drafts.discard(request.user, KIND, found.code)  # it holds what was saved a moment ago
    editing = ground_drafts.begin(request.user, KIND, found.code, form=form)
    context = _beside(found) | {"form": form, "chosen": chosen, "editing": editing, "is_saved": True}
    return render(request, "portfolios/experience_edit.html", context, status=422)


def _beside(found: Experience) -> dict[str, Any]:
    grants = sharing.readers_of(found.shareable, timezone.now())
    files = page_of(found.shareable.files.there().order_by("added_at", "pk"), PER_PAGE)
    return {"experience": found, "grants": grants, "files": files}


@access.signed_in
def drafts(request: HttpRequest) -> HttpResponse:
    rows = Experience.objects.filter(shareable__owner=request.user).drafts().for_list().order_by("-updated_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portfolios/drafts.html", {"page": page})


@access.signed_in
def experience(request: HttpRequest, code: str) -> HttpResponse:
    return experience_page(request, code, own(request.user))


def experience_page(request: HttpRequest, code: str, way: Way) -> HttpResponse:
    """One experience; a reading when it is another's."""
    at = timezone.now()  # before the look: what is found was still shared then
    in_sight = sharing.sight(way.reader, at, path="shareable__parent__")  # in the same query: one less
    found = way.find(Experience.objects.whole().annotate(sees_section=in_sight), code)
    way.note([found.shareable], channel=Channel.PAGE, at=at)
    return _shown(request, found, FilesForm(needed=True), way)


def _shown(request: HttpRequest, found: Experience, form: FilesForm, way: Way) -> HttpResponse:
    at, mine = timezone.now(), rules.may_edit(way.reader, found.shareable)
    files = found.shareable.files.order_by("added_at", "pk")
    context: dict[str, Any] = {"experience": found, "is_owner": mine, "section": found.shareable.parent}
    context["files"] = page_of(files if mine else files.there(), PER_PAGE, request.GET.get("second"))
    context |= {"way": way, "frame": way.frame, "file_url": way.files}
    context |= shows(request, found, way, at)
    if not found.is_draft:
        context |= parts_of(found.shareable, way)
    if mine:
        context["grants"] = sharing.readers_of(found.shareable, at)
        context["may_remove"] = rules.may_remove(request.user, found)
        context["form"] = form
    else:
        mark_reading_along(request, way)
        context["sees_section"] = found.sees_section
    return render(request, "portfolios/experience.html", context, status=422 if form.errors else 200)


@access.signed_in(methods=["POST"])
def file_add(request: HttpRequest, code: str) -> HttpResponse:
    """Pictures or PDFs with an experience; refused with a sentence beside the field."""
    found = visible_or_404(Experience.objects.whole(), request.user, code)
    require(rules.may_edit(request.user, found.shareable), _("Only the owner can add a file here."))
    form = FilesForm(request.POST, request.FILES, needed=True)
    if not add_chosen(form, about=found.shareable, by=request.user):
        return _shown(request, found, form, own(request.user))
    many = len(form.cleaned_data["files"])
    messages.success(request, ngettext("The file is added.", "The files are added.", many))
    return redirect(f"{reverse('portfolios:experience', args=[code])}#files")


@access.signed_in(methods=["GET", "POST"])
def experience_edit(request: HttpRequest, code: str) -> HttpResponse:
    return _changed(request, *_mine(request, code))


def _changed(
    request: HttpRequest, found: Experience, portfolio: Portfolio, sent: QueryDict | None = None
) -> HttpResponse:
    chosen = chosen_in(request)
    return edit(
        request,
        found,
        kind=KIND,
        context=_beside(found) | {"chosen": chosen},
        make=lambda data: ExperienceForm(data, portfolio=portfolio, experience=found),
        write=lambda form: actions.change(found, form.content(), version=form.started_from, by=request.user),
        show=lambda one: ExperienceForm(portfolio=portfolio, experience=one),
        saved=lambda: _saved(request, portfolio, found, chosen),
        again=chosen.choose_again,
        sent=sent,
    )


@access.signed_in(methods=["GET", "POST"])
def experience_place(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the section; each button names who reads along there."""
    found, portfolio = _mine(request, code)
    sections = [one for one in portfolio.sections.in_order() if one.takes(found)]
    if request.method == "POST":
        section = next((one for one in sections if one.code == request.POST.get("section")), None)
        if section is None:
            raise Http404
        actions.place(found, section=section, by=request.user)
        messages.success(request, _("It is now in “%(section)s”.") % {"section": section.title})
        return redirect("portfolios:experience", found.code)
    readers = sharing.readers([s.shareable for s in sections], timezone.now())
    rows = [{"section": s, "people": sorted({g.user.short_name for g in readers[s.pk]})} for s in sections]
    return render(request, "portfolios/experience_place.html", {"experience": found, "rows": rows})


@access.signed_in(methods=["GET", "POST"])
def experience_remove(request: HttpRequest, code: str) -> HttpResponse:
    found, _portfolio = _mine(request, code)
    require(
        rules.may_remove(request.user, found),
        _("This experience is in your portfolio. Only a draft can be thrown away."),
    )
    if request.method != "POST":
        return render(request, "portfolios/experience_remove.html", {"experience": found})
    actions.remove_draft(found, by=request.user)
    messages.success(request, _("The draft is gone."))
    return redirect("portfolios:portfolio")
