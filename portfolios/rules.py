"""Who may do what with a portfolio. Seeing is `visible_to`; these are for who already sees."""

from portal.models import Shareable, User
from portfolios.models import Experience


def may_edit(person: User, shareable: Shareable) -> bool:
    """Nobody but the owner, ever."""
    return person.is_active and shareable.owner_id == person.pk


def may_share(person: User, shareable: Shareable) -> bool:
    return may_edit(person, shareable) and shareable.kind != Shareable.Kind.DRAFT


def may_remove(person: User, experience: Experience) -> bool:
    """Only a draft is thrown away; what is in the portfolio stays."""
    return may_edit(person, experience.shareable) and experience.is_draft
