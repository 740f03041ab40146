"""Addresses of rows are those that Django gives, whatever stands before them."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.urls.base import clear_script_prefix

from portal.addresses import address
from portal.codes import new_code
from tests.portal.test_templatetags import render

NAMES = ["portfolios:section", "portfolios:guest_experience", "mentoring:conversation", "file", "job"]


@pytest.mark.parametrize("name", NAMES)
def test_an_address_is_what_reverse_gives(name: str) -> None:
    for code in (new_code(), new_code()):
        assert address(name, code) == reverse(name, args=[code])
        assert render(f'{{% to "{name}" code %}}', code=code) == address(name, code)


def test_what_stands_before_the_site_stands_before_each_address() -> None:
    code = new_code()
    plain = address("job", code)
    try:
        set_script_prefix("/leerlijn/")
        assert address("job", code) == "/leerlijn" + plain == reverse("job", args=[code])
    finally:
        clear_script_prefix()
    assert address("job", code) == plain


@pytest.mark.parametrize("code", ["", "a/b", "../x", "ééé", "a b"])
def test_what_is_no_code_has_no_address(code: str) -> None:
    with pytest.raises(NoReverseMatch):
        address("portfolios:section", code)
    with pytest.raises(NoReverseMatch):
        reverse("portfolios:section", args=[code])
