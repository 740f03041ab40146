"""Every page about surveys puts the same few questions to the database at 1, 3 and 300 of everything."""

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.models import Document, Reading, User
from surveys.actions import results
from surveys.actions.answers import exchange
from surveys.models import (
    ClosedAnswer,
    Invitation,
    NamedAnswer,
    Questionnaire,
    QuestionnaireVersion,
    Result,
    Survey,
    TextToCheck,
)
from tests import factories
from tests.factories import DAY
from tests.surveys import rows

ONE = 12  # queries


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def prepare(cast: SimpleNamespace) -> None:
    """Joke makes surveys of one organisation; Noor is invited to one that is open and to one that is closed."""
    cast.now = timezone.now()
    cast.joke, cast.place = factories.person("Joke"), factories.organisation(kind="association")
    cast.version = rows.version(cast.place)
    cast.drafted = Questionnaire.objects.create(
        organisation=cast.place, key="drafted", names=rows.line("Concept"), draft=rows.document(key="drafted")
    )
    given = {"organisation": cast.place, "version": cast.version}
    cast.open = rows.survey(cast.joke, series="waveswaves22", wave=1, open_code="openopenopen", **given)
    cast.invitation = rows.invited(cast.open, cast.noor)
    cast.named = rows.survey(cast.joke, is_named=True, **given)
    cast.answer = rows.answered_with_name(cast.named, cast.noor)
    cast.asked = cast.named.invitations.get()
    cast.checked = rows.survey(cast.joke, **given)
    Survey.objects.filter(pk=cast.checked.pk).update(closes_at=cast.now, closed_at=cast.now)
    Result.objects.create(survey=cast.checked)
    cast.there = 0


def grow(cast: SimpleNamespace, many: int) -> None:
    """Up to `many` of everything, and results of so many answers more."""
    numbers = range(cast.there, many)
    people = User.objects.bulk_create(
        User(email=f"g{n}@example.org", given_name=f"Gevraagd{n}", family_name="Proef", password="!") for n in numbers
    )
    for survey in (cast.open, cast.checked, cast.named):
        Invitation.objects.bulk_create(Invitation(survey=survey, person=one, group="learners") for one in people)
    said = {"survey": cast.named, "group": "learners", "answers": rows.ANSWERS}
    mine = rows.pieces(people)
    NamedAnswer.objects.bulk_create(NamedAnswer(shareable=one, person=one.owner, **said) for one in mine)
    looks = {
        "shareable": cast.answer.shareable,
        "channel": "page",
        "source": cast.named.code,
        "salt": b"",
        "digest": "",
    }
    moment = {"bucket": 0, "read_at": cast.now}
    Reading.objects.bulk_create(Reading(reader=one, **moment, **looks) for one in people)
    texts = {"survey": cast.checked, "item": "more", "group": "learners", "words": "Woorden van iemand"}
    TextToCheck.objects.bulk_create(TextToCheck(place=n, **texts) for n in numbers)
    _questionnaires(cast, numbers)
    _surveys(cast, numbers)
    cast.results = rows.survey(cast.joke, organisation=cast.place, version=cast.version, audience="everybody")
    without_texts = {key: rows.ANSWERS[key] for key in ("fit", "parts", "advise", "top", "hours")} | {"yes": "yes"}
    answers = {"survey": cast.results, "answers": without_texts}
    ClosedAnswer.objects.bulk_create(
        ClosedAnswer(group=group, **answers) for group in ("learners", "guides") for _ in range(9 + many)
    )
    results.begin(rows.closed(cast.results), at=cast.now)
    cast.there = many


def _questionnaires(cast: SimpleNamespace, numbers: range) -> None:
    """Others of the organisation, each published once; and as many versions of one."""
    made = Questionnaire.objects.bulk_create(
        Questionnaire(organisation=cast.place, key=f"q{n}", names=rows.line(f"Lijst {n}")) for n in numbers
    )
    document = {"document": rows.document(), "digest": "0" * 64}
    first = [QuestionnaireVersion(questionnaire=one, number=1, **document) for one in made]
    more = [QuestionnaireVersion(questionnaire=cast.version.questionnaire, number=2 + n, **document) for n in numbers]
    QuestionnaireVersion.objects.bulk_create([*first, *more])


def _surveys(cast: SimpleNamespace, numbers: range) -> None:
    """Other waves of the open one; and closed ones with a result that Noor may see."""
    term = {"opens_at": cast.now - 9 * DAY, "closes_at": cast.now - DAY, "titles": rows.line("Weer een")}
    facts = {"organisation": cast.place, "owner": cast.joke, "version": cast.version, "launched_at": cast.now, **term}
    Survey.objects.bulk_create(Survey(series="waveswaves22", wave=2 + n, **facts) for n in numbers)
    closed = Survey.objects.bulk_create(Survey(audience="everybody", closed_at=cast.now, **facts) for _ in numbers)
    kind = {"kind": "survey-results", "language": "nl", "media_type": "application/json", "size": 1, "sha256": "a" * 64}
    made = Document.objects.bulk_create(Document(about=one.code, made_at=cast.now, **kind) for one in closed)
    Result.objects.bulk_create(Result(survey=one, document=each) for one, each in zip(closed, made, strict=True))


