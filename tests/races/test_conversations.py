"""Two people at the same moment: a signature and a change, two signatures, two that write."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from mentoring.actions import conversations, reports, tracks
from mentoring.actions.conversations import Refused
from mentoring.models import Conversation, Signature, State
from portal.models import Relation, Role
from tests import factories
from tests.races.test_races import THREADS, at_once

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def pair() -> SimpleNamespace:
    place = factories.organisation()
    noor, joris = factories.person("Noor"), factories.person("Joris")
    factories.member(noor, place, Role.TRAINEE)
    tracks.begin(factories.relation(noor, joris))
    return SimpleNamespace(noor=noor, joris=joris, talk=Conversation.objects.whole().get())


def reported() -> SimpleNamespace:
    two = pair()
    conversations.hold(two.talk, on=timezone.localdate(), by=two.noor)
    Conversation.objects.filter(pk=two.talk.pk).update(report="Zo was het.")
    reports.report(two.talk, by=two.noor)
    two.version = Conversation.objects.get(pk=two.talk.pk).version
    return two


def tried(act: Any) -> bool:
    try:
        act()
    except (Refused, reports.TextChanged):
        return False
    return True


def test_many_presses_are_one_signature_each_and_the_last_makes_it_final():
    two = reported()

    def sign(person: Any) -> Any:
        return lambda: tried(lambda: reports.sign(two.talk, version=two.version, by=person, how="app"))

    done = at_once(*[sign(two.noor), sign(two.joris)] * (THREADS // 2))
    assert sum(done) == Signature.objects.count() == 2
    assert Conversation.objects.get(pk=two.talk.pk).state == State.SIGNED


def test_nobody_signs_what_the_other_is_just_changing():
    for _ in range(4):
        two = reported()
        signed, reopened = at_once(
            lambda two=two: tried(lambda: reports.sign(two.talk, version=two.version, by=two.joris, how="app")),
            lambda two=two: tried(lambda: reports.reopen(two.talk, by=two.noor)),
        )
        row = Conversation.objects.get(pk=two.talk.pk)
        assert reopened and row.state == State.HELD and row.version > two.version
        assert not Signature.objects.exists(), "a signature before the change went with it, one after it was refused"
        assert signed in (True, False)
        Conversation.objects.all().delete()
        Relation.objects.all().delete()


def test_one_time_is_picked_and_one_next_conversation_is_made():
    two = pair()
    now = timezone.now()
    times = [now + number * factories.DAY for number in (1, 2, 3)]
    conversations.propose(two.talk, times, by=two.noor)
    picks = [lambda at=at: tried(lambda: conversations.pick(two.talk, at, by=two.joris)) for at in times]
    assert sum(at_once(*picks)) == 1
    holds = [lambda: tried(lambda: conversations.hold(two.talk, on=timezone.localdate(), by=two.noor))] * THREADS
    assert sum(at_once(*holds)) == 1
    assert Conversation.objects.filter(state=State.DUE).count() == 1


def test_two_who_write_at_once_lose_nothing():
    two = pair()
    conversations.hold(two.talk, on=timezone.localdate(), by=two.noor)
    Conversation.objects.filter(pk=two.talk.pk).update(notes="Een. Twee.")
    version = Conversation.objects.get(pk=two.talk.pk).version

    def write(person: Any, text: str) -> Any:
        data = QueryDict(mutable=True)
        data.update({"notes": text, "autosave_base": '{"notes": "Een. Twee."}', "autosave_revision": str(version)})
        return lambda: reports.write(two.talk, data, by=person)

    at_once(write(two.noor, "Een, van Noor. Twee."), write(two.joris, "Een. Twee, van Joris."))
    assert Conversation.objects.get(pk=two.talk.pk).notes == "Een, van Noor. Twee, van Joris."
