"""Ticks of guidance: each may be lost, come late or come twice."""

from celery import shared_task
from django.utils import timezone

from mentoring.actions import papers, reports, tracks


@shared_task
def follow_tracks() -> None:
    """New relations get their line, relations that are over lose what was coming."""
    tracks.follow(at=timezone.now())


@shared_task
def finish_reports() -> None:
    """What waited four weeks for a second signature closes; what is final becomes a document."""
    now = timezone.now()
    reports.close_overdue(at=now)
    papers.freeze_reports(at=now)
