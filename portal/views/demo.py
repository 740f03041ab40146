"""The demo's own pages: who there is, one click to sign in, and the mails that were sent."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal import demo as cast
from portal import demo_mail as mails
from portal.access import access
from portal.rules import may_sign_in
from portal.signin import begin_session, remember_language, safe_path

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MAILS_PER_PAGE = 20
MAILS_IN_JSON = 100


def _people() -> list[cast.DemoPerson]:
    """Who is there, in the order of the groups; somebody who was erased or renamed is not."""
    there = cast.accounts()
    return [person for group in cast.GROUPS for person in cast.PEOPLE if person.group == group and person.key in there]


@access.demo
def demo(request: HttpRequest) -> HttpResponse:
    groups = [(cast.GROUPS[key], list(people)) for key, people in groupby(_people(), lambda person: person.group)]
    return render(request, "portal/demo.html", {"groups": groups, "next": request.GET.get("next", "")})


@access.demo
def demo_people(request: HttpRequest) -> HttpResponse:
    rows = [{"key": p.key, "name": p.name, "email": p.email, "roles": p.roles} for p in _people()]
    return JsonResponse(rows, safe=False)


@access.demo(methods=["POST"])
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a demo person, without the second factor that their role asks for."""
    person = cast.accounts().get(request.POST.get("person", ""))
    if person is None:
        raise Http404
    if not may_sign_in(person):
        return redirect("account_inactive")
    login(request, person, backend=BACKEND)
    request.session["demo_sign_in"] = True
    begin_session(request, person)
    response = redirect(safe_path(request.POST.get("next", "")) or reverse("home"))
    remember_language(response, person.language)
    return response


def _found(names: Sequence[str]) -> list[mails.Mail]:
    return [mail for mail in map(mails.find, names) if mail]  # a file may be cleared away meanwhile


@access.demo
def demo_mail(request: HttpRequest) -> HttpResponse:
    page = Paginator(mails.names(), MAILS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/demo_mail.html", {"page": page, "mails": _found(page.object_list)})


@access.demo
def demo_mail_json(request: HttpRequest) -> HttpResponse:
    rows = [asdict(mail) for mail in _found(mails.names()[:MAILS_IN_JSON])]
    return JsonResponse(rows, safe=False)


@access.demo
def demo_mail_one(request: HttpRequest, name: str) -> HttpResponse:
    mail = mails.find(name)
    if mail is None:
        raise Http404
    return render(request, "portal/demo_mail_one.html", {"mail": mail})
