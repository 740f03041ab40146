"""Two presses on one button, two workers for one job."""

import pytest
from django.utils import timezone

from portal import jobs
from portal.models import Document, Job
from tests import factories
from tests.races.test_races import THREADS, at_once

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def test_many_presses_are_one_job():
    noor = factories.person("Noor")
    press = lambda: jobs.start("style-bundle", by=noor, args={}).code  # noqa: E731
    assert len(set(at_once(*[press] * THREADS))) == 1
    assert Job.objects.count() == 1


def test_many_workers_take_each_job_once():
    owners = [factories.person() for _ in range(3)]
    for owner in owners:
        factories.job(owner)
    now = timezone.now()
    taken = [job for job in at_once(*[lambda: jobs.claim(at=now)] * THREADS) if job]
    assert all(isinstance(job, Job) for job in taken)
    while job := jobs.claim(at=now):
        taken.append(job)
    assert sorted(job.owner_id for job in taken) == sorted(owner.pk for owner in owners)
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_stopping_and_finishing_at_once_gives_one_end():
    noor = factories.person("Noor")
    for number in range(5):
        job = jobs.claim(at=factories.job(noor, of=str(number)).created_at)
        result = factories.document(noor, kind="job", about=job.code, is_temporary=True)
        mine = Job.objects.filter(pk=job.pk, lease=job.lease)
        ends = at_once(
            lambda job=job: jobs.stop(job, at=timezone.now()),
            lambda job=job, mine=mine, result=result: jobs.finish(job, mine, result),
        )
        job.refresh_from_db()
        assert sorted(ends) == [False, True]
        assert (job.state == "ready") == ends[1] == Document.objects.filter(pk=result.pk).exists()
