"""What the portal keeps about people, declared model by model (portal.md G14).

Every model says which class it is in, whose it is, what an export contains, what erasing does and how
long it is kept. Undeclared fails a test. The erasure engine works from this.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.module_loading import import_string


class DataClass(enum.StrEnum):
    PUBLIC = "C0"
    INTERNAL = "C1"
    PERSONAL = "C2"
    CONFIDENTIAL = "C3"
    SECRET = "C4"


class Erase(enum.StrEnum):
    DELETE = "delete the rows"
    EMPTY = "empty the fields, keep the row"  # others' rows point at it
    KEEP = "keep"  # not about a person, or kept for the reason given in `why`
    CHAIN = "erase from the audit chain"
    DOCUMENTS = "destroy the bytes and the title; date, kind of reason and hash stay"
    FILES = "delete the rows and the files"
    SESSIONS = "end and delete the person's sessions"
    ADMIN_LOG = "empty what the administration's log says of the person's rows"


@dataclass(frozen=True)
class Data:
    """One model. `owner` is the path to the person whose data it is ("" when it is nobody's).

    `empty` maps field names to what erasing puts there, a value or a function of the row. `confidential`
    names the text fields that only sight gives (the canary tests fill them).
    """

    model: str
    data_class: DataClass
    owner: str = ""
    export: tuple[str, ...] = ()
    erase: Erase = Erase.KEEP
    empty: tuple[tuple[str, Any], ...] = ()
    confidential: tuple[str, ...] = ()
    keep: str = ""
    why: str = ""

    def get_model(self) -> type[Model]:
        return apps.get_model(self.model)


def declared() -> Iterator[Data]:
    """All declarations, the upper floors first: what points at a row goes before the row."""
    for config in reversed(list(apps.get_app_configs())):
        if path := getattr(config, "registry", None):
            yield from import_string(path)


def by_model() -> dict[str, Data]:
    return {data.model.lower(): data for data in declared()}
