from portal.models.audit import AuditChain, AuditEntry, AuditPayload
from portal.models.calendar import CalendarFeed
from portal.models.document import Document
from portal.models.draft import Draft
from portal.models.file import StoredFile
from portal.models.guest import GuestLink
from portal.models.heartbeat import Heartbeat
from portal.models.job import Job
from portal.models.organisation import Membership, Organisation, Placement, Relation, Role, Sector
from portal.models.outbox import Bundle, OutboxRow
from portal.models.sharing import DepartmentGrant, Grant, Piece, Reading, ReadingSeal, Shareable
from portal.models.today import Appointment, Attendance, Notification, Preference, QuietHours, ToDo
from portal.models.user import User

__all__ = [
    "Appointment",
    "Attendance",
    "AuditChain",
    "AuditEntry",
    "AuditPayload",
    "Bundle",
    "CalendarFeed",
    "DepartmentGrant",
    "Document",
    "Draft",
    "Grant",
    "GuestLink",
    "Heartbeat",
    "Job",
    "Membership",
    "Notification",
    "Organisation",
    "OutboxRow",
    "Piece",
    "Placement",
    "Preference",
    "QuietHours",
    "Reading",
    "ReadingSeal",
    "Relation",
    "Role",
    "Sector",
    "Shareable",
    "StoredFile",
    "ToDo",
    "User",
]
