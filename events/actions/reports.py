"""From notes to a published report (events.md E7); one verb for each arrow of Report.MOVES."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, Max

from events import pdfs
from events.models import Note, Report, Room
from events.models.reports import FROM_NOTES, TEXTS
from events.rules import reports as rules
from events.rules.series import is_organiser
from portal import audit, documents, today
from portal.editing import EditedElsewhere
from portal.models import Document, User

KIND = "event-report"  # of documents
READ_ALONG = "events.read_along"  # kind of to-do
FOR_READING = datetime.timedelta(days=7)
State = Report.State


class NotNow(Exception):
    """This step is not in the table of moves for this state, or not for this person."""


class Refused(Exception):
    """Why it cannot be approved: `code` is "empty" or "own"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- Writing --------------------------------------------------------------------------------


def compose(room: Room, *, by: User, reason: str = "") -> Report:
    """Begin a version: of the notes, or of the version before when there is one (then with a reason).

    Asked twice, it is the same report. Raises NotNow.
    """
    if not is_organiser(by, room.event.series):
        raise NotNow
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=room.pk)
        if there := Report.objects.in_hand().filter(room=room).first():
            return there
        number = (Report.objects.filter(room=room).aggregate(last=Max("number"))["last"] or 0) + 1
        if number > 1 and not reason.strip():
            raise NotNow
        texts = _texts_to_begin_with(room)
        return Report.objects.create(room=room, number=number, reason=reason.strip() if number > 1 else "", **texts)


def _texts_to_begin_with(room: Room) -> dict[str, str]:
    former = Report.objects.filter(room=room, state__in=(State.PUBLISHED, State.REPLACED)).order_by("-number").first()
    if former:
        return {name: getattr(former, name) for name in TEXTS}
    return dict(Note.objects.filter(room=room, section__in=FROM_NOTES).values_list("section", "text"))


def write(report: Report, texts: Mapping[str, str], *, version: int, by: User) -> None:
    """Save the text. Raises EditedElsewhere when `version` is not the newest, NotNow when it is closed."""
    with transaction.atomic():
        found = _locked(report)
        if not rules.may_edit(by, found):
            raise NotNow
        if found.version != version:
            raise EditedElsewhere(found)
        changes = {name: texts[name] for name in TEXTS if name in texts}
        Report.objects.filter(pk=found.pk).update(version=F("version") + 1, **changes)


# --- Steps ----------------------------------------------------------------------------------


def send_to_rapporteurs(report: Report, *, by: User, at: datetime.datetime) -> None:
    """The rapporteurs of the room are asked to read along, seven days; they may change the text."""
    with transaction.atomic():
        found = _require(report, State.CORRECTION, by)
        _set(found, state=State.CORRECTION)
        for role in found.room.roles.select_related("person"):
            today.ask(
                READ_ALONG,
                to=role.person,
                about=found.code,
                link=("events:report_edit", found.code),
                due_on=(at + FOR_READING).date(),
                at=at,
            )
    report.refresh_from_db()


def approve(report: Report, *, by: User, at: datetime.datetime) -> None:
    """Ready to be published; the text is closed. Raises NotNow, Refused."""
    with transaction.atomic():
        found = _require(report, State.APPROVED, by)
        if rules.is_empty(found):
            raise Refused("empty")
        if rules.approves_own_notes(by, found):
            raise Refused("own")
        _set(found, state=State.APPROVED, approved_by=by, approved_at=at)
        today.done(found.code, kind=READ_ALONG, at=at)
        _note(audit.REPORT_APPROVED, found, {}, by=by, at=at)
    report.refresh_from_db()


def take_back(report: Report, *, by: User, at: datetime.datetime) -> None:
    """Open the text again: from reading along, or after it was approved."""
    with transaction.atomic():
        found = _require(report, State.DRAFT, by)
        _set(found, state=State.DRAFT, approved_by=None, approved_at=None)
        today.done(found.code, kind=READ_ALONG, at=at)
    report.refresh_from_db()


def publish(report: Report, *, by: User, at: datetime.datetime) -> Report:
    """Make the document, freeze it, and replace the version before; all or nothing. Done twice, it is done once.

    Makes a PDF, so never inside a transaction. Raises NotNow, pdf.Refusal.
    """
    report = Report.objects.whole().get(pk=report.pk)
    if report.state == State.PUBLISHED:
        return report
    if not rules.may_move(by, report, State.PUBLISHED):
        raise NotNow
    printed = pdfs.report(report, at=at)
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=report.room_id)
        found = _locked(report)
        if found.state == State.PUBLISHED:
            return found
        if found.state != State.APPROVED or found.version != report.version:
            raise NotNow
        _replace_former(found, by=by, at=at)
        document = documents.freeze(
            printed.body,
            kind=KIND,
            about=found.code,
            number=found.number,
            title=printed.title,
            language=found.room.event.series.language,
            text_hash=printed.text_hash,
            at=at,
        )
        _set(found, state=State.PUBLISHED, document=document, text_hash=printed.text_hash, published_at=at)
        _note(audit.REPORT_PUBLISHED, found, {"document": document.code}, by=by, at=at)
    return Report.objects.whole().get(pk=report.pk)


def _replace_former(report: Report, *, by: User, at: datetime.datetime) -> None:
    for former in Report.objects.whole().filter(room=report.room_id, state=State.PUBLISHED):  # the room is locked
        _set(former, state=State.REPLACED)
        _note(audit.REPORT_REPLACED, former, {"by_number": report.number}, by=by, at=at)


def withdraw(report: Report, *, kind: str, by: User, at: datetime.datetime) -> None:
    """Destroy file, copies and text for `kind`, a Document.Withdrawal; title, date, kind and hash stay.

    Raises NotNow.
    """
    with transaction.atomic():
        found = _require(report, State.WITHDRAWN, by)
        emptied = dict.fromkeys(TEXTS, "")
        _set(found, state=State.WITHDRAWN, withdrawn_at=at, withdrawal=Document.Withdrawal(kind), **emptied)
        assert found.document is not None
        for copy in Document.objects.live().filter(sha256=found.document.sha256):  # also what a job still holds
            documents.withdraw(copy, kind=kind, by=by, at=at)
        _note(audit.REPORT_WITHDRAWN, found, {"kind": str(kind)}, by=by, at=at)
    report.refresh_from_db()


def _require(report: Report, to: str, by: User) -> Report:
    found = _locked(report)
    if not rules.may_move(by, found, to):
        raise NotNow
    return found


def _locked(report: Report) -> Report:
    rows = Report.objects.select_for_update(of=("self",)).select_related(
        "room__event__series__organisation", "document"
    )
    return rows.get(pk=report.pk)


def _set(report: Report, **changes: object) -> None:
    Report.objects.filter(pk=report.pk).update(**changes)


def _note(verb: str, report: Report, facts: dict[str, object], *, by: User, at: datetime.datetime) -> None:
    """In the chain of the organisation that owns the series."""
    facts = {"report": report.code, "room": report.room.code, "number": report.number, **facts}
    audit.record(verb, by=by, facts=facts, at=at, chain=report.room.event.series.chain)
