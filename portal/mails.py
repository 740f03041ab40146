"""One function per mail. None holds anything confidential: what happened, and a link.

Those of the outbox (KINDS) run when the mail is sent, and say when there is nothing to send any more.
"""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal import calendar, kinds, mail, rules, today, tokens, wording
from portal.kinds import Args, MailKind
from portal.models import Appointment, Attendance, Grant, GuestLink, Membership, Notification, OutboxRow, ToDo, User
from portal.models.outbox import Reason, Way

Built = dict[str, Any] | Reason


def fresh_code(person: User, *, address: str, code: str) -> None:
    """Sent at once and to an address that the person confirmed; the code works for ten minutes."""
    context = {"person": person, "code": code}
    mail.make("portal/mail/fresh_code", to=address, language=person.language, context=context).send()


def guest_code(link: GuestLink, *, code: str) -> None:
    """Sent at once, to the address that the owner shares with; the code works for ten minutes."""
    mail.make("portal/mail/guest_code", to=link.address, language=link.person.language, context={"code": code}).send()


def guest_link(args: Args, person: User, at: datetime.datetime) -> Built:
    """Somebody shares something with this address. The token of the link is made here, and stands in no table."""
    link = GuestLink.objects.filter(code=args["link"], person=person).select_related("owner").first()
    live = Grant.objects.live(at).filter(user=person)
    if link is None or not live.exists():
        return Reason.RIGHT_GONE
    address = mail.link("guest_link", link.code, tokens.make(link.code, link.nonce))
    return {"to": link.address, "owner": link.owner, "link": address}


def added(args: Args, person: User, at: datetime.datetime) -> Built:
    """Somebody was given a role in an organisation, and can sign in with this address."""
    rows = Membership.objects.select_related("organisation").filter(person=person, code=args["membership"])
    membership = rows.first()
    if membership is None or not rules.may_sign_in(person):
        return Reason.RIGHT_GONE
    return {
        "organisation": membership.organisation,
        "membership": membership,
        "line": _("You were added to an organisation on Leerlijn."),
        "link": mail.link("account_login"),
    }


def reminder(args: Args, person: User, at: datetime.datetime) -> Built:
    """Something waits for them. Never after it is done, and of several only the last."""
    todo = ToDo.objects.filter(code=args["todo"], receiver=person).first()
    if todo is None or todo.done_at:
        return Reason.DONE
    moment = datetime.datetime.fromisoformat(args["moment"])
    if OutboxRow.objects.filter(kind=today.REMINDER, about=todo.code, due_at__gt=moment).exists():
        return Reason.TOO_LATE
    still = kinds.said(todo.kind).still
    gone = still(todo.args | {"about": todo.about}, person) if still else None
    return gone or _pointing(todo)


def news(args: Args, person: User, at: datetime.datetime) -> Built:
    row = Notification.objects.filter(code=args["news"], receiver=person).first()
    if row is None or row.seen_at:
        return Reason.DONE
    still = kinds.said(row.kind).still
    gone = still(row.args | {"about": row.about}, person) if still else None
    return gone or _pointing(row)


def appointment(args: Args, person: User, at: datetime.datetime) -> Built:
    """Made, moved or cancelled; of several changes only the last is worth a mail."""
    row = Appointment.objects.filter(code=args["appointment"]).first()
    if row is None or row.ends_at <= at or row.sequence != args["sequence"]:
        return Reason.TOO_LATE
    if not Attendance.objects.filter(appointment=row, person=person).exists():
        return Reason.RIGHT_GONE
    words = {
        "made": _("There is an appointment: %(what)s"),
        "moved": _("An appointment has changed: %(what)s"),
        "cancelled": _("An appointment does not take place: %(what)s"),
    }
    line = words[args["what"]] % {"what": wording.neutral(row)}
    attachments = [calendar.invitation(row, person)]
    return _pointing(row) | {"line": line, "appointment": row, "attachments": attachments}


def _pointing(row: ToDo | Notification | Appointment) -> dict[str, Any]:
    return {"line": wording.neutral(row), "link": mail.absolute(wording.link_of(row))}


KINDS = {
    "added": MailKind("portal/mail/added", added, way=Way.URGENT),
    "guest-link": MailKind("portal/mail/guest_link", guest_link, way=Way.URGENT),
    today.REMINDER: MailKind("portal/mail/line", reminder),
    today.NEWS: MailKind("portal/mail/line", news),
    today.APPOINTMENT: MailKind("portal/mail/appointment", appointment),
}
