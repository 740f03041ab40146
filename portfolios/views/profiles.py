"""Profiles: the list in its section, and a page for each that was chosen (P9)."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import codes, drafts, sharing
from portal.access import access, require, visible_or_404
from portal.forms.files import FilesForm
from portal.forms.texts import say_after_saving
from portal.models.sharing import Channel
from portal.paging import page_of
from portal.views.files import add_chosen, chosen_in
from portfolios import rules
from portfolios.actions import profiles as actions
from portfolios.forms.profiles import ProductForm, ProfileForm
from portfolios.models import Profile, ProfileProduct, Section
from portfolios.nav import mark_reading_along
from portfolios.views.comments import parts_of
from portfolios.views.editing import edit, of_what_it_made
from portfolios.views.evidence import evidence_of
from portfolios.ways import Way, own

PER_PAGE = 20
KIND, PRODUCT, NEW_PRODUCT = "profile", "product", "product-new"  # of drafts


def profiles_of(request: HttpRequest, section: Section, way: Way, at: datetime.datetime) -> dict[str, Any]:
    """The chosen profiles that this reader sees; for the owner also what can be chosen, explained."""
    rows = section.profiles.visible_to(way.reader, at, narrow=True).whole().prefetch_related("products")
    chosen = list(rows.order_by("chosen_at", "pk"))
    if not rules.may_edit(way.reader, section.shareable):
        return {"profiles": chosen}
    standards, there = actions.newest(), {one.key for one in chosen}
    offered = standards.profiles if standards else []
    return {"profiles": chosen, "choices": [one for one in offered if one["key"] not in there]}


def _mine(request: HttpRequest, code: str) -> Profile:
    found = visible_or_404(Profile.objects.whole(), request.user, code)
    require(rules.may_edit(request.user, found.shareable), _("Only the owner can change this profile."))
    return found


@access.signed_in(methods=["POST"])
def profile_choose(request: HttpRequest) -> HttpResponse:
    section = Section.objects.in_order().filter(shareable__owner=request.user, key="profiles").first()
    if section is None:
        raise Http404
    try:
        made = actions.choose(section, request.POST.get("key", ""), by=request.user)
    except KeyError:
        raise Http404 from None
    messages.success(request, _("You chose “%(profile)s”.") % {"profile": made.title})
    return redirect("portfolios:profile", made.code)


@access.signed_in
def profile(request: HttpRequest, code: str) -> HttpResponse:
    return profile_page(request, code, own(request.user))


def profile_page(request: HttpRequest, code: str, way: Way) -> HttpResponse:
    """One chosen profile with what was made for it; a reading when it is another's."""
    at = timezone.now()
    in_sight = sharing.sight(way.reader, at, path="section__shareable__")
    found = way.find(Profile.objects.whole().annotate(sees_section=in_sight), code)
    way.note([found.shareable], channel=Channel.PAGE, at=at)
    mine = rules.may_edit(way.reader, found.shareable)
    made = found.products.prefetch_related("files")
    products = page_of(made, PER_PAGE, request.GET.get("second"))
    for one in products:
        one.shown_files = [file for file in one.files.all() if mine or not file.is_hidden]
    context: dict[str, Any] = {"profile": found, "products": products, "words": found.standard, "is_owner": mine}
    context |= {"way": way, "frame": way.frame, "file_url": way.files, **parts_of(found.shareable, way)}
    context |= evidence_of(request, found, way, at)
    if mine:
        context |= {"grants": sharing.readers_of(found.shareable, at)}
        context["may_drop"] = rules.may_drop(request.user, found)
    else:
        mark_reading_along(request, way)
        context["sees_section"] = found.sees_section
    return render(request, "portfolios/profile.html", context)


