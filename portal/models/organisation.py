"""Organisations, and who belongs where, from when until when.

Placements and relations are rows of the ground: the apps write them, every app may read them.
All periods are half open, [starts_on, ends_on): on the end day the period is over.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code


def today() -> datetime.date:
    return timezone.localdate()


class Sector(models.Model):
    """Sector x country: chooses vocabulary, framework, time zone and holidays."""

    key = models.SlugField(primary_key=True)
    names = models.JSONField(help_text=_('Name by language: {"nl": "...", "en": "..."}'))
    country = models.CharField(_("country"), max_length=2)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Amsterdam")
    framework = models.SlugField(_("competency framework"), blank=True)
    phases = models.JSONField(default=list, blank=True, help_text=_("Kinds of trainees, with words by language."))
    words = models.JSONField(default=dict, blank=True, help_text=_("Words of this sector by language."))

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.names.get(get_language() or "nl") or self.names["nl"]


class Organisation(models.Model):
    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("hospital")
        PRACTICE = "practice", _("practice")
        LABORATORY = "laboratory", _("laboratory")
        SCHOOL = "school", _("school")
        FACULTY = "faculty", _("university faculty")
        ASSOCIATION = "association", _("association")
        REGION = "region", _("region")
        DEPARTMENT = "department", _("department")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=160)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    sector = models.ForeignKey(Sector, models.PROTECT, verbose_name=_("sector"))
    mail_domains = models.JSONField(
        _("mail domains"), default=list, blank=True, help_text=_('For example: ["duinhof.example.org"]')
    )
    controller = models.CharField(_("controller"), max_length=200, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    privacy_text = models.TextField(_("privacy text"), blank=True)
    supervision_grace_days = models.PositiveSmallIntegerField(
        _("days that a supervisor reads on after a placement"),
        default=14,
        help_text=_("What a trainee shared for supervision ends so many days after the placement."),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_not_its_own_parent"),
            models.CheckConstraint(
                condition=~Q(kind="department", parent=None), name="department_is_part_of_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PeriodRows(models.QuerySet):
    def live(self, on: datetime.date | None = None) -> "PeriodRows":
        on = on or today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


class Period(models.Model):
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until (not including)"), null=True, blank=True)

    objects = PeriodRows.as_manager()

    class Meta:
        abstract = True

    @property
    def last_on(self) -> datetime.date | None:
        """The last day, as people say it."""
        return self.ends_on - datetime.timedelta(days=1) if self.ends_on else None

    def is_live(self, on: datetime.date | None = None) -> bool:
        on = on or today()
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


class Role(models.TextChoices):
    MEMBER = "member", _("staff")
    TRAINEE = "trainee", _("trainee")
    SUPERVISOR = "supervisor", _("clinical supervisor")
    MENTOR = "mentor", _("mentor")
    PEER_MENTOR = "peer_mentor", _("peer mentor")
    COACH = "coach", _("coach")
    COORDINATOR = "coordinator", _("coordinator")
    TEACHER = "teacher", _("teacher of the school")
    DIRECTOR = "director", _("programme director")
    SECRETARY = "secretary", _("secretary")
    CHAIR = "chair", _("chair of a committee")
    RATER = "rater", _("committee member")
    ORGANISER = "organiser", _("organiser")
    RAPPORTEUR = "rapporteur", _("rapporteur")
    ADMINISTRATOR = "administrator", _("administrator")


# Who must have a second factor before anything else (G1); everybody else from the first grant received.
SECOND_FACTOR_ROLES = frozenset(
    {Role.ADMINISTRATOR, Role.COORDINATOR, Role.DIRECTOR, Role.SECRETARY, Role.CHAIR, Role.RATER}
)


class Membership(Period):
    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_period"
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(ends_on=None), name="membership_once_while_open"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "ends_on", "organisation"], name="membership_of_person"),
            models.Index(fields=["organisation", "role", "ends_on"], name="membership_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"


class Placement(Period):
    """Where somebody works or learns; several at once are normal."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="placements", verbose_name=_("person")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    department = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supervisor")
    )
    discipline = models.CharField(_("discipline"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="placement_period"),
        ]
        indexes = [models.Index(fields=["person", "-starts_on"], name="placement_of_person")]

    def __str__(self) -> str:
        return f"{self.department or self.organisation}"


class Relation(Period):
    """`other` is the mentor, peer mentor, coach or supervisor of `person`."""

    class Kind(models.TextChoices):
        MENTOR = "mentor", _("mentor")
        PEER_MENTOR = "peer_mentor", _("peer mentor")
        COACH = "coach", _("coach")
        SUPERVISOR = "supervisor", _("clinical supervisor")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="guides", verbose_name=_("person")
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="guided", verbose_name=_("guided by")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="relation_period"),
            models.CheckConstraint(condition=~Q(person=F("other")), name="relation_of_two_people"),
            models.UniqueConstraint(
                fields=["person", "other", "kind"], condition=Q(ends_on=None), name="relation_once_while_open"
            ),
        ]
        indexes = [models.Index(fields=["other", "ends_on"], name="relation_of_other")]

    def __str__(self) -> str:
        return f"{self.other}, {self.get_kind_display()}, {self.person}"
