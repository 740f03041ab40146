"""Ticks of the ground: each may be lost, come late or come twice."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from portal import audit, health, sharing


@shared_task
def heartbeat() -> None:
    """Beat rang, the broker carried it, a worker answered."""
    health.sign("worker", at=timezone.now())


@shared_task
def seal_readings() -> None:
    sharing.seal_readings(at=timezone.now())


@shared_task
def log_audit_heads() -> None:
    """The heads leave the database daily: a tail that is cut off together with its head is found beside the log."""
    audit.log_heads()


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")
