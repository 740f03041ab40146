from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Piece, Placement, Shareable, User
from portal.sharing import Shared
from portfolios.models.competencies import Competency
from portfolios.models.evidence import EvidenceLink
from portfolios.models.sections import TITLE, Section

STARR = ("situation", "task", "action", "result", "reflection")
IN_LIST = ("section", "kind", "happened_on", *TITLE)
# The last of those in a section and of the drafts, each by its own index. The ORM has no words for a limit inside a
# union on SQLite.
LAST_CHANGED = """
    SELECT * FROM (SELECT item.shareable_id FROM portfolios_experience item
        JOIN portfolios_section section ON section.shareable_id = item.section_id
        WHERE section.portfolio_id = %s ORDER BY item.updated_at DESC, item.shareable_id DESC LIMIT %s) placed
    UNION ALL
    SELECT * FROM (SELECT item.shareable_id FROM portfolios_experience item
        JOIN portal_shareable piece ON piece.id = item.shareable_id
        WHERE item.section_id IS NULL AND piece.owner_id = %s AND piece.kind = %s
        ORDER BY item.updated_at DESC, item.shareable_id DESC LIMIT %s) drafts
"""


class Tags(models.Func):
    """The names by language of the competencies of an experience, in their order: a list, or None where it has none."""

    output_field = models.JSONField()
    names = (
        f"SELECT names FROM {Competency._meta.db_table} one"
        " JOIN portfolios_experience_competencies link ON link.competency_id = one.id"
        " WHERE link.experience_id = %(expressions)s ORDER BY one.position"
    )
    template = f"(SELECT NULLIF(json_group_array(json(names)), '[]') FROM ({names}) found)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        return super().as_sql(compiler, connection, template=f"(SELECT jsonb_agg(names) FROM ({self.names}) found)")


class ExperienceRows(Shared):
    def with_competencies(self) -> "ExperienceRows":
        """Their names as `tags`, in the same question."""
        return self.select_related("shareable").annotate(tags=Tags("pk"))

    def for_list(self) -> "ExperienceRows":
        """With what a row of a list shows and no more: title, kind, day and competencies."""
        return self.with_competencies().only(*IN_LIST)

    def whole(self) -> "ExperienceRows":
        """With all that its own page shows."""
        place = Coalesce("placement__department__name", "placement__organisation__name")
        return self.with_competencies().select_related("shareable__owner", "shareable__parent").annotate(place=place)

    def inside(self, section: Section) -> "ExperienceRows":
        """For who was just found to see the section, and so sees what lies in it (portal.sharing.sight)."""
        return self.filter(section=section.pk, shareable__parent=section.pk)

    def latest_first(self) -> "ExperienceRows":
        return self.order_by("-happened_on", "-pk")

    def evidence_of(self, target: int) -> "ExperienceRows":
        """What is linked to this goal or profile."""
        return self.filter(shareable__uses__target=target)

    def not_linked(self) -> "ExperienceRows":
        """To no competency, no goal and no profile."""
        competencies, uses = Experience.competencies.through._meta.db_table, EvidenceLink._meta.db_table
        none = (
            f"NOT EXISTS(SELECT 1 FROM {competencies} WHERE experience_id = %(expressions)s)"
            f" AND NOT EXISTS(SELECT 1 FROM {uses} WHERE item_id = %(expressions)s)"
        )
        return self.filter(models.Func("pk", template=none, output_field=models.BooleanField()))

    def drafts(self) -> "ExperienceRows":
        return self.filter(section=None)

    def in_portfolio_of(self, owner: User) -> "ExperienceRows":
        """What this person has put in a section; by the index of each section, in which the day is."""
        return self.filter(section__portfolio=owner.pk)

    def drafts_of(self, owner: User) -> "ExperienceRows":
        return self.drafts().filter(shareable__owner=owner, shareable__kind=Shareable.Kind.DRAFT)

    def last_changed(self, owner: User, most: int) -> list["Experience"]:
        """Of this person, for a list; placed ones by the index in which the moment is."""
        last = RawSQL(LAST_CHANGED, [owner.pk, most, owner.pk, Shareable.Kind.DRAFT, most])
        rows = self.select_related("shareable").only("updated_at", *IN_LIST).filter(pk__in=last)
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

    tags: list[dict[str, str]] | None  # of with_competencies

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
