import datetime

from django import template
from django.template import Context

from portal.published import in_language
from portal.templatetags.portal_tags import day
from portfolios.forms.experiences import STARR
from portfolios.ways import own

register = template.Library()


@register.simple_tag(takes_context=True)
def way_to(context: Context, page: str, code: str = "") -> str:
    """The address of a page on the way that this reader came: their own, a guest's link, or the owner as they."""
    way = context.get("way") or own(context["request"].user)
    return way.address(page, code)


@register.filter
def frozen_day(iso: str) -> str:
    """A day out of a snapshot, as people write it."""
    return day(datetime.date.fromisoformat(iso))


@register.filter
def frozen_texts(texts: dict[str, str]) -> list[tuple[str, str]]:
    """The parts of an account out of a snapshot, in their order and with their names."""
    return [(str(STARR[name][0]), texts[name]) for name in STARR if name in texts]


@register.filter
def worded(words: dict[str, str]) -> str:
    """Words of a published document in the reader's language."""
    return in_language(words)
