"""Two rapporteurs in one section, two organisers at one report, at the same moment."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from events.actions import notes, reports
from events.models import Note, NoteRevision, Report
from portal import drafts
from portal.models import Document
from tests import factories
from tests.events.test_notes import sent
from tests.races.test_races import at_once

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
ROUNDS = 12


@pytest.fixture
def room(db: None):
    return factories.room(factories.person("Joke"), factories.person("Mila"), factories.person("Sami"))


def test_two_rapporteurs_at_once_lose_no_line(room):
    mila, sami = (role.person for role in room.roles.select_related("person").order_by("pk"))
    factories.note(room, mila, "Begin A.\n\nBegin B.")

    def write(by, line: int) -> int:
        """As the browser does: on with what it last knew; what was woven in is known from then on."""
        known, revision = "Begin A.\n\nBegin B.", 1
        for number in range(ROUNDS):
            lines = known.split("\n\n")
            lines[line] = f"Regel {line}, keer {number}."
            typed = QueryDict(mutable=True)
            typed.update(sent("\n\n".join(lines), base=known, revision=revision))
            note = notes.save(room, "discussed", typed=typed, by=by, at=timezone.now()).note
            known, revision = note.text, note.version
        return revision

    done = at_once(lambda: write(mila, 0), lambda: write(sami, 1))
    assert all(isinstance(one, int) for one in done), done
    note = Note.objects.get()
    assert note.text == f"Regel 0, keer {ROUNDS - 1}.\n\nRegel 1, keer {ROUNDS - 1}."
    history = list(NoteRevision.objects.order_by("number").values_list("number", "text"))
    assert [number for number, _text in history] == list(range(1, 2 * ROUNDS + 2))
    for line in (0, 1):
        kept = list(dict.fromkeys(text.split("\n\n")[line] for _number, text in history))
        assert kept[1:] == [f"Regel {line}, keer {number}." for number in range(ROUNDS)]


def test_the_first_text_of_a_section_from_two_at_once(room):
    """One is kept; the other is told what stands there."""
    people = [role.person for role in room.roles.select_related("person")]

    def write(by, text: str):
        typed = QueryDict(mutable=True)
        typed.update(sent(text))
        return notes.save(room, "ideas", typed=typed, by=by, at=timezone.now())

    done = at_once(*(lambda one=one: write(one, f"Van {one.given_name}.") for one in people))
    assert {type(one) for one in done} == {notes.Kept, drafts.Clash}, done
    assert NoteRevision.objects.count() == 1


def test_publishing_twice_at_once_is_done_once(room):
    joke = factories.person("Wies")
    factories.member(joke, room.event.series.organisation, "organiser")
    report = factories.report(room, joke, state="approved")
    at = timezone.now()
    done = at_once(*[lambda: reports.publish(report, by=joke, at=at)] * 3)
    assert {type(one) for one in done} == {Report}, done
    assert Document.objects.count() == 1 and Report.objects.get().state == "published"


def test_making_a_report_twice_at_once_makes_one(room):
    joke = factories.person("Wies")
    factories.member(joke, room.event.series.organisation, "organiser")
    done = at_once(*[lambda: reports.compose(room, by=joke)] * 4)
    assert len({one.pk for one in done}) == 1 and Report.objects.count() == 1
