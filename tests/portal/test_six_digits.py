"""Six digits by mail: once, for ten minutes, in three tries, under their own key (G1, G4)."""

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from portal import six_digits
from portal.six_digits import NotTheDigits, Why

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    request = RequestFactory().get("/")
    request.session = SessionStore()
    return request


def why(request, typed: str, key: str = "proof") -> Why:
    with pytest.raises(NotTheDigits) as caught:
        six_digits.check(request, key, typed)
    return caught.value.why


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06}"


def test_they_give_what_was_kept_with_them_once(request_):
    digits = six_digits.make(request_, "proof", address="noor@example.org")
    assert digits.isdecimal() and len(digits) == 6
    assert six_digits.check(request_, "proof", f" {digits[:3]} {digits[3:]} ")["address"] == "noor@example.org"
    assert why(request_, digits) == Why.OVER


def test_they_are_over_after_ten_minutes(request_):
    with time_machine.travel("2027-03-03T12:00:00Z", tick=False) as clock:
        digits = six_digits.make(request_, "proof")
        clock.shift(six_digits.SECONDS)
        assert not six_digits.are_open(request_, "proof")
        assert why(request_, digits) == Why.OVER


def test_the_fourth_try_fails_also_with_the_right_ones(request_):
    digits = six_digits.make(request_, "proof")
    assert [why(request_, other_than(digits)) for _ in range(six_digits.TRIES)] == [Why.WRONG] * six_digits.TRIES
    assert why(request_, digits) == Why.TRIES


def test_new_ones_replace_them_and_another_key_has_its_own(request_):
    first = six_digits.make(request_, "proof")
    second = six_digits.make(request_, "proof")
    elsewhere = six_digits.make(request_, "guest")
    if first != second:  # one time in a million
        assert why(request_, first) == Why.WRONG
    assert why(request_, other_than(elsewhere), key="guest") == Why.WRONG
    assert six_digits.check(request_, "proof", second) and six_digits.check(request_, "guest", elsewhere)


def test_a_copy_of_the_session_does_not_hold_them(request_):
    digits = six_digits.make(request_, "proof")
    assert digits not in str({name: value for name, value in request_.session["proof"].items() if name != "at"})
