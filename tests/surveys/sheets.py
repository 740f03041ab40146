"""What a browser sends of a survey with names."""

from typing import Any

from django.urls import reverse

from surveys.models import Invitation
from tests.surveys import rows

SAID = {"yes": "no", "why": "Geen tijd", "fit": 4, "ways": ["read", "other"], "ways:other": "doen", "hours": "2.5"}


def fill(row: Invitation) -> str:
    return reverse("surveys:named_fill", args=[row.code])


def typed(browser: Any, path: str, **changes: Any) -> dict[str, Any]:
    """What the page would send: what it carries, and what is typed on it."""
    page = browser.get(path)
    held: dict[str, Any] = {"version": page.context["version"], "autosave_start": page.context["editing"].start}
    held |= {name: value for name, value in page.context["editing"].confirmed.items() if value}
    return held | rows.sheet_of(changes)


def send(browser: Any, row: Invitation, **changes: Any) -> Any:
    return browser.post(fill(row), typed(browser, fill(row), **changes) | {"_to": "_send"})
