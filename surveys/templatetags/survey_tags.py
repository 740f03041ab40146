"""What the pages of surveys write."""

import hashlib

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.safestring import SafeString

from portal import mail
from portal.published import in_language
from surveys.forms.drafting import TYPES

register = template.Library()


@register.filter
def words(by_language: dict[str, str]) -> str:
    """In the reader's language."""
    return in_language(by_language) if by_language else ""


@register.filter
def ballot_url(key: str) -> str:
    """The whole address, to be opened elsewhere."""
    return mail.absolute(reverse("surveys:ballot", args=[key])) if key else ""


@register.filter
def open_url(code: str) -> str:
    return mail.absolute(reverse("surveys:open_survey", args=[code]))


@register.filter
def ballot_tag(key: str) -> str:
    """By which the browser tells one ballot from another; the key cannot be made of it."""
    return hashlib.sha256(f"browser {key}".encode()).hexdigest()[:16]


@register.simple_tag
def described(bound: BoundField) -> SafeString:
    """The control, tied to its hint and to what is wrong with it."""
    ids = [f"{bound.auto_id}_helptext"] + [f"{bound.auto_id}_error"] * bool(bound.errors)
    return bound.as_widget(attrs={"aria-describedby": " ".join(ids)})


@register.filter
def type_name(kind: str) -> str:
    return str(TYPES[kind])
