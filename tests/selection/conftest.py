"""A committee of four and two candidates in an invented procedure."""

from types import SimpleNamespace

import pytest

from tests.selection import rows


@pytest.fixture
def committee(cast) -> SimpleNamespace:
    return rows.committee(cast.duinhof)
