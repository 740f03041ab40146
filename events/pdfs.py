"""The report of a room on paper, in the language of its series."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Report, RoomRole
from events.wording import Action, actions_of, groups_of, lines_of, paragraphs_of, term_of
from portal import pdf

TEMPLATE = "events/pdf/report.html"


@dataclass(frozen=True)
class ReportDocument:
    body: bytes
    title: str
    text_hash: str


def report(found: Report, *, at: datetime.datetime) -> ReportDocument:
    """The same report with the same `at` gives the same bytes. Never inside a transaction. Raises pdf.Refusal."""
    language = found.room.event.series.language
    with translation.override(language), timezone.override(settings.TIME_ZONE):
        title = _("%(theme)s: report of room %(number)s") % {"theme": found.title, "number": found.room.number}
        context = context_of(found, at=at)
        author = found.room.event.series.organisation.name
        composed = pdf.compose(TEMPLATE, context, language=language, title=title, author=author, made_at=at)
        return ReportDocument(pdf.make(composed.html).pdf, title, composed.text_hash)


def context_of(found: Report, *, at: datetime.datetime) -> dict[str, Any]:
    """In the active language."""
    event = found.room.event
    actions = actions_of(found.actions)
    address = reverse("events:report_version", args=[event.code, found.room.code, found.number])
    return {
        "report": found,
        "event": event,
        "summary": lines_of(found.summary),
        "discussed": [
            (_("Bottlenecks"), paragraphs_of(found.bottlenecks)),
            (_("Ideas"), paragraphs_of(found.ideas)),
            (_("The conversation"), paragraphs_of(found.discussed)),
        ],
        "conclusions": lines_of(found.conclusions),
        "actions": actions,
        "columns": _columns(actions),
        "quotes": lines_of(found.quotes),
        "groups": groups_of(found.participants),
        "total": sum(count for _name, count in groups_of(found.participants)),
        "facts": _facts(found),
        "moments": _moments(found, at),
        "address": f"{settings.SITE_URL}{address}",
    }


def _columns(actions: list[Action]) -> dict[str, bool]:
    """A column that stays empty is left out."""
    return {name: any(getattr(one, name) for one in actions) for name in ("owner", "region", "ready", "needed")}


def _facts(found: Report) -> list[tuple[str, str]]:
    event, groups = found.room.event, groups_of(found.participants)
    named = [one.person.full_name for one in named_roles(found)]
    total = sum(count for _name, count in groups)
    facts = [(_("Meet-up"), f"{event.series}, ‘{event}’"), (_("When"), term_of(event))]
    facts.append((_("Where"), _("online") if event.is_online else event.place))
    if named:
        facts.append((ngettext("Rapporteur", "Rapporteurs", len(named)), ", ".join(sorted(named))))
    if groups:
        words = {"count": total, "groups": len(groups)}
        facts.append((_("Participants"), _("%(count)s, of %(groups)s groups") % words))
    return [(name, words) for name, words in facts if words]


def named_roles(found: Report) -> list[RoomRole]:
    """Of who agreed to stand in the report by name."""
    if not found.room_id:
        return []  # an example
    return list(found.room.roles.filter(is_named=True).select_related("person"))


def _moments(found: Report, at: datetime.datetime) -> list[dict[str, Any]]:
    event = found.room.event
    moments: list[dict[str, Any]] = [
        {"on": timezone.localdate(event.starts_at), "title": _("Notes were made during the conversation.")},
        {
            "on": timezone.localdate(found.approved_at or at),
            "title": _("Approved on behalf of %(organisation)s.") % {"organisation": event.series.organisation},
        },
        {
            "on": timezone.localdate(at),
            "title": _("Published as version %(number)s.") % {"number": found.number},
            "text": found.reason,
            "state": "now",
        },
    ]
    return moments
