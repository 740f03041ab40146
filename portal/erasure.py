"""Erasing a person (portal.md G14): nothing of theirs stays readable; rows of others keep pointing at a shell."""

import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone

from portal import audit, documents, files, registry, sharing
from portal.models import Grant, User
from portal.registry import Data, DataClass, Erase


def erase(person: User, *, at: datetime.datetime | None = None) -> None:
    """Erase all that is declared as this person's, in one transaction. Safe to call again.

    Shares end first, so that no reader sees a half-erased portfolio. The entry that says so names the
    digests that went, and nobody.
    """
    at = at or timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        sharing.withdraw(Grant.objects.filter(content_object__owner=person), by=person, at=at)
        sharing.end_grants_received(person, by=person, at=at)
        for data in registry.declared():
            _erase_rows(data, person, at)


def _erase_rows(data: Data, person: User, at: datetime.datetime) -> None:
    if data.erase is Erase.KEEP:
        return
    if data.erase is Erase.CHAIN:
        audit.erase_about(person, at=at)
        return
    if data.erase is Erase.SESSIONS:
        _end_sessions(person)
        return
    if data.erase is Erase.FILES:
        files.erase_of(person)
        return
    if data.erase is Erase.ADMIN_LOG:
        _empty_admin_log(person)
        return
    if data.erase is Erase.DOCUMENTS:
        documents.destroy_of(person, at=at)
        return
    rows = _rows(data, person)
    if data.erase is Erase.DELETE:
        rows.delete()
        return
    for row in rows:
        for field, value in data.empty:
            setattr(row, field, value(row, at) if callable(value) else value)
        row.save(update_fields=[field for field, _ in data.empty])


def _end_sessions(person: User) -> None:
    """Whose a session is stands inside it; the list that people see of their sessions need not be complete."""
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()


def _rows(data: Data, person: User) -> models.QuerySet:
    return data.get_model()._default_manager.filter(**{data.owner: person.pk})


def _empty_admin_log(person: User) -> None:
    """Django's log of the administration repeats names: of the person, and of rows such as memberships."""
    for data in registry.declared():
        if data.owner and data.data_class is DataClass.PERSONAL:
            kind = ContentType.objects.get_for_model(data.get_model())
            keys = [str(key) for key in _rows(data, person).values_list("pk", flat=True)]
            LogEntry.objects.filter(content_type=kind, object_id__in=keys).update(object_repr="", change_message="")
