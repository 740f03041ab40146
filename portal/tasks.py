"""Ticks of the ground: each may be lost, come late or come twice."""

import datetime

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from portal import audit, documents, drafts, files, guests, health, jobs, outbox, readings, sender, today

KEPT = datetime.timedelta(days=365)


@shared_task
def heartbeat() -> None:
    """Beat rang, the broker carried it, a worker answered."""
    health.sign("worker", at=timezone.now())


@shared_task
def seal_readings() -> None:
    readings.seal(at=timezone.now())


@shared_task
def log_audit_heads() -> None:
    """The heads leave the database daily: a tail that is cut off together with its head is found beside the log."""
    audit.log_heads()


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")


@shared_task
def scan_reminders() -> None:
    """Reminders that came due become rows of the outbox."""
    today.scan(at=timezone.now())


@shared_task
def drain_outbox() -> None:
    sender.drain()


@shared_task
def forget_old_mails() -> None:
    """Twelve months after they ended: what was mailed, what was done, what was seen, what took place."""
    before = timezone.now() - KEPT
    outbox.forget(before=before)
    today.forget(before=before)


@shared_task
def forget_old_drafts() -> None:
    drafts.forget_old(at=timezone.now())


@shared_task
def forget_old_guests() -> None:
    guests.forget_old(at=timezone.now())


@shared_task
def work_jobs() -> None:
    """Rung when somebody asks, and ticked for what was left; ends well before the limit on a task."""
    jobs.work(seconds=120)


@shared_task
def tidy_jobs() -> None:
    """Results that were kept long enough, and files that no document names."""
    jobs.tidy(at=timezone.now())
    documents.sweep(at=timezone.now())


@shared_task
def destroy_reported_files() -> None:
    """Within a day of the report; also removes files that a crash left without a row."""
    files.destroy_reported(at=timezone.now())
    files.sweep(at=timezone.now())
