"""Structured logs, one line a request; never a name, an address, a query string or a body."""

import re
from typing import Any

import structlog

SECRET_PATH = re.compile(r"/(one-time|links|calendar|ballots|invitations)/[^ ]+|/surveys/[^ /]+/(?:fill|thanks)/")


def without_personal_data(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    for key in ("ip", "user_agent", "user_id"):
        event.pop(key, None)
    if isinstance(request := event.get("request"), str):
        event["request"] = _masked(request.partition("?")[0])
    if isinstance(said := event.get("event"), str):
        event["event"] = _masked(said)  # Django names the path of an error
    return event


def _masked(text: str) -> str:
    return SECRET_PATH.sub(lambda found: f"/{found[1] or 'surveys'}/...", text)


# Of every line, our own and those of Django and Celery.
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.format_exc_info,
    without_personal_data,
]
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": SHARED,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
    },
}
