"""What happens to surveys as time passes, and the long work of closing one (docs/documents.md)."""

import logging

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import documents
from portal.jobs import Args, Failure, Kind, Progress
from portal.models import Document, Job, User
from surveys.actions import closing, results, waves
from surveys.models import Result, Survey
from surveys.rules.waves import may_organise

log = logging.getLogger(__name__)
CLOSE = "survey-close"


@shared_task
def follow() -> None:
    """Rung when a survey is announced, and ticked for what was left: each step may be lost, come late or come twice."""
    at = timezone.now()
    for survey in Survey.objects.over(at).order_by("closes_at")[:20]:
        closing.close(survey, by=None, at=at)
    for survey in Survey.objects.whole().filter(closed_at__isnull=False, result=None).order_by("closed_at")[:20]:
        results.begin(survey, at=at)
    for result in Result.objects.select_related("survey__organisation", "document").filter(
        document__isnull=False, printed_at=None
    )[:5]:
        results.publish(result, at=at)
    waves.send_invitations(at=at)
    waves.send_reminders(at=at)
    waves.count(at=at)


def close(job: Job, progress: Progress) -> Document:
    """The job's own result is a note for the file: what was closed, and when."""
    survey = Survey.objects.whole().get(code=job.args["survey"])
    progress(0, 2)
    try:
        closing.close(survey, by=job.owner, at=timezone.now())
    except waves.NotNow:
        raise Failure("still_open") from None
    results.begin(survey, at=timezone.now())
    progress(1, 2)
    assert survey.closed_at is not None
    if survey.is_named:
        words = _("The survey “%(title)s” was closed on %(day)s. Its answers stay as they are.")
    else:
        words = _("The survey “%(title)s” was closed on %(day)s. Its answers were put in random order.")
    words %= {"title": survey, "day": timezone.localtime(survey.closed_at).date().isoformat()}
    document = documents.freeze(
        words.encode(),
        kind="job",
        about=job.code,
        title=str(survey),
        language=job.owner.language,
        at=job.created_at,
        owner=job.owner,
        media_type=documents.TEXT,
        is_temporary=True,
    )
    progress(2, 2)
    return document


def may_close(owner: User, args: Args) -> bool:
    survey = Survey.objects.filter(code=args["survey"]).first()
    return survey is not None and may_organise(owner, survey.organisation_id)


CLOSING = Kind(
    gettext_lazy("Closing a survey"),
    close,
    may_close,
    {"still_open": gettext_lazy("The survey still takes answers, so it was not closed.")},
)
