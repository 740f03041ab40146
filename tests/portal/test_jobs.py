"""Long work: asked once, made once, whatever happens to the worker; the result is for who asked."""

import contextlib
import datetime
import io
import json
import os
import signal
import sqlite3
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from portal import erasure, jobs, pdf
from portal.models import Document, Job
from portal.models.job import MOVES, OPEN, State
from portal.today import news_of
from scripts.processes import PYTHON, ROOT, clean_environment
from tests import factories
from tests.servers import migrated, running, until

pytestmark = pytest.mark.django_db
EXAMPLES = [
    "portal-sample",
    "portal-sample_letter",
    "surveys-results",
    "portfolios-portfolio",
    "events-report",
    "mentoring-report",
]
RESULT = b"%PDF the bytes of a result"
A_DAY = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


went_on: list[str] = []


def made(job, progress):
    progress(1, 2)
    progress(2, 2)
    return factories.document(job.owner, RESULT, kind="job", about=job.code, is_temporary=True)


def fails(job, progress):
    raise jobs.Failure("empty")


def refuses(job, progress):
    raise pdf.Refusal("pages")


def breaks(job, progress):
    raise OSError("no disk")


def is_stopped_meanwhile(job, progress):
    progress(1, 3)
    jobs.stop(job, at=timezone.now())
    progress(3, 3)
    went_on.append(job.kind)


def is_stopped_at_the_end(job, progress):
    document = made(job, progress)
    jobs.stop(job, at=timezone.now())
    return document


def owner_is_erased(job, progress):
    progress(1, 3)
    erasure.erase(job.owner)
    progress(3, 3)
    went_on.append(job.kind)


WORK = [made, fails, refuses, breaks, is_stopped_meanwhile, is_stopped_at_the_end, owner_is_erased]
KINDS = {
    work.__name__.replace("_", "-"): jobs.Kind(
        "Proef", work, lambda owner, args: args.get("right") != "gone", {"empty": "Er is niets om te maken."}
    )
    for work in WORK
}
globals().update({f"KIND_{name.replace('-', '_')}": kind for name, kind in KINDS.items()})


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    config = apps.get_app_config("portal")
    mine = {name: f"{__name__}.KIND_{name.replace('-', '_')}" for name in KINDS}
    monkeypatch.setattr(config, "jobs", config.jobs | mine)


@pytest.fixture
def noor():
    return factories.person("Noor")


def outcome(job: Job) -> tuple[str, str]:
    job.refresh_from_db()
    return job.state, job.reason


# --- Asking ---------------------------------------------------------------------------------


