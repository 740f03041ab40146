"""The condition of sight, written out as SQL (portal.md G4); portal/sharing.py says when to ask it.

Nearly every page asks it, some four times. The ORM needs a millisecond to put the same condition together, more than
the databases need to answer it; `make bench B=pages` shows what that costs. `Grant.objects.live` says the same to the
ORM, and tests/site/test_sharing_machine.py holds the two together.
"""

import datetime
from typing import Any

from django.db import models
from django.db.models import Expression, F

from portal.models.sharing import Grant, Shareable

LIVE = (
    f"SELECT content_object_id FROM {Grant._meta.db_table}"
    " WHERE user_id = %s AND withdrawn_at IS NULL AND starts_at <= %s AND expires_at > %s"
)
INSIDE = f"SELECT id FROM {Shareable._meta.db_table} WHERE parent_id IN ({LIVE})"
OWN = f"SELECT id FROM {Shareable._meta.db_table} WHERE owner_id = %s"


class Condition(Expression):
    """Over columns of the row that is asked about; `person` is the key of who looks at the instant `at`."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, person: int, at: datetime.datetime, *columns: str) -> None:
        super().__init__()
        self.person, self.at = person, at
        self.columns: list[Any] = [F(column) for column in columns]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = exprs

    def _live(self, connection: Any) -> list[Any]:
        moment = connection.ops.adapt_datetimefield_value(self.at)
        return [self.person, moment, moment]


class Given(Condition):
    """Somebody lets this person see the row or what it lies in: (key of the shareable, key of its parent).

    With a third column, its owner: or it is their own.
    """

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        (here, with_here), (above, with_above), *owner = (compiler.compile(column) for column in self.columns)
        sql = f"EXISTS({LIVE} AND content_object_id IN ({here}, {above}))"
        params = [*self._live(connection), *with_here, *with_above]
        for column, with_owner in owner:
            sql, params = f"({column} = %s OR {sql})", [*with_owner, self.person, *params]
        return sql, params


class Within(Condition):
    """The key of the shareable is among all that this person may see; `own` adds what is theirs."""

    def __init__(self, person: int, at: datetime.datetime, column: str, own: bool = True) -> None:
        super().__init__(person, at, column)
        self.own = own

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.columns[0])
        branches, live = [LIVE, INSIDE], self._live(connection)
        params = [*params, *live, *live]
        if self.own:
            branches.append(OWN)
            params.append(self.person)
        return f"{column} IN ({' UNION ALL '.join(branches)})", params
