"""What guidance says to people (portal/kinds.py, docs/reminders.md). No mail names a person or a conversation."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from mentoring.models import Conversation, State
from portal.kinds import Args, Kind
from portal.models import User
from portal.models.outbox import Reason
from portal.models.today import Group

PLAN, PICK, PREPARE, SPOKE = "mentoring.plan", "mentoring.pick", "mentoring.prepare", "mentoring.spoke"
SILENT = "mentoring.silent"
REPORT, SIGN, AGREED, MEET = "mentoring.report", "mentoring.sign", "mentoring.agreed", "mentoring.meet"


def _while(*states: str) -> Callable[[Args, User], Reason | None]:
    """Asked again before each mail: is it still in this state, and do they still see it?"""

    def still(args: Args, person: User) -> Reason | None:
        rows = Conversation.objects.visible_to(person, narrow=True).filter(shareable__code=args["what"])
        state = rows.values_list("state", flat=True).first()
        if state is None:
            return Reason.RIGHT_GONE
        return None if state in states else Reason.DONE

    return still


def _kind(title: Any, neutral: Any, button: Any, *states: str, why: Any = "") -> Kind:
    return Kind(title, neutral, why, button, Group.GUIDANCE, ("who",), (), ("on",), _while(*states))


KINDS = {
    PLAN: _kind(
        _("Plan your conversation with %(who)s"),
        _("It is time to plan a conversation, for about %(on)s."),
        _("Propose three times"),
        State.DUE,
        why=_("For about %(on)s. Later, or not this time, is fine too."),
    ),
    PICK: _kind(
        _("Pick a time for your conversation with %(who)s"),
        _("Times were proposed for a conversation; you can pick one."),
        _("Pick a time"),
        State.DUE,
    ),
    PREPARE: _kind(
        _("Prepare your conversation with %(who)s"),
        _("You have a conversation on %(on)s; you can prepare it now."),
        _("Choose your points"),
        State.PLANNED,
        why=_("On %(on)s. Five points at most."),
    ),
    SPOKE: _kind(
        _("Did you speak with %(who)s?"),
        _("A conversation was planned for %(on)s. Tell us whether you spoke."),
        _("Say that you spoke"),
        State.PLANNED,
        why=_("It was planned for %(on)s."),
    ),
    SILENT: _kind(
        _("Did you speak with %(who)s?"),
        _("A conversation was due about %(on)s. Tell us whether you spoke; skipping it is fine too."),
        _("Say that you spoke, or skip it"),
        State.DUE,
        why=_("It was due about %(on)s. Skipping it is fine too."),
    ),
    REPORT: _kind(
        _("Write the report of your conversation with %(who)s"),
        _("The report of a conversation can be written."),
        _("Write the report"),
        State.HELD,
    ),
    SIGN: _kind(
        _("Sign the report of your conversation with %(who)s"),
        _("A report waits for your signature."),
        _("Read and sign"),
        State.REPORTED,
    ),
    AGREED: _kind(
        _("Do what you agreed with %(who)s"),
        _("There is something that you agreed to do by %(on)s."),
        _("Look at the agreement"),
        State.REPORTED,
        State.SIGNED,
        State.CLOSED,
        why=_("It stands in the report of your conversation."),
    ),
    MEET: Kind(_("Conversation with %(others)s"), _("Conversation"), "", "", Group.GUIDANCE, ("trainee", "other")),
}
