"""Writing down education, certificates and the hours of a week (P10)."""

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from portal import today
from portal.models import User
from portfolios import kinds
from portfolios.models import Certificate, Lesson, Section, Week

AHEAD = datetime.timedelta(days=60)  # so long before a certificate ends it stands on the home page


def log_week(section: Section, day: datetime.date, *, work: Decimal, growth: Decimal, by: User) -> Week:
    """The hours of the week in which this day falls; logged again, the newer figures stay."""
    _require_owner(section, by)
    monday = day - datetime.timedelta(days=day.weekday())
    with transaction.atomic():
        row, _is_new = Week.objects.update_or_create(
            section=section, monday=monday, defaults={"work": work, "growth": growth}
        )
    return row


def keep_lesson(section: Section, facts: dict[str, Any], *, by: User, lesson: Lesson | None = None) -> Lesson:
    """A new one, or other facts for `lesson`. The same new one sent twice is one."""
    _require_owner(section, by)
    if lesson is None:
        return Lesson.objects.get_or_create(section=section, **facts)[0]
    Lesson.objects.filter(pk=lesson.pk, section=section).update(**facts)
    return lesson


def remove_lesson(lesson: Lesson, *, by: User) -> None:
    _require_owner(lesson.section, by)
    Lesson.objects.filter(pk=lesson.pk).delete()


def keep_certificate(
    section: Section,
    facts: dict[str, Any],
    *,
    by: User,
    certificate: Certificate | None = None,
    at: datetime.datetime | None = None,
) -> Certificate:
    """A new one, or other facts for `certificate`; with an end, and minded, it asks for a look before that."""
    _require_owner(section, by)
    with transaction.atomic():
        if certificate is None:
            certificate = Certificate.objects.get_or_create(section=section, **facts)[0]
        else:
            Certificate.objects.filter(pk=certificate.pk, section=section).update(**facts)
            certificate.refresh_from_db()
        _mind(certificate, by, at)
    return certificate


def remove_certificate(certificate: Certificate, *, by: User, at: datetime.datetime | None = None) -> None:
    _require_owner(certificate.section, by)
    with transaction.atomic():
        today.done(certificate.code, kind=kinds.CERTIFICATE, at=at)
        Certificate.objects.filter(pk=certificate.pk).delete()


def _mind(one: Certificate, owner: User, at: datetime.datetime | None) -> None:
    if not (one.valid_until and one.is_minded):
        today.done(one.code, kind=kinds.CERTIFICATE, at=at)
        return
    link, args = ("portfolios:certificate_edit", one.code), {"until": one.valid_until.isoformat()}
    opens_on = one.valid_until - AHEAD
    today.ask(kinds.CERTIFICATE, to=owner, about=one.code, link=link, args=args, opens_on=opens_on, at=at)


def _require_owner(section: Section, by: User) -> None:
    if section.shareable.owner_id != by.pk:
        raise ValueError("only the owner writes here")
