"""Nothing typed is lost (portal.md G10): what the one autosave component of every long form keeps.

A form that is saved only when its writer says so (its readers see nothing half done) keeps its text in a
`Draft` meanwhile. An app names its forms in the `drafts` of its AppConfig: kind -> URL name of the page.
The browser's half is static/js/autosave.js; docs/drafts.md tells the whole story.
"""

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from portal.editing import EditedElsewhere
from portal.merge import Merged, Value, Values, merge
from portal.models.draft import Draft
from portal.models.user import User

LARGEST = 200_000  # characters in one form
MOST = 300  # drafts of one person
KEPT = datetime.timedelta(days=180)
DONE_COOKIE = "draft-done"  # tells the browser which local copies it may drop; the names mean nothing to others
NEW = "new"  # a form for something new stands at its page's ?draft=<code>
WITHIN = "_"  # stands in no code


class TooMuch(Exception):
    """More text than a form can hold, or more drafts than anybody needs."""


class Clash(Exception):
    """The same sentence was changed elsewhere: `stored` holds the other text, `clashes` the names of the fields."""

    def __init__(self, stored: Values, revision: int, clashes: tuple[str, ...]) -> None:
        super().__init__("clash")
        self.stored, self.revision, self.clashes = stored, revision, clashes


def kinds() -> dict[str, str]:
    """All forms that keep drafts: kind -> URL name."""
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        found |= getattr(config, "drafts", {})
    return found


def within(piece: str, code: str) -> str:
    """The code of a form whose page stands inside that of a piece: a product of a profile, a level asked at a card."""
    return f"{piece}{WITHIN}{code}"


def address(kind: str, code: str) -> str:
    """Where the form stands. Raises NoReverseMatch for a code that no page of ours gives."""
    name, (*pieces, own) = kinds()[kind], code.split(WITHIN)
    return f"{reverse(name, args=pieces)}?draft={own}" if kind.endswith(NEW) else reverse(name, args=[*pieces, own])


# --- What a form holds ----------------------------------------------------------------------


def _fields_of(form: forms.BaseForm) -> dict[str, forms.BoundField]:
    left_out = (forms.FileField,)
    return {
        bound.html_name: bound
        for bound in form
        if not isinstance(bound.field, left_out) and not (bound.is_hidden and bound.name in ("version", "code"))
    }


def values_of(form: forms.BaseForm) -> Values:
    """What an unbound form shows, as a browser would send it."""
    return {name: _shown(bound) for name, bound in _fields_of(form).items()}


