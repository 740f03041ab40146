"""The people of an organisation, for its administrators: names, addresses, roles; never what is in a portfolio."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal import rules
from portal.access import access
from portal.actions import people as actions
from portal.forms.people import (
    EndForm,
    FilterForm,
    MembershipForm,
    PersonForm,
    PlacementForm,
    RelationForm,
)
from portal.models import Membership, Organisation, Placement, Relation, Role, User
from portal.models.organisation import Period, today

PER_PAGE = 50


def administered_or_404(request: HttpRequest, code: str) -> Organisation:
    """One that this person looks after; any other is as absent as one that never was."""
    return get_object_or_404(rules.administered_by(request.user).select_related("parent"), code=code)


@access.signed_in
def organisations(request: HttpRequest) -> HttpResponse:
    rows = rules.administered_by(request.user).select_related("parent").order_by("name", "pk")
    return render(request, "portal/people_organisations.html", {"organisations": rows})


# --- The list, and adding -------------------------------------------------------------------


@access.signed_in
def people(request: HttpRequest, code: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "role": "", "when": ""}
    page = Paginator(_listed(organisation, **asked), PER_PAGE).get_page(request.GET.get("page"))
    for one in page.object_list:
        one.address = rules.address_shown_to(organisation, one)
    context = {"organisation": organisation, "form": form, "page": page, "asked": any(asked.values())}
    return render(request, "portal/people.html", context)


def _listed(organisation: Organisation, *, q: str, role: str, when: str) -> QuerySet[User]:
    rows = Membership.objects.filter(organisation=organisation)
    open_rows = Q(ends_on=None) | Q(ends_on__gt=today())
    rows = rows.exclude(open_rows) if when == "ended" else rows.filter(open_rows)
    rows = rows.filter(role=role) if role else rows
    found = User.objects.filter(Exists(rows.filter(person=OuterRef("pk"))))
    if "@" in q:  # only a whole address: parts would find addresses that are not shown here
        known = rules.person_of_address(q)
        found = found.filter(pk=known.pk if known else None)
    else:
        for word in q.split()[:5]:
            found = found.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    roles = Prefetch("memberships", rows.order_by("starts_on", "pk"), to_attr="roles_here")
    return found.order_by("family_name", "given_name", "pk").prefetch_related(roles, "emailaddress_set")


@access.signed_in(methods=["GET", "POST"])
def person_add(request: HttpRequest, code: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    form = PersonForm(request.POST if request.method == "POST" else None, initial={"role": Role.TRAINEE})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        period = {"starts_on": data["starts_on"], "ends_on": data["ends_on"]}
        try:
            membership = actions.add_person(
                organisation, by=request.user, email=data["email"], role=data["role"], names=form.names, **period
            )
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            name = membership.person.full_name
            messages.success(request, _("%(name)s is added, and gets a mail about it.") % {"name": name})
            return redirect("person", organisation.code, membership.person.code)
    context = {"organisation": organisation, "form": form}
    return render(request, "portal/people_add.html", context, status=422 if form.errors else 200)


# --- One person -----------------------------------------------------------------------------


def _person(organisation: Organisation, person_code: str) -> User:
    return get_object_or_404(rules.people_of(organisation).prefetch_related("emailaddress_set"), code=person_code)


@access.signed_in
def person(request: HttpRequest, code: str, person_code: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    return _person_page(request, organisation, _person(organisation, person_code))


def _person_page(
    request: HttpRequest, organisation: Organisation, person: User, *, status: int = 200, **forms: Form
) -> HttpResponse:
    here = {"organisation": organisation, "person": person}
    context = {
        "organisation": organisation,
        "person": person,
        "address": rules.address_shown_to(organisation, person),
        "may_add": rules.may_give_role(request.user, person),
        "roles": Membership.objects.filter(**here).order_by("-starts_on", "pk"),
        "placements": Placement.objects.filter(**here)
        .select_related("organisation", "department", "supervisor")
        .order_by("-starts_on", "pk"),
        "relations": _relations(organisation, person).select_related("person", "other").order_by("-starts_on", "pk"),
        "end_form": EndForm(),
        "membership_form": MembershipForm(auto_id="role_%s"),
        "placement_form": PlacementForm(organisation=organisation, auto_id="placement_%s"),
        "relation_form": RelationForm(organisation=organisation, auto_id="relation_%s"),
        "today": today(),
    }
    return render(request, "portal/people_person.html", context | forms, status=status)


def _relations(organisation: Organisation, person: User) -> QuerySet[Relation]:
    """Between two people of this house only, and never with a coach: that is none of the employer's business."""
    house = rules.colleagues_of(organisation).values("pk")
    rows = Relation.objects.filter(kind__in=rules.ADMINISTERED_RELATIONS)
    return rows.filter(Q(person=person, other__in=house) | Q(other=person, person__in=house))


