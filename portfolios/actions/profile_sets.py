"""Publishing and exporting the set of profiles to choose from (P4, P9)."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import audit
from portal.models import User
from portal.published import AlreadyPublished, digest
from portfolios.documents import PROFILE_SET, check
from portfolios.models import ProfileSet


def publish(document: dict[str, Any], *, by: User | None = None, at: datetime.datetime | None = None) -> ProfileSet:
    """Publish this version; the same document again changes nothing, and who chose keeps the version they chose from.

    Raises NotPublishable, and AlreadyPublished when its number has other content.
    """
    check(document, PROFILE_SET)
    at, found = at or timezone.now(), digest(document)
    with transaction.atomic():
        defaults = {"digest": found, "profiles": document["profiles"], "published_at": at}
        one, is_new = ProfileSet.objects.get_or_create(number=document["number"], defaults=defaults)
        if one.digest != found:
            raise AlreadyPublished(f"set of profiles {one.number} is published with other content")
        if is_new:
            audit.record(audit.PUBLISHED, by=by, at=at, facts={"profiles": one.number, "digest": found})
    return one


def export(one: ProfileSet) -> dict[str, Any]:
    """The document that this version was published from."""
    return {"number": one.number, "profiles": one.profiles}
