"""Linking an item to the goals and profiles that it is evidence of (P3). Nothing is copied, and nothing is shared."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from portal.models import Shareable, User
from portfolios.models import EvidenceLink


def link(item: Shareable, target: Shareable, *, by: User, at: datetime.datetime | None = None) -> None:
    """`item` is evidence of `target`; saying it again changes nothing."""
    _require_owner(item, target, by)
    EvidenceLink.objects.get_or_create(item=item, target=target, defaults={"linked_at": at or timezone.now()})


def unlink(item: Shareable, target: Shareable, *, by: User, at: datetime.datetime | None = None) -> None:
    """The link goes; both ends stay."""
    _require_owner(item, target, by)
    EvidenceLink.objects.filter(item=item, target=target).delete()


def choose(item: Shareable, targets: Collection[Shareable] | None, *, by: User, at: datetime.datetime) -> None:
    """It is evidence of precisely these. None: as it was."""
    if targets is None:
        return
    wanted = {target.pk: target for target in targets}
    with transaction.atomic():
        there = set(EvidenceLink.objects.filter(item=item).values_list("target", flat=True))
        EvidenceLink.objects.filter(item=item, target__in=there - wanted.keys()).delete()
        for pk in sorted(wanted.keys() - there):
            link(item, wanted[pk], by=by, at=at)


def _require_owner(item: Shareable, target: Shareable, by: User) -> None:
    if not (item.owner_id == target.owner_id == by.pk):
        raise ValueError("only the owner links what is their own")
