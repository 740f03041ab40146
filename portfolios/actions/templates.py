"""Publishing and exporting the template of standard sections (P1)."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import audit
from portal.models import User
from portal.published import AlreadyPublished, digest
from portfolios.documents import SECTION_TEMPLATE, check
from portfolios.models import SectionTemplate


def publish(
    document: dict[str, Any], *, by: User | None = None, at: datetime.datetime | None = None
) -> SectionTemplate:
    """Publish this version; the same document again changes nothing. New portfolios open with the highest number.

    Raises NotPublishable, and AlreadyPublished when its number has other content.
    """
    check(document, SECTION_TEMPLATE)
    at, found = at or timezone.now(), digest(document)
    with transaction.atomic():
        defaults = {"digest": found, "sections": document["sections"], "published_at": at}
        template, is_new = SectionTemplate.objects.get_or_create(number=document["number"], defaults=defaults)
        if template.digest != found:
            raise AlreadyPublished(f"section template {template.number} is published with other content")
        if is_new:
            audit.record(audit.PUBLISHED, by=by, at=at, facts={"sections": template.number, "digest": found})
    return template


def export(template: SectionTemplate) -> dict[str, Any]:
    """The document that this version was published from."""
    return {"number": template.number, "sections": template.sections}
