"""What every template may use: icons, people, dates, the privacy chip, form rows."""

import datetime
import functools
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, widgets
from django.template import Context
from django.template.base import NodeList, Parser, Token
from django.template.exceptions import TemplateSyntaxError
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal import rules
from portal.addresses import address
from portal.forms.texts import note_on, sentence, words_of
from portal.models.user import User
from portal.nav import NavItem
from portal.patient_data import Kind

register = template.Library()

# Dutch writes the time with a point and "uur"; both write the day before the month.
TIME_FORMATS = {"nl": r"G.i \u\u\r", "en": "H:i"}


# --- Small things ---------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "i") -> SafeString:
    """A drawing from static/img/icons.svg; never alone, a word always stands beside it."""
    return _drawing(name, css)


@functools.cache  # a page has some twenty; the address of the file is fixed when the process starts
def _drawing(name: str, css: str) -> SafeString:
    url = static("img/icons.svg")
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, url, name)


@register.simple_tag
def to(name: str, code: str) -> str:
    """As `url`, for an address with one code, in rows: {% to "portfolios:goal" one.code %}."""
    return address(name, code)


@register.filter
def initials(person: User | str) -> str:
    """`Noor van den Berg` becomes NB; particles before a name do not count."""
    name = (
        person if isinstance(person, str) else f"{person.given_name} {person.family_name}".strip() or person.full_name
    )
    capitals = [word for word in name.split() if word[0].isupper()] or name.split()
    return "".join(word[0].upper() for word in (capitals[:1] + capitals[1:][-1:]))


@register.filter
def device(user_agent: str) -> str:
    """Firefox, Windows; what a browser says of itself is a help to the memory and no proof."""
    return rules.device(user_agent) or _("an unknown device")


@register.simple_tag
def nav_current(item: NavItem, path: str) -> SafeString:
    """`page` on the page itself, `true` on what lies under it."""
    if not item.current:
        return SafeString("")
    return mark_safe('aria-current="page"' if str(item.url) == path else 'aria-current="true"')


class Keep(template.Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist  # Django finds the blocks inside by this second name

    def render(self, context: Context) -> SafeString:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString("")


@register.tag
def keep(parser: Parser, token: Token) -> Keep:
    """`{% keep kind %}{% block body_class %}app{% endblock %}{% endkeep %}`: what a block says, to be asked later."""
    try:
        _tag, name = token.split_contents()
    except ValueError:
        raise TemplateSyntaxError("keep takes one name") from None
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Keep(name, nodelist)


# --- Dates as people write them -------------------------------------------------------------


def _local(value: datetime.date) -> datetime.date:
    return timezone.localtime(value) if isinstance(value, datetime.datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: datetime.date | None) -> str:
    """3 maart 2027; of an instant, the day it was here."""
    if not value:
        return ""
    here = _local(value)
    return _day_in_words(here.year, here.month, here.day, get_language())


@functools.lru_cache(maxsize=4096)  # some ten years in one language
def _day_in_words(year: int, month: int, day: int, language: str | None) -> str:
    """The language is in the key and not used here: Django asks for it itself."""
    return format_date(datetime.date(year, month, day), "j F Y")


@register.filter
def iso_day(value: datetime.date | None) -> str:
    """2027-03-03, for the attributes of <time> and of a date's control."""
    if not value:
        return ""
    here = _local(value)
    return f"{here.year:04}-{here.month:02}-{here.day:02}"


@register.filter
def near_day(value: datetime.date | None) -> str:
    """3 maart, with the year only when it is not this year."""
    if not value:
        return ""
    here = _local(value)
    return format_date(here, "j F" if here.year == timezone.localdate().year else "j F Y")


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """3 maart 2027, 16.42 uur; in English 3 March 2027, 16:42."""
    return f"{day(value)}, {clock(value)}" if value else ""


@register.filter
def clock(value: datetime.datetime | None) -> str:
    """16.42 uur; in English 16:42."""
    if not value:
        return ""
    here = _local(value)
    return _time_in_words(here.hour, here.minute, get_language())


@functools.lru_cache(maxsize=4096)  # all minutes of a day in two languages
def _time_in_words(hour: int, minute: int, language: str | None) -> str:
    formatted = TIME_FORMATS.get((language or "nl")[:2], TIME_FORMATS["en"])
    return format_date(datetime.time(hour, minute), formatted)


@register.filter
def iso_moment(value: datetime.datetime | None) -> str:
    """2027-03-03T16:42:00+01:00, for the attribute of <time>."""
    return _local(value).isoformat() if value else ""


@register.filter
def last_day(ends_at: datetime.datetime) -> datetime.date:
    """The last whole day before this instant: what ends on 4 March 00:00 lasts until 3 March."""
    return timezone.localdate(ends_at - datetime.timedelta(microseconds=1))


# --- Who sees this --------------------------------------------------------------------------


@register.inclusion_tag("components/privacy_chip.html", takes_context=True)
def privacy_chip(context: Context, grants: Iterable[Any] = (), url: str = "") -> dict[str, Any]:
    """The one sign of who sees something: `grants` are the live ones (`sharing.readers`), none means only me."""
    return {"url": url, "readers": chip_words(grants, _viewer(context))}


def chip_words(grants: Iterable[Any], viewer: User | None) -> str:
    """Names and last day: `dr. Maretak until 3 March`; an empty string when nobody reads along."""
    last: dict[str, datetime.datetime] = {}
    for grant in grants:
        name = _reader_name(grant, viewer)
        last[name] = max(grant.expires_at, last.get(name, grant.expires_at))
    if not last:
        return ""
    words = {"names": _names(list(last)), "day": near_day(last_day(max(last.values())))}
    if len({last_day(ends_at) for ends_at in last.values()}) > 1:
        return _("%(names)s, until %(day)s at the latest") % words
    return _("%(names)s until %(day)s") % words


def _viewer(context: Context) -> User | None:
    return getattr(context.get("request"), "user", None)


def _reader_name(grant: Any, viewer: User | None) -> str:
    if hasattr(grant, "organisation"):
        return _("colleagues of %(department)s") % {"department": grant.organisation.name}
    return _("you") if viewer and grant.user_id == viewer.pk else grant.user.short_name


def _names(names: list[str]) -> str:
    if len(names) <= 2:
        return _("%(first)s and %(second)s") % {"first": names[0], "second": names[1]} if names[1:] else names[0]
    others = len(names) - 1
    return ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", others) % {
        "name": names[0],
        "count": others,
    }


