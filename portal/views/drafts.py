import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.utils import timezone

from portal import drafts
from portal.access import access
from portal.merge import Values
from portal.models import Draft
from portal.templatetags.portal_tags import clock

PER_PAGE = 20
LONGEST = Draft._meta.get_field("code").max_length


def _known(kind: str, code: str) -> None:
    if kind not in drafts.kinds() or len(code) > LONGEST:
        raise Http404
    try:
        drafts.address(kind, code)
    except NoReverseMatch:
        raise Http404 from None


@access.signed_in
def draft_key(request: HttpRequest) -> HttpResponse:
    """The key of this person's local copies, and a fresh token for a page whose session was renewed elsewhere."""
    who = drafts.whose(request.user)
    return JsonResponse({"key": drafts.copy_key(request.user), "who": who, "csrf": get_token(request)})


@access.signed_in(methods=["POST"])
def draft_keep(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What autosave sends. Answers with JSON: the new revision and the time, or both texts of a clash."""
    _known(kind, code)
    at = timezone.now()
    try:
        draft, woven = drafts.keep(request.user, kind, code, data=request.POST, at=at)
    except (drafts.Clash, drafts.TooMuch) as refusal:
        return not_kept(refusal)
    return kept(draft.revision, draft.fields, woven=woven, at=at)


def kept(revision: int, fields: Values, *, woven: bool, at: datetime.datetime) -> HttpResponse:
    """The answer to an autosave: revision, time, and the fields where somebody else's text is in them now."""
    return JsonResponse({"revision": revision, "at": clock(at)} | ({"fields": fields} if woven else {}))


def not_kept(refusal: drafts.Clash | drafts.TooMuch) -> HttpResponse:
    """Too long; or both texts of a clash, for the page to show."""
    if isinstance(refusal, drafts.TooMuch):
        return JsonResponse({}, status=413)
    theirs = {name: refusal.stored.get(name, "") for name in refusal.clashes}
    return JsonResponse({"revision": refusal.revision, "theirs": theirs, "whole": refusal.stored}, status=409)


@access.signed_in(methods=["POST"])
def draft_discard(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Throw away what was typed and not saved; what was saved before stands again."""
    _known(kind, code)
    where = drafts.address(kind, code) if not kind.endswith(drafts.NEW) else "drafts"
    return drafts.done(request, redirect(where), kind, code)


@access.signed_in
def draft_list(request: HttpRequest) -> HttpResponse:
    """All that this person was writing and did not save."""
    known = drafts.kinds()
    rows = Draft.objects.filter(person=request.user, kind__in=known).order_by("-updated_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for draft in page:
        draft.address = drafts.address(draft.kind, draft.code)
        draft.begins = _beginning(draft.fields)
    return render(request, "portal/drafts.html", {"page": page})


def _beginning(fields: dict) -> str:
    """The first words typed, so that somebody knows the text again."""
    texts = [value.strip() for value in fields.values() if isinstance(value, str) and " " in value.strip()]
    texts += [value.strip() for value in fields.values() if isinstance(value, str) and value.strip()]
    return texts[0][:90] if texts else ""
