"""From held to signed: the texts, the agreements, the signatures (M4)."""

import datetime

from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring import kinds, rules
from mentoring.actions.conversations import Refused, ask, ask_to_report, locked
from mentoring.models import Addendum, Agreement, Conversation, Signature, State
from mentoring.models.conversations import LONGEST
from portal import audit, celery, drafts, today
from portal.merge import Values
from portal.models import User
from portfolios.actions import snapshots

WEEK = datetime.timedelta(days=7)


class TextChanged(Exception):
    """What is to be signed is not what was read; nothing was signed."""


def write(conversation: Conversation, data: QueryDict, *, by: User) -> tuple[Conversation, Values, bool]:
    """Keep what they wrote in the texts that are theirs, woven with what the other kept meanwhile.

    Returns the row, its texts, and whether the other's text is in them now. Raises Refused, and as drafts.weave.
    """
    with transaction.atomic():
        found = locked(conversation)
        names = rules.texts_of(by, found)
        if not names:
            raise Refused(_("The text can no longer be changed. Copy what you typed before you leave this page."))
        stored: Values = {name: getattr(found, name) for name in names}
        kept, woven = drafts.weave(stored, found.version, data)
        texts = {name: str(kept[name]) for name in names if name in kept}
        if any(len(text) > LONGEST for text in texts.values()):
            raise drafts.TooMuch
        if any(getattr(found, name) != text for name, text in texts.items()):
            Conversation.objects.filter(pk=found.pk).update(version=F("version") + 1, **texts)
            found.refresh_from_db(fields=["version", *texts])
    return found, {**stored, **texts}, woven


# --- Agreements -----------------------------------------------------------------------------


def about_agreement(agreement: Agreement) -> str:
    """What its to-do is about: one of its own beside that of the conversation."""
    return f"{agreement.conversation.code}-{agreement.pk}"


def agree(conversation: Conversation, *, who: User, text: str, until: datetime.date, by: User) -> None:
    """Who does what until when. It becomes a to-do once the report is there."""
    with transaction.atomic():
        found = locked(conversation)
        if not rules.may_agree(by, found) or not rules.takes_part(who, found):
            raise Refused(_("Agreements are made while the report is being written. Nothing was added."))
        Agreement.objects.create(conversation=found, who=who, text=text, until=until)
        _changed(found)


def drop_agreement(agreement: Agreement, *, by: User) -> None:
    with transaction.atomic():
        found = locked(agreement.conversation)
        if not rules.may_agree(by, found):
            raise Refused(_("This agreement stands in the report. Nothing was changed."))
        Agreement.objects.filter(pk=agreement.pk).delete()
        _changed(found)


def _changed(conversation: Conversation) -> None:
    """Agreements are signed too, so they count as text."""
    Conversation.objects.filter(pk=conversation.pk).update(version=F("version") + 1)


def finish_agreement(agreement: Agreement, *, by: User, at: datetime.datetime | None = None) -> None:
    at = at or timezone.now()
    with transaction.atomic():
        found = Agreement.objects.select_for_update(of=("self",)).select_related("conversation__shareable")
        row = found.get(pk=agreement.pk)
        if not rules.may_finish_agreement(by, row):
            raise Refused(_("This agreement was already done."))
        Agreement.objects.filter(pk=row.pk).update(done_at=at)
        today.done(about_agreement(row), at=at)


# --- The report -----------------------------------------------------------------------------