def code(name: str, *more: str) -> Callable[[SimpleNamespace], list[str]]:
    return lambda cast: [getattr(cast, name).code, *more]


def alone(_cast: SimpleNamespace) -> list[str]:
    return []


def published(cast: SimpleNamespace) -> list[str]:
    return [cast.version.questionnaire.code]


Page = tuple[str, Callable[[SimpleNamespace], list[str]]]
ORGANISER: dict[str, Page] = {
    "surveys": ("surveys", alone),
    "new survey": ("survey_new", alone),
    "survey": ("survey", code("open")),
    "change a survey": ("survey_edit", code("open")),
    "invite": ("invite", code("open")),
    "invitations": ("invitations", code("open")),
    "survey with names": ("survey", code("named")),
    "invited with names": ("invitations", code("named")),
    "answers of somebody": ("answers", code("answer")),
    "preview": ("survey_preview", code("open", "learners")),
    "questionnaires": ("questionnaires", alone),
    "new questionnaire": ("questionnaire_new", alone),
    "import": ("questionnaire_import", alone),
    "questionnaire": ("questionnaire", published),
    "export": ("questionnaire_export", published),
    "draft": ("questionnaire", code("drafted")),
    "name and groups": ("questionnaire_edit", code("drafted")),
    "part": ("section_edit", code("drafted", "first")),
    "question": ("question_edit", code("drafted", "fit")),
    "new question": ("question_new", code("drafted", "first", "likert")),
    "preview of a questionnaire": ("questionnaire_preview", code("drafted", "learners")),
    "results that wait": ("results", code("checked")),
    "texts": ("texts", code("checked")),
}
INVITED: dict[str, Page] = {
    "results of all": ("results_list", alone),
    "results": ("results", code("results")),
    "part of the results": ("results_section", code("results", "first")),
    "comparison": ("results_comparison", code("results")),
    "drawing": ("results_drawing", code("results", "yes")),
    "table": ("results_csv", code("results")),
    "snapshot": ("results_json", code("results")),
    "invited": ("invited", code("invitation")),
    "asked with a name": ("named", code("asked")),
    "fill in with a name": ("named_fill", code("asked")),
    "own answers": ("answers", code("answer")),
    "open survey": ("open_survey", lambda cast: [cast.open.open_code]),
    "fill in": ("fill", code("open")),
    "thanks": ("thanks", code("open")),
}
COUNTS: dict[str, dict[str, int]] = {
    "organiser": {
        "surveys": 6,
        "new survey": 6,
        "survey": 6,
        "change a survey": 5,
        "invite": 4,
        "invitations": 6,
        "survey with names": 7,
        "invited with names": 8,
        "answers of somebody": 5,
        "preview": 3,
        "questionnaires": 8,
        "new questionnaire": 4,
        "import": 4,
        "questionnaire": 7,
        "export": 5,
        "draft": 8,
        "name and groups": 7,
        "part": 7,
        "question": 7,
        "new question": 7,
        "preview of a questionnaire": 6,
        "results that wait": 6,
        "texts": 9,
    },
    "invited": {
        "results of all": 5,
        "results": 4,
        "part of the results": 4,
        "comparison": 4,
        "drawing": 3,
        "table": 3,
        "snapshot": 3,
        "invited": 3,
        "asked with a name": 7,
        "fill in with a name": 5,
        "own answers": 5,
        "open survey": 4,
        "fill in": 4,
        "thanks": 3,
    },
}


def asked(browser: Client, cast: SimpleNamespace, pages: dict[str, Page]) -> dict[str, int]:
    found = {}
    for what, (name, args) in pages.items():
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(reverse(f"surveys:{name}", args=args(cast)))
        assert answer.status_code == 200, what
        found[what] = len(queries)
    return found


@pytest.mark.django_db
def test_each_page_asks_the_same_at_1_3_and_300_rows(cast, sign_in):
    with time_machine.travel(timezone.now(), tick=False):
        prepare(cast)
        joke, noor = sign_in(cast.joke), sign_in(cast.noor)
        noor.cookies[f"ballot-{cast.open.code}"] = exchange(cast.invitation, at=cast.now)
        for many in (0, 1, 3, 300):
            grow(cast, many)
            found = {"organiser": asked(joke, cast, ORGANISER), "invited": asked(noor, cast, INVITED)}
            assert not many or found == COUNTS, many
    assert max(most for pages in COUNTS.values() for most in pages.values()) <= ONE