def _shown(bound: forms.BoundField) -> Value:
    value = bound.field.prepare_value(bound.value())
    if isinstance(bound.field.widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
        return sorted(str(bound.field.prepare_value(one)) for one in value or [])
    shown = bound.field.widget.format_value(value) if hasattr(bound.field.widget, "format_value") else value
    if isinstance(shown, list):  # select and radio answer with a list of one
        shown = shown[0] if shown else ""
    return "" if shown is None else str(shown).replace("\r\n", "\n")


def posted(data: QueryDict, names: Mapping[str, Value]) -> Values:
    """The same fields out of what was sent."""
    return {
        name: sorted(data.getlist(name)) if isinstance(was, list) else data.get(name, "").replace("\r\n", "\n")
        for name, was in names.items()
    }


# --- A form that is being filled in ---------------------------------------------------------


@dataclass
class Editing:
    """The draft side of one form on one page; templates/components/autosave.html shows it."""

    person: User
    kind: str
    code: str
    base: Values  # what the form held when its writer began
    confirmed: Values  # what the server has of it
    revision: int = 0
    restored_at: datetime.datetime | None = None
    keep_url: str = ""  # of a form that is kept where it belongs, not in a Draft

    @property
    def start(self) -> str:
        """The base as the form sends it back."""
        return json.dumps(self.base, ensure_ascii=False)

    @property
    def for_page(self) -> dict[str, Any]:
        return {
            "url": self.keep_url or reverse("draft_keep", args=[self.kind, self.code]),
            "key": reverse("draft_key"),
            "copy": copy_name(self.person, self.kind, self.code),
            "who": whose(self.person),
            "revision": self.revision,
            "confirmed": self.confirmed,
        }

    @property
    def discard_url(self) -> str:
        return reverse("draft_discard", args=[self.kind, self.code])


def begin(person: User, kind: str, code: str, *, form: forms.BaseForm) -> Editing:
    """Open a form for editing. Puts what its writer left unsaved into the unbound `form`."""
    shown = values_of(form)
    draft = Draft.objects.filter(person=person, kind=kind, code=code).first()
    if draft is None or {**shown, **draft.fields} == shown:
        return Editing(person, kind, code, shown, shown, draft.revision if draft else 0)
    for name, value in draft.fields.items():
        if name in shown:
            form[_name(form, name)].initial = value
    if "version" in form.fields:
        form["version"].initial = draft.version
    kept = ({**shown, **draft.base}, {**shown, **draft.fields})
    return Editing(person, kind, code, *kept, draft.revision, draft.updated_at)


def direct(person: User, kind: str, code: str, *, form: forms.BaseForm, keep_url: str, revision: int) -> Editing:
    """A form whose text nobody else sees half done, or that is written together: `keep_url` stores it where it belongs.

    The view behind it calls `weave`, and answers with portal.views.drafts.kept or clashed.
    """
    shown = values_of(form)
    return Editing(person, kind, code, shown, shown, revision, keep_url=keep_url)


def resume(person: User, kind: str, code: str, *, form: forms.BaseForm) -> Editing:
    """The same for a bound form that could not be saved: it goes on from where its writer began."""
    data: Any = form.data
    base = _read(data.get("autosave_start", "")) or values_of(form)
    draft = Draft.objects.filter(person=person, kind=kind, code=code).first()
    return Editing(person, kind, code, base, draft.fields if draft else base, draft.revision if draft else 0)


def _name(form: forms.BaseForm, html_name: str) -> str:
    return html_name.removeprefix(f"{form.prefix}-") if form.prefix else html_name


@dataclass(frozen=True)
class Outcome:
    """What came of saving: `other` is the row as somebody else saved it, when a person has to choose."""

    form: Any
    woven: bool = False  # what was saved elsewhere meanwhile is in it too
    other: Model | None = None
    clashes: tuple[str, ...] = ()

    @property
    def saved(self) -> bool:
        return self.other is None and self.form.is_valid()


def save(
    data: QueryDict,
    *,
    make: Callable[[QueryDict], Any],
    write: Callable[[Any], None],
    show: Callable[[Any], forms.BaseForm],
) -> Outcome:
    """Save a form whose row may have been changed meanwhile: merge where disjoint, else keep both texts.

    `make` binds the form, `write` saves it or raises EditedElsewhere, `show` gives the unbound form of a row.
    """
    form, woven = make(data), False
    while form.is_valid():
        try:
            write(form)
        except EditedElsewhere as elsewhere:
            data, clashes = _woven(data, values_of(show(elsewhere.current)), elsewhere.current)
            form, woven = make(data), True
            if clashes:
                return Outcome(form, other=elsewhere.current, clashes=clashes)
        else:
            return Outcome(form, woven)
    return Outcome(form)


def _woven(data: QueryDict, theirs: Values, current: Any) -> tuple[QueryDict, tuple[str, ...]]:
    """What was sent with theirs woven in, from now on based on theirs. Without a base nothing can be woven."""
    mine, base = posted(data, theirs), _read(data.get("autosave_start", ""))
    result = merge(base, theirs, mine) if base else Merged(mine, tuple(n for n in mine if mine[n] != theirs[n]))
    data = data.copy()
    data["version"], data["autosave_start"] = str(current.version), json.dumps(theirs, ensure_ascii=False)
    if not result.clashes:
        for name, value in result.values.items():
            data.setlist(name, value if isinstance(value, list) else [value])
    return data, result.clashes


def _read(text: str) -> Values:
    """A JSON object of texts and lists of texts; nothing else counts."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): value
        for name, value in found.items()
        if isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
    }


# --- Keeping ----------------------------------------------------------------------------------


def weave(stored: Values, revision: int, data: QueryDict) -> tuple[Values, bool]:
    """What to store after this save, and whether text that somebody else had stored meanwhile was woven in.

    `stored` is there at `revision`. `data` holds the form's fields, and with them `autosave_base` (what the browser
    last had confirmed) and `autosave_revision`. Raises Clash when the same sentence was changed on both sides, TooMuch,
    and BadRequest for what no page of ours sends. Call it with the row locked.
    """
    base = _read(data.get("autosave_base", "")) or _read(data.get("autosave_start", ""))
    fields = posted(data, base)
    if not fields:
        raise BadRequest("not what the page sends")
    _require_room(fields)
    if str(revision) == data.get("autosave_revision") or stored == fields:
        return fields, False
    result = merge(base, stored, fields)
    if result.clashes:
        raise Clash(stored, revision, result.clashes)
    return result.values, result.values != fields


def _require_room(fields: Values) -> None:
    if sum(len(value) if isinstance(value, str) else 20 * len(value) for value in fields.values()) > LARGEST:
        raise TooMuch


def keep(person: User, kind: str, code: str, *, data: QueryDict, at: datetime.datetime) -> tuple[Draft, bool]:
    """Keep what was typed so far in a Draft. The second value says whether another tab's text was woven in.

    Beside what `weave` asks, `data` holds `autosave_start` (what the form held when it was opened). Raises as
    `weave`, and TooMuch when it is too long.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # two tabs of one person take turns
        draft = Draft.objects.select_for_update().filter(person=person, kind=kind, code=code).first()
        if draft is None:
            return _first(person, kind, code, data, at), False
        draft.fields, woven = weave(draft.fields, draft.revision, data)
        draft.updated_at, draft.revision = at, draft.revision + 1
        draft.save(update_fields=["fields", "updated_at", "revision"])
        return draft, woven


