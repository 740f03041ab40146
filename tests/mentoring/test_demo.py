"""The demo tells a story that stands (M4, G15), and the invented country has conversations."""

import datetime

import pytest
from django.utils import timezone

from mentoring import demo
from mentoring.models import Conversation, State
from portal import demo as ground
from portal import scale, sectors
from portal.models import Appointment, ToDo
from portfolios.actions import frameworks

pytestmark = pytest.mark.django_db


def test_noor_and_joris_have_two_signed_conversations_and_one_to_come():
    sectors.load_shipped()
    ground.load()
    demo.load()
    demo.load()
    users = ground.accounts()
    noor, joris = users["noor"], users["joris"]
    mine = Conversation.objects.filter(track__relation__person=noor, track__relation__other=joris)
    states = list(mine.order_by("due_on").values_list("state", flat=True))
    assert states == [State.SIGNED, State.SIGNED, State.SKIPPED, State.PLANNED]
    appointment = Appointment.objects.get(about=mine.get(state=State.PLANNED).shareable.code, cancelled_at=None)
    assert set(appointment.people.all()) == {noor, joris} and appointment.starts_at > timezone.now()
    kinds = set(ToDo.objects.filter(receiver=noor, done_at=None).values_list("kind", flat=True))
    assert {"mentoring.agreed", "mentoring.pick", "mentoring.spoke"} <= kinds
    proposed = Conversation.objects.get(track__relation__other=users["ilse"])
    assert (proposed.state, proposed.times.count(), proposed.kind) == (State.DUE, 3, "progress")


def test_the_invented_country_talks():
    sectors.load_shipped()
    frameworks.load_shipped()
    made = scale.Scale(4, 3, timezone.now())
    scale.build(made)
    assert Conversation.objects.filter(state=State.SIGNED, document__isnull=False).count() == 16
    assert Conversation.objects.filter(state=State.DUE).count() == 4
    first = Conversation.objects.filter(state=State.SIGNED).first()
    assert first.points.count() == 3 and first.held_on - first.due_on == datetime.timedelta(days=1)
