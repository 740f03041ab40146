"""Celery is a doorbell: it rings, the database knows what there is to do.

The schedule only ticks. Due moments are rows, so a lost, late or doubled tick changes nothing:
no countdown and no eta is ever given to the broker.
"""

import logging
import logging.config
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery, signals
from celery.beat import Scheduler
from celery.schedules import schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
log = logging.getLogger(__name__)

HARD_LIMIT = 300  # seconds; must stay below the time after which Redis hands a task out again
GIVEN_BACK_AFTER = 3600


def ticks() -> dict[str, float]:
    """What beat rings for, and how many seconds apart."""
    from django.conf import settings

    return {
        "portal.tasks.heartbeat": settings.HEARTBEAT,
        "portal.tasks.scan_reminders": settings.TICK,
        "portal.tasks.drain_outbox": settings.TICK,
        "portal.tasks.work_jobs": settings.TICK,
        "portal.tasks.tidy_jobs": 3600,
        "portal.tasks.seal_readings": 600,
        "portal.tasks.clear_sessions": 3600,
        "portal.tasks.destroy_reported_files": 3600,
        "portal.tasks.forget_old_mails": 24 * 3600,
        "portal.tasks.forget_old_drafts": 24 * 3600,
        "portal.tasks.forget_old_guests": 24 * 3600,
        "portal.tasks.log_audit_heads": 24 * 3600,
        "surveys.tasks.follow": 300,
        "mentoring.tasks.follow_tracks": 300,
        "mentoring.tasks.finish_reports": 300,
    }


def broker() -> dict[str, Any]:
    """Redis where there is one, files in the demo, memory in tests."""
    from django.conf import settings

    if settings.TESTING:
        return {"broker_url": "memory://"}
    if settings.REDIS_URL:
        given_back = {
            "visibility_timeout": GIVEN_BACK_AFTER,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        }
        return {"broker_url": settings.REDIS_URL, "broker_transport_options": given_back}
    post, bindings = settings.VAR_DIR / "broker" / "post", settings.VAR_DIR / "broker" / "bindings"
    for folder in (post, bindings):
        folder.mkdir(parents=True, exist_ok=True)
    folders = {"data_folder_in": str(post), "data_folder_out": str(post), "control_folder": str(bindings)}
    return {"broker_url": "filesystem://", "broker_transport_options": {**folders, "store_processed": False}}


def configuration() -> dict[str, Any]:
    from django.conf import settings

    return {
        **broker(),
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_serializer": "json",
        "task_ignore_result": True,
        "task_default_queue": "leerlijn",
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": HARD_LIMIT,
        "task_soft_time_limit": HARD_LIMIT - 30,
        "worker_prefetch_multiplier": 1,
        "worker_max_tasks_per_child": 100,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "imports": ["portal.tasks", "surveys.tasks", "mentoring.tasks"],
        "timezone": settings.TIME_ZONE,
        "beat_scheduler": "portal.celery:Ticker",
        "beat_max_loop_interval": 10,
        "beat_schedule": {
            name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
            for name, seconds in ticks().items()
        },
    }


class Ticker(Scheduler):
    """Beat without a file of its own: at every start each tick is due, then at its period.

    It signs the heartbeat of beat itself, so that /healthz can tell a dead beat from a dead worker.
    """

    signed_at = datetime.min.replace(tzinfo=UTC)

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            if isinstance(entry.schedule, schedule):
                entry.last_run_at = self.app.now() - timedelta(seconds=entry.schedule.seconds)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        now = datetime.now(UTC)
        from django.conf import settings

        if (now - self.signed_at).total_seconds() >= settings.HEARTBEAT / 2:
            from django.db import close_old_connections

            from portal import health

            close_old_connections()  # no request does so here, and a database may have been started again
            if health.sign("beat", at=now):
                self.signed_at = now
        pause: float = super().tick(*args, **kwargs)
        return pause


class Pulse(threading.Thread):
    """Signs for this worker itself: a stopped or stuck process shows, however many others take the ticks."""

    def __init__(self, name: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self.worker, self.ended = name, threading.Event()
        self.heard_at = datetime.now(UTC)

    def run(self) -> None:
        from django.conf import settings
        from django.db import connections

        from portal import health

        while not self.ended.is_set():
            health.sign(health.WORKER + self.worker, at=datetime.now(UTC))
            if health.is_deaf(self.heard_at, at=datetime.now(UTC)):
                give_up()
            connections.close_all()
            self.ended.wait(settings.HEARTBEAT)

    def end(self) -> None:
        from portal import health

        self.ended.set()
        self.join(timeout=5)
        health.sign_off(health.WORKER + self.worker)


_pulses: list[Pulse] = []


def give_up() -> None:
    """A worker that lost its line to the queue may not notice when Redis is back (seen with Celery 5.7): it ends, and
    whoever runs it starts it again. Work that is cut off stands in rows."""
    logging.getLogger(__name__).critical("this worker hears nothing any more and ends")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(70)  # it did not even hear that


@signals.task_received.connect
def note_hearing(**kwargs: Any) -> None:
    for pulse in _pulses:
        pulse.heard_at = datetime.now(UTC)


@signals.worker_ready.connect
def start_pulse(sender: Any, **kwargs: Any) -> None:
    pulse = Pulse(f"{sender.hostname}:{os.getpid()}"[:33])
    _pulses.append(pulse)
    pulse.start()


@signals.worker_shutdown.connect
def end_pulse(**kwargs: Any) -> None:
    while _pulses:
        _pulses.pop().end()


@signals.setup_logging.connect
def keep_our_logs(**kwargs: Any) -> None:
    """Celery sets up no logs of its own when somebody answers this signal."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


app = Celery("leerlijn")
app.add_defaults(configuration)


def ring(task: str) -> None:
    """Have a worker look now. A bell that is not heard costs the time until the next tick, nothing else."""
    from django.conf import settings

    if settings.TESTING:
        return
    try:
        with app.connection_for_write(connect_timeout=1) as line:
            line.transport_options = {**line.transport_options, "max_retries": 1, "socket_connect_timeout": 1}
            app.send_task(task, expires=settings.TICK, retry=False, connection=line)
    except Exception as error:  # whatever the broker's client raises
        log.warning("nobody could be rung: %s", type(error).__name__)
