"""Sends what the outbox holds: claim, ask again whether it is right, send outside any transaction, mark.

At least one mail for each row that is not dropped. A second one is possible only between the mail server's yes
and our commit, and bears the same Message-ID.
"""

import datetime
import logging
import smtplib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone, translation

from portal import health, kinds, mail, outbox, zones
from portal.models import OutboxRow, Preference, User
from portal.models.outbox import Reason, Way
from portal.outbox import Parcel

log = logging.getLogger(__name__)
LONGEST_RUN = datetime.timedelta(seconds=120)  # well under the task's own limit
MARGIN = 10  # the last tenth of a lease is not used: somebody else may be about to follow
Clock = Callable[[], datetime.datetime]


def drain(*, now: Clock = timezone.now, most: int = 1000) -> int:
    """Send what is due; returns the number of mails. Any number of these may run at once.

    A mail server that cannot be reached is found out before anything is claimed: no row is worn by it.
    """
    began, sent = now(), 0
    if not outbox.something_is_due(began):
        return 0
    connection = _open(began)
    if connection is None:
        return 0
    try:
        for _ in range(most):
            if now() - began > LONGEST_RUN or not (parcel := outbox.claim(now())):
                break
            sent += _deliver(parcel, connection, now)
    finally:
        _close(connection)
    return sent


def _open(at: datetime.datetime) -> BaseEmailBackend | None:
    connection = mail.connection()
    try:
        connection.open()
    except OSError as error:  # smtplib's errors are among them
        log.error("the mail server cannot be reached: %s", type(error).__name__)
        health.failed("mail", error, at=at)
        return None
    return connection


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError:
        log.info("the mail server did not say goodbye")


def _deliver(parcel: Parcel, connection: BaseEmailBackend, now: Clock) -> int:
    """One mail. Whatever goes wrong with it stays with it."""
    at = now()
    try:
        rows, message = _make(parcel, at)
        if message is None or now() > parcel.until - settings.LEASE / MARGIN:
            return 0
        if not _is_here(parcel.receiver.pk):  # erased while the words were made
            outbox.mark_dropped(parcel, rows, Reason.PERSON_GONE, at=now())
            return 0
    except Exception as error:  # a row of one person must not stop the mails of all others
        log.exception("a mail could not be made")
        outbox.mark_failed(parcel, parcel.rows, error, at=at)
        return 0
    if kinds.mail(parcel.rows[0].kind).is_discreet:
        return _deliver_discreetly(parcel, message, connection)
    try:
        message.connection = connection
        message.send()
    except (OSError, ValueError) as error:  # smtplib's errors; an address that no mail can have
        _close(connection)
        log.warning("a mail was not taken: %s", type(error).__name__)
        if not _is_refusal(error):
            health.failed("mail", error, at=at)
        outbox.mark_failed(parcel, rows, error, at=now(), for_good=_is_final(error))
        return 0
    outbox.mark_sent(parcel, rows, at=now())
    health.went_well("mail", at=now())
    return 1


def _deliver_discreetly(parcel: Parcel, message: EmailMessage, connection: BaseEmailBackend) -> int:
    """What the mail server says of this one is not noted anywhere: only who was mailed could be refused. Tried twice,
    and then left to the next moment."""
    message.connection = connection
    for _attempt in range(2):
        try:
            message.send()  # to nobody, when there was nothing to send
            break
        except (OSError, ValueError):
            _close(connection)
    return outbox.mark_discreet(parcel)


def _codes(error: Exception) -> list[int]:
    """What the server answered, per address or for the whole mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _said in error.recipients.values()]
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return [error.smtp_code]
    return []


def _is_refusal(error: Exception) -> bool:
    """The server works, and does not want this mail."""
    return bool(_codes(error)) or isinstance(error, ValueError)


def _is_final(error: Exception) -> bool:
    codes = _codes(error)
    return isinstance(error, ValueError) or (bool(codes) and all(code >= 500 for code in codes))


# --- Making a mail --------------------------------------------------------------------------


def _make(parcel: Parcel, at: datetime.datetime) -> tuple[list[OutboxRow], EmailMessage | None]:
    """The rows that are still right, and their mail; the others are dropped with their reason."""
    person = User.objects.get(pk=parcel.receiver.pk)
    if not _is_here(person.pk):
        outbox.mark_dropped(parcel, parcel.rows, Reason.PERSON_GONE, at=at)
        return [], None
    unwanted = _unwanted(person)
    rows: list[OutboxRow] = []
    contexts: list[dict[str, Any]] = []
    with translation.override(person.language), timezone.override(zones.zone_of(person)):
        for row in parcel.rows:
            wanted = row.way == Way.URGENT or row.group not in unwanted
            found = _build(parcel, row, person, at) if wanted else Reason.PREFERENCE
            if isinstance(found, Reason):
                outbox.mark_dropped(parcel, [row], found, at=at)
            elif found is not None:
                rows.append(row)
                contexts.append(found)
        if not rows:
            return [], None
        return rows, _message(parcel, person, rows, contexts)


def _build(parcel: Parcel, row: OutboxRow, person: User, at: datetime.datetime) -> dict[str, Any] | Reason | None:
    """None: it could not be put into words; it is tried again later, and its bundle leaves without it."""
    try:
        return kinds.mail(row.kind).build(row.args, person, at)
    except Exception as error:  # a row that cannot be made must not hold up its bundle
        log.exception("a mail could not be made")
        outbox.leave_bundle(parcel, row)
        outbox.mark_failed(parcel, [row], error, at=at)
        return None


def _message(parcel: Parcel, person: User, rows: list[OutboxRow], contexts: list[dict[str, Any]]) -> EmailMessage:
    template, context = kinds.mail(rows[0].kind).template, contexts[0]
    if parcel.bundle:
        attachments = [one for context in contexts for one in context.get("attachments", ())]
        template, context = "portal/mail/bundle", {"items": contexts, "attachments": attachments}
    context = {"person": person, "optional": bool(rows[0].group), **context}
    to = context.get("to", person.email)  # a guest's row holds no address
    made = mail.make(template, to=to, language=person.language, context=context, message_id=parcel.message_id)
    if context.get("is_silent"):
        made.to = []
    return made


def _is_here(pk: int) -> bool:
    return User.objects.filter(pk=pk, is_active=True, erased_at=None).exists()


def _unwanted(person: User) -> set[str]:
    never = Preference.objects.filter(person=person, mail=Preference.Mail.NEVER)
    return set(never.values_list("group", flat=True))
