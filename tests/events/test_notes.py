"""Live notes (E6): two write in one section, nothing that was accepted disappears, and the clock opens and closes."""

import datetime
import json
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from events.actions import notes as actions
from events.models import Event, Note, NoteRevision, Room
from events.rules import notes as rules
from events.views.notes import differences
from portal import drafts
from portal.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = datetime.timedelta(hours=1)


def address(meet, name: str = "note_save", section: str = "discussed") -> str:
    tail = [] if name in ("notes", "notes_reopen") else [section]
    return reverse(f"events:{name}", args=[meet.event.code, meet.room.code, *tail])


def sent(text: str, *, base: str = "", revision: int = 0) -> dict:
    return {"text": text, "autosave_base": json.dumps({"text": base}), "autosave_revision": str(revision)}


def keep(browser, meet, text: str, **fields):
    return browser.post(address(meet), sent(text, **fields), headers={"Accept": "application/json"})


def stored(room: Room, section: str = "discussed") -> str:
    return Note.objects.get(room=room, section=section).text


# --- Together -------------------------------------------------------------------------------


def test_two_write_and_both_changes_are_in_it(meet, sign_in):
    mila, sami = sign_in(meet.mila), sign_in(meet.sami)
    first = keep(mila, meet, "Eén. Twee.").json()
    assert first["revision"] == 1 and "fields" not in first
    assert keep(mila, meet, "Eén. Twee. Drie.", base="Eén. Twee.", revision=1).json()["revision"] == 2
    woven = keep(sami, meet, "Nul. Twee.", base="Eén. Twee.", revision=1).json()
    assert woven["fields"] == {"text": "Nul. Twee. Drie."} and woven["revision"] == 3
    revisions = NoteRevision.objects.order_by("number")
    assert list(revisions.values_list("text", flat=True)) == ["Eén. Twee.", "Eén. Twee. Drie.", "Nul. Twee. Drie."]
    assert list(revisions.values_list("is_woven", flat=True)) == [False, False, True]


def test_the_same_sentence_gives_both_texts_and_stores_nothing(meet, sign_in):
    mila, sami = sign_in(meet.mila), sign_in(meet.sami)
    keep(mila, meet, "Eén.")
    keep(mila, meet, "Eén <i>keer</i>.", base="Eén.", revision=1)
    answer = keep(sami, meet, "Nooit.", base="Eén.", revision=1)
    theirs = {"text": "Eén <i>keer</i>."}
    assert (answer.status_code, answer.json()) == (409, {"revision": 2, "theirs": theirs, "whole": theirs})
    assert NoteRevision.objects.count() == 2
    page = sami.post(address(meet), sent("Nooit.", base="Eén.", revision=1))  # without JavaScript
    shown = page.content.decode()
    assert [page.status_code, "Nooit." in shown, "&lt;i&gt;keer" in shown, "<i>keer" in shown] == [
        409,
        True,
        True,
        False,
    ]


def test_saving_one_section_never_touches_another(meet):
    factories.note(meet.room, meet.mila, "Een knelpunt.", section="bottlenecks")
    before = list(Note.objects.filter(section="bottlenecks").values())
    factories.note(meet.room, meet.sami, "Besproken.")
    factories.note(meet.room, meet.sami, "Besproken. Meer.")
    assert list(Note.objects.filter(section="bottlenecks").values()) == before


def test_the_same_text_again_makes_no_revision(meet):
    factories.note(meet.room, meet.mila, "Eén.")
    assert factories.note(meet.room, meet.mila, "Eén.").version == 1


@pytest.mark.both
def test_what_was_accepted_is_changed_by_nobody(meet):
    factories.note(meet.room, meet.mila, "Eén.")
    for change in ("text = 'Anders'", "by_id = 1", "at = '2020-01-01 00:00:00+00'", "number = 7"):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE events_noterevision SET {change}")
    with pytest.raises(TypeError):
        NoteRevision.objects.get().delete()
    with pytest.raises(TypeError):
        NoteRevision.objects.all().delete()


def test_looking_back_shows_what_changed_and_puts_it_back(meet, sign_in):
    for text in ("Eén. Twee.", "Eén. <b>Drie</b>.", "Leeg."):
        factories.note(meet.room, meet.mila, text)
    sami = sign_in(meet.sami)
    page = sami.get(address(meet, "note_history")).content.decode()
    assert "<del>Twee.</del>" in page and "<ins>&lt;b&gt;Drie&lt;/b&gt;.</ins>" in page and "<b>Drie" not in page
    assert sami.post(address(meet, "note_restore"), {"number": "1"}).status_code == 302
    assert stored(meet.room) == "Eén. Twee."
    last = NoteRevision.objects.order_by("number").last()
    assert (last.number, last.restored, last.by) == (4, 1, meet.sami)
    assert "Leeg." in NoteRevision.objects.values_list("text", flat=True)
    for number in ("99", "x", "", "-1", "9" * 30):
        assert sami.post(address(meet, "note_restore"), {"number": number}).status_code == 404


def test_differences_read_in_order():
    assert differences("Eén. Twee.", "Eén. Drie.") == [("same", "Eén. "), ("gone", "Twee."), ("new", "Drie.")]
    assert differences("", "Eén.") == [("new", "Eén.")] and differences("Eén.", "") == [("gone", "Eén.")]


def test_too_much_is_refused_and_still_on_the_page(meet, sign_in):
    mila, text = sign_in(meet.mila), "woord " * 4000
    assert keep(mila, meet, text).status_code == 413
    page = mila.post(address(meet), sent(text))
    assert page.status_code == 422 and text.strip() in page.content.decode()
    assert not NoteRevision.objects.exists()


# --- Who ------------------------------------------------------------------------------------


