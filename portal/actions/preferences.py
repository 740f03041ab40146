"""How somebody wants to hear of things (portal.md G5): per group by mail and in the portal, and when not."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from portal import outbox
from portal.models import Preference, QuietHours, User
from portal.reminders import Quiet


@dataclass(frozen=True)
class Wish:
    group: str
    mail: str
    in_portal: bool


def choose(person: User, wishes: Iterable[Wish], *, quiet: Quiet, at: datetime.datetime) -> None:
    """Keep these wishes; mails that still wait leave by them."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # two tabs at once: the later one counts
        for wish in wishes:
            Preference.objects.update_or_create(
                person=person, group=wish.group, defaults={"mail": wish.mail, "in_portal": wish.in_portal}
            )
        hours = {"starts": quiet.starts, "ends": quiet.ends, "weekends": quiet.weekends, "daily_at": quiet.daily_at}
        QuietHours.objects.update_or_create(person=person, defaults=hours)
        outbox.plan_again(person, at=at)
