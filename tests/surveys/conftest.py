"""People and the survey with names that more than one file of tests begins with."""

import pytest

from portal.models import User
from surveys.models import Survey
from tests import factories
from tests.surveys import rows


@pytest.fixture
def joke(db: None) -> User:
    return factories.person("Joke")


@pytest.fixture
def noor(db: None) -> User:
    return factories.person("Noor")


@pytest.fixture
def named_survey(joke: User) -> Survey:
    """Open, of Joke's organisation."""
    return rows.survey(joke, is_named=True)
