"""The one way in which the texts of a piece are changed: kept while they are typed, and woven together with what was
saved elsewhere meanwhile (G10)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal import drafts
from portal.forms.texts import say_after_saving
from portal.models.sharing import Piece
from portfolios.models import ProfileProduct


def of_what_it_made(data: QueryDict) -> QueryDict:
    """The form of something new that was sent before (back, changed, sent once more): a change of what it made, as
    that was then."""
    data = data.copy()
    data["version"] = "1"
    return data


def edit(
    request: HttpRequest,
    found: Piece | ProfileProduct,
    *,
    kind: str,
    code: str = "",
    context: dict[str, Any],
    make: Callable[[QueryDict], Any],
    write: Callable[[Any], None],
    show: Callable[[Any], BaseForm],
    saved: Callable[[], HttpResponse] | None = None,
    again: Callable[[], None] = lambda: None,
    sent: QueryDict | None = None,
) -> HttpResponse:
    """The form of `kind`, in templates/portfolios/<kind>_edit.html, or what comes of sending it.

    `code` is that of the draft, when `found` is part of a piece.
    `make`, `write` and `show` are those of drafts.save; `saved` does the rest and goes on from there, by default to
    the page of the piece; `again` is called before the form is shown once more; `sent` is what was sent, when that is
    not what the request holds.
    """
    template, code = f"portfolios/{kind}_edit.html", code or found.code
    if request.method != "POST":
        form = show(found)
        editing = drafts.begin(request.user, kind, code, form=form)
        return render(request, template, context | {"form": form, "editing": editing})
    outcome = drafts.save(sent or request.POST, make=make, write=write, show=show)
    if outcome.saved:
        say_after_saving(request, outcome.form)
        if outcome.woven:
            messages.success(request, _("Saved, together with what you had saved elsewhere meanwhile."))
        elif saved is None:
            messages.success(request, _("Saved."))
        return drafts.done(request, saved() if saved else redirect(f"portfolios:{kind}", code), kind, code)
    again()
    editing = drafts.resume(request.user, kind, code, form=outcome.form)
    context = context | {"form": outcome.form, "editing": editing, "other": outcome.other}
    return render(request, template, context, status=409 if outcome.other else 422)