# --- Forms ----------------------------------------------------------------------------------

KINDS: list[tuple[type[widgets.Widget], str]] = [
    (widgets.CheckboxSelectMultiple, "picks"),
    (widgets.RadioSelect, "choices"),
    (widgets.CheckboxInput, "check"),
    (widgets.FileInput, "file"),
]


@register.simple_tag
def patient_words() -> SafeString:
    """What static/js/patient-data.js says, in the reader's language."""
    return _patient_words(get_language() or "nl")


@functools.cache
def _patient_words(language: str) -> SafeString:
    kinds = {str(kind): words_of(kind) for kind in Kind}
    return render_to_string("components/patient_words.html", {"sentence": sentence(), "kinds": kinds})


@register.simple_tag
def autosave_words(together: Any) -> SafeString:
    """What static/js/autosave.js says, in the reader's language; a page of notes has it in each of its forms."""
    return _autosave_words(bool(together), get_language() or "nl")


@functools.cache
def _autosave_words(together: bool, language: str) -> SafeString:
    return render_to_string("components/autosave_words.html", {"together": together})


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    label: str = "",
    hint: str = "",
    kind: str = "",
    letter: str = "",
    wanted: bool = False,
    **attrs: Any,
) -> dict[str, Any]:
    """One row of a form: label, hint, control, error, tied together for screen readers.

    `kind` is chosen from the widget; say "range" for radios side by side. `letter` makes it a
    writing prompt; `wanted` says that it may be empty now, not in the end. Other arguments become
    attributes of the control, `_` read as `-`.
    """
    widget = bound.field.widget
    attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    hint = hint or bound.help_text
    described = [f"{bound.auto_id}_helptext"] * bool(hint) + [f"{bound.auto_id}_error"] * bool(bound.errors)
    kind = kind or next((kind for type_, kind in KINDS if isinstance(widget, type_)), "text")
    row = {
        "field": bound,
        "id": bound.auto_id,
        "kind": "hidden" if bound.is_hidden else kind,
        "label": label or bound.label,
        "hint": hint,
        "letter": letter,
        "optional": not bound.field.required and not wanted and kind != "check",
        "error": " ".join(bound.errors),
        "described_by": " ".join(described),
    }
    if kind in ("picks", "choices", "range"):
        return row | {"groups": _groups(bound, attrs)}
    if isinstance(widget, widgets.Textarea):
        row["patient_note"] = note_on(str(bound.value() or ""))
    return row | {"control": _control(bound, attrs | ({"aria-describedby": row["described_by"]} if described else {}))}


def _control(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """The widget; `placeholder=""` takes away one that only repeats the label and goes while you type."""
    placeholder = bound.field.widget.attrs.pop("placeholder", "")
    placeholder = attrs.pop("placeholder", placeholder)
    return bound.as_widget(attrs=attrs | ({"placeholder": placeholder} if placeholder else {}))


def _groups(bound: BoundField, attrs: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The choices under their group names, in the shape of Django's option contexts."""
    widget = bound.field.widget
    attrs = bound.build_widget_attrs({"id": bound.auto_id, **attrs}, widget)
    context = widget.get_context(bound.html_name, bound.value(), attrs)
    groups: list[tuple[str, list[dict[str, Any]]]] = []
    for name, options, _index in context["widget"]["optgroups"]:
        if groups and groups[-1][0] == (name or ""):
            groups[-1][1].extend(options)
        else:
            groups.append((name or "", list(options)))
    return groups


@register.filter
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Of a control, as Django's own template writes them in a loop; every form has dozens."""
    there = ((name, value) for name, value in attrs.items() if value is not False)
    return SafeString(
        "".join(f" {name}" if value is True else f' {name}="{conditional_escape(value)}"' for name, value in there)
    )


@register.simple_tag
def option_control(option: Mapping[str, Any]) -> SafeString:
    """The radio or check box of one choice, from the context that Django's widget gives for it."""
    given = (option["type"], option["name"], option["value"], attributes(option["attrs"]))
    return format_html('<input type="{}" name="{}" value="{}"{}>', *given)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm, focus: bool = True) -> dict[str, Any]:
    """What still has to change, each a link to its control; nothing when all is well."""
    found = [
        (_target(form[name]), str(form[name].label).rstrip(".:?"), error)
        for form in forms
        for name, error in _field_errors(form)
    ]
    return {"focus": focus, "found": found, "general": [error for form in forms for error in form.non_field_errors()]}


def _field_errors(form: BaseForm) -> list[tuple[str, str]]:
    return [(name, error) for name, errors in form.errors.items() if name in form.fields for error in errors]


def _target(bound: BoundField) -> str:
    grouped = isinstance(bound.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple)
    return f"{bound.auto_id}_0" if grouped else bound.id_for_label or bound.auto_id
