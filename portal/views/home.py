from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from portal import search as ground_search
from portal import today
from portal.access import access
from portal.signin import lacks_second_factor

PER_PAGE = 20


@access.public
def home(request: HttpRequest) -> HttpResponse:
    """The front page; for who is signed in, what today asks."""
    if not request.user.is_authenticated:
        return render(request, "portal/welcome.html")
    if lacks_second_factor(request):  # the middleware asks this on every page but the public ones
        return redirect("second_factor")
    return render(
        request, "portal/today.html", today.page(request.user, at=timezone.now(), number=request.GET.get("page"))
    )


@access.signed_in
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    number = _page_number(request)
    found = ground_search.find(request.user, words, start=(number - 1) * PER_PAGE, stop=number * PER_PAGE)
    context = {"words": words, "found": found, "number": number, "has_next": found.total > number * PER_PAGE}
    return render(request, "portal/search.html", context)


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, min(int(text), 1000)) if text.isdecimal() and len(text) < 6 else 1
