"""Who may do what with people and organisations (portal.md G2). No writes, no request."""

import datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.models import Membership, Organisation, Placement, Relation, Role, User
from portal.models.organisation import today

# The coach is chosen by the trainee and stays out of the employer's sight.
ADMINISTERED_RELATIONS = (Relation.Kind.MENTOR, Relation.Kind.PEER_MENTOR, Relation.Kind.SUPERVISOR)


def may_sign_in(person: User) -> bool:
    """Blocked, erased and guest rows have no account to sign in to."""
    return person.is_active and not person.is_guest and person.erased_at is None


def person_of_address(email: str) -> User | None:
    """Whose address this is: who verified it, else whose account was made with it."""
    email = email.strip().lower()
    verified = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return verified.user if verified else User.objects.filter(email=email).first()


# --- Organisations --------------------------------------------------------------------------


def administered_by(person: User, on: datetime.date | None = None) -> QuerySet[Organisation]:
    """The organisations whose people `person` looks after: where they are administrator now, and the parts of these."""
    mine = Membership.objects.live(on).filter(person=person, role=Role.ADMINISTRATOR).values("organisation")
    return Organisation.objects.filter(Q(pk__in=mine) | Q(parent__in=mine))


def may_give_role(by: User, person: User) -> bool:
    """Nobody gives a role to themselves: a role can open what was shared with a department."""
    return by.pk != person.pk


def may_block(by: User, person: User) -> bool:
    return by.is_staff and by.is_active and by.pk != person.pk


def house_of(organisation: Organisation) -> QuerySet[Organisation]:
    """The organisation with its departments; for a department, the whole that it is part of."""
    department = Organisation.Kind.DEPARTMENT
    top = organisation.parent_id if organisation.kind == department else organisation.pk
    return Organisation.objects.filter(Q(pk=organisation.pk) | Q(pk=top) | Q(parent=top, kind=department))


def belongs_to(house: QuerySet[Organisation], on: datetime.date) -> Exists:
    """A condition on people: a live membership or placement in one of these organisations."""
    memberships = Membership.objects.live(on).filter(person=OuterRef("pk"), organisation__in=house)
    placements = Placement.objects.live(on).filter(person=OuterRef("pk"), organisation__in=house)
    return Exists(memberships) | Exists(placements)  # type: ignore[return-value]


def people_of(organisation: Organisation) -> QuerySet[User]:
    """Everybody with a membership here, of now, before or to come."""
    return User.objects.filter(Exists(Membership.objects.filter(person=OuterRef("pk"), organisation=organisation)))


def colleagues_of(organisation: Organisation, on: datetime.date | None = None) -> QuerySet[User]:
    """Who has a membership in this house, now or to come."""
    rows = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on or today()), organisation__in=house_of(organisation)
    )
    return User.objects.filter(Exists(rows.filter(person=OuterRef("pk"))))


# --- Addresses ------------------------------------------------------------------------------


def employer_domains() -> frozenset[str]:
    lists = Organisation.objects.exclude(mail_domains=[]).values_list("mail_domains", flat=True)
    return frozenset(domain.lower() for domains in lists for domain in domains)


def is_employers(address: str, domains: frozenset[str]) -> bool:
    """Does the address end with its owner's employment? True for subdomains too."""
    labels = address.rpartition("@")[2].lower().split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels)))


def address_shown_to(organisation: Organisation, person: User) -> str:
    """The address that an administrator of this organisation sees: its own, where the person has one there.

    Prefetch `emailaddress_set` for lists.
    """
    domains = frozenset(domain.lower() for domain in organisation.mail_domains)
    rows = person.emailaddress_set.all()  # type: ignore[attr-defined]  # allauth adds it
    own = [row.email for row in rows if is_employers(row.email, domains)]
    return own[0] if own else person.email


# --- Devices --------------------------------------------------------------------------------

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """ "Firefox, Windows": enough for somebody to recognise their own device; empty when it says nothing known."""
    words = (next((word for sign, word in kinds if sign in user_agent), "") for kinds in (_BROWSERS, _SYSTEMS))
    return ", ".join(word for word in words if word)
