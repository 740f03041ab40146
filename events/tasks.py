"""Long work of the meet-ups (docs/documents.md): publishing a report."""

from django.utils.translation import gettext_lazy as _

from events.actions import reports
from events.models import Report
from events.rules.series import is_organiser
from portal import documents
from portal.jobs import Args, Failure, Kind, Progress
from portal.models import Document, Job, User

PUBLISH = "event-report"


def publish(job: Job, progress: Progress) -> Document:
    """The published document is nobody's and stays; the job's own result is a copy, which goes after a week."""
    report = Report.objects.get(code=job.args["report"])
    try:
        published = reports.publish(report, by=job.owner, at=job.created_at)
    except reports.NotNow:
        raise Failure("not_approved") from None
    progress(1, 1)
    made = published.document
    assert made is not None
    return documents.freeze(
        documents.read(made),
        kind="job",
        about=job.code,
        title=made.title,
        language=made.language,
        text_hash=made.text_hash,
        at=job.created_at,
        owner=job.owner,
        is_temporary=True,
    )


def may_publish(owner: User, args: Args) -> bool:
    report = Report.objects.whole().filter(code=args["report"]).first()
    return bool(report and is_organiser(owner, report.room.event.series))


REPORT = Kind(
    _("Publishing a report"),
    publish,
    may_publish,
    {"not_approved": _("The report is not approved, or was changed meanwhile, so nothing was published.")},
)
