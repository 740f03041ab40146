"""Publishing and exporting competency frameworks (P4)."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import audit
from portal.models import User
from portal.published import AlreadyPublished, digest, shipped
from portfolios.actions import profile_sets, templates
from portfolios.documents import DATA, FRAMEWORK, check
from portfolios.models import Competency, Framework, FrameworkVersion, ProfileSet, SectionTemplate


def publish(
    document: dict[str, Any], *, by: User | None = None, at: datetime.datetime | None = None
) -> FrameworkVersion:
    """Publish this version; the same document again changes nothing.

    Raises NotPublishable, and AlreadyPublished when its number has other content.
    """
    check(document, FRAMEWORK)
    at, found = at or timezone.now(), digest(document)
    with transaction.atomic():
        framework = Framework.objects.get_or_create(key=document["key"], defaults={"names": document["names"]})[0]
        versions = Framework.objects.select_for_update().get(pk=framework.pk).versions
        former = versions.filter(number=document["number"]).first()
        if former:
            return _same_or_refuse(former, found)
        version = versions.create(
            number=document["number"],
            digest=found,
            source=document,
            levels=document["levels"],
            size=len(rows := _competencies(document)),
            published_at=at,
        )
        for row in rows:
            row.version = version
        Competency.objects.bulk_create(rows)
        if not versions.filter(number__gt=version.number).exists():
            Framework.objects.filter(pk=framework.pk).update(names=document["names"])
        facts = {"framework": framework.key, "number": version.number, "digest": found}
        audit.record(audit.PUBLISHED, by=by, at=at, facts=facts)
    return version


def _same_or_refuse(former: FrameworkVersion, found: str) -> FrameworkVersion:
    if former.digest != found:
        raise AlreadyPublished(f"{former.framework_id} {former.number} is published with other content")
    return former


def _competencies(document: dict[str, Any]) -> list[Competency]:
    rows = [(group["names"], one) for group in document["groups"] for one in group["competencies"]]
    return [
        Competency(
            key=one["key"],
            names=one["names"],
            descriptions=one["descriptions"],
            group=heading,
            position=position,
        )
        for position, (heading, one) in enumerate(rows)
    ]


def export(version: FrameworkVersion) -> dict[str, Any]:
    """The document that this version was published from."""
    return version.source


def load_shipped() -> None:
    """Publish what ships with the portal: frameworks, section templates, profiles; three queries when all is there."""
    known = set(FrameworkVersion.objects.values_list("framework_id", "number", "digest"))
    for document in shipped(DATA / "frameworks"):
        if (document["key"], document["number"], digest(document)) not in known:
            publish(document)
    known_templates = set(SectionTemplate.objects.values_list("number", "digest"))
    for document in shipped(DATA / "sections"):
        if (document["number"], digest(document)) not in known_templates:
            templates.publish(document)
    known_profiles = set(ProfileSet.objects.values_list("number", "digest"))
    for document in shipped(DATA / "profiles"):
        if (document["number"], digest(document)) not in known_profiles:
            profile_sets.publish(document)
