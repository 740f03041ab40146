from portfolios.models.comments import Comment
from portfolios.models.competencies import Competency, Framework, FrameworkMapping, FrameworkVersion
from portfolios.models.education import Certificate, Lesson, Week
from portfolios.models.evidence import EvidenceLink
from portfolios.models.experiences import Experience
from portfolios.models.growth import Rating
from portfolios.models.plan import Goal, SwotItem
from portfolios.models.profiles import Profile, ProfileProduct, ProfileSet
from portfolios.models.sections import Portfolio, Section, SectionTemplate
from portfolios.models.snapshots import Snapshot
from portfolios.models.supervision import SupervisionCard, SupervisionLevel

__all__ = [
    "Certificate",
    "Comment",
    "Competency",
    "EvidenceLink",
    "Experience",
    "Framework",
    "FrameworkMapping",
    "FrameworkVersion",
    "Goal",
    "Lesson",
    "Portfolio",
    "Profile",
    "ProfileProduct",
    "ProfileSet",
    "Rating",
    "Section",
    "SectionTemplate",
    "Snapshot",
    "SupervisionCard",
    "SupervisionLevel",
    "SwotItem",
    "Week",
]