def report(conversation: Conversation, *, by: User, at: datetime.datetime | None = None) -> None:
    """Hand the text over for the signatures; from now on it changes only after it was reopened.

    What the trainee shares with the other now is frozen beside it, once (P15).
    """
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation, State.REPORTED)
        if not rules.may_report(by, found):
            raise Refused(_("The other writes this report. Nothing was changed."))
        if not found.report.strip():
            raise Refused(_("There is no report yet. Write a few sentences first."))
        found.state, found.reported_at = State.REPORTED, at
        found.save(update_fields=["state", "reported_at"])
        snapshots.freeze(found.trainee, found.other, occasion=found.shareable, at=at)
        today.done(found.code, kind=kinds.REPORT, at=at)
        on = timezone.localdate(at)
        for person in (found.trainee, found.other):
            ask(kinds.SIGN, found, to=person, on=on + WEEK, due_on=on + WEEK, at=at)
        for one in found.agreements.filter(done_at=None).select_related("who"):
            one.conversation = found
            until = max(one.until, on)
            ask(kinds.AGREED, found, to=one.who, on=one.until, due_on=until, about=about_agreement(one), at=at)


def reopen(conversation: Conversation, *, by: User, at: datetime.datetime | None = None) -> None:
    """Somebody wants to change the text: it is written on, and whoever had signed signs again."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation, State.HELD)
        if not rules.may_reopen(by, found):
            raise Refused(_("This can no longer be changed; you can add something below it."))
        found.signatures.all().delete()
        found.state, found.reported_at, found.closes_on = State.HELD, None, None
        found.version += 1
        found.save(update_fields=["state", "reported_at", "closes_on", "version"])
        today.done(found.code, kind=kinds.SIGN, at=at)
        for one in found.agreements.select_related("conversation__shareable"):
            today.done(about_agreement(one), at=at)
        _note(audit.REPORT_REOPENED, found, by=by, at=at)
        ask_to_report(found, at)


def sign(conversation: Conversation, *, version: int, by: User, how: str, at: datetime.datetime | None = None) -> None:
    """`version` is of the text that they read: another text is not signed. Raises TextChanged, Refused."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation)
        if not rules.may_sign(by, found):
            raise Refused(_("You signed this already, or it is being changed. Nothing was signed now."))
        if found.version != version:
            raise TextChanged
        Signature.objects.create(conversation=found, person=by, version=version, signed_at=at, how=how)
        today.done(found.code, kind=kinds.SIGN, to=by, at=at)
        _note(audit.REPORT_SIGNED, found, by=by, at=at)
        if found.signatures.count() == 2:
            _finish(found, State.SIGNED, at)
        else:
            found.closes_on = timezone.localdate(at) + rules.CLOSES_AFTER
            found.save(update_fields=["closes_on"])


def _finish(conversation: Conversation, state: str, at: datetime.datetime) -> None:
    conversation.state, conversation.closes_on, conversation.ended_at = state, None, at
    conversation.save(update_fields=["state", "closes_on", "ended_at"])
    transaction.on_commit(lambda: celery.ring("mentoring.tasks.finish_reports"))


def _note(verb: str, conversation: Conversation, *, by: User | None, at: datetime.datetime) -> None:
    facts = {"conversation": conversation.code, "version": str(conversation.version)}
    audit.record(verb, subject=conversation.trainee, by=by, at=at, facts=facts)


def close_overdue(*, at: datetime.datetime) -> int:
    """Four weeks after the first signature it closes with that one; how many. Any number of times."""
    rows = Conversation.objects.filter(state=State.REPORTED, closes_on__lte=timezone.localdate(at))
    closed = 0
    for conversation in rows.order_by("closes_on", "pk"):
        with transaction.atomic():
            found = locked(conversation)
            if found.state != State.REPORTED or not found.closes_on or found.closes_on > timezone.localdate(at):
                continue
            today.done(found.code, kind=kinds.SIGN, at=at)
            _note(audit.REPORT_CLOSED, found, by=None, at=at)
            _finish(found, State.CLOSED, at)
            closed += 1
    return closed


def add(conversation: Conversation, text: str, *, by: User, at: datetime.datetime | None = None) -> None:
    """An addendum: below the report, with name and moment, never in it."""
    at = at or timezone.now()
    with transaction.atomic():
        found = locked(conversation)
        if not rules.may_add(by, found):
            raise Refused(_("An addition comes below a report that is signed. Until then the text itself can change."))
        Addendum.objects.create(conversation=found, person=by, text=text, added_at=at)
