"""The documents that portfolios publish: frameworks, mappings, templates, profiles (portal/published.py)."""

from pathlib import Path
from typing import Any

from portal.published import faults, refuse, twice

DATA = Path(__file__).resolve().parent / "data"
# names of schemas in data/schemas
FRAMEWORK, MAPPING = "framework", "framework-mapping"
SECTION_TEMPLATE, PROFILE_SET = "section-template", "profile-set"


def check(document: Any, schema: str) -> None:
    """Raises NotPublishable unless the document fits its schema, has all languages everywhere and no key twice."""
    refuse(faults(document, DATA / "schemas" / f"{schema}.schema.json") or _keys_twice(document))


def _keys_twice(document: dict[str, Any]) -> list[str]:
    competencies = [one for group in document.get("groups", []) for one in group["competencies"]]
    places = (
        ("levels", document.get("levels", [])),
        ("sections", document.get("sections", [])),
        ("groups", competencies),
        ("profiles", document.get("profiles", [])),
    )
    found = [fault for name, rows in places for fault in twice(f"$.{name}", (row["key"] for row in rows))]
    return found + twice("$.entries", (row["from"] for row in document.get("entries", [])))
