"""The results of a survey on paper: the snapshot, and nothing else (surveys.md Q4)."""

import datetime
import random
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from portal import pdf
from portal.models import Document
from portal.pdf_samples import MADE_AT, Sample
from portal.published import in_language
from portal.templatetags.portal_tags import day
from surveys.findings import Findings, table_of
from surveys.rules.snapshot import Asked, Json, compute

TEMPLATE = "surveys/pdf/results.html"
LARGEST_GAPS = 12


def results(survey: Any, snapshot: Json, document: Document, *, language: str) -> bytes:
    """Never inside a transaction. Raises pdf.Refusal."""
    with translation.override(language):
        title = in_language(snapshot["titles"])
        context = context_of(snapshot, organisation=survey.organisation.name, sha256=document.sha256)
        context |= {"fixed_at": document.made_at, "is_demo": survey.is_demo}
        author = survey.organisation.name
        return pdf.render(TEMPLATE, context, language=language, title=title, author=author, made_at=document.made_at)


def context_of(snapshot: Json, *, organisation: str, sha256: str) -> dict[str, Any]:
    """In the active language."""
    found = Findings(snapshot)
    gaps = found.gaps()
    parts = [
        (name, [{"finding": one, "table": table_of(one)} for one in map(found.finding, items)])
        for _key, name, items in found.sections()
        if items
    ]
    first, last = (datetime.date.fromisoformat(snapshot[name]) for name in ("opened_on", "closed_on"))
    return {
        "organisation": organisation,
        "sha256": sha256,
        "responses": found.responses,
        "gaps": gaps[:LARGEST_GAPS],
        "gaps_chart": found.gaps_chart(gaps[:LARGEST_GAPS]) if gaps else None,
        "parts": parts,
        "is_compared": len(found.groups) > 1,
        "facts": [
            (_("Asked"), _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}),
            (_("Anonymous"), _("Of fewer than %(minimum)s answers nothing is shown anywhere") % snapshot),
        ],
    }


@dataclass(frozen=True)
class _Filled:
    group: str
    unit: str
    answers: Any


def _example() -> Json:
    document = {
        "names": {"nl": "Kwaliteit van de stage", "en": "Quality of the placement"},
        "groups": [
            {"key": "trainees", "names": {"nl": "Aso", "en": "Trainees"}},
            {"key": "supervisors", "names": {"nl": "Stagemeesters", "en": "Supervisors"}},
        ],
        "sections": [
            {
                "key": "learning",
                "names": {"nl": "Leren op de werkvloer", "en": "Learning at work"},
                "questions": [
                    {
                        "key": "feedback",
                        "type": "likert",
                        "steps": 5,
                        "words": {"nl": "Er is feedback waar je iets aan hebt", "en": "There is feedback of use"},
                    },
                    {"key": "again", "type": "yes-no", "words": {"nl": "Wil je een vervolg?", "en": "Go on?"}},
                    {"key": "score", "type": "zero-ten", "words": {"nl": "Raad je het aan?", "en": "Recommend it?"}},
                    {"key": "more", "type": "long-text", "words": {"nl": "Wat nog?", "en": "What else?"}},
                ],
            }
        ],
    }
    chance = random.Random(4)
    filled = [
        _Filled(
            group,
            "",
            {
                "feedback": chance.choice(steps),
                "again": chance.choice(["yes", "yes", "no"]),
                "score": chance.choice([5, 7, 8, 9, 10]),
                "more": "Een vast moment in de week helpt.",
            },
        )
        for group, people, steps in (("trainees", 41, [1, 2, 3, 4, 4, 5]), ("supervisors", 7, [3, 4, 4, 5]))
        for _number in range(people)
    ]
    found = compute(Asked(document, 5, [], {"trainees": 68, "supervisors": 9}), filled, chance)
    return found | {"titles": document["names"], "opened_on": "2027-01-04", "closed_on": "2027-01-25"}


def samples() -> list[Sample]:
    """For the style guide and the gate; the figures are invented."""
    context = context_of(_example(), organisation="Ziekenhuisnetwerk Zilverdal", sha256="ab" * 32)
    return [Sample(TEMPLATE, _("Results of a survey"), context | {"fixed_at": MADE_AT, "is_demo": True})]
