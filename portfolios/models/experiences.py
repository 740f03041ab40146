from django.db import models
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Piece, Placement, Shareable, User
from portal.sharing import Shared
from portfolios.models.competencies import Competency
from portfolios.models.evidence import EvidenceLink
from portfolios.models.sections import Section

STARR = ("situation", "task", "action", "result", "reflection")


class ExperienceRows(Shared):
    def with_competencies(self) -> "ExperienceRows":
        return self.select_related("shareable").prefetch_related("competencies")

    def for_list(self) -> "ExperienceRows":
        """With what a row of a list shows: title, day and competencies, none of the texts."""
        names = Prefetch("competencies", Competency.objects.only("names"))
        return self.select_related("shareable").defer(*STARR).prefetch_related(names)

    def whole(self) -> "ExperienceRows":
        """With all that its own page shows."""
        return self.with_competencies().select_related(
            "shareable__owner", "section__shareable", "placement__department", "placement__organisation"
        )

    def latest_first(self) -> "ExperienceRows":
        return self.order_by("-happened_on", "-pk")

    def evidence_of(self, target: int) -> "ExperienceRows":
        """What is linked to this goal or profile."""
        return self.filter(shareable__uses__target=target)

    def not_linked(self) -> "ExperienceRows":
        """To no competency, no goal and no profile."""
        links = Experience.competencies.through.objects.filter(experience=OuterRef("pk"))
        return self.exclude(Exists(links)).exclude(Exists(EvidenceLink.objects.filter(item=OuterRef("pk"))))

    def drafts(self) -> "ExperienceRows":
        return self.filter(section=None)

    def in_portfolio_of(self, owner: User) -> "ExperienceRows":
        """What this person has put in a section; by the index of each section, in which the day is."""
        return self.filter(section__portfolio=owner.pk)

    def drafts_of(self, owner: User) -> "ExperienceRows":
        return self.drafts().filter(shareable__owner=owner, shareable__kind=Shareable.Kind.DRAFT)

    def last_changed(self, owner: User, most: int) -> list["Experience"]:
        """Of this person, for a list; placed ones by the index in which the moment is."""
        latest = ("-updated_at", "-pk")
        placed = Experience.objects.in_portfolio_of(owner).order_by(*latest).values("pk")[:most]
        rows = [*self.filter(pk__in=placed), *self.drafts_of(owner).order_by(*latest)[:most]]
        return sorted(rows, key=lambda one: (one.updated_at, one.pk), reverse=True)[:most]

    def placed(self) -> "ExperienceRows":
        return self.exclude(section=None)


class Experience(Piece):
    """What somebody went through and learned (P2). Without a section it is a draft, seen by its owner alone."""

    class Kind(models.TextChoices):
        WORK = "work", _("work task")
        LEARNING = "learning", _("learning task")

    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="experiences")
    kind = models.CharField(max_length=8, choices=Kind, blank=True)
    happened_on = models.DateField()
    placement = models.ForeignKey(Placement, models.SET_NULL, null=True, blank=True, related_name="+")
    situation = models.TextField(blank=True, max_length=10_000)
    task = models.TextField(blank=True, max_length=10_000)
    action = models.TextField(blank=True, max_length=10_000)
    result = models.TextField(blank=True, max_length=10_000)
    reflection = models.TextField(blank=True, max_length=10_000)
    competencies = models.ManyToManyField(Competency, related_name="+", blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ExperienceRows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["section", "-happened_on", "-shareable"], name="experience_in_section"),
            models.Index(fields=["section", "-updated_at", "-shareable"], name="experience_last_changed"),
        ]

    @property
    def is_draft(self) -> bool:
        return self.section_id is None

    @property
    def texts(self) -> list[str]:
        """The five parts of the account, in order."""
        return [getattr(self, name) for name in STARR]
