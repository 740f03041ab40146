"""Writing notes together, and looking back (events.md E6)."""

import difflib
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.actions import notes as actions
from events.forms.notes import NoteForm, ReasonForm
from events.models import Note, NoteRevision, Room, RoomRole
from events.rules import notes as rules
from events.rules.series import is_organiser
from portal import drafts
from portal.access import access, require
from portal.merge import BETWEEN
from portal.models.user import NAMES
from portal.views.drafts import kept, not_kept

PER_PAGE = 20
RECENT = 8
IN_LOG = ("at", "note__section", *(f"by__{name}" for name in NAMES))


def room_for_notes(request: HttpRequest, code: str, room: str, *beside: Prefetch) -> Room:
    """404 for who neither writes nor organises."""
    rows = Room.objects.select_related("event__series__organisation").prefetch_related(*beside)
    found = get_object_or_404(rows, code=room, event__code=code)
    if not rules.may_read(request.user, found):
        raise Http404
    return found


def _section(section: str) -> str:
    if section not in Note.Section.values:
        raise Http404
    return section


@access.signed_in
def notes(request: HttpRequest, code: str, room: str) -> HttpResponse:
    """All sections; each is a form of its own, so that saving one never touches another."""
    writers = Prefetch("roles", RoomRole.objects.select_related("person"))  # asked for three times
    found = room_for_notes(request, code, room, writers)
    may_write, why_not = rules.may_write(request.user, found, timezone.now())
    there = {note.section: note for note in found.notes.all()}
    sections = [
        _editing(request, found, section, there.get(section) or Note(room=found, section=section))
        for section in Note.Section.values
    ]
    latest = NoteRevision.objects.filter(note__room=found).select_related("note", "by").only(*IN_LOG)
    people = [role.person for role in found.roles.all()]
    context = {
        "room": found,
        "event": found.event,
        "sections": sections,
        "may_write": may_write,
        "why_not": why_not,
        "latest": latest.order_by("-at", "-pk")[:RECENT],
        "others": ", ".join(sorted(one.full_name for one in people if one != request.user)),
        "is_organiser": not may_write and is_organiser(request.user, found.event.series),
    }
    return render(request, "events/notes.html", context)


def _editing(request: HttpRequest, room: Room, section: str, note: Note) -> dict[str, Any]:
    form = NoteForm(section, text=note.text)
    address = [room.event.code, room.code, section]
    keep_url = reverse("events:note_save", args=address)
    editing = drafts.direct(
        request.user, f"note-{section}", room.code, form=form, keep_url=keep_url, revision=note.version
    )
    history = reverse("events:note_history", args=address)
    return {"form": form, "note": note, "editing": editing, "save_url": keep_url, "history_url": history}


@access.signed_in(methods=["POST"])
def note_save(request: HttpRequest, code: str, room: str, section: str) -> HttpResponse:
    """What autosave sends; and without JavaScript the form itself, which then comes back as a page."""
    found, at = room_for_notes(request, code, room), timezone.now()
    in_page = "application/json" in request.headers.get("Accept", "")
    try:
        done = actions.save(found, _section(section), typed=request.POST, by=request.user, at=at)
    except actions.Closed as closed:
        require(False, closed.reason)
    except (drafts.Clash, drafts.TooMuch) as refusal:
        return not_kept(refusal) if in_page else _beside(request, found, section, refusal)
    if in_page:
        return kept(done.note.version, {"text": done.note.text}, woven=done.woven, at=at)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('events:notes', args=[code, room])}#{section}-text")


def _beside(request: HttpRequest, room: Room, section: str, refusal: drafts.Clash | drafts.TooMuch) -> HttpResponse:
    """Both texts on one page; the form goes on from what is stored now."""
    clash = refusal if isinstance(refusal, drafts.Clash) else None
    note = Note.objects.filter(room=room, section=section).first() or Note(room=room, section=section)
    row = _editing(request, room, section, note) | {"form": NoteForm(section, text=request.POST.get("text", ""))}
    context = {"room": room, "event": room.event, "row": row, "theirs": clash.stored["text"] if clash else ""}
    return render(request, "events/note_clash.html", context, status=409 if clash else 422)


@access.signed_in
def note_history(request: HttpRequest, code: str, room: str, section: str) -> HttpResponse:
    """All that was accepted of one section, the newest first, each with what changed in it."""
    found = room_for_notes(request, code, room)
    note = Note.objects.filter(room=found, section=_section(section)).first()
    rows = NoteRevision.objects.filter(note=note).select_related("by").order_by("-number")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    last = shown[-1].number if shown else 1
    texts = {one.number: one.text for one in shown}
    texts |= dict(NoteRevision.objects.filter(note=note, number=last - 1).values_list("number", "text"))
    for one in shown:
        one.parts = differences(texts.get(one.number - 1, ""), one.text)
    may_write, _why = rules.may_write(request.user, found, timezone.now())
    context = {"room": found, "event": found.event, "section": Note.Section(section), "page": page, "shown": shown}
    context |= {"may_restore": may_write, "newest": note.version if note else 0}
    return render(request, "events/note_history.html", context)


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """("same" | "gone" | "new", text) in reading order; sentence by sentence."""
    old, new = ([part for part in BETWEEN.split(text) if part] for text in (before, after))
    parts: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(old[i1:i2])))
            continue
        parts += [(kind, text) for kind, text in (("gone", "".join(old[i1:i2])), ("new", "".join(new[j1:j2]))) if text]
    return parts


@access.signed_in(methods=["POST"])
def note_restore(request: HttpRequest, code: str, room: str, section: str) -> HttpResponse:
    found = room_for_notes(request, code, room)
    number = request.POST.get("number", "")
    rows = NoteRevision.objects.filter(note__room=found, note__section=_section(section))
    revision = get_object_or_404(rows, number=int(number) if number.isdecimal() and len(number) < 9 else 0)
    try:
        actions.restore(found, section, number=revision.number, by=request.user, at=timezone.now())
    except actions.Closed as closed:
        require(False, closed.reason)
    messages.success(request, _("The earlier text is back. What stood there before is in the history too."))
    return redirect("events:note_history", code, room, section)


@access.signed_in(methods=["GET", "POST"])
def notes_reopen(request: HttpRequest, code: str, room: str) -> HttpResponse:
    found, at = room_for_notes(request, code, room), timezone.now()
    require(is_organiser(request.user, found.event.series), _("Only an organiser opens notes again."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.reopen(found, reason=form.cleaned_data["reason"], by=request.user, at=at)
        messages.success(request, _("The rapporteurs can write again, for three days."))
        return redirect("events:desk", code)
    context = {"room": found, "event": found.event, "form": form}
    return render(request, "events/notes_reopen.html", context, status=422 if form.errors else 200)
