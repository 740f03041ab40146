from portal.kinds import Args, Kind, MailKind
from portal.models import User
from portal.models.outbox import Reason


def still(args: Args, person: User) -> Reason | None:
    return Reason.RIGHT_GONE if args["about"].endswith("gone") else None


KINDS = {"faults.act": Kind(title="Act", neutral="Something waits for you.", still=still)}
MAILS = {
    "faults.plain": MailKind(
        "portal/mail/line", lambda args, person, at: {"line": "Iets.", "link": "http://localhost:8000/"}
    )
}
