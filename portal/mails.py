"""One function per mail. None holds anything confidential: what happened, and a link."""

from portal import mail
from portal.models import Membership, User


def fresh_code(person: User, *, address: str, code: str) -> None:
    """Sent at once and to an address that the person confirmed; the code works for ten minutes."""
    mail.send("fresh_code", to=address, language=person.language, context={"person": person, "code": code})


def added(membership: Membership) -> None:
    """Somebody was given a role in an organisation, and can sign in with this address."""
    context = {"person": membership.person, "organisation": membership.organisation, "membership": membership}
    mail.send(
        "added",
        to=membership.person.email,
        language=membership.person.language,
        context=context | {"link": mail.link("account_login")},
        message_id=f"added.{membership.code}",
    )
