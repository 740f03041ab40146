import datetime

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from portal import agenda
from portal.models import Grant
from portal.published import in_language
from portal.templatetags.portal_tags import day
from portfolios.forms.experiences import STARR
from portfolios.models import Lesson, SwotItem
from portfolios.models.plan import State
from portfolios.models.quarters import Quarter
from portfolios.ways import own

register = template.Library()


@register.simple_tag(takes_context=True)
def way_to(context: Context, page: str, code: str = "") -> str:
    """The address of a page on the way that this reader came: their own, a guest's link, or the owner as they."""
    way = context.get("way") or own(context["request"].user)
    return way.address(page, code)


@register.simple_tag
def agenda_url() -> str:
    """Where something is put on the agenda of a next conversation; empty where nobody has any."""
    return agenda.address()


@register.filter
def frozen_day(iso: str) -> str:
    """A day out of a snapshot, as people write it."""
    return day(datetime.date.fromisoformat(iso))


@register.filter
def frozen_texts(texts: dict[str, str]) -> list[tuple[str, str]]:
    """The parts of an account out of a snapshot, in their order and with their names."""
    names = {name: label for name, (label, _hint) in STARR.items()}
    names |= {"why": _("Why"), "how": _("How"), "reason": _("Why it was let go")}
    return [(str(names[name]), texts[name]) for name in names if name in texts]


@register.filter
def goal_state(value: str) -> str:
    """The state of a goal out of a snapshot, in words."""
    return str(State(value).label) if value in State else ""


@register.filter
def swot_list(value: str) -> str:
    """The list of a line out of a snapshot, in words."""
    return str(SwotItem.List(value).label) if value in SwotItem.List else ""


@register.filter
def lesson_kind(value: str) -> str:
    """The kind of education out of a snapshot, in words."""
    return str(Lesson.Kind(value).label) if value in Lesson.Kind else ""


@register.filter
def worded(words: dict[str, str]) -> str:
    """Words of a published document in the reader's language."""
    return in_language(words)


@register.filter
def quarter_name(quarter: Quarter) -> str:
    """As people say it: "first quarter of 2027"."""
    return {
        1: _("first quarter of %(year)s"),
        2: _("second quarter of %(year)s"),
        3: _("third quarter of %(year)s"),
        4: _("fourth quarter of %(year)s"),
    }[quarter.number] % {"year": quarter.year}


@register.filter
def reader_names(grants: list[Grant]) -> str:
    return ", ".join(sorted({grant.user.short_name for grant in grants}))
