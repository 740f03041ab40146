"""How often something may be done from one network, without keeping who or when (surveys.md Q3).

allauth's own limits keep addresses and moments in the cache; that is right for sign-in, and not for anonymous answers.
Here the cache holds a number, under a name made with SECRET_KEY of the network, the thing and the hour.
"""

import datetime
import hashlib
import hmac
import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600  # seconds
OF_ONE_PLACE = 64  # bits of an IPv6 address that tell one place from another


def take(request: HttpRequest, *, what: str, most: int, at: datetime.datetime) -> bool:
    """One more of `what` from this network; False when there were `most` in this hour of the clock already."""
    name, left = _name(request, what, at), HOUR - int(at.timestamp()) % HOUR
    cache.add(name, 0, timeout=left)
    try:
        return cache.incr(name) <= most
    except ValueError:  # the hour ended between the two
        return True


def _name(request: HttpRequest, what: str, at: datetime.datetime) -> str:
    said = f"{what} {_network(request)} {int(at.timestamp()) // HOUR}"
    return hmac.new(settings.SECRET_KEY.encode(), f"limit {said}".encode(), hashlib.sha256).hexdigest()


def _network(request: HttpRequest) -> str:
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, OF_ONE_PLACE), strict=False))
