from portal.models.audit import AuditChain, AuditEntry, AuditPayload
from portal.models.heartbeat import Heartbeat
from portal.models.organisation import Membership, Organisation, Placement, Relation, Role, Sector
from portal.models.sharing import DepartmentGrant, Grant, Reading, ReadingSeal, Shareable
from portal.models.user import User

__all__ = [
    "AuditChain",
    "AuditEntry",
    "AuditPayload",
    "DepartmentGrant",
    "Grant",
    "Heartbeat",
    "Membership",
    "Organisation",
    "Placement",
    "Reading",
    "ReadingSeal",
    "Relation",
    "Role",
    "Sector",
    "Shareable",
    "User",
]
