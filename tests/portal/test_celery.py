"""The doorbell: what rings, and that a worker hears it."""

import contextlib
import json
import signal
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal import celery, tasks
from scripts.processes import PYTHON, ROOT, clean_environment
from tests.servers import migrated, running, until


def test_each_tick_ends_before_the_next() -> None:
    schedule = celery.app.conf.beat_schedule
    names = {"heartbeat", "seal_readings", "clear_sessions", "log_audit_heads"}
    names |= {"scan_reminders", "drain_outbox", "forget_old_mails", "forget_old_drafts", "work_jobs", "tidy_jobs"}
    names |= {"forget_old_guests", "destroy_reported_files"}
    apps = {"mentoring.tasks.follow_tracks", "mentoring.tasks.finish_reports", "surveys.tasks.follow"}
    assert set(schedule) == {f"portal.tasks.{name}" for name in names} | apps
    celery.app.loader.import_default_modules()
    for entry in schedule.values():
        assert entry["options"]["expires"] == entry["schedule"]
        assert entry["task"] in celery.app.tasks


def test_a_killed_task_is_handed_out_again_and_never_twice_at_once() -> None:
    conf = celery.app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_soft_time_limit < conf.task_time_limit < celery.GIVEN_BACK_AFTER


def test_nothing_but_json_is_accepted() -> None:
    conf = celery.app.conf
    assert conf.accept_content == ["json"]
    assert conf.task_serializer == conf.result_serializer == "json"
    assert conf.task_ignore_result


def test_redis_gives_back_soon_after_its_term(settings: pytest.FixtureRequest) -> None:
    settings.TESTING, settings.REDIS_URL = False, "redis://queue.example.org/0"
    made = celery.broker()
    assert made["broker_url"] == "redis://queue.example.org/0"
    options = made["broker_transport_options"]
    assert options == {"visibility_timeout": 3600, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}


def test_without_redis_files_carry_the_ticks(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.TESTING, settings.REDIS_URL, settings.VAR_DIR = False, "", tmp_path
    made = celery.broker()
    options = made["broker_transport_options"]
    assert made["broker_url"] == "filesystem://"
    assert options["data_folder_in"] == options["data_folder_out"]
    assert not options["store_processed"]
    assert all(Path(options[name]).is_dir() for name in ("data_folder_in", "control_folder"))


def test_every_tick_is_due_when_beat_starts() -> None:
    ticker = celery.Ticker(celery.app)
    assert len(ticker.schedule) == len(celery.ticks())
    assert all(entry.is_due().is_due for entry in ticker.schedule.values())


@pytest.mark.django_db
def test_ended_sessions_are_cleared_and_others_kept() -> None:
    for age in (-1, 1):
        store = SessionStore()
        store.set_expiry(timezone.now() + timedelta(hours=age))
        store.save()
    assert Session.objects.count() == 2
    tasks.clear_sessions()
    assert [session.expire_date > timezone.now() for session in Session.objects.all()] == [True]


def signs(database: Path) -> dict[str, datetime]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT name, at FROM portal_heartbeat").fetchall()
    return {name: datetime.fromisoformat(at).replace(tzinfo=UTC) for name, at in rows}


def test_worker_and_beat_work_over_redis_as_in_production(redis_url: str, tmp_path: Path) -> None:
    environment = clean_environment(
        SECRET_KEY="0123456789" * 5,
        SITE_URL="https://leerlijn.example.org",
        ALLOWED_HOSTS="leerlijn.example.org",
        VAR_DIR=str(tmp_path),
        REDIS_URL=f"{redis_url}/15",
    )
    database = migrated(tmp_path)
    command = [PYTHON, "-m", "celery", "--app", "portal"]
    worker = [*command, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"]
    beat = [*command, "beat", "--pidfile="]
    began = datetime.now(UTC)
    with (
        running(worker, tmp_path / "worker.log", signal.SIGTERM, cwd=ROOT, environment=environment),
        running(beat, tmp_path / "beat.log", signal.SIGTERM, cwd=ROOT, environment=environment),
    ):
        until(lambda: set(signs(database)) >= {"worker", "beat"}, "a sign of both")
        assert all(at > began for at in signs(database).values())
    assert not (tmp_path / "broker").exists()
    lines = [line for line in (tmp_path / "beat.log").read_text().splitlines() if line.startswith("{")]
    assert "beat: Starting..." in [json.loads(line)["event"] for line in lines]  # our own log, not Celery's
