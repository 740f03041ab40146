import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal import health
from portal.models import Job, OutboxRow
from portal.models.heartbeat import Heartbeat
from scripts.processes import ROOT, clean_environment
from tests import factories
from tests.servers import migrated

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ASK_BOTH = """
import django, json
django.setup()
from django.test import Client
from django.utils import timezone
from portal import health
for path in ("/healthz", "/readyz"):
    answer = Client().get(path, headers={"host": "localhost"})
    print(json.dumps([answer.status_code, answer.json()]))
print(json.dumps(health.sign("beat", at=timezone.now())))
"""


@pytest.fixture(autouse=True)
def _files(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed(**seconds_ago: int) -> None:
    for name, age in seconds_ago.items():
        assert health.sign(name, at=timezone.now() - timedelta(seconds=age))


def ask(path: str = "/healthz") -> tuple[int, dict]:
    answer = Client().get(path)
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.json()


def test_all_well_says_how_old_the_signs_of_life_are(tmp_path: Path) -> None:
    signed(worker=40, beat=10)
    status, report = ask()
    assert status == 200
    assert (report["ok"], report["ill"]) == (True, [])
    assert 40 <= report["worker"]["age"] < 70
    assert 10 <= report["beat"]["age"] < 40
    assert set(report) == {
        "ok",
        "ill",
        "database",
        "worker",
        "beat",
        "workers",
        "outbox",
        "jobs",
        "mail",
        "cache",
        "storage",
        "disk",
    }
    assert list(tmp_path.iterdir()) == []  # the trial file is gone


def test_long_work_that_nobody_takes_is_named() -> None:
    signed(worker=1, beat=1)
    job = factories.job(factories.person())
    now = timezone.now()
    for waited, ill in ((60, []), (1000, ["jobs"])):
        Job.objects.filter(pk=job.pk).update(created_at=now - timedelta(seconds=waited))
        report = ask()[1]
        assert report["ill"] == ill
        assert waited <= report["jobs"]["overdue"] < waited + 60
    Job.objects.filter(pk=job.pk).update(state="running", lease_until=now + timedelta(seconds=60))
    assert ask()[1]["jobs"] == {"ok": True, "overdue": 0}


def test_silent_worker_is_named() -> None:
    signed(worker=100, beat=10)
    status, report = ask()
    assert (status, report["ill"]) == (503, ["worker"])


def test_silent_beat_is_named_and_the_worker_not_blamed() -> None:
    signed(worker=400, beat=390)
    status, report = ask()
    assert (status, report["ill"]) == (503, ["beat"])
    assert report["worker"]["ok"] is None


def test_never_started_is_ill() -> None:
    signed(beat=1)
    assert ask()[1]["ill"] == ["worker"]
    assert ask()[1]["worker"] == {"ok": False, "age": None}


def test_a_new_sign_replaces_the_former() -> None:
    signed(worker=100)
    signed(worker=5)
    assert Heartbeat.objects.filter(name="worker").count() == 1
    signed(beat=5)
    assert ask()[0] == 200


def test_one_silent_worker_of_two_is_counted_until_it_is_forgotten() -> None:
    signed(worker=1, beat=1)
    one, two = f"{health.WORKER}one:1", f"{health.WORKER}two:2"
    signed(**{one: 5, two: 100})
    assert ask()[1]["workers"] == {"ok": False, "number": 2, "silent": 1}
    assert (ask()[0], ask()[1]["ill"]) == (503, ["workers"])
    signed(**{two: 1000})
    assert ask()[1]["workers"] == {"ok": True, "number": 1, "silent": 0}
    signed(**{two: 100})
    health.sign_off(two)
    assert ask()[0] == 200


def test_overdue_mail_and_a_failing_mail_server_are_named() -> None:
    signed(worker=1, beat=1)
    at = timezone.now() - timedelta(seconds=400)
    row = OutboxRow.objects.create(
        key="k", kind="plain", way="urgent", receiver=factories.person(), due_at=at, next_at=at
    )
    assert (ask()[0], ask()[1]["ill"]) == (503, ["outbox"])
    assert 400 <= ask()[1]["outbox"]["overdue"] < 500
    OutboxRow.objects.filter(pk=row.pk).update(state="dead", ended_at=at)
    assert ask()[1]["outbox"] == {"ok": True, "overdue": 0, "set_aside": 1}
    for _ in range(health.TRIES):
        assert ask()[0] == 200
        health.failed("mail", ConnectionRefusedError("mail.example.org"), at=timezone.now())
    assert ask()[1]["mail"] == {"ok": False, "failures": 3, "error": "ConnectionRefusedError"}
    health.went_well("mail", at=timezone.now())
    assert ask()[0] == 200


def test_storage_that_cannot_be_written_is_named(settings: pytest.FixtureRequest) -> None:
    signed(worker=1, beat=1)
    settings.MEDIA_ROOT = "/proc/leerlijn-cannot-be-made"
    status, report = ask()
    assert (status, report["ill"]) == (503, ["storage"])
    assert report["disk"] == {"ok": None}


def test_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    signed(worker=1, beat=1)
    monkeypatch.setattr(health, "LEAST_FREE", 10**18)
    status, report = ask()
    assert (status, report["ill"]) == (503, ["disk"])
    assert report["disk"]["free_mb"] > 0


def test_absent_database_is_named_and_beat_goes_on(tmp_path: Path) -> None:
    trap = clean_environment(DEMO="1", VAR_DIR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/absent")
    done = subprocess.run([sys.executable, "-c", ASK_BOTH], cwd=ROOT, env=trap, text=True, capture_output=True)
    health_status, report = json.loads(done.stdout.splitlines()[-3])
    assert (health_status, report["ill"]) == (503, ["database"])
    assert report["worker"] == report["beat"] == {"ok": None}
    assert json.loads(done.stdout.splitlines()[-2]) == [503, {"ok": False, "why": "database"}]
    assert json.loads(done.stdout.splitlines()[-1]) is False


def test_absent_cache_is_named(tmp_path: Path) -> None:
    trap = clean_environment(DEMO="1", VAR_DIR=str(tmp_path), REDIS_URL="redis://127.0.0.1:1/0")
    migrated(tmp_path)
    done = subprocess.run([sys.executable, "-c", ASK_BOTH], cwd=ROOT, env=trap, text=True, capture_output=True)
    assert json.loads(done.stdout.splitlines()[-3])[1]["ill"] == ["beat", "cache"]
    assert os.listdir(tmp_path / "media") == []


def test_ready_when_every_migration_is_applied() -> None:
    assert ask("/readyz") == (200, {"ok": True})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portal'")
        assert cursor.rowcount
    assert ask("/readyz") == (503, {"ok": False, "why": "migrations"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_asking_is_allowed(path: str) -> None:
    assert Client().post(path).status_code == 405
    assert Client().get(path).cookies == {}
