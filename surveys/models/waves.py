"""A survey asks one questionnaire once (surveys.md Q2); repeated, it is the next wave of a series.

Open and over follow from dates and are not stored. Closing is an act: it copies the answers and empties the rest.
"""

import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code
from portal.models import Organisation, User
from portal.published import in_language
from portal.tokens import new_nonce
from surveys.models.questionnaires import QuestionnaireVersion, organised_by

K = 5  # the fewest answers of which anything is shown; a survey may raise it


class State(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    PLANNED = "planned", _("announced, not open yet")
    OPEN = "open", _("open")
    OVER = "over", _("over, being closed")
    CLOSED = "closed", _("closed")


class SurveyRows(models.QuerySet["Survey"]):
    def whole(self) -> Self:
        return self.select_related("organisation__sector", "version__questionnaire")

    def visible_to(self, person: User) -> Self:
        """The surveys of the organisations in which this person makes surveys."""
        if not person.is_active:
            return self.none()
        return self.filter(organisation__in=organised_by(person).values("organisation"))

    def accepting(self, at: datetime.datetime) -> Self:
        return self.filter(launched_at__isnull=False, opens_at__lte=at, closes_at__gt=at, closed_at=None)

    def over(self, at: datetime.datetime) -> Self:
        """Past their end, not closed yet."""
        return self.filter(launched_at__isnull=False, closes_at__lte=at, closed_at=None)


class Survey(models.Model):
    """Triggers on both databases: `minimum` never goes down; questionnaire, minimum, breakdown and whether it is named
    stay as they were announced; what is closed stays closed."""

    class Audience(models.TextChoices):
        ORGANISER = "organiser", _("who organises it")
        INVITED = "invited", _("who was invited")
        EVERYBODY = "everybody", _("everybody")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="surveys")
    titles = models.JSONField()  # by language
    series = models.CharField(max_length=12, default=new_code)  # shared by the waves
    wave = models.PositiveSmallIntegerField(default=1)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    minimum = models.PositiveSmallIntegerField(default=K)
    # {"names": {...}, "units": [{"key", "names", "parent"?}]}; what is published is a union of its lowest units
    breakdown = models.JSONField(default=dict, blank=True)
    is_named = models.BooleanField(default=False)  # answers stand with names (models/named.py), else with nobody
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.ORGANISER)
    open_code = models.CharField(max_length=12, blank=True)  # whoever has it may answer; empty: by invitation only
    remind_on = models.JSONField(default=list, blank=True)  # ISO days, by the clock of the organisation
    is_demo = models.BooleanField(default=False)  # its pages say that the answers are invented
    revision = models.PositiveIntegerField(default=1)  # of its settings
    launched_at = models.DateTimeField(null=True, blank=True)  # announced: what was declared stays as it is
    reminded_on = models.DateField(null=True, blank=True)  # the last day of remind_on that was posted
    closed_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)  # by group, in steps of five, once a day while it is open
    counted_on = models.DateField(null=True, blank=True)

    objects = SurveyRows.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=K), name="survey_minimum"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="survey_term"),
            models.CheckConstraint(condition=Q(audience__in=["organiser", "invited", "everybody"]), name="survey_who"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(launched_at__isnull=False), name="survey_closed_when_launched"
            ),
            models.CheckConstraint(condition=Q(is_named=False) | Q(open_code=""), name="survey_named_by_invitation"),
            models.UniqueConstraint(fields=["series", "wave"], name="survey_wave_once"),
            models.UniqueConstraint(fields=["open_code"], condition=~Q(open_code=""), name="survey_open_code_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-opens_at", "-id"], name="survey_list"),
            models.Index(fields=["audience"], condition=Q(audience="everybody"), name="survey_for_everybody"),
            models.Index(
                fields=["closes_at"], condition=Q(closed_at=None, launched_at__isnull=False), name="survey_running"
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.titles)

    @property
    def chain(self) -> str:
        """Of the audit: one for each organisation (portal.md G9)."""
        return f"organisation {self.organisation.code}"

    @property
    def document(self) -> dict[str, Any]:
        return self.version.document

    @property
    def zone(self) -> str:
        return self.organisation.sector.time_zone

    def state(self, at: datetime.datetime) -> State:
        if self.closed_at:
            return State.CLOSED
        if not self.launched_at:
            return State.DRAFT
        if at < self.opens_at:
            return State.PLANNED
        return State.OPEN if at < self.closes_at else State.OVER

    def delivered(self) -> dict[str, int]:
        """How many invitations reached somebody, by group; empty for a survey with an open code alone."""
        sent = self.invitations.filter(is_sent=True, is_undeliverable=False)
        return dict(sent.values_list("group").annotate(number=models.Count("pk")).order_by("group"))


class Invitation(models.Model):
    """Who is asked. Nothing leads from here to an answer: no time, no ballot, no order. `is_spent` is emptied at
    closing, and with it whether somebody took part at all."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    address = models.EmailField(blank=True)  # as the organiser wrote it; empty when chosen by role
    group = models.SlugField(max_length=40)
    unit = models.SlugField(max_length=40, blank=True)
    nonce = models.CharField(max_length=32, default=new_nonce, blank=True)  # of the link; empty: it opens nothing
    is_sent = models.BooleanField(default=False)
    is_undeliverable = models.BooleanField(default=False)
    is_spent = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["survey", "person"], name="invitation_once")]
        indexes = [
            models.Index(fields=["survey", "group", "id"], name="invitation_list"),
            models.Index(fields=["person"], name="invitation_of_person"),
            models.Index(fields=["survey"], condition=Q(is_sent=False), name="invitation_to_send"),
        ]

    def __str__(self) -> str:
        return self.code
