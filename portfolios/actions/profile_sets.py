"""Publishing and exporting the set of profiles to choose from (P4, P9)."""

import datetime
from typing import Any

from portal.models import User
from portal.published import keep_version
from portfolios.documents import PROFILE_SET, check
from portfolios.models import ProfileSet


def publish(document: dict[str, Any], *, by: User | None = None, at: datetime.datetime | None = None) -> ProfileSet:
    """Publish this version; who chose a profile keeps the version they chose from.

    Raises NotPublishable and AlreadyPublished.
    """
    check(document, PROFILE_SET)
    return keep_version(ProfileSet, document, "profiles", by=by, at=at)


def export(one: ProfileSet) -> dict[str, Any]:
    """The document that this version was published from."""
    return {"number": one.number, "profiles": one.profiles}
