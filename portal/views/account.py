"""One's own account, and the steps around signing in that allauth does not have."""

import functools
from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import i18n

from portal import fresh_code, rules, signin
from portal.access import View, access
from portal.context_processors import THEMES, theme_of
from portal.forms.account import AccountForm, FreshCodeForm
from portal.models import Membership, Placement, User

SESSION_SALT = "end a session"
YEAR = 365 * 24 * 3600


# --- My account -----------------------------------------------------------------------------


@access.signed_in(methods=["GET", "POST"], second_factor=False)
def account(request: HttpRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)  # a form writes on its instance, and the frame shows request.user
    form = AccountForm(
        request.POST if request.method == "POST" else None,
        instance=person,
        initial={"theme": theme_of(request) or "auto"},
    )
    if request.method == "POST" and form.is_valid():
        person = form.save()
        translation.activate(person.language)
        messages.success(request, _("Saved."))
        response = redirect("account")
        signin.remember_language(response, person.language)
        _remember_theme(response, form.cleaned_data["theme"])
        return response
    status = 422 if form.errors else 200
    return render(request, "portal/account.html", {"form": form, **_about(request, person)}, status=status)


def _about(request: HttpRequest, person: User) -> dict[str, Any]:
    domains = rules.employer_domains()
    addresses = list(EmailAddress.objects.filter(user=person).order_by("-primary", "pk"))
    periods = {"person": person}
    return {
        "addresses": [(row, rules.is_employers(row.email, domains)) for row in addresses],
        "needs_private_address": all(rules.is_employers(row.email, domains) for row in addresses),
        "factors": Authenticator.objects.filter(user=person, type__in=signin.FACTORS).count(),
        "sessions": [
            _session(request, row) for row in UserSession.objects.filter(user=person).order_by("-last_seen_at")
        ],
        "memberships": Membership.objects.live()
        .filter(**periods)
        .select_related("organisation")
        .order_by("starts_on", "pk"),
        "placements": Placement.objects.live()
        .filter(**periods)
        .select_related("organisation", "department", "supervisor"),
        "administers": rules.administered_by(person).exists(),
    }


def _session(request: HttpRequest, row: UserSession) -> dict[str, Any]:
    here = row.session_key == request.session.session_key
    return {
        "row": row,
        "here": here,
        "device": rules.device(row.user_agent),
        "key": signing.dumps(row.pk, salt=SESSION_SALT),
    }


@access.signed_in(methods=["POST"], second_factor=False)
def session_end(request: HttpRequest) -> HttpResponse:
    """Sign out on one other device."""
    try:
        pk = signing.loads(request.POST.get("session", ""), salt=SESSION_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        raise Http404 from None
    end_sessions(request, UserSession.objects.filter(user=request.user, pk=pk))
    messages.success(request, _("That device is signed out."))
    return redirect("account")


def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own view; the choice of who is signed in is also kept for their other devices and their mails."""
    chosen = request.POST.get("language")
    if request.method == "POST" and request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return i18n.set_language(request)


def _remember_theme(response: HttpResponse, theme: str) -> None:
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, secure=settings.SECURE, httponly=True, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")


# --- A fresh code, and the second factor ----------------------------------------------------


@access.signed_in(methods=["GET", "POST"], second_factor=False)
def confirm_identity(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    goal = signin.safe_path(asked) or "/"
    if fresh_code.has_fresh_proof(request):
        return redirect(goal)
    proofs = fresh_code.other_proofs(request, goal)
    context = {"next": goal, "proofs": proofs, "form": FreshCodeForm(), "sent": fresh_code.code_was_sent(request)}
    if request.method != "POST" or proofs:
        return _confirm_page(request, context)
    try:
        if "send" in request.POST:
            fresh_code.send(request)
            return _confirm_page(request, context | {"sent": True})
        return _check_code(request, context)
    except fresh_code.Refused as refused:
        return _confirm_page(request, context | {"refused": refused}, status=422)


def _check_code(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    form = FreshCodeForm(request.POST)
    if not form.is_valid():
        return _confirm_page(request, context | {"form": form}, status=422)
    try:
        fresh_code.check(request, form.cleaned_data["code"])
    except fresh_code.Refused as refused:
        if refused.over:
            raise
        form.add_error("code", str(refused))
        return _confirm_page(request, context | {"form": form}, status=422)
    return redirect(context["next"])


def _confirm_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    address = fresh_code.address_for_code(request.user)
    return render(request, "portal/account_confirm.html", {"address": address, **context}, status=status)


@access.signed_in(second_factor=False)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is asked, and how to set one up; or to show it, on a device where it was not used yet."""
    goal = signin.safe_path(request.GET.get("next", "")) or "/"
    if not signin.lacks_second_factor(request):
        return redirect(goal)
    proofs = fresh_code.other_proofs(request, goal)
    return render(request, "portal/account_second_factor.html", {"next": goal, "proofs": proofs})


def enrolling(view: View) -> View:
    """Around allauth's pages that add a factor: who just proved to hold the first one has used it in this session."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        first = (
            request.method == "POST" and request.user.is_authenticated and not signin.has_second_factor(request.user)
        )
        response = view(request, *args, **kwargs)
        factor = Authenticator.objects.filter(user=request.user, type__in=signin.FACTORS).first() if first else None
        if factor:
            record_authentication(request, request.user, "mfa", id=factor.pk, type=factor.type, reauthenticated=True)
        return response

    return wrapped


def removing(view: View) -> View:
    """Around allauth's pages that remove a factor: the last one stays where it is obliged, and without any factor
    no session goes on as if it had used one."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        factors = Authenticator.objects.filter(user=request.user, type__in=signin.FACTORS)
        if factors.count() == 1 and signin.needs_second_factor(request.user):
            messages.error(request, signin.SecondFactorAdapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        response = view(request, *args, **kwargs)
        if not factors.exists():
            records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
            request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [r for r in records if r["method"] != "mfa"]
            end_other_sessions(request, request.user)
        return response

    return wrapped


# --- Leaving, and what is not there ---------------------------------------------------------


def sign_out(request: HttpRequest) -> HttpResponse:
    response = account_views.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache"'  # also the pages that "back" would show
    return response


def with_passwords(view: View) -> View:
    """allauth has pages for passwords; where no setting asks for passwords, these do not exist."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.PASSWORDS:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
