"""Who may do what with a conversation. Seeing is `visible_to`; these are for who already sees.

Buttons and actions ask the same functions, so that page and gate cannot differ.
"""

import datetime

from mentoring.models import Agreement, Conversation, State
from mentoring.models.conversations import FINAL, MOVES, WRITABLE
from portal.models import Relation, User

Kind = Conversation.Kind
# Coaching is not here: its content stays with the coach (M5).
KIND_OF: dict[str, str] = {
    Relation.Kind.MENTOR: Kind.MENTOR,
    Relation.Kind.PEER_MENTOR: Kind.MENTOR,
    Relation.Kind.SUPERVISOR: Kind.PROGRESS,
}
CLOSES_AFTER = datetime.timedelta(days=28)
PREPARED_BEFORE = datetime.timedelta(days=14)
SPOKE = (State.HELD, State.REPORTED, *FINAL)


def may_move(conversation: Conversation, to: str) -> bool:
    """The gate: is this a legal move from where it is now?"""
    return to in MOVES[conversation.state]


def takes_part(person: User, conversation: Conversation) -> bool:
    relation = conversation.track.relation
    return person.is_active and person.pk in (relation.person_id, relation.other_id)


def leads(person: User, conversation: Conversation) -> bool:
    """The trainee, whose conversation it is."""
    return person.is_active and person.pk == conversation.track.relation.person_id


def may_propose(person: User, conversation: Conversation) -> bool:
    return takes_part(person, conversation) and may_move(conversation, State.PLANNED)


def may_pick(person: User, conversation: Conversation) -> bool:
    """Who did not propose the times picks one."""
    proposed_by = conversation.proposed_by_id
    return conversation.state == State.DUE and bool(proposed_by) and proposed_by != person.pk


def may_set_points(person: User, conversation: Conversation) -> bool:
    return leads(person, conversation) and conversation.state in WRITABLE


def may_hold(person: User, conversation: Conversation) -> bool:
    return takes_part(person, conversation) and may_move(conversation, State.HELD) and conversation.state in WRITABLE


def texts_of(person: User, conversation: Conversation) -> tuple[str, ...]:
    """The texts that this person writes now. Who reports follows from the kind; the other adds or responds."""
    if conversation.state == State.PLANNED:
        return ("notes",)
    if conversation.state != State.HELD:
        return ()
    kind, mine = conversation.kind, leads(person, conversation)
    if kind == Kind.PROGRESS:
        return ("notes", "report")
    reports = mine if kind == Kind.MENTOR else not mine
    return ("notes", "report" if reports else "response")


def reports(person: User, conversation: Conversation) -> bool:
    """Is the report theirs to write, and to hand over for the signatures?"""
    if conversation.kind == Kind.PROGRESS:
        return takes_part(person, conversation)
    return leads(person, conversation) == (conversation.kind == Kind.MENTOR)


def adds(conversation: Conversation) -> User:
    """Who writes below the report."""
    return conversation.other if conversation.kind == Kind.MENTOR else conversation.trainee


def may_report(person: User, conversation: Conversation) -> bool:
    return may_move(conversation, State.REPORTED) and reports(person, conversation)


def may_agree(person: User, conversation: Conversation) -> bool:
    """Agreements are made while the report is written."""
    return takes_part(person, conversation) and conversation.state == State.HELD


def may_reopen(person: User, conversation: Conversation) -> bool:
    return takes_part(person, conversation) and conversation.state == State.REPORTED


def has_signed(person: User, conversation: Conversation) -> bool:
    return any(one.person_id == person.pk for one in conversation.signatures.all())


def may_sign(person: User, conversation: Conversation) -> bool:
    return may_reopen(person, conversation) and not has_signed(person, conversation)


def may_add(person: User, conversation: Conversation) -> bool:
    return takes_part(person, conversation) and conversation.is_final


def may_finish_agreement(person: User, agreement: Agreement) -> bool:
    return agreement.who_id == person.pk and agreement.done_at is None and agreement.conversation.state in SPOKE


def is_turn_of(person: User, conversation: Conversation) -> bool:
    """Is there something that they are asked to do now?"""
    state = conversation.state
    if state == State.DUE:
        return may_pick(person, conversation) if conversation.proposed_by_id else leads(person, conversation)
    if state == State.HELD:
        return reports(person, conversation)
    return state == State.REPORTED and may_sign(person, conversation)
