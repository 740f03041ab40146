"""The cast: people with names that tests speak of, so that a test reads as a story."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseOperations
from django.test import Client

from portal.models import Role, User
from tests import factories

pytest_plugins = ["tests.kinds", "tests.servers", "tests.strictness"]


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers() -> Iterator[None]:
    """After a test with real transactions Django empties all tables; on SQLite row by row, which triggers refuse."""
    flush = DatabaseOperations.execute_sql_flush

    def past_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE TRIGGER%DELETE%'")
            found = cursor.fetchall()
            for name, _sql in found:
                cursor.execute(f"DROP TRIGGER {name}")
            flush(self, sql_list)
            for _name, sql in found:
                cursor.execute(sql)

    DatabaseOperations.execute_sql_flush = past_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser of this person, signed in with a second factor so that no page stands in between."""

    def _sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        request = SimpleNamespace(session=client.session)
        record_authentication(request, person, "mfa", type="totp")
        request.session.save()
        return client

    return _sign_in


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """Noor, a trainee, with her portfolio; the people around her in two hospitals."""
    duinhof, heideberg = factories.organisation("Duinhof"), factories.organisation("Heideberg")
    noor, teun, farah = factories.person("Noor"), factories.person("Teun"), factories.person("Farah")
    joris, amina = factories.person("Joris", title="dr."), factories.person("Amina", title="dr.")
    admin = factories.person("Beheer")
    for trainee, place in ((noor, duinhof), (teun, duinhof), (farah, heideberg)):
        factories.member(trainee, place, Role.TRAINEE)
    factories.member(joris, duinhof, Role.MENTOR)
    factories.member(amina, duinhof)
    factories.member(admin, duinhof, Role.ADMINISTRATOR)
    factories.relation(noor, joris)
    portfolio = factories.portfolio(noor)
    return SimpleNamespace(
        duinhof=duinhof,
        heideberg=heideberg,
        noor=noor,
        teun=teun,
        farah=farah,
        joris=joris,
        amina=amina,
        admin=admin,
        portfolio=portfolio,
        experiences=factories.section(portfolio, "experiences"),
        plan=factories.section(portfolio, "plan"),
        about=factories.section(portfolio, "about"),
    )
