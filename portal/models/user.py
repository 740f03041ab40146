from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.codes import new_code


class People(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)  # None: a code by mail or a passkey signs in
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


# What somebody's name on a page is made of.
NAMES = ("title", "given_name", "family_name", "email", "is_guest", "erased_at")


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Guests (a reader without an account, whose address stands in their GuestLink) and emptied people are
    rows here too, so that grants and readings keep pointing at somebody."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    title = models.CharField(_("title"), max_length=20, blank=True, help_text=_("For example: dr."))
    given_name = models.CharField(_("first name"), max_length=80, blank=True)
    family_name = models.CharField(_("last name"), max_length=120, blank=True)
    phase = models.CharField(_("phase"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=5, default="nl", choices=[("nl", "Nederlands"), ("en", "English")]
    )
    is_guest = models.BooleanField(default=False)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = People()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower"),
        ]
        indexes = [models.Index(fields=["family_name", "given_name"], name="user_by_name")]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    @property
    def full_name(self) -> str:
        """As on a page: "Dr. Joris Maretak"; the address's first part while no name is known."""
        if self.erased_at:
            return str(_("A guest of before")) if self.is_guest else str(_("Someone who left"))
        name = " ".join(part for part in (self.title, self.given_name, self.family_name) if part)
        name = name or self.email.partition("@")[0]
        return name[:1].upper() + name[1:]

    @property
    def short_name(self) -> str:
        """As inside a sentence: "dr. Maretak", or the full name of somebody without a title."""
        return (
            f"{self.title} {self.family_name}"
            if self.title and self.family_name and not self.erased_at
            else self.full_name
        )

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.given_name or self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """For a shareable the grant decides, before Django's short cut for superusers."""
        from portal.models.sharing import Shareable

        if isinstance(obj, Shareable):
            from portal.sharing import may

            return may(self, perm.rpartition(".")[2], obj)
        return super().has_perm(perm, obj)
