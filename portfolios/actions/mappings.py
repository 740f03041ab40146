"""Publishing what an older version of a framework became in a newer one (P4)."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import audit
from portal.models import User
from portal.published import AlreadyPublished, digest, refuse
from portfolios.documents import MAPPING, check
from portfolios.models import Framework, FrameworkMapping, FrameworkVersion


def publish(
    document: dict[str, Any], *, by: User | None = None, at: datetime.datetime | None = None
) -> FrameworkMapping:
    """Publish it; the same document again changes nothing, and no portfolio changes by it.

    Raises NotPublishable, and AlreadyPublished when these two versions are mapped with other content.
    """
    check(document, MAPPING)
    at, found = at or timezone.now(), digest(document)
    with transaction.atomic():
        Framework.objects.select_for_update().filter(key=document["framework"]).first()
        older, newer = (_version(document, end) for end in ("from", "to"))
        refuse(_faults(document, older, newer))
        assert older and newer
        facts = {"digest": found, "source": document, "published_at": at}
        mapping, is_new = FrameworkMapping.objects.get_or_create(older=older, newer=newer, defaults=facts)
        if mapping.digest != found:
            raise AlreadyPublished(f"the mapping {mapping} is published with other content")
        if is_new:
            audit.record(audit.PUBLISHED, by=by, at=at, facts={"mapping": str(mapping.pk), "digest": found})
    return mapping


def _version(document: dict[str, Any], end: str) -> FrameworkVersion | None:
    return FrameworkVersion.objects.filter(framework=document["framework"], number=document[end]).first()


def _faults(document: dict[str, Any], older: FrameworkVersion | None, newer: FrameworkVersion | None) -> list[str]:
    """Versions that are not published, in the wrong order; competencies that are unknown or left out."""
    if not older or not newer:
        missing = [end for end, version in (("from", older), ("to", newer)) if not version]
        return [f"$.{end}: {document['framework']} {document[end]} is not published" for end in missing]
    if older.number >= newer.number:
        return ["$.to: this version is not newer"]
    before, after = ({one.key for one in version.competencies.all()} for version in (older, newer))
    entries = document["entries"]
    found = [f"$.entries: {key} is left out" for key in sorted(before - {one["from"] for one in entries})]
    for number, one in enumerate(entries):
        if one["from"] not in before:
            found.append(f"$.entries[{number}].from: {one['from']} is not in version {older.number}")
        unknown = [key for key in one["to"] if key not in after]
        found += [f"$.entries[{number}].to: {key} is not in version {newer.number}" for key in unknown]
    return found


def export(mapping: FrameworkMapping) -> dict[str, Any]:
    """The document that this mapping was published from."""
    return mapping.source
