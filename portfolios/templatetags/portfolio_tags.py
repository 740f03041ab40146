from django import template
from django.template import Context

from portfolios.ways import own

register = template.Library()


@register.simple_tag(takes_context=True)
def way_to(context: Context, page: str, code: str = "") -> str:
    """The address of a page on the way that this reader came: their own, a guest's link, or the owner as they."""
    way = context.get("way") or own(context["request"].user)
    return way.address(page, code)