@access.signed_in(methods=["GET", "POST"])
def profile_edit(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    context = {"profile": found, "grants": sharing.readers_of(found.shareable, timezone.now())}
    return edit(
        request,
        found,
        kind=KIND,
        context=context,
        make=ProfileForm,
        write=lambda form: actions.write(found, **form.cleaned_data, by=request.user),
        show=lambda profile: ProfileForm(initial={"version": profile.version, "text": profile.text}),
    )


@access.signed_in(methods=["POST"])
def profile_drop(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    require(
        rules.may_drop(request.user, found), _("There is something in this profile, or somebody read it. It stays.")
    )
    actions.drop(found, by=request.user)
    messages.success(request, _("You no longer have this profile. You can choose it again at any time."))
    return redirect("portfolios:section", found.section.code)


# --- What was made --------------------------------------------------------------------------


def _product(found: Profile, code: str) -> ProfileProduct:
    return get_object_or_404(ProfileProduct.objects.select_related("profile__shareable"), profile=found, code=code)


@access.signed_in(methods=["GET", "POST"])
def product_new(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    code = codes.given(request.POST.get("code") or request.GET.get("draft", "")) or codes.new_code()
    draft, chosen = drafts.within(found.code, code), chosen_in(request)
    if request.method == "POST" and found.products.filter(code=code).exists():
        changed = _changed(request, _product(found, code), of_what_it_made(request.POST))
        return drafts.done(request, changed, NEW_PRODUCT, draft)
    form = ProductForm(request.POST or None, initial={"made_on": timezone.localdate(), "code": code})
    if request.method == "POST" and form.is_valid():
        made = actions.add_product(found, **form.facts(), by=request.user, code=code)
        say_after_saving(request, form)
        return drafts.done(request, _saved(request, made, chosen), NEW_PRODUCT, draft)
    chosen.choose_again()
    open_form = drafts.resume if form.is_bound else drafts.begin
    context = _beside(found) | {"form": form, "chosen": chosen}
    context["editing"] = open_form(request.user, NEW_PRODUCT, draft, form=form)
    return render(request, "portfolios/product_edit.html", context, status=422 if form.errors else 200)


@access.signed_in(methods=["GET", "POST"])
def product_edit(request: HttpRequest, code: str, product: str) -> HttpResponse:
    return _changed(request, _product(_mine(request, code), product))


def _changed(request: HttpRequest, row: ProfileProduct, sent: QueryDict | None = None) -> HttpResponse:
    chosen = chosen_in(request)
    return edit(
        request,
        row,
        kind=PRODUCT,
        code=drafts.within(row.profile.code, row.code),
        context=_beside(row.profile, row) | {"chosen": chosen},
        make=ProductForm,
        write=lambda form: actions.change_product(row, **form.facts(), version=form.started_from, by=request.user),
        show=lambda product: ProductForm(initial=ProductForm.initial_of(product)),
        saved=lambda: _saved(request, row, chosen),
        again=chosen.choose_again,
        sent=sent,
    )


@access.signed_in(methods=["POST"])
def product_remove(request: HttpRequest, code: str, product: str) -> HttpResponse:
    row = _product(_mine(request, code), product)
    actions.remove_product(row, by=request.user)
    messages.success(request, _("Taken away."))
    return drafts.done(request, redirect("portfolios:profile", code), PRODUCT, drafts.within(code, product))


def _saved(request: HttpRequest, product: ProfileProduct, chosen: FilesForm) -> HttpResponse:
    """The words are saved; now the files. When one is refused, the form comes back and says so."""
    profile = product.profile
    all_well = add_chosen(chosen, about=profile.shareable, by=request.user)
    actions.attach(product, chosen.added, by=request.user)
    if all_well:
        messages.success(request, _("Saved."))
        return redirect("portfolios:profile", profile.code)
    product.refresh_from_db()
    form, code = ProductForm(initial=ProductForm.initial_of(product)), drafts.within(profile.code, product.code)
    drafts.discard(request.user, PRODUCT, code)  # it holds what was saved a moment ago
    context = _beside(profile, product) | {"form": form, "chosen": chosen, "is_saved": True}
    context["editing"] = drafts.begin(request.user, PRODUCT, code, form=form)
    return render(request, "portfolios/product_edit.html", context, status=422)


def _beside(found: Profile, row: ProfileProduct | None = None) -> dict[str, Any]:
    context: dict[str, Any] = {"profile": found, "product": row}
    context["grants"] = sharing.readers_of(found.shareable, timezone.now())
    if row:
        context["files"] = page_of(row.files.there().order_by("added_at", "pk"), PER_PAGE)
    return context
