"""From a closed survey to its frozen snapshot (surveys.md Q4), and from that to its PDFs."""

import datetime
import json
import random
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from portal import audit, documents, pdf, today
from portal.models import Document, User
from surveys import pdfs
from surveys.actions.waves import NotNow
from surveys.models import ClosedAnswer, NamedAnswer, Result, Survey, TextToCheck
from surveys.rules.results import READY, TO_CHECK, waiting
from surveys.rules.snapshot import Asked, Json, compute

SNAPSHOT, PAPER = "survey-results", "survey-results-pdf"  # kinds of documents
JSON = "application/json"
_chance = random.SystemRandom()


def begin(survey: Survey, *, at: datetime.datetime) -> bool:
    """Of a survey that has closed: put its texts before who organises it, or freeze at once when there are none.

    Done twice, it is done once. Raises NotNow while it is open.
    """
    if not survey.closed_at:
        raise NotNow
    texts = [
        TextToCheck(survey=survey, item=item["key"], group=group, place=0, words=words)
        for item, group, words in _texts(_computed(survey))
    ]
    _chance.shuffle(texts)
    for place, text in enumerate(texts):
        text.place = place
    try:
        with transaction.atomic():
            Result.objects.create(survey=survey)
            TextToCheck.objects.bulk_create(texts, batch_size=500)
            if texts:
                link = ("surveys:texts", survey.code)
                today.ask(TO_CHECK, to=survey.owner, about=survey.code, link=link, at=at)
            else:
                freeze(survey, by=None, at=at)
    except IntegrityError:
        return False
    return True


def check(survey: Survey, words: Mapping[str, str]) -> int:
    """By code of a text: what may be published of it; an empty one is left out. How many were still to be checked."""
    done = 0
    with transaction.atomic():
        for text in TextToCheck.objects.select_for_update().filter(survey=survey, code__in=words):
            done += not text.is_checked
            text.words, text.is_checked = words[text.code].strip(), True
            text.save(update_fields=["words", "is_checked"])
    return done


def freeze(survey: Survey, *, by: User | None, at: datetime.datetime) -> Document:
    """The snapshot, for good. Raises NotNow while texts are to be checked, or when it is frozen already."""
    with transaction.atomic():
        result = Result.objects.select_for_update(of=("self",)).get(survey=survey)
        result.survey = survey  # so that survey.result is this one too
        if result.document_id or waiting(survey):
            raise NotNow
        snapshot = _computed(survey)
        _put_texts(snapshot, survey)
        snapshot |= {
            "survey": survey.code,
            "titles": survey.titles,
            "opened_on": survey.opens_at.date().isoformat(),
            "closed_on": survey.closes_at.date().isoformat(),
        }
        body = audit.canonical(snapshot).encode()
        result.document = documents.freeze(
            body, kind=SNAPSHOT, about=survey.code, title=str(survey), language="nl", media_type=JSON, at=at
        )
        result.save(update_fields=["document"])
        survey.texts.all().delete()
        today.done(survey.code, kind=TO_CHECK, at=at)
        facts = {"survey": survey.code, "sha256": result.document.sha256}
        audit.record(audit.RESULTS_FROZEN, by=by, at=at, facts=facts, chain=survey.chain)
    return result.document


def read(document: Document) -> Json:
    """The snapshot of a document. Raises documents.Gone or documents.Damaged."""
    found: Json = json.loads(documents.read(document))
    return found


def publish(result: Result, *, at: datetime.datetime) -> None:
    """Make the PDFs in all languages of the portal, from the snapshot alone, and say that the results are there.

    Done twice, it is done once.
    """
    survey, refusal = result.survey, ""
    assert result.document is not None
    snapshot = read(result.document)
    for language, _name in settings.LANGUAGES:
        if Document.objects.filter(kind=PAPER, about=survey.code, language=language).exists():
            continue
        try:
            paper = pdfs.results(survey, snapshot, result.document, language=language)
        except pdf.Refusal as refused:
            refusal = refused.code
            continue
        with translation.override(language):
            title = str(survey)
        documents.freeze(paper, kind=PAPER, about=survey.code, title=title, language=language, at=at)
    _tell(survey, at)
    Result.objects.filter(pk=result.pk).update(printed_at=at, refusal=refusal)


# --- Inside -----------------------------------------------------------------------------------


def _computed(survey: Survey) -> Json:
    """By the same rules with and without names: what others see of a named survey tells no more of anybody."""
    answers = NamedAnswer if survey.is_named else ClosedAnswer
    filled = answers.objects.filter(survey=survey)
    units = survey.breakdown.get("units", [])
    asked = Asked(survey.document, survey.minimum, units, survey.delivered())
    return compute(asked, filled, _chance)


def _texts(snapshot: Json) -> list[tuple[Json, str, str]]:
    return [
        (item, group, words)
        for item in snapshot["items"]
        for group, said in item["groups"].items()
        for words in said.get("texts", [])
    ]


def _put_texts(snapshot: Json, survey: Survey) -> None:
    """What was checked, in the order of chance; what is left out leaves no gap."""
    checked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text in survey.texts.order_by("place"):
        if text.words:
            checked[text.item, text.group].append(text.words)
    for item in snapshot["items"]:
        for group, said in item["groups"].items():
            if "texts" in said:
                said["texts"] = checked[item["key"], group]


def _tell(survey: Survey, at: datetime.datetime) -> None:
    """All who may see them and were asked alike: nothing here tells who answered."""
    link = ("surveys:results", survey.code)
    people: dict[int, Any] = {survey.owner_id: survey.owner}
    if survey.audience != Survey.Audience.ORGANISER:
        people |= {row.person_id: row.person for row in survey.invitations.select_related("person").order_by("pk")}
    for person in people.values():
        if person.is_active:
            today.tell(READY, to=person, link=link, about=survey.code, key=survey.code, at=at)
