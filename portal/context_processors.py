"""What every page's frame needs; nothing here queries before a template asks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.nav import all_items

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    return {
        "nav": SimpleLazyObject(lambda: all_items(request)),
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
        "signup_open": settings.SIGNUP == "open",
    }


def theme_of(request: HttpRequest) -> str:
    """ "light" or "dark" as this device chose, empty to follow the device's own setting."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""
