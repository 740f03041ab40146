"""Who may see what (portal.md G4): one table, one truth. docs/sharing.md explains it."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from portal.codes import new_code
from portal.models.organisation import Organisation, Placement

QUARTER = 15 * 60  # seconds: two looks in one quarter of an hour by the clock are one reading


class Shareable(models.Model):
    """What others can read. Every section, item, conversation, card, answers with a name owns one and has its key."""

    class Kind(models.TextChoices):
        DRAFT = "draft", _("draft")  # an item that its owner has not put anywhere: nobody else can see it
        SECTION = "section", _("section")
        ITEM = "item", _("item")
        CONVERSATION = "conversation", _("conversation")
        CARD = "card", _("supervision card")
        ANSWERS = "answers", _("answers to a survey")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shareables")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    title = models.CharField(max_length=200, blank=True)
    template_titles = models.JSONField(default=dict, blank=True)  # by language, for what a template named

    class Meta:
        default_permissions = ()
        permissions = [("read", "read"), ("comment", "read and comment"), ("assess", "read and assess")]
        constraints = [
            # One level only; the actions also check that the parent is a section.
            models.CheckConstraint(
                condition=Q(kind="item", parent__isnull=False) | (~Q(kind="item") & Q(parent__isnull=True)),
                name="shareable_item_has_parent",
            ),
        ]

    def __str__(self) -> str:
        titles = self.template_titles
        return self.title or titles.get(get_language() or "nl") or titles.get("nl") or str(_("Without a title"))


class Piece(models.Model):
    """What stands behind a Shareable: it has its key, its code and its title."""

    shareable = models.OneToOneField(Shareable, models.PROTECT, primary_key=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.shareable)

    @property
    def code(self) -> str:
        return self.shareable.code

    @property
    def title(self) -> str:
        return str(self.shareable)


# Each includes those before it.
RIGHTS = {"read": _("read"), "comment": _("read and comment"), "assess": _("read, comment and assess")}
COMMENTED_ON = (Shareable.Kind.SECTION, Shareable.Kind.ITEM)
PORTFOLIO = (Shareable.Kind.DRAFT, Shareable.Kind.SECTION, Shareable.Kind.ITEM)  # what the portfolio's pages show


class TermRows(models.QuerySet):
    def live(self, at: datetime.datetime) -> Self:
        return self.filter(withdrawn_at=None, starts_at__lte=at, expires_at__gt=at)


class Grants(models.Manager.from_queryset(TermRows)):  # type: ignore[misc]
    # Not guardian's manager: that one carries assign_perm and remove_perm, and the latter deletes rows.
    def is_generic(self) -> bool:
        return False


class Grant(UserObjectPermissionBase):
    """`user` may see `content_object` from starts_at until expires_at, unless withdrawn.

    An expired row is never marked withdrawn. `source` is the code of one act of sharing.
    """

    class Purpose(models.TextChoices):
        GUIDANCE = "guidance", _("our conversations")
        SUPERVISION = "supervision", _("supervision at work")
        FEEDBACK = "feedback", _("feedback on what I do")
        OTHER = "other", _("something else")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    permission = models.ForeignKey("auth.Permission", models.PROTECT, related_name="+")
    content_object = models.ForeignKey(Shareable, models.PROTECT, related_name="grants")
    source = models.CharField(max_length=12, default=new_code)
    purpose = models.CharField(max_length=12, choices=Purpose)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # A supervisor's share ends with this one (portal.terms); emptied when the owner lets it last longer.
    placement = models.ForeignKey(Placement, models.SET_NULL, null=True, blank=True, related_name="grants")

    objects = Grants()

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        unique_together: list[str] = []
        default_permissions = ()
        constraints = [
            # Also the index of `sight`: one look-up by reader and object.
            models.UniqueConstraint(
                fields=["user", "content_object", "permission", "source"],
                condition=Q(withdrawn_at=None),
                name="grant_once_per_act",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("starts_at")), name="grant_term"),
        ]
        indexes = [
            # The index of `reach`: covers it, and expires_at second lets it start behind all expired rows.
            models.Index(
                fields=["user", "expires_at", "starts_at", "content_object"],
                condition=Q(withdrawn_at=None),
                name="grant_mine",
            ),
            models.Index(fields=["source"], name="grant_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.user_id} -> {self.content_object_id}"

    @property
    def right(self) -> str:
        return self.permission.codename

    @property
    def may(self) -> str:
        """What the reader may do, as it stands on pages: "read and comment"."""
        return str(RIGHTS[self.right])


class DepartmentGrant(models.Model):
    """The one role grant that exists (P8): a card, for whoever is a member of the department now."""

    shareable = models.ForeignKey(Shareable, models.PROTECT, related_name="department_grants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, default=new_code)  # the code of the act of sharing
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = TermRows.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["shareable", "organisation", "source"],
                condition=Q(withdrawn_at=None),
                name="department_grant_once_per_act",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("starts_at")), name="department_grant_term"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "shareable"], condition=Q(withdrawn_at=None), name="department_grant_mine"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} -> {self.shareable_id}"


class Channel(models.TextChoices):
    PAGE = "page", _("on the page")
    SEARCH = "search", _("in search")
    LIST = "list", _("in a list")
    FILE = "file", _("as a file")


class Reading(models.Model):
    """Content of another's shareable left the portal for `reader`. Append-only; the owner reads it all."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings")
    shareable = models.ForeignKey(Shareable, models.PROTECT, related_name="readings")
    channel = models.CharField(max_length=8, choices=Channel)
    bucket = models.BigIntegerField()  # epoch seconds // QUARTER
    source = models.CharField(max_length=12)  # the act of sharing that gave sight
    read_at = models.DateTimeField()
    salt = models.BinaryField(max_length=16)
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["reader", "shareable", "channel", "bucket"], name="reading_once_a_quarter"),
        ]
        indexes = [models.Index(fields=["shareable", "-read_at"], name="reading_of_shareable")]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.shareable_id} {self.channel} {self.bucket}"


class ReadingSeal(models.Model):
    """Hash over the digests of the readings first_id..last_id, chained to the former seal."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    former = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.first_id}-{self.last_id}"
