"""Who reads by a link and has no account (portal.md G4): an address, and what one owner shared with it."""

from django.conf import settings
from django.db import models

from portal.codes import new_code
from portal.tokens import new_nonce


class GuestLink(models.Model):
    """`person` is the guest's row, which grants and readings point at. One for each owner and address, so that the
    link of one owner never opens what another shares. The token of the link stands in no table (portal.tokens)."""

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="guest_link")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="guest_links")
    address = models.EmailField()
    nonce = models.CharField(max_length=24, default=new_nonce)
    made_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner", "address"], name="guest_link_once_an_address")]

    def __str__(self) -> str:
        return self.code
