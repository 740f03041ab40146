"""What happens to surveys as time passes, and the long work of closing one and of taking answers along
(docs/documents.md)."""

import logging
from collections.abc import Iterator

from celery import shared_task
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import documents, readings
from portal.jobs import Args, Failure, Kind, Progress
from portal.models import Document, Job, User
from portal.models.sharing import Channel
from portal.spreadsheets import csv_of
from surveys.actions import closing, results, waves
from surveys.answer_table import AnswerTable
from surveys.models import Result, Survey
from surveys.rules.named import acts, may_read
from surveys.rules.waves import may_organise

log = logging.getLogger(__name__)
CLOSE, TAKE_ALONG = "survey-close", "survey-answers-table"  # kinds of jobs
AT_ONCE = 200  # answers of people that are noted and written in one go


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


# --- Taking answers along -------------------------------------------------------------------


def take_along(job: Job, progress: Progress) -> Document:
    """What people answered with their name, as CSV."""
    survey = Survey.objects.whole().get(code=job.args["survey"])
    language = job.owner.language
    with translation.override(language):
        body, title = csv_of(_lines(job, survey, progress)), _("Answers of people: %(survey)s") % {"survey": survey}
    return documents.freeze(
        body,
        kind="job",
        about=job.code,
        title=title,
        language=language,
        at=job.created_at,
        owner=job.owner,
        media_type=documents.CSV,
        is_temporary=True,
    )


def _lines(job: Job, survey: Survey, progress: Progress) -> Iterator[list[str]]:
    """Of each person a reading is noted before anything of theirs is written. Raises readings.Busy when the right ends
    meanwhile."""
    table, at = AnswerTable(survey, job.owner.language), timezone.now()
    yield table.head()
    by_name = survey.named_answers.order_by("group", "person__family_name", "person__given_name", "pk")
    keys = list(by_name.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        found = survey.named_answers.select_related("shareable", "person").in_bulk(some)
        answers = [found[key] for key in some if key in found]
        readings.note(job.owner, [one.shareable for one in answers], channel=Channel.FILE, at=at, acts=acts)
        yield from map(table.line, answers)
        progress(start + len(some), len(keys))


def may_take_along(owner: User, args: Args) -> bool:
    survey = Survey.objects.filter(code=args["survey"]).first()
    return survey is not None and may_read(owner, survey)


ANSWERS = Kind(gettext_lazy("The answers of a survey as a table"), take_along, may_take_along)
