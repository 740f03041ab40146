"""A limit for each network that keeps no address and no moment (surveys.md Q3)."""

import datetime
import pickle

import time_machine
from django.core.cache import cache
from django.http import HttpRequest
from django.test import RequestFactory

from portal import limits

NOON = datetime.datetime(2027, 3, 3, 12, 10, tzinfo=datetime.UTC)
ADDRESS = "203.0.113.7"


def visit(address: str = ADDRESS) -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR=address)


def take(address: str = ADDRESS, what: str = "tea", at: datetime.datetime = NOON) -> bool:
    with time_machine.travel(at, tick=False):
        return limits.take(visit(address), what=what, most=2, at=at)


def test_each_network_thing_and_hour_has_its_own_number():
    assert [take() for _time in range(4)] == [True, True, False, False]
    assert take("203.0.113.8") and take(what="coffee")
    assert not take(at=NOON + datetime.timedelta(minutes=49))
    assert take(at=NOON + datetime.timedelta(minutes=50)), "the next hour of the clock"


def test_the_addresses_of_one_place_are_one_network():
    here, next_door, elsewhere = "2001:db8:1:2::7", "2001:db8:1:2:ffff::9", "2001:db8:1:3::7"
    assert [take(here), take(next_door), take(here), take(elsewhere)] == [True, True, False, True]


def test_the_cache_holds_a_number_and_neither_address_nor_thing_and_only_for_that_hour(settings):
    cache.set("planted", f"{ADDRESS} openopen2345")
    take(what="openopen2345")
    held = {key.removeprefix(":1:"): pickle.loads(value) for key, value in cache._cache.items()}
    assert ADDRESS in held.pop("planted"), "so that finding nothing says something"
    ((name, number),) = held.items()
    assert number == 1 and len(name) == 64 and not {ADDRESS, "openopen2345"} & set(name.split())
    settings.SECRET_KEY = "the key of another machine, which makes other names of the same"
    take(what="openopen2345")
    assert len(cache._cache) == 3, "without the key nobody makes this name of an address"
    with time_machine.travel(NOON + datetime.timedelta(minutes=49, seconds=59), tick=False):
        assert cache.get(name) == 1
    with time_machine.travel(NOON + datetime.timedelta(minutes=50, seconds=1), tick=False):
        assert cache.get(name) is None
