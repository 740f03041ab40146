"""An example of every PDF template: shown in the style guide (demo mode) and put through the gate by the tests.

Each app names its own in `pdf_samples` of its AppConfig, a function that gives Samples in the active language.
People, institutions and figures are invented.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from portal import pdf
from portal.charts import (
    Answers,
    Axis,
    Bar,
    Bars,
    Course,
    Diverging,
    Gaps,
    Levels,
    Moment,
    Part,
    Radar,
    Ranked,
    RankIntervals,
    Ring,
    Track,
)

MADE_AT = datetime.datetime(2027, 1, 28, 16, 0, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Sample:
    template: str
    title: str
    context: dict[str, Any]

    def render(self, language: str) -> bytes:
        return pdf.render(self.template, self.context, language=language, title=self.title, made_at=MADE_AT)


def all_samples(language: str) -> dict[str, Sample]:
    """By template."""
    with translation.override(language):
        return {sample.template: sample for give in _registered() for sample in give()}


def _registered() -> Iterator:
    for config in apps.get_app_configs():
        if path := getattr(config, "pdf_samples", None):
            yield import_string(path)


def samples() -> list[Sample]:
    """The ground's own: a document with a cover, and a letter."""
    return [
        Sample("portal/pdf/sample.html", _("A document with every part"), _document()),
        Sample("portal/pdf/sample_letter.html", _("A letter without a cover"), _letter()),
    ]


def _document() -> dict[str, Any]:
    return {
        "charts": charts(),
        "moments": _moments(),
        "rows": [(_("Row %(number)s") % {"number": number}, 3 * number, number % 7) for number in range(1, 45)],
        "facts": [
            (_("When"), _("28 January 2027")),
            (_("Where"), _("Duinhof Hospital")),
            (_("Who reads this"), _("Noor and dr. Maretak")),
        ],
        "signatures": [
            {"name": "Noor Lindewater", "role": _("trainee"), "at": MADE_AT, "how": _("signed in with a passkey")},
            {"name": "dr. Joris Maretak", "role": _("mentor")},
        ],
    }


def _letter() -> dict[str, Any]:
    return {"moments": _moments(), "chart": charts()["course"]}


def _moments() -> list[dict[str, Any]]:
    day = datetime.date
    return [
        {"on": day(2026, 10, 1), "title": _("Getting to know each other"), "text": _("First goals")},
        {"state": "now", "on": day(2027, 1, 28), "title": _("This conversation")},
        {"state": "coming", "on": day(2027, 4, 28), "title": _("Next conversation"), "text": _("At four o'clock")},
    ]


def charts() -> dict[str, Any]:
    """One of each kind, with plausible figures."""
    labels = [
        _("Collaborating"),
        _("Communicating"),
        _("Organising"),
        _("Acting professionally"),
        _("Dealing with uncertainty"),
        _("Leading"),
    ]
    own, other = [3.5, 3.5, 2.5, 4.0, 2.5, 2.0], [4.2, 3.8, 2.6, 4.0, 3.4, None]
    return {
        "radar": Radar(
            _("Six competencies: the assessors see the same or more than Noor herself, most of all in uncertainty."),
            [Axis(label, mine, theirs) for label, mine, theirs in zip(labels, own, other, strict=True)],
        ),
        "levels": Levels(
            _("All six competencies went up in 2026, in Noor's own eyes and in those of her assessors."),
            [_("Jan"), _("Apr"), _("Jul"), _("Oct")],
            [
                Track(label, [mine - 1, mine - 0.5, mine - 0.5, mine], [None, (theirs or 2.5) - 0.6, theirs, theirs])
                for label, mine, theirs in zip(labels, own, other, strict=True)
            ],
        ),
        "ring": Ring(
            _("14 percent of the time went to development; the advice is 10 to 20 percent."),
            _("development"),
            5.5,
            39.3,
            _("care"),
            (0.1, 0.2),
        ),
        "bars": Bars(
            _("Almost all who answered want to go on; half want it more often."),
            [Bar(_("want to go on"), 17, 18), Bar(_("want it more often"), 9, 18), Bar(_("come from abroad"), 0, None)],
        ),
        "diverging": Diverging(
            _("Trainees agree less than their supervisors, most of all on feedback."),
            [_("not at all"), _("no"), _("in between"), _("yes"), _("completely")],
            [
                (
                    _("I get feedback that I can use"),
                    [
                        Answers(_("Trainees"), [7, 14, 9, 16, 6]),
                        Answers(_("Supervisors"), [0, 2, 4, 16, 9]),
                        Answers(_("Coordinators"), None),
                    ],
                ),
                (
                    _("There is room to learn"),
                    [Answers(_("Trainees"), [1, 5, 8, 24, 14]), Answers(_("Supervisors"), [0, 1, 3, 15, 12])],
                ),
            ],
        ),
        "gaps": Gaps(
            _("Trainees are positive less often than their supervisors, most of all on feedback."),
            [_("Trainees"), _("Supervisors"), _("Coordinators")],
            [
                (
                    _("I get feedback that I can use"),
                    [Part(17, 41, 0.28, 0.57), Part(14, 17, 0.59, 0.94), Part(4, 6, 0.3, 0.9)],
                ),
                (_("There is room to learn"), [Part(30, 41, 0.58, 0.84), Part(13, 17, 0.53, 0.9), None]),
            ],
        ),
        "ranks": RankIntervals(
            _("Two candidates stand above the line, two below; of two the scores say too little."),
            [
                Ranked("K-07", 1, 1, 2),
                Ranked("K-12", 2, 1, 3),
                Ranked("K-03", 3, 2, 5),
                Ranked("K-14", 4, 2, 6),
                Ranked("K-01", 5, 4, 6),
                Ranked("K-09", 6, 4, 6),
            ],
            3,
        ),
        "course": Course(
            _("The procedure as a line: three steps are done, the result is there now, the explanation comes."),
            [
                Moment(_("Opened"), _("15 September")),
                Moment(_("Conversations"), _("16 November")),
                Moment(_("Decision"), _("3 December")),
                Moment(_("Result"), _("14 December"), "now"),
                Moment(_("Explanation"), _("until 28 December"), "coming"),
            ],
        ),
    }
