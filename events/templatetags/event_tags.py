from django import template

from events import wording
from events.models import Event

register = template.Library()


@register.filter
def term(event: Event) -> str:
    """When a meet-up is, in the reader's language and zone."""
    return wording.term_of(event)
