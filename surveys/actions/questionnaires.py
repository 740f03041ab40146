"""Writing and publishing questionnaires (surveys.md Q1)."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal import audit
from portal.editing import EditedElsewhere
from portal.models import Organisation, User
from portal.published import AlreadyPublished, digest, shipped
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.rules.questionnaires import DATA, check

Document = dict[str, Any]


def begin(organisation: Organisation, document: Document) -> Questionnaire:
    """A questionnaire of this organisation with this draft; the one with this key, when it is there. Its former draft
    goes."""
    with transaction.atomic():
        found, is_new = Questionnaire.objects.select_for_update(of=("self",)).get_or_create(
            organisation=organisation, key=document["key"], defaults={"names": document["names"], "draft": document}
        )
        if not is_new:
            write(found, document, revision=found.revision)
    return found


def _locked(questionnaire: Questionnaire) -> Questionnaire:
    return Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)


def write(questionnaire: Questionnaire, document: Document, *, revision: int) -> None:
    """Keep this as the draft. It may be half done. Raises EditedElsewhere when `revision` is not the newest."""
    with transaction.atomic():
        found = _locked(questionnaire)
        if found.revision != revision:
            raise EditedElsewhere(found)
        found.draft, found.revision = document, revision + 1
        if not found.versions.exists():
            found.names = document["names"]
        found.save(update_fields=["draft", "revision", "names"])
    questionnaire.draft, questionnaire.revision, questionnaire.names = found.draft, found.revision, found.names


def publish(questionnaire: Questionnaire, *, by: User | None, at: datetime.datetime) -> QuestionnaireVersion:
    """Publish the draft as the next version. Raises NotPublishable with what is still wrong."""
    with transaction.atomic():
        found = _locked(questionnaire)
        document = numbered(found)
        version = _add(found, document, by=by, at=at)
        found.draft, found.names = {}, document["names"]
        found.save(update_fields=["draft", "names"])
    questionnaire.refresh_from_db()
    return version


def numbered(questionnaire: Questionnaire) -> Document:
    """The draft as it would be published: a number that it brought stays when it is the highest."""
    last = questionnaire.versions.aggregate(last=Max("number"))["last"] or 0
    number = max(last + 1, questionnaire.draft.get("number", 1))
    return questionnaire.draft | {"key": questionnaire.key, "number": number}


def _add(found: Questionnaire, document: Document, *, by: User | None, at: datetime.datetime) -> QuestionnaireVersion:
    check(document)
    seal = digest(document)
    version = found.versions.create(number=document["number"], document=document, digest=seal, published_at=at)
    facts = {"questionnaire": found.code, "number": version.number, "digest": seal}
    audit.record(audit.PUBLISHED, by=by, at=at, facts=facts)
    return version


def revise(questionnaire: Questionnaire) -> None:
    """Begin a new draft from the last version; one that is there stays."""
    with transaction.atomic():
        found = _locked(questionnaire)
        last = found.versions.order_by("-number").first()
        if not found.draft and last:
            write(found, last.document | {"number": last.number + 1}, revision=found.revision)
    questionnaire.refresh_from_db()


def load_shipped() -> None:
    """Publish what ships with the portal: one query when all is there. Raises AlreadyPublished when a number has other
    content."""
    there = QuestionnaireVersion.objects.filter(questionnaire__organisation=None)
    known = {(key, number): seal for key, number, seal in there.values_list("questionnaire__key", "number", "digest")}
    for document in shipped(DATA / "questionnaires"):
        seal = known.get((document["key"], document["number"]))
        if seal is None:
            _ship(document)
        elif seal != digest(document):
            raise AlreadyPublished(f"{document['key']} {document['number']} is published with other content")


def _ship(document: Document) -> None:
    with transaction.atomic():
        found, _new = Questionnaire.objects.get_or_create(
            organisation=None, key=document["key"], defaults={"names": document["names"]}
        )
        _add(found, document, by=None, at=timezone.now())
        Questionnaire.objects.filter(pk=found.pk).update(names=document["names"])
