"""Publishing and exporting the template of standard sections (P1)."""

import datetime
from typing import Any

from portal.models import User
from portal.published import keep_version
from portfolios.documents import SECTION_TEMPLATE, check
from portfolios.models import SectionTemplate


def publish(
    document: dict[str, Any], *, by: User | None = None, at: datetime.datetime | None = None
) -> SectionTemplate:
    """Publish this version; new portfolios open with the highest number.

    Raises NotPublishable and AlreadyPublished.
    """
    check(document, SECTION_TEMPLATE)
    return keep_version(SectionTemplate, document, "sections", by=by, at=at)


def export(template: SectionTemplate) -> dict[str, Any]:
    """The document that this version was published from."""
    return {"number": template.number, "sections": template.sections}
