"""The example of the report of a room (portal/pdf_samples.py). People and figures are invented."""

import datetime

from django.utils.translation import gettext as _

from events.models import Event, Report, Room, Series
from events.pdfs import TEMPLATE, context_of
from portal.models import Organisation
from portal.pdf_samples import MADE_AT, Sample


def samples() -> list[Sample]:
    report = _report()
    return [Sample(TEMPLATE, report.title, context_of(report, at=MADE_AT))]


def _report() -> Report:
    """Nowhere in the database."""
    organisation = Organisation(name="Vereniging De Pipet")
    series = Series(title=_("Analyst of tomorrow"), organisation=organisation)
    starts_at = MADE_AT - datetime.timedelta(days=14)
    event = Event(
        code="voorbeeld222",
        series=series,
        number=4,
        title=_("Who knows our work?"),
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(hours=2),
        is_online=True,
    )
    return Report(
        room=Room(code="ruimte222222", event=event, number=1, title=_("School and practice closer together")),
        lede=_("Laboratories change faster than courses. Who does what, so that a beginner can start?"),
        summary="\n".join([_("Basic skills come before knowledge of single machines."), _("Three regions begin.")]),
        bottlenecks=_("A first placement is often the first look into a real laboratory."),
        ideas=_("A teacher works one day a week in the laboratory.\n\nAn analyst gives a lesson."),
        discussed=_("Both sides said what they have time for."),
        conclusions="\n".join([_("Laboratory and school write down together what the basics are."), _("Per region.")]),
        actions="\n".join(
            [
                _("One list of what a beginner can do | Streeklab Zilverdal | East | 1 April | two days"),
                _("A day of looking around for first-years | | North"),
            ]
        ),
        quotes=_("Let me follow one tube, from the arm to the result."),
        participants="\n".join([_("Students: 7"), _("Teachers: 8"), _("Laboratory staff: 9")]),
        approved_at=MADE_AT - datetime.timedelta(days=1),
        text_hash="",
    )
