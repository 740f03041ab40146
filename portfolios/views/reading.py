"""For who reads: what others share with me."""

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from portal.access import access
from portal.models import Grant, User
from portal.models.sharing import PORTFOLIO
from portal.sharing import Shared, sees_anything
from portfolios.models import Experience, Goal, Profile, Section
from portfolios.ways import Way, own

PER_PAGE = 20
PAGES: dict[str, type[Model]] = {"section": Section, "experience": Experience, "goal": Goal, "profile": Profile}


@access.signed_in
def shared_with_me(request: HttpRequest) -> HttpResponse:
    """The people who share something with me now."""
    live = Grant.objects.live(timezone.now()).filter(user=request.user, content_object__kind__in=PORTFOLIO)
    owners = live.values("content_object__owner")
    people = User.objects.filter(pk__in=owners).order_by("family_name", "given_name", "pk")
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portfolios/shared_with_me.html", {"page": page})


def shares_of_or_404(way: Way, code: str) -> list[Grant]:
    """What lets this reader see something of this person now."""
    live = Grant.objects.live(timezone.now()).filter(
        user=way.reader, content_object__owner__code=code, content_object__kind__in=PORTFOLIO
    )
    grants = list(live.select_related("content_object__owner").order_by("-expires_at", "pk"))
    if not grants or way.reader.code == code or not sees_anything(way.reader):
        raise Http404
    return grants


@access.signed_in
def shared_by(request: HttpRequest, code: str) -> HttpResponse:
    return shared_page(request, code, own(request.user))


def shared_page(request: HttpRequest, code: str, way: Way) -> HttpResponse:
    """The pieces that one person shares with this reader now: titles only, so this is no reading."""
    grants = shares_of_or_404(way, code)
    until = {grant.content_object_id: grant for grant in reversed(grants)}
    sections = Section.objects.filter(pk__in=until).with_counts().in_order()
    experiences = Experience.objects.filter(pk__in=until).for_list().latest_first()
    goals = Goal.objects.filter(pk__in=until).for_list().soonest_first()
    profiles = Profile.objects.filter(pk__in=until).select_related("shareable").order_by("chosen_at", "pk")
    context = {
        "profiles": profiles,  # a handful: each is there once
        "owner": grants[0].content_object.owner,
        "sections": [{"section": s, "grant": until[s.pk]} for s in sections],
        "goals": Paginator(goals, PER_PAGE).get_page(request.GET.get("second")),
        "page": Paginator(experiences, PER_PAGE).get_page(request.GET.get("page")),
        "way": way,
        "frame": way.frame,
    }
    return render(request, "portfolios/shared_by.html", context)


@access.signed_in
def piece(request: HttpRequest, code: str) -> HttpResponse:
    """To the page of a piece, for pages that know its code and not what it is."""
    for name, model in PAGES.items():
        rows: Shared = model._default_manager.visible_to(request.user).filter(shareable__code=code)
        if rows.exists():
            return redirect(f"portfolios:{name}", code)
    raise Http404