def _first(person: User, kind: str, code: str, data: QueryDict, at: datetime.datetime) -> Draft:
    fields, _woven = weave({}, 0, _as_first(data))
    if Draft.objects.filter(person=person).count() >= MOST:
        raise TooMuch
    version = data.get("version", "")
    return Draft.objects.create(
        person=person,
        kind=kind,
        code=code,
        fields=fields,
        base=_read(data.get("autosave_start", "")) or _read(data.get("autosave_base", "")),
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        started_at=at,
        updated_at=at,
    )


def _as_first(data: QueryDict) -> QueryDict:
    """There is nothing to weave it with, whatever revision the page knew."""
    data = data.copy()
    data["autosave_revision"] = "0"
    return data


def discard(person: User, kind: str, code: str) -> None:
    Draft.objects.filter(person=person, kind=kind, code=code).delete()


def done(request: HttpRequest, response: HttpResponse, kind: str, code: str) -> HttpResponse:
    """The form was saved, or thrown away: the draft goes, and the browser drops its local copy on the next page."""
    discard(request.user, kind, code)  # type: ignore[arg-type]
    name = copy_name(request.user, kind, code)  # type: ignore[arg-type]
    response.set_cookie(DONE_COOKIE, name, max_age=3600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


def forget_old(*, at: datetime.datetime) -> int:
    """Drop drafts that nobody touched for KEPT. Returns how many."""
    return Draft.objects.filter(updated_at__lt=at - KEPT).delete()[0]


# --- The local copy ---------------------------------------------------------------------------


def _secret(person: User, *, purpose: str) -> bytes:
    """Of this person alone, and the same each time: the copy outlives the session."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{person.code}".encode(), hashlib.sha256).digest()


def copy_key(person: User) -> str:
    """The key (AES-256, base64) of this person's local copies; only this person, signed in, is given it."""
    return base64.b64encode(_secret(person, purpose="local copy")).decode()


def copy_name(person: User, kind: str, code: str) -> str:
    """Under which name the browser stores the copy: tells nobody whose it is, nor of what."""
    name = hmac.new(_secret(person, purpose="name of local copy"), f"{kind}:{code}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(name.digest()).decode().rstrip("=")


def whose(person: User) -> str:
    """Lets a page that stayed open notice that somebody else signed in here meanwhile."""
    return copy_name(person, "", "")
