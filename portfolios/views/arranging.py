"""Order, hide, rename and remove sections; take over a newer template (P1)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import sharing
from portal.access import access, require, visible_or_404
from portfolios import rules
from portfolios.actions import arranging as actions
from portfolios.forms.sections import OwnSection
from portfolios.models import Portfolio, Section, SectionTemplate


def _mine(request: HttpRequest, code: str) -> Section:
    found = visible_or_404(Section.objects.in_order(), request.user, code)
    require(rules.may_edit(request.user, found.shareable), _("Only the owner can arrange these sections."))
    return found


def _back(section: Section) -> HttpResponse:
    return redirect(f"{reverse('portfolios:arrange')}#{section.code}")


@access.signed_in
def arrange(request: HttpRequest) -> HttpResponse:
    """All sections of the own portfolio, hidden ones too, in the owner's order."""
    portfolio = Portfolio.objects.filter(owner=request.user).first()
    if portfolio is None:
        return redirect("portfolios:portfolio")
    sections = list(portfolio.sections.in_order())
    readers = sharing.readers([one.shareable for one in sections], timezone.now())
    rows = [{"section": one, "grants": readers[one.pk]} for one in sections]
    return render(request, "portfolios/arrange.html", {"rows": rows, "newer": actions.newer(portfolio)})


@access.signed_in(methods=["POST"])
def section_move(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    actions.move(found, up=request.POST.get("to") == "up", by=request.user)
    return _back(found)


@access.signed_in(methods=["POST"])
def section_hide(request: HttpRequest, code: str) -> HttpResponse:
    found, at = _mine(request, code), timezone.now()
    actions.hide(found, by=request.user, at=at)
    people = sorted({grant.user.short_name for grant in sharing.readers_of(found.shareable, at)})
    told = _("“%(section)s” is hidden from your own list.") % {"section": found.title}
    if people:
        told += " " + _("It stays shared: %(names)s can still read it.") % {"names": ", ".join(people)}
    messages.success(request, told)
    return _back(found)


@access.signed_in(methods=["POST"])
def section_show(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    actions.show(found, by=request.user)
    messages.success(request, _("“%(section)s” is in your list again.") % {"section": found.title})
    return _back(found)


@access.signed_in(methods=["GET", "POST"])
def section_rename(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    require(rules.may_rename(request.user, found), _("This name is the same for everybody, so that others know it."))
    form = OwnSection(request.POST or None, initial={"title": found.title})
    if request.method == "POST" and form.is_valid():
        actions.rename(found, title=form.cleaned_data["title"], by=request.user)
        messages.success(request, _("The section has its new name."))
        return _back(found)
    context = {"section": found, "form": form}
    return render(request, "portfolios/section_rename.html", context, status=422 if form.errors else 200)


@access.signed_in(methods=["GET", "POST"])
def section_remove(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    kept = rules.why_kept(found)
    if request.method != "POST":
        return render(request, "portfolios/section_remove.html", {"section": found, "kept": kept})
    require(not kept, kept)
    actions.remove(found, by=request.user)
    messages.success(request, _("The section “%(section)s” is gone.") % {"section": found.title})
    return redirect("portfolios:arrange")


def version_number(request: HttpRequest) -> int:
    """Of what was looked at, as the page sends it back; 404 for anything else."""
    number = request.POST.get("number", "")
    if not (number.isdecimal() and len(number) < 6):
        raise Http404
    return int(number)


@access.signed_in(methods=["GET", "POST"])
def template_adopt(request: HttpRequest) -> HttpResponse:
    """What a newer template would change, and the button; the one that was looked at is the one that is taken."""
    portfolio = Portfolio.objects.select_related("owner").filter(owner=request.user).first()
    if portfolio is None:
        return redirect("portfolios:portfolio")
    if request.method == "POST":
        template = get_object_or_404(SectionTemplate, number=version_number(request))
        actions.adopt(portfolio, template, by=request.user)
        messages.success(request, _("Your portfolio follows the new template. Nothing that you wrote has moved."))
        return redirect("portfolios:arrange")
    template = actions.newer(portfolio)
    plan = template and actions.preview(portfolio, template)
    return render(request, "portfolios/template_adopt.html", {"plan": plan})
