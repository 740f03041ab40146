"""Writing down education, certificates and the hours of a week (P10)."""

import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from portal import today
from portal.models import User
from portfolios import kinds
from portfolios.models import Certificate, Lesson, Section, Week

M = TypeVar("M", bound=Model)
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
    with transaction.atomic():
        if lesson is None:
            return _the_same(Lesson, section, facts) or Lesson.objects.create(section=section, **facts)
        Lesson.objects.filter(pk=lesson.pk, section=section).update(**facts)
    return lesson


def _the_same(model: type[M], section: Section, facts: dict[str, Any]) -> M | None:
    """The first of these facts, with the section locked: of two presses the second finds what the first made. By a
    change there may be several."""
    Section.objects.select_for_update().get(pk=section.pk)
    return model._default_manager.filter(section=section, **facts).order_by("pk").first()


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
            certificate = _the_same(Certificate, section, facts) or Certificate.objects.create(section=section, **facts)
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
