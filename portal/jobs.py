"""Long work in the background (look.md): one row says what is asked, how far it is, and what came of it.

A worker takes a job by lease. Who loses the lease (killed, hung, stopped by the owner, owner erased) writes
nothing more; whoever comes next starts over, three times at most. The result is a document of its own.
"""

import datetime
import hashlib
import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from portal import celery, documents, pdf, today
from portal import kinds as said
from portal.models import Document, Job, Notification, User
from portal.models.job import OPEN, State
from portal.models.today import Group

log = logging.getLogger(__name__)
LEASE = datetime.timedelta(minutes=2)  # longer than one step between two reports of progress
AGAIN_AFTER = datetime.timedelta(seconds=30)
MOST_ATTEMPTS = 3
KEPT = datetime.timedelta(days=7)
DOUBLE = datetime.timedelta(seconds=10)  # a second press on the button is the same request
REPORT_EVERY = 1.0  # seconds between two writes of progress
ARGUMENT = re.compile(r"[0-9a-z-]{1,40}")
Args = dict[str, str]

SENTENCES: dict[str, str | Promise] = {
    "gave_up": _("Making it was interrupted three times. Nothing is lost. Try again later."),
    "too_long": _("Making it took too long, and was ended. Nothing is lost. Ask for a smaller part."),
    "right_gone": _("You may no longer see what this was made of, so it was not made."),
    "failed": _("Something went wrong on our side. Nothing is lost. Try again later."),
}


class Stopped(Exception):
    """The job is not ours any more; the work raises nothing itself, it lets this pass."""


class Failure(Exception):
    """The work says why it makes nothing: `code` is a key of its kind's sentences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Progress = Callable[[int, int], None]
READY, FAILED = "job.ready", "job.failed"  # kinds of news
KINDS = {
    READY: said.Kind(
        _("What you asked for is ready"), _("A document that you asked for is ready."), group=Group.DOCUMENTS
    ),
    FAILED: said.Kind(
        _("What you asked for was not made"), _("A document that you asked for was not made."), group=Group.DOCUMENTS
    ),
}


@dataclass(frozen=True)
class Kind:
    """What a kind of job is called, what makes it, who may have it (asked again when it starts and when its result
    is fetched), its own words for a Failure, and the address of the page on which it is asked. `run` gives a
    temporary Document; it calls progress(done, total) after each step, which takes less than LEASE."""

    title: str | Promise
    run: Callable[[Job, Progress], Document]
    may: Callable[[User, Args], bool] = lambda owner, args: True
    sentences: Mapping[str, str | Promise] = field(default_factory=dict)
    asked_on: Callable[[User, Args], str] = lambda owner, args: ""


def registered() -> dict[str, Kind]:
    """By name, as each app registers them in `jobs` of its AppConfig: name -> dotted name of a Kind."""
    found: dict[str, Kind] = {}
    for config in apps.get_app_configs():
        for name, path in getattr(config, "jobs", {}).items():
            found[name] = import_string(path)
    return found


def title(job: Job) -> str:
    return str(registered()[job.kind].title) if job.kind in registered() else job.kind


def sentence(job: Job) -> str:
    """Why it was not made, in the reader's language."""
    own = registered()[job.kind].sentences if job.kind in registered() else {}
    return str({**SENTENCES, **pdf.SENTENCES, **own}.get(job.reason, SENTENCES["failed"]))


def again(job: Job) -> str:
    """Where it can be asked once more, in another way; empty where that is nowhere."""
    return registered()[job.kind].asked_on(job.owner, job.args) if job.kind in registered() else ""


# --- Asking ---------------------------------------------------------------------------------