def test_notes_are_for_who_writes_and_who_organises(meet, sign_in):
    factories.note(meet.room, meet.mila, "Vertrouwelijk.")
    for person, status in ((meet.mila, 200), (meet.joke, 200), (meet.bo, 404)):
        answer = sign_in(person).get(address(meet, "notes"))
        assert answer.status_code == status
        assert ("Vertrouwelijk." in answer.content.decode()) == (status == 200)
    assert keep(sign_in(meet.joke), meet, "Ik ook.").status_code == 403
    assert keep(sign_in(meet.bo), meet, "Ik ook.").status_code == 404
    meet.room.roles.filter(person=meet.mila).delete()
    assert keep(sign_in(meet.mila), meet, "Nog iets.").status_code == 404
    assert stored(meet.room) == "Vertrouwelijk."


# --- When -----------------------------------------------------------------------------------


def at(text: str, fold: int = 0) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM, fold=fold).astimezone(datetime.UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "opens", "closes"),
    [
        ("2025-12-08T14:00", "2025-12-08T16:30", "2025-12-07T14:00", "2025-12-11T16:30"),
        # Spring: an hour is missing on 29 March 2026; 24 and 72 hours pass all the same.
        ("2026-03-29T14:00", "2026-03-29T16:00", "2026-03-28T13:00", "2026-04-01T16:00"),
        ("2026-03-27T14:00", "2026-03-27T16:00", "2026-03-26T14:00", "2026-03-30T17:00"),
        # Autumn: an hour comes twice on 25 October 2026.
        ("2026-10-25T14:00", "2026-10-25T16:00", "2026-10-24T15:00", "2026-10-28T16:00"),
        ("2026-10-24T14:00", "2026-10-24T16:00", "2026-10-23T14:00", "2026-10-27T15:00"),
    ],
)
def test_notes_open_a_day_before_and_close_three_days_after(meet, starts, ends, opens, closes):
    Event.objects.filter(pk=meet.event.pk).update(starts_at=at(starts), ends_at=at(ends))
    room = Room.objects.select_related("event__series__organisation").get(pk=meet.room.pk)
    second = datetime.timedelta(seconds=1)
    moments = [at(opens) - second, at(opens), at(closes) - second, at(closes)]
    assert [rules.may_write(meet.mila, room, one)[0] for one in moments] == [False, True, True, False]
    assert (room.notes_open_at, room.notes_close_at) == (at(opens), at(closes))
    for one in (moments[0], moments[3]):
        with pytest.raises(actions.Closed):
            factories.note(room, meet.mila, "Te laat.", at=one)
    assert not NoteRevision.objects.exists()
    assert factories.note(room, meet.mila, "Net op tijd.", at=moments[2]).version == 1


def test_the_organiser_opens_closed_notes_with_a_reason(meet, sign_in):
    now = timezone.now()
    Event.objects.filter(pk=meet.event.pk).update(starts_at=now - 100 * HOUR, ends_at=now - 90 * HOUR)
    mila, joke = sign_in(meet.mila), sign_in(meet.joke)
    page = keep(mila, meet, "Nog iets.")
    assert page.status_code == 403 and "gingen dicht" in page.content.decode()
    assert "Nog iets." in page.content.decode(), "what was typed is still on the page"
    where = address(meet, "notes_reopen")
    assert joke.post(where, {"reason": "  "}).status_code == 422
    assert mila.post(where, {"reason": "Graag."}).status_code == 403
    assert joke.post(where, {"reason": "Er ontbrak een ruimte."}).status_code == 302
    assert keep(mila, meet, "Nog iets.").status_code == 200
    assert AuditEntry.objects.get().verb == "notes reopened"


# --- Any order of saves ---------------------------------------------------------------------

LINES = [f"Regel {number}." for number in range(8)]


class AnyOrder(TestCase):
    """Mila changes the even lines, Sami the odd ones; each sometimes works from an old page."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.booleans()), max_size=14))
    def test_every_accepted_text_stays_and_no_untouched_line_is_lost(self, steps):
        mila, sami = factories.person("Mila"), factories.person("Sami")
        room = factories.room(None, mila, sami)
        factories.note(room, mila, "\n\n".join(LINES))
        start = Note.objects.get(room=room)
        pages = {True: (start.text, 1), False: (start.text, 1)}  # what each last had confirmed
        latest, accepted = dict(enumerate(LINES)), [start.text]
        for number, (is_mila, which, looks) in enumerate(steps):
            line = 2 * which + (0 if is_mila else 1)
            if looks:
                note = Note.objects.get(room=room)
                pages[is_mila] = (note.text, note.version)
            base, revision = pages[is_mila]
            typed = base.split("\n\n")
            typed[line] = latest[line] = f"Regel {line}, keer {number}."
            kept = _save(room, mila if is_mila else sami, "\n\n".join(typed), base, revision)
            pages[is_mila] = (kept.text, kept.version)
            accepted.append(kept.text)
            assert kept.text.split("\n\n") == [latest[one] for one in range(len(LINES))]
        history = list(NoteRevision.objects.filter(note__room=room).order_by("number").values_list("text", flat=True))
        assert history == accepted


def _save(room: Room, by, text: str, base: str, revision: int) -> Note:
    typed = QueryDict(mutable=True)
    typed.update(sent(text, base=base, revision=revision))
    return actions.save(room, "discussed", typed=typed, by=by, at=timezone.now()).note


def test_a_clash_in_the_action_says_what_stands_there(meet):
    _save(meet.room, meet.mila, "Eén.", "", 0)
    with pytest.raises(drafts.Clash) as clash:
        _save(meet.room, meet.sami, "Twee.", "", 0)
    assert (clash.value.stored, clash.value.revision) == ({"text": "Eén."}, 1)