@access.signed_in(methods=["POST"])
def membership_add(request: HttpRequest, code: str, person_code: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    person = _person(organisation, person_code)
    form = MembershipForm(request.POST, auto_id="role_%s")

    def add() -> None:
        data = {name: form.cleaned_data[name] for name in ("role", "starts_on", "ends_on")}
        actions.give_role(organisation, person, by=request.user, **data)

    return _do(request, organisation, person, form=form, name="membership_form", act=add, said=_("The role is added."))


@access.signed_in(methods=["POST"])
def placement_add(request: HttpRequest, code: str, person_code: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    person = _person(organisation, person_code)
    form = PlacementForm(request.POST, organisation=organisation, auto_id="placement_%s")

    def add() -> None:
        actions.add_placement(organisation, person, by=request.user, **form.values)

    return _do(
        request, organisation, person, form=form, name="placement_form", act=add, said=_("The placement is added.")
    )


@access.signed_in(methods=["POST"])
def relation_add(request: HttpRequest, code: str, person_code: str) -> HttpResponse:
    organisation = administered_or_404(request, code)
    person = _person(organisation, person_code)
    form = RelationForm(request.POST, organisation=organisation, auto_id="relation_%s")

    def add() -> None:
        actions.add_relation(person, by=request.user, organisation=organisation, **form.values)

    return _do(
        request, organisation, person, form=form, name="relation_form", act=add, said=_("The relation is added.")
    )


@access.signed_in(methods=["POST"])
def period_end(request: HttpRequest, code: str, person_code: str, kind: str, row_code: str) -> HttpResponse:
    """End a role, a placement or a relation of this person."""
    organisation = administered_or_404(request, code)
    person = _person(organisation, person_code)
    row = get_object_or_404(_rows(organisation, person, kind), code=row_code)
    form = EndForm(request.POST, auto_id=f"%s_{row.code}")

    def end() -> None:
        _end(row, by=request.user, on=form.cleaned_data["on"], organisation=organisation)

    forms = {"name": "end_form", "ending": row.code}
    return _do(request, organisation, person, form=form, act=end, said=_("The end is noted."), **forms)


def _rows(organisation: Organisation, person: User, kind: str) -> QuerySet[Any]:
    here = {"organisation": organisation, "person": person}
    if kind == "roles":
        return Membership.objects.filter(**here)
    if kind == "placements":
        return Placement.objects.filter(**here)
    if kind == "relations":
        return _relations(organisation, person)
    raise Http404


def _end(row: Period, *, by: User, on: Any, organisation: Organisation) -> None:
    if isinstance(row, Membership):
        actions.end_membership(row, by=by, on=on)
    elif isinstance(row, Placement):
        actions.end_placement(row, by=by, on=on)
    elif isinstance(row, Relation):
        actions.end_relation(row, by=by, on=on, organisation=organisation)


def _do(
    request: HttpRequest,
    organisation: Organisation,
    person: User,
    *,
    form: Form,
    name: str,
    act: Any,
    said: str,
    ending: str = "",
) -> HttpResponse:
    """Check the form, act, go back to the person; or show the page again with all that was typed."""
    if form.is_valid():
        try:
            act()
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect("person", organisation.code, person.code)
    return _person_page(request, organisation, person, status=422, **{name: form, "ending": ending})
