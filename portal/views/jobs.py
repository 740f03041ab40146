"""Long work: what is being made for me, how far it is, and what came of it. The owner alone finds it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import jobs as long_work
from portal.access import access, require
from portal.htmx import render_page_or_part, wants_part
from portal.models.job import Job, State
from portal.views.documents import answer

PER_PAGE = 20


def _mine(request: HttpRequest, code: str) -> Job:
    return get_object_or_404(Job.objects.select_related("result", "owner"), owner=request.user, code=code)


@access.signed_in
def jobs(request: HttpRequest) -> HttpResponse:
    rows = Job.objects.filter(owner=request.user).select_related("result").order_by("-created_at", "-id")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for job in page.object_list:
        job.title = long_work.title(job)
    return render(request, "portal/jobs.html", {"page": page, "days": long_work.KEPT.days})


@access.signed_in
def job(request: HttpRequest, code: str) -> HttpResponse:
    """The page, and for htmx the part of it that changes until the job is over."""
    found = _mine(request, code)
    seen = f"{found.state}-{found.done}"
    if wants_part(request) and request.GET.get("seen") == seen:
        return HttpResponse(status=204)  # nothing new, so that nothing is read aloud again
    context = {
        "job": found,
        "seen": seen,
        "name": long_work.title(found),
        "why_not": long_work.sentence(found) if found.state == State.FAILED else "",
        "again": long_work.again(found) if found.state == State.FAILED else "",
        "days": long_work.KEPT.days,
    }
    return render_page_or_part(request, "portal/job.html", "progress", context)


@access.signed_in
def job_result(request: HttpRequest, code: str) -> HttpResponseBase:
    found = _mine(request, code)
    if found.result is None:
        raise Http404
    require(long_work.may_have(found), _("You may no longer see what this was made of."))
    return answer(request, found.result)


@access.signed_in(methods=["POST"])
def job_stop(request: HttpRequest, code: str) -> HttpResponse:
    found = _mine(request, code)
    long_work.stop(found, at=timezone.now())
    return redirect("job", found.code)
