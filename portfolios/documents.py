"""Published documents: JSON that is checked against its schema and never changes under its number."""

import functools
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from portal import audit

DATA = Path(__file__).resolve().parent / "data"
FRAMEWORK, SECTION_TEMPLATE = "framework", "section-template"  # names of schemas in data/schemas


class NotPublishable(Exception):
    """The document is not as its schema asks; `faults` says where and what."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class AlreadyPublished(Exception):
    """This number exists with other content. Give the changed document the next number."""


def shipped(folder: str) -> Iterator[dict[str, Any]]:
    """The documents of a folder of data, by file name."""
    for path in sorted((DATA / folder).glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: spacing and order of keys do not count."""
    return hashlib.sha256(audit.canonical(document).encode()).hexdigest()


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    text = (DATA / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def check(document: Any, schema: str) -> None:
    """Raises NotPublishable unless the document fits its schema, has all languages everywhere and no key twice."""
    errors = sorted(_validator(schema).iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    faults = [f"{error.json_path}: {error.message}" for error in errors]
    if not faults:
        faults = [*_languages_missing(document), *_keys_twice(document)]
    if faults:
        raise NotPublishable(faults)


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


def _keys_twice(document: dict[str, Any]) -> list[str]:
    competencies = [one for group in document.get("groups", []) for one in group["competencies"]]
    faults = []
    for name, rows in (
        ("levels", document.get("levels", [])),
        ("sections", document.get("sections", [])),
        ("groups", competencies),
    ):
        keys = [row["key"] for row in rows]
        faults += [
            f"$.{name}: the key {key} occurs twice" for key in sorted({key for key in keys if keys.count(key) > 1})
        ]
    return faults
