"""The owner goes over to a newer version of their framework (P4). Nothing moves by itself."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from portal.models import User
from portfolios.models import Competency, Experience, FrameworkMapping, FrameworkVersion, Portfolio


@dataclass
class Row:
    """A competency of the present version, how many own experiences have it, and what it became."""

    competency: Competency
    linked: int
    becomes: list[Competency] = field(default_factory=list)


def newer(portfolio: Portfolio) -> FrameworkMapping | None:
    """The mapping from the portfolio's version to the newest that it can go to."""
    mappings = FrameworkMapping.objects.filter(older=portfolio.framework_version_id)
    return mappings.select_related("older__framework", "newer__framework").order_by("-newer__number").first()


def preview(portfolio: Portfolio, mapping: FrameworkMapping) -> list[Row]:
    """Every competency of the present version in its order. An empty `becomes`: it has no counterpart."""
    after = {one.key: one for one in Competency.objects.filter(version=mapping.newer)}
    becomes = {one["from"]: [after[key] for key in one["to"]] for one in mapping.source["entries"]}
    mine = Experience.objects.filter(shareable__owner=portfolio.owner_id)
    counts = mine.values("competencies").annotate(many=Count("pk")).values_list("competencies", "many")
    linked = dict(counts.filter(competencies__version=mapping.older).order_by())
    before = Competency.objects.filter(version=mapping.older)
    return [Row(one, linked.get(one.pk, 0), becomes[one.key]) for one in before]


def adopt(
    portfolio: Portfolio,
    version: FrameworkVersion,
    *,
    by: User,
    along: Collection[str] = (),
    at: datetime.datetime | None = None,
) -> int:
    """From now on the owner links to `version`. Every link there is stays as it was made; experiences linked to one of
    the competencies `along` (keys of the present version) get a second link, to what it became. How many got one.

    Raises ValueError when no mapping leads there; the same again changes nothing.
    """
    at = at or timezone.now()
    if portfolio.owner_id != by.pk:
        raise ValueError("only the owner goes over to another version")
    with transaction.atomic():
        fresh = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        if fresh.framework_version_id == version.pk:
            return 0
        mapping = FrameworkMapping.objects.filter(older=fresh.framework_version_id, newer=version).first()
        if mapping is None:
            raise ValueError("no mapping leads to this version")
        rows = [one for one in preview(fresh, mapping) if one.competency.key in along]
        Portfolio.objects.filter(pk=fresh.pk).update(framework_version=version)
        return _link_also(fresh, rows, at)


def _link_also(portfolio: Portfolio, rows: list[Row], at: datetime.datetime) -> int:
    through = Experience.competencies.through
    mine = through.objects.filter(experience__shareable__owner=portfolio.owner_id)
    fresh = {
        (link.experience_id, new.pk)
        for row in rows
        for link in mine.filter(competency=row.competency)
        for new in row.becomes
    }
    links = [through(experience_id=experience, competency_id=competency) for experience, competency in sorted(fresh)]
    through.objects.bulk_create(links, ignore_conflicts=True)
    return len({experience for experience, _competency in fresh})
