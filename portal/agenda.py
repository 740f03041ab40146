"""Where somebody puts something on the agenda of their next conversation: the app that knows of conversations names
the page in the `agenda` of its AppConfig (a URL name). It takes a POST with `text`.
"""

from django.apps import apps
from django.urls import reverse


def address() -> str:
    """Empty when no app here has conversations."""
    names = [name for config in apps.get_app_configs() if (name := getattr(config, "agenda", ""))]
    return reverse(names[0]) if names else ""
