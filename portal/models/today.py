"""What waits for somebody, what is coming, what is new (portal.md G5), and how they want to hear of it.

The apps write these rows through portal/today.py. They hold kinds and codes, never a text or a title: the words
are made for who reads them, when they read them.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code


class Told(models.Model):
    """Something said in codes: `kind` names the words, `args` what they speak of, the link where it leads."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict, blank=True)
    about = models.CharField(max_length=40, blank=True)
    url_name = models.CharField(max_length=80, blank=True)
    url_args = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class ToDo(Told):
    """The receiver is to act. Reminders follow from opens_on and due_on; `next_at` is the next of them."""

    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opens_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    time_zone = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "kind", "about"], condition=Q(done_at=None), name="todo_once_while_open"
            ),
            models.CheckConstraint(condition=Q(due_on=None) | Q(due_on__gte=F("opens_on")), name="todo_term"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(next_at=None), name="todo_done_has_no_reminder"),
            models.CheckConstraint(
                condition=Q(next_at=None) | Q(due_on__isnull=False), name="todo_reminder_needs_a_date"
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "due_on", "id"], condition=Q(done_at=None), name="todo_of_person"),
            models.Index(fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="todo_next"),
            models.Index(fields=["about", "kind"], condition=Q(done_at=None), name="todo_about"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="todo_done"),
        ]


class Appointment(Told):
    """People meet from starts_at until ends_at. Cancelled ones stay, so that calendars can take them away."""

    organiser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Attendance", related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    is_online = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)  # counts changes, as calendars want it
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"], condition=Q(cancelled_at=None), name="appointment_once_while_on"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_term"),
        ]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(cancelled_at=None), name="appointment_starts"),
            models.Index(fields=["ends_at"], name="appointment_ends"),
        ]


class Attendance(models.Model):
    """Somebody is one of the people of an appointment, the organiser included."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "appointment"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.appointment_id}"


class Notification(Told):
    """Something new for the receiver. One who does not want it on the page (`is_shown`) may still be mailed."""

    key = models.CharField(max_length=120, default=new_code)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    is_shown = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receiver", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["receiver", "-created_at", "-id"], name="notification_of_person"),
            models.Index(fields=["seen_at"], condition=Q(seen_at__isnull=False), name="notification_seen"),
        ]


class Group(models.TextChoices):
    """What people can want or not want, as they would sort it themselves."""

    REMINDERS = "reminders", _("What you still have to do")
    GUIDANCE = "guidance", _("Conversations and guidance")
    SHARING = "sharing", _("What others share with you")
    FEEDBACK = "feedback", _("Feedback")
    SELECTION = "selection", _("Selection")
    MEETUPS = "meetups", _("Meet-ups")
    SURVEYS = "surveys", _("Surveys")
    DOCUMENTS = "documents", _("Documents that are ready")


class Preference(models.Model):
    """How a person hears of one group; without a row: in the daily mail, and in the portal."""

    class Mail(models.TextChoices):
        AT_ONCE = "at once", _("at once")
        DAILY = "daily", _("in one mail a day")
        NEVER = "never", _("no mail")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    group = models.CharField(max_length=20, choices=Group)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.DAILY)
    in_portal = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.group}"


class QuietHours(models.Model):
    """When nothing but the urgent is mailed, by the clock of the person's organisation."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    starts = models.TimeField(default=datetime.time(21))
    ends = models.TimeField(default=datetime.time(7))
    weekends = models.BooleanField(default=False)
    daily_at = models.TimeField(default=datetime.time(9))

    def __str__(self) -> str:
        return f"{self.starts}-{self.ends}"