@pytest.mark.both
def test_what_is_asked_twice_is_one_job(noor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as rings:
        first = jobs.start("made", by=noor, args={"of": "abc"})
        assert jobs.start("made", by=noor, args={"of": "abc"}) == first
    assert len(rings) == 1
    assert jobs.start("made", by=noor, args={"of": "def"}) != first
    assert jobs.start("made", by=factories.person(), args={"of": "abc"}) != first
    assert jobs.work(seconds=60) == 3
    at = first.created_at
    assert jobs.start("made", by=noor, args={"of": "abc"}, at=at + datetime.timedelta(seconds=9)) == first
    assert jobs.start("made", by=noor, args={"of": "abc"}, at=at + datetime.timedelta(seconds=11)) != first


@pytest.mark.both
def test_the_database_itself_refuses_a_second_open_job(noor):
    job = jobs.start("made", by=noor, args={})
    fields = {"owner": noor, "kind": "made", "key": job.key, "created_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(**fields)
    jobs.stop(job, at=timezone.now())
    Job.objects.create(**fields)


@pytest.mark.both
@pytest.mark.parametrize(
    "fields",
    [{"state": state} for state in ("ready", "failed", "stopped")] + [{"reason": "empty"}, {"expires_at": A_DAY}],
)
def test_a_state_comes_with_what_belongs_to_it(noor, fields):
    job = jobs.start("made", by=noor, args={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**fields)


def test_arguments_are_codes_and_kinds_are_known(noor):
    for args in ({"of": "Noor Proef"}, {"of": ""}, {"of": "a" * 41}):
        with pytest.raises(ValueError, match="codes"):
            jobs.start("made", by=noor, args=args)
    with pytest.raises(ValueError, match="no kind"):
        jobs.start("never", by=noor, args={})
    assert Job.objects.count() == 0


def test_the_table_of_moves_ends_where_nothing_is_open():
    assert set(MOVES) == set(State)
    assert {state for state in State if MOVES[state]} == set(OPEN)


# --- Working --------------------------------------------------------------------------------


@pytest.mark.both
def test_it_is_made_once_and_kept_seven_days(noor, django_capture_on_commit_callbacks):
    job = jobs.start("made", by=noor, args={})
    assert jobs.work(seconds=60) == 1
    assert jobs.work(seconds=60) == 0
    assert outcome(job) == ("ready", "")
    assert [(one.kind, one.url_name, one.url_args) for one in news_of(noor)] == [("job.ready", "job", [job.code])]
    assert (job.done, job.total, job.attempts, job.lease) == (2, 2, 1, "")
    assert job.expires_at - job.finished_at == datetime.timedelta(days=7)
    assert jobs.tidy(at=job.expires_at - MINUTE) == 0
    stored = job.result.stored_as
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.tidy(at=job.expires_at) == 1
    assert (Job.objects.count(), Document.objects.count(), news_of(noor).count()) == (0, 0, 0)
    assert not default_storage.exists(stored)


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [("fails", "empty", "Er is niets om te maken."), ("refuses", "pages", "too many pages")],
)
def test_a_refusal_is_told_in_words(noor, kind, reason, words):
    job = jobs.start(kind, by=noor, args={})
    jobs.work(seconds=60)
    assert outcome(job) == ("failed", reason)
    assert [one.kind for one in news_of(noor)] == ["job.failed"]
    with translation.override("en"):
        assert words in jobs.sentence(job)


def test_an_error_is_tried_again_three_times_and_then_said(noor, caplog):
    job = jobs.start("breaks", by=noor, args={})
    at = timezone.now()
    for attempt in (1, 2, 3):
        claimed = jobs.claim(at=at)
        assert claimed == job
        jobs.run(claimed)
        assert outcome(job) == ("running", "")
        assert job.attempts == attempt
        assert jobs.claim(at=timezone.now()) is None, "not before a while"
        at = job.lease_until
    assert jobs.claim(at=at) is None
    assert outcome(job) == ("failed", "gave_up")
    assert "no disk" in caplog.text and noor.email not in caplog.text


@pytest.mark.both
def test_a_job_whose_worker_is_silent_goes_to_another_and_the_first_writes_nothing_more(noor):
    job = jobs.start("made", by=noor, args={})
    at = timezone.now()
    first = jobs.claim(at=at)
    assert jobs.claim(at=at + jobs.LEASE - MINUTE) is None
    second = jobs.claim(at=at + jobs.LEASE)
    assert first and second and first.lease != second.lease
    jobs.run(first)
    assert outcome(job) == ("running", "")
    assert Document.objects.count() == 0
    jobs.run(second)
    assert outcome(job) == ("ready", "")
    assert Document.objects.count() == 1, "the first left nothing"


@pytest.mark.both
def test_of_two_that_saw_the_same_job_one_gets_it(noor):
    job = jobs.start("made", by=noor, args={})
    now = timezone.now()
    mine = Job.objects.due(now).filter(pk=job.pk)
    assert [jobs.take(job, mine, at=now) for _ in range(2)] == [True, False]
    late = now + jobs.LEASE
    mine = Job.objects.due(late).filter(pk=job.pk)
    assert [jobs.take(job, mine, at=late) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("kind", ["is-stopped-meanwhile", "is-stopped-at-the-end"])
def test_a_stopped_job_stops_and_leaves_nothing(noor, kind, monkeypatch):
    monkeypatch.setattr(jobs, "REPORT_EVERY", 0.0)
    job = jobs.start(kind, by=noor, args={})
    jobs.work(seconds=60)
    assert outcome(job) == ("stopped", "")
    assert Document.objects.count() == 0
    assert went_on == []
    assert not jobs.stop(job, at=timezone.now())


def test_the_job_of_an_erased_person_stops(noor, monkeypatch):
    monkeypatch.setattr(jobs, "REPORT_EVERY", 0.0)
    jobs.start("owner-is-erased", by=noor, args={})
    assert jobs.work(seconds=60) == 1
    assert Job.objects.count() == 0
    assert Document.objects.count() == 0
    assert went_on == []


def test_a_right_that_went_before_it_was_made(noor):
    job = jobs.start("made", by=noor, args={"right": "gone"})
    jobs.work(seconds=60)
    assert outcome(job) == ("failed", "right_gone")


# --- On the page ----------------------------------------------------------------------------


def test_the_page_follows_until_it_is_ready_and_gives_the_result(noor, sign_in):
    browser = sign_in(noor)
    job = jobs.start("made", by=noor, args={})
    page = reverse("job", args=[job.code])
    waiting = browser.get(page).content.decode()
    assert 'hx-trigger="every 2s"' in waiting and f'href="{page}"' in waiting
    assert browser.get(reverse("job_result", args=[job.code])).status_code == 404
    Job.objects.filter(pk=job.pk).update(state="running", done=3, total=14, lease_until=timezone.now())
    part = browser.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "<h1" not in part and "3" in part and 'max="14"' in part
    again = browser.get(f"{page}?seen=running-3", headers={"HX-Request": "true"})
    assert (again.status_code, again.content) == (204, b"")
    assert jobs.work(seconds=60) == 1
    part = browser.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part and "progress " not in part
    job.refresh_from_db()
    result = browser.get(reverse("job_result", args=[job.code]))
    assert result.content == RESULT
    assert result["Cache-Control"] == "no-store, private"
    assert page in browser.get(reverse("jobs")).content.decode()


def test_nobody_else_finds_it_and_a_range_or_a_known_hash_changes_nothing(noor, sign_in):
    job = factories.ready_job(noor)
    stranger = sign_in(factories.person())
    for headers in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": f'"{job.result.sha256}"'}, {"If-None-Match": "*"}):
        response = stranger.get(reverse("job_result", args=[job.code]), headers=headers)
        assert response.status_code == 404
        assert job.result.sha256 not in str(response.headers)
    assert (
        sign_in(noor)
        .get(reverse("job_result", args=[job.code]), headers={"If-None-Match": f'"{job.result.sha256}"'})
        .status_code
        == 304
    )


def test_a_right_that_went_after_it_was_made(noor, sign_in):
    job = jobs.start("made", by=noor, args={"of": "abc"})
    jobs.work(seconds=60)
    Job.objects.filter(pk=job.pk).update(args={"right": "gone"})
    response = sign_in(noor).get(reverse("job_result", args=[job.code]))
    assert response.status_code == 403
    assert RESULT not in response.content


def test_the_owner_stops_it(noor, sign_in):
    browser, job = sign_in(noor), jobs.start("made", by=noor, args={})
    assert browser.post(reverse("job_stop", args=[job.code])).status_code == 302
    assert outcome(job) == ("stopped", "")
    assert jobs.work(seconds=60) == 0


# --- A real worker --------------------------------------------------------------------------


def rows(database: Path, sql: str) -> list:
    with contextlib.closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        return connection.execute(sql).fetchall()


ASK = """
from portal.models import User
from portal import jobs
noor = User.objects.create_user("noor@example.org", given_name="Noor")
print(jobs.start("style-bundle", by=noor, args={}).code)
"""


def test_a_worker_that_is_killed_midway_costs_nothing(tmp_path):
    environment = clean_environment(DEMO="1", VAR_DIR=str(tmp_path), MEDIA_ROOT=str(tmp_path / "media"))
    database = migrated(tmp_path)

    def manage(*arguments: str) -> None:
        subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)

    def state() -> tuple:
        return rows(database, "SELECT state, done, attempts FROM portal_job")[0]

    manage("shell", "--no-imports", "-c", ASK)
    worker = [PYTHON, "-m", "celery", "--app", "portal", "worker", "--concurrency", "1", "--without-gossip"]
    worker += ["--without-mingle", "--pidfile", str(tmp_path / "worker.pid")]
    with running(worker, tmp_path / "first.log", signal.SIGKILL, cwd=ROOT, environment=environment):
        until(lambda: state()[1] >= 1, "the first part")
        os.killpg(int((tmp_path / "worker.pid").read_text()), signal.SIGKILL)
    assert state()[0] == "running" and state()[2] == 1
    rows(database, "UPDATE portal_job SET lease_until = '2020-01-01 00:00:00'")  # as after two minutes
    (tmp_path / "worker.pid").unlink(missing_ok=True)
    manage("shell", "--no-imports", "-c", "from portal import jobs; jobs.ring()")  # as the tick does
    with running(worker, tmp_path / "second.log", signal.SIGTERM, cwd=ROOT, environment=environment):
        until(lambda: state()[0] == "ready", "the whole")
    assert state()[2] == 2
    ((code, sha256),) = rows(database, "SELECT code, sha256 FROM portal_document")
    (file,) = (tmp_path / "media" / "documents").rglob(f"{sha256}-{code}")
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert archive.namelist() == [f"{language}/{name}.pdf" for language in ("nl", "en") for name in EXAMPLES]
    assert json.loads(rows(database, "SELECT args FROM portal_job")[0][0]) == {}
