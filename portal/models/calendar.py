from django.conf import settings
from django.db import models

from portal.codes import new_code


class CalendarFeed(models.Model):
    """A person's own calendar for other programs. Its address holds a token that stands in no table.

    A new nonce makes the former address worthless (portal/tokens.py).
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="calendar_feed"
    )
    code = models.CharField(max_length=12, unique=True, default=new_code)
    nonce = models.CharField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.code