def start(kind: str, *, by: User, args: Args, at: datetime.datetime | None = None) -> Job:
    """Ask for it, once: what is asked twice, or is still being made, is one job. The view has checked the right."""
    if kind not in registered():
        raise ValueError(f"no kind of job is called {kind}")
    if not all(ARGUMENT.fullmatch(value) for value in args.values()):
        raise ValueError("the arguments of a job are codes")
    at = at or timezone.now()
    key = hashlib.sha256(json.dumps([kind, args], sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        if same := _same(by, key, at):
            return same
        try:
            with transaction.atomic():
                job = Job.objects.create(owner=by, kind=kind, args=args, key=key, created_at=at)
        except IntegrityError:  # the other press was a moment earlier
            return Job.objects.get(owner=by, key=key, state__in=OPEN)
        transaction.on_commit(ring)
    return job


def _same(by: User, key: str, at: datetime.datetime) -> Job | None:
    just_made = Q(state=State.READY, created_at__gt=at - DOUBLE)
    return Job.objects.filter(Q(state__in=OPEN) | just_made, owner=by, key=key).order_by("-created_at").first()


def ring() -> None:
    """Wake a worker now; when nobody hears it, the tick finds the row."""
    celery.ring("portal.tasks.work_jobs")


def stop(job: Job, *, at: datetime.datetime) -> bool:
    """The owner wants it no more. Whether there was something to stop."""
    return _end(Job.objects.filter(pk=job.pk, state__in=OPEN), State.STOPPED, at)


# --- Working --------------------------------------------------------------------------------


def work(seconds: float) -> int:
    """Make what is due, until nothing is or the time is up; how many were taken."""
    until, taken = time.monotonic() + seconds, 0
    while time.monotonic() < until and (job := claim(at=timezone.now())):
        taken += 1
        run(job)
    return taken


def claim(*, at: datetime.datetime) -> Job | None:
    """Take the job that waits longest: a new one, or one whose worker did not come back."""
    for job in Job.objects.due(at).order_by("lease_until", "pk")[:20]:
        mine = Job.objects.due(at).filter(pk=job.pk)
        if job.attempts >= MOST_ATTEMPTS:
            _fail(job, mine, "gave_up", at)
        elif take(job, mine, at=at):
            return Job.objects.select_related("owner").get(pk=job.pk)
    return None


def take(job: Job, mine: Any, *, at: datetime.datetime) -> bool:
    """One conditional update: of all that saw this job as due, one gets it."""
    changed = mine.update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        lease=uuid.uuid4().hex,
        lease_until=at + LEASE,
        started_at=job.started_at or at,
        done=0,
    )
    return bool(changed)


def run(job: Job) -> None:
    """Make a job that was claimed, and write what came of it, if it is still ours."""
    mine = Job.objects.filter(pk=job.pk, lease=job.lease, state=State.RUNNING)
    try:
        kind = registered()[job.kind]
        if not may_have(job):
            raise Failure("right_gone")
        document = kind.run(job, _reporter(mine))
    except Stopped:
        return
    except (Failure, pdf.Refusal) as refusal:
        _fail(job, mine, refusal.code, timezone.now())
    except SoftTimeLimitExceeded:
        _fail(job, mine, "too_long", timezone.now())
    except Exception:  # another attempt may find the database or the disk well again
        log.exception("Job %s of kind %s went wrong.", job.code, job.kind)
        mine.update(lease_until=timezone.now() + AGAIN_AFTER)
    else:
        finish(job, mine, document)


def finish(job: Job, mine: Any, document: Document) -> bool:
    """Ready, unless it was stopped or given to another meanwhile: then the result goes too."""
    now = timezone.now()
    with transaction.atomic():
        if _end(mine, State.READY, now, result=document):
            today.tell(READY, to=job.owner, link=("job", job.code), about=job.code, key=job.code, at=now)
            return True
        documents.discard(document)
    return False


def _fail(job: Job, mine: Any, reason: str, at: datetime.datetime) -> None:
    with transaction.atomic():
        if _end(mine, State.FAILED, at, reason=reason):
            today.tell(FAILED, to=job.owner, link=("job", job.code), about=job.code, key=job.code, at=at)


def may_have(job: Job) -> bool:
    """Still: a right may have gone since it was asked."""
    kind = registered().get(job.kind)
    return bool(kind and job.owner.is_active and kind.may(job.owner, job.args))


def _reporter(mine: Any) -> Progress:
    """Writes at most once a second, keeps the lease alive, and raises Stopped when the job is not ours any more."""
    written = -REPORT_EVERY

    def report(done: int, total: int) -> None:
        nonlocal written
        now = time.monotonic()
        if now - written < REPORT_EVERY and done < total:
            return
        written = now
        if not mine.update(done=done, total=total, lease_until=timezone.now() + LEASE):
            raise Stopped

    return report


def _end(rows: Any, state: State, at: datetime.datetime, *, reason: str = "", result: Document | None = None) -> bool:
    """One arrow to an end of the table of moves; False when somebody else was first."""
    changed = rows.update(
        state=state,
        reason=reason,
        result=result,
        lease="",
        lease_until=None,
        finished_at=at,
        expires_at=at + KEPT,
    )
    return bool(changed)


def tidy(*, at: datetime.datetime) -> int:
    """Results are kept seven days; what they were made of is still there."""
    over = list(Job.objects.filter(expires_at__lte=at).select_related("result")[:500])
    for job in over:
        with transaction.atomic():
            Notification.objects.filter(receiver=job.owner_id, about=job.code, kind__in=KINDS).delete()
            job.delete()
            if job.result:
                documents.discard(job.result)
    return len(over)
