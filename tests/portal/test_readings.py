"""portal.md G4: who really looked, one row a quarter, sealed by hash."""

import datetime

import pytest
from django.utils import timezone

from portal import readings
from portal.models import Reading, ReadingSeal
from portal.models.sharing import QUARTER, Channel
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def item(cast):
    return factories.experience(cast.noor, into=cast.experiences)


def test_a_reading_is_one_row_a_quarter_with_the_act_that_gave_sight(cast, item):
    given = factories.grant(cast.experiences, cast.joris, at=timezone.now() - factories.DAY)
    start = datetime.datetime.fromtimestamp(timezone.now().timestamp() // QUARTER * QUARTER, datetime.UTC)
    for seconds in (0, 60, QUARTER - 1):
        readings.note(
            cast.joris, [item.shareable], channel=Channel.PAGE, at=start + datetime.timedelta(seconds=seconds)
        )
    assert [(r.reader, r.shareable_id, r.source, r.read_at) for r in Reading.objects.all()] == [
        (cast.joris, item.pk, given.source, start)
    ]
    readings.note(cast.joris, [item.shareable], channel=Channel.PAGE, at=start + datetime.timedelta(seconds=QUARTER))
    readings.note(cast.joris, [item.shareable], channel=Channel.SEARCH, at=start)
    assert Reading.objects.count() == 3


def test_the_owner_leaves_no_readings(cast, item):
    readings.note(cast.noor, [item.shareable, cast.plan.shareable], channel=Channel.PAGE, at=timezone.now())
    assert not Reading.objects.exists()


def test_seals_find_what_was_changed_removed_or_added(cast, item):
    long_ago = timezone.localtime(timezone.now() - factories.DAY)  # as a page passes it, not as it is stored
    factories.grant(cast.experiences, cast.joris, at=long_ago)
    for hours in range(5):
        readings.note(cast.joris, [item.shareable], channel=Channel.PAGE, at=long_ago + datetime.timedelta(hours=hours))
    assert readings.seal() == 5 and readings.seal() == 0
    assert readings.faults() == []
    seal, row = ReadingSeal.objects.get(), Reading.objects.order_by("pk")[2]
    Reading.objects.filter(pk=row.pk).update(reader=cast.teun)
    assert readings.faults() == [f"reading {row.pk}: changed"]
    Reading.objects.filter(pk=row.pk).delete()
    assert readings.faults() == [f"readings {seal.first_id}-{seal.last_id}: the seal does not fit"]


def test_fresh_readings_wait_before_they_are_sealed(cast, item):
    factories.grant(item, cast.joris)
    readings.note(cast.joris, [item.shareable], channel=Channel.PAGE, at=timezone.now())
    assert readings.seal() == 0
