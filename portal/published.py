"""Published documents: JSON that is checked against its schema and never changes under its number."""

import datetime
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from jsonschema import Draft202012Validator

from portal import audit
from portal.models import User

Row = TypeVar("Row", bound=models.Model)


class NotPublishable(Exception):
    """The document is not as its schema asks; `faults` says where and what."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class AlreadyPublished(Exception):
    """This number exists with other content. Give the changed document the next number."""


def in_language(words: dict[str, str]) -> str:
    """The words in the reader's language, else in Dutch."""
    return words.get(get_language() or "nl") or words["nl"]


def shipped(folder: Path) -> Iterator[dict[str, Any]]:
    """The documents of a folder of data, by file name."""
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: spacing and order of keys do not count."""
    return hashlib.sha256(audit.canonical(document).encode()).hexdigest()


def keep_version(
    model: type[Row], document: dict[str, Any], content: str, *, by: User | None, at: datetime.datetime | None
) -> Row:
    """Publish a document of a number and one list, `content`; the same document again changes nothing.

    Raises AlreadyPublished when its number has other content. The document is to be checked before.
    """
    at, found = at or timezone.now(), digest(document)
    with transaction.atomic():
        defaults = {"digest": found, content: document[content], "published_at": at}
        row: Any
        row, is_new = model._default_manager.get_or_create(number=document["number"], defaults=defaults)
        if row.digest != found:
            raise AlreadyPublished(f"{model._meta.verbose_name} {row.number} is published with other content")
        if is_new:
            audit.record(audit.PUBLISHED, by=by, at=at, facts={content: row.number, "digest": found})
    kept: Row = row
    return kept


@functools.cache
def _validator(schema: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def faults(document: Any, schema: Path) -> list[str]:
    """Where the document does not fit its schema, else where a language is missing that it has elsewhere."""
    errors = sorted(_validator(schema).iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    found = [f"{error.json_path}: {error.message}" for error in errors]
    return found or _languages_missing(document)


def refuse(found: list[str]) -> None:
    """Raises NotPublishable when there are faults."""
    if found:
        raise NotPublishable(found)


def twice(place: str, keys: Iterable[str]) -> list[str]:
    """A fault for each key that occurs more than once at this place."""
    there = list(keys)
    return [f"{place}: the key {key} occurs twice" for key in sorted({key for key in there if there.count(key) > 1})]


def _words(value: Any, path: str = "$") -> Iterator[tuple[str, dict[str, str]]]:
    """Every place that holds words by language: the schemas demand Dutch wherever there are words."""
    if isinstance(value, dict) and "nl" in value:
        yield path, value
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from _words(part, f"{path}.{key}")


def _languages_missing(document: dict[str, Any]) -> list[str]:
    places = list(_words(document))
    languages = {language for _, words in places for language in words}
    return [f"{path}: no words in {lacking}" for path, words in places for lacking in sorted(languages - words.keys())]
