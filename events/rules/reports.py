"""Who may do what with the report of a room (events.md E7)."""

from events.models import Report
from events.models.reports import TEXTS
from events.rules.notes import is_rapporteur
from events.rules.series import is_organiser
from portal.models import User


def may_see_draft(person: User, report: Report) -> bool:
    """The organisers; the rapporteurs from when they are asked to read along."""
    if is_organiser(person, report.room.event.series):
        return True
    return report.state != Report.State.DRAFT and is_rapporteur(person, report.room)


def may_edit(person: User, report: Report) -> bool:
    """The organisers until it is approved; the rapporteurs while they read along."""
    if report.state == Report.State.CORRECTION and is_rapporteur(person, report.room):
        return True
    writing = (Report.State.DRAFT, Report.State.CORRECTION)
    return report.state in writing and is_organiser(person, report.room.event.series)


def may_move(person: User, report: Report, to: str) -> bool:
    return to in Report.MOVES[report.state] and is_organiser(person, report.room.event.series)


def approves_own_notes(person: User, report: Report) -> bool:
    """Nobody approves alone what they alone wrote: the only rapporteur of a room asks another organiser."""
    writers = set(report.room.roles.values_list("person", flat=True))
    return writers == {person.pk}


def is_empty(report: Report) -> bool:
    return not any(getattr(report, name).strip() for name in TEXTS if name not in ("lede", "participants"))
