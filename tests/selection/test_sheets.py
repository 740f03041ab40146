"""A rater's own sheet, and that it is nobody else's before all are in (selection.md S8, S9)."""

import datetime
import threading
from fractions import Fraction

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from portal import erasure
from portal.editing import EditedElsewhere
from portal.models import ToDo, User
from selection.actions import procedures, sheets
from selection.actions.procedures import NotPossible
from selection.models import Answer, Candidate, Declaration, PanelMember, Procedure, ProcedureVersion, Sheet
from selection.rules import sheets as rules
from selection.rules.totals import mean, total_of
from selection.templatetags.selection_tags import exact
from tests import factories
from tests.selection import rows

REFUSED = (IntegrityError, OperationalError)


@pytest.mark.django_db
class TestSheet:
    def test_it_opens_after_a_declaration_and_once(self, committee):
        first = rows.sheet(committee.candidates[0], committee.staff)
        assert rows.sheet(committee.candidates[0], committee.staff) == first
        assert [answer.criterion for answer in first.answers.all()] == list(rows.KEYS)

    def test_what_is_missing_is_said_and_nothing_is_handed_in(self, committee, sign_in):
        mine = rows.sheet(committee.candidates[0], committee.staff)
        row = rows.answer(mine, "calm")
        sheets.write(row, sheets.Content(score=4), version=row.version, by=committee.staff)
        row = rows.answer(mine, "together")
        sheets.write(row, sheets.Content(is_not_observed=True), version=row.version, by=committee.staff)
        browser = sign_in(committee.staff)
        browser.post(reverse("selection:sheet_submit", args=[mine.code]))
        mine.refresh_from_db()
        assert mine.is_open
        page = browser.get(reverse("selection:sheet", args=[mine.code])).content.decode()
        assert "Zeg in één zin waaraan je het zag." in page
        assert "Zeg waarom je het niet kon zien." in page

    @pytest.mark.parametrize("score", ["6", "-1", "x", "1.5"])
    def test_a_score_that_is_none_is_refused_and_the_text_stays(self, committee, sign_in, score):
        mine = rows.sheet(committee.candidates[0], committee.staff)
        address = reverse("selection:question", args=[mine.code, 1])
        answer = sign_in(committee.staff).post(address, {"version": 1, "score": score, "situation": "Nacht."})
        assert answer.status_code == 422
        assert b"Nacht." in answer.content
        assert rows.answer(mine, "calm").score is None

    def test_pages_keep_and_go_on(self, committee, sign_in):
        mine = rows.sheet(committee.candidates[0], committee.staff)
        browser = sign_in(committee.staff)
        first, second = (reverse("selection:question", args=[mine.code, number]) for number in (1, 2))
        data = {"version": 1, "score": "5", "situation": "Nacht.", "evidence": "Zei het."}
        assert browser.post(first, data)["Location"] == second
        assert browser.post(second, {"version": 1, "score": "0", "reason": "Tijd op."})["Location"] == reverse(
            "selection:sheet", args=[mine.code]
        )
        one, other = rows.answer(mine, "calm"), rows.answer(mine, "together")
        assert (one.score, one.situation, one.evidence) == (5, "Nacht.", "Zei het.")
        assert (other.score, other.is_not_observed, other.reason) == (None, True, "Tijd op.")
        assert browser.post(reverse("selection:sheet_submit", args=[mine.code])).status_code == 302
        mine.refresh_from_db()
        assert not mine.is_open

    def test_two_tabs_weave_or_show_both(self, committee, sign_in):
        mine = rows.sheet(committee.candidates[0], committee.staff)
        browser, address = sign_in(committee.staff), reverse("selection:question", args=[mine.code, 1])
        page = browser.get(address)
        start = page.context["editing"].start
        base = {"version": 1, "autosave_start": start, "score": ""}
        browser.post(address, base | {"situation": "Nacht."})
        browser.post(address, base | {"task": "Kiezen."})
        row = rows.answer(mine, "calm")
        assert (row.situation, row.task) == ("Nacht.", "Kiezen.")
        clash = browser.post(address, base | {"situation": "Dag <b>."})
        assert clash.status_code == 409
        assert b"Nacht." in clash.content and b"Dag &lt;b&gt;." in clash.content
        assert rows.answer(mine, "calm").situation == "Nacht."

    def test_stepping_back_closes_everything_of_that_candidate(self, committee, sign_in):
        candidate = committee.candidates[0]
        browser = sign_in(committee.staff)
        declare = reverse("selection:declare", args=[candidate.code])
        browser.post(declare, {"back": ""})
        assert browser.get(declare).status_code == 404
        desk = browser.get(reverse("selection:procedure", args=[committee.procedure.code])).content.decode()
        assert candidate.name not in desk and committee.candidates[1].name in desk
        assert "1 kandidaat is buiten je zicht" in desk
        assert sheets.declare(candidate, by=committee.staff, stands_back=False) is None  # there is no way back

    def test_the_to_do_is_done_when_all_of_mine_are_in(self, committee):
        open_for = ToDo.objects.filter(kind="selection.score", done_at=None).values_list("receiver", flat=True)
        assert set(open_for) == {person.pk for person in rows.everybody(committee)}
        rows.submitted(committee.candidates[0], committee.staff)
        assert committee.staff.pk in open_for.all()
        sheets.declare(committee.candidates[1], by=committee.staff, stands_back=True)
        assert committee.staff.pk not in open_for.all()


@pytest.mark.django_db
class TestReveal:
    def all_in(self, committee, *scores):
        for candidate in committee.candidates:
            for person in rows.everybody(committee):
                rows.submitted(candidate, person, *scores)

    def test_not_before_all_are_in_and_only_by_the_chair(self, committee, sign_in):
        chair, staff = sign_in(committee.chair), sign_in(committee.staff)
        address = reverse("selection:reveal", args=[committee.procedure.code])
        scores = reverse("selection:scores", args=[committee.procedure.code])
        rows.submitted(committee.candidates[0], committee.staff)
        assert chair.post(address).status_code == 403
        assert chair.get(scores).status_code == 404
        for candidate in committee.candidates:
            for person in rows.everybody(committee):
                if not Sheet.objects.filter(member__person=person, candidate=candidate).exists():
                    rows.submitted(candidate, person)
        assert staff.post(address).status_code == 403
        assert chair.post(address)["Location"] == scores
        assert "Zag het." in staff.get(scores).content.decode()

    def test_who_stood_back_is_not_waited_for_and_sees_nothing_of_that_candidate(self, committee, sign_in):
        first, second = committee.candidates
        sheets.declare(first, by=committee.hrm, stands_back=True)
        for person in (committee.chair, committee.staff, committee.trainee):
            rows.submitted(first, person, 5, 5, words="Van de eerste.")
        for person in rows.everybody(committee):
            rows.submitted(second, person, words="Van de tweede.")
        procedures.reveal(committee.procedure, by=committee.chair)
        address = reverse("selection:scores", args=[committee.procedure.code])
        seen = sign_in(committee.hrm).get(address).content.decode()
        assert "Van de tweede." in seen and "Van de eerste." not in seen and first.name not in seen
        assert "Van de eerste." in sign_in(committee.chair).get(address).content.decode()

    def test_totals_are_exact(self, committee, sign_in):
        for candidate in committee.candidates:
            for person, scores in zip(rows.everybody(committee), [(5, 4), (4, 4), (3, None), (1, 2)], strict=True):
                rows.submitted(candidate, person, *scores)
        procedures.reveal(committee.procedure, by=committee.chair)
        page = sign_in(committee.chair).get(reverse("selection:scores", args=[committee.procedure.code]))
        board = page.context["boards"][0]
        assert board.totals == [Fraction(46, 10), Fraction(4), None, Fraction(14, 10)]
        assert board.mean == Fraction(10, 3)
        assert "3,33" in page.content.decode()

    def test_nothing_is_asked_twice(self, committee):
        self.all_in(committee)
        procedures.reveal(committee.procedure, by=committee.chair)
        with pytest.raises(NotPossible):
            procedures.reveal(committee.procedure, by=committee.chair)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.data())
def test_a_total_lies_between_the_lowest_and_the_highest_score(scores, data):
    cuts = sorted(
        data.draw(st.lists(st.integers(1, 99), min_size=len(scores) - 1, max_size=len(scores) - 1, unique=True))
    )
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    criteria = ProcedureVersion(content=rows.content(*weights)).criteria
    answers = [Answer(criterion=one.key, score=score) for one, score in zip(criteria, scores, strict=True)]
    total = total_of(criteria, answers).value
    assert total is not None
    assert min(scores) <= total <= max(scores)
    assert total * 100 == sum(weight * score for weight, score in zip(weights, scores, strict=True))
    answers[data.draw(st.integers(0, len(scores) - 1))].score = None
    assert total_of(criteria, answers).value is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(10, 3), "3,33"),
        (Fraction(5, 8), "0,63"),
        (Fraction(4), "4,00"),
        (Fraction(1, 200), "0,01"),
        (None, "geen"),
    ],
)
def test_numbers_are_rounded_for_the_eye_only(value, said):
    assert exact(value) == said


def test_a_mean_of_nothing_is_nothing():
    assert mean([]) is None
    assert mean([None, 2, 3]) == Fraction(5, 2)


# --- Frozen on every path -------------------------------------------------------------------


def _paths(row, table: str, changes: dict) -> list:
    """Every way to change these columns of a row."""
    sets = ", ".join(f"{name} = {value!r}" for name, value in changes.items())

    def save() -> None:
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {sets} WHERE id = {row.pk}")

    rows_ = type(row).objects.filter(pk=row.pk)
    return [save, lambda: rows_.update(**changes), lambda: rows_.bulk_update([row], list(changes)), raw, rows_.delete]


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("path", range(5), ids=["save", "update", "bulk", "raw", "delete"])
class TestFrozen:
    def refused(self, act) -> None:
        with pytest.raises(REFUSED), transaction.atomic():
            act()

    def test_an_answer_that_is_handed_in(self, committee, path):
        mine = rows.submitted(committee.candidates[0], committee.staff)
        row = rows.answer(mine, "calm")
        if path == 2:
            row.score = 1
        self.refused(_paths(row, "selection_answer", {"score": 1})[path])
        assert rows.answer(mine, "calm").score == 4

    def test_a_sheet_that_is_handed_in(self, committee, path):
        mine = rows.submitted(committee.candidates[0], committee.staff)
        changes = {"state": "open", "submitted_at": None}
        if path == 2:
            mine.state, mine.submitted_at = "open", None
        acts = _paths(mine, "selection_sheet", changes)
        acts[3] = lambda: _raw(f"UPDATE selection_sheet SET state = 'open', submitted_at = NULL WHERE id = {mine.pk}")
        self.refused(acts[path])
        assert not Sheet.objects.get(pk=mine.pk).is_open

    def test_a_published_version(self, committee, path):
        version = committee.procedure.versions.get()
        before = version.digest
        if path == 2:
            version.digest = "x"
        self.refused(_paths(version, "selection_procedureversion", {"digest": "x"})[path])
        assert committee.procedure.versions.get().digest == before


def _raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.both
@pytest.mark.django_db
def test_after_the_first_score_no_version_follows(committee):
    procedures.publish(committee.procedure, rows.content(50, 50), by=committee.chair)
    rows.fill(rows.sheet(committee.candidates[0], committee.staff))
    with pytest.raises(NotPossible):
        procedures.publish(committee.procedure, rows.content(10, 90), by=committee.chair)
    with pytest.raises(REFUSED), transaction.atomic():
        ProcedureVersion.objects.create(
            procedure=committee.procedure, number=9, content={}, digest="x", published_at=timezone.now()
        )
    assert committee.procedure.versions.count() == 2


@pytest.mark.both
@pytest.mark.django_db
def test_an_erasure_empties_what_was_handed_in(committee):
    person = factories.person("Yara")
    Candidate.objects.filter(pk=committee.candidates[0].pk).update(person=person)
    mine = rows.submitted(committee.candidates[0], committee.staff, words="Over Yara.")
    erasure.erase(person)
    row = rows.answer(mine, "calm")
    assert (row.situation, row.evidence, row.score) == ("", "", None)
    assert Candidate.objects.get(pk=committee.candidates[0].pk).name == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows_: rows_[0].update(weight=61),
        lambda rows_: rows_[0].update(key=rows_[1]["key"]),
        lambda rows_: rows_[0]["anchors"].pop(),
        lambda rows_: rows_[0]["question"].pop("en"),
        lambda rows_: rows_[0].update(weight=0) or rows_[1].update(weight=100),
    ],
    ids=["weights", "keys", "anchors", "language", "zero"],
)
def test_what_is_not_whole_is_not_published(spoil):
    content = rows.content()
    spoil(content["criteria"])
    with pytest.raises(ValueError):
        procedures.check(content)


# --- At once, on PostgreSQL too ---------------------------------------------------------------


def at_once(*acts) -> list:
    """Each in a thread of its own, begun together; what each gave or raised."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act) -> None:
        barrier.wait()
        try:
            found[number] = act()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_eight_declarations_make_one_sheet(self, committee):
        candidate = committee.candidates[0]
        found = at_once(*[lambda: sheets.declare(candidate, by=committee.staff, stands_back=False)] * 8)
        assert not [one for one in found if isinstance(one, Exception)]
        assert Sheet.objects.filter(candidate=candidate).count() == 1
        assert Declaration.objects.count() == 1 and Answer.objects.count() == 2

    def test_handed_in_eight_times_it_is_handed_in_once(self, committee):
        mine = rows.fill(rows.sheet(committee.candidates[0], committee.staff))
        found = at_once(*[lambda: sheets.submit(mine, by=committee.staff)] * 8)
        assert found == [None] * 8
        first = Sheet.objects.get(pk=mine.pk).submitted_at
        sheets.submit(mine, by=committee.staff, at=timezone.now() + datetime.timedelta(days=1))
        assert Sheet.objects.get(pk=mine.pk).submitted_at == first

    def test_writing_while_it_is_handed_in_is_in_or_out_never_half(self, committee):
        mine = rows.fill(rows.sheet(committee.candidates[0], committee.staff))
        row = rows.answer(mine, "calm")

        def write() -> str:
            sheets.write(row, sheets.Content(score=1, evidence="Laat."), version=row.version, by=committee.staff)
            return "written"

        written, _submitted = at_once(write, lambda: sheets.submit(mine, by=committee.staff))
        now = rows.answer(mine, "calm")
        if written == "written":
            assert now.score == 1
        else:
            assert isinstance(written, NotPossible | EditedElsewhere | IntegrityError | OperationalError)
            assert now.score == 4

    def test_the_last_sheet_and_the_opening_at_once(self, committee):
        people = rows.everybody(committee)
        for candidate in committee.candidates:
            for person in people:
                made = rows.fill(rows.sheet(candidate, person))
                if (candidate, person) != (committee.candidates[0], committee.hrm):
                    sheets.submit(made, by=person)
        last = Sheet.objects.whole().get(candidate=committee.candidates[0], member__person=committee.hrm)
        submitted, opened = at_once(
            lambda: sheets.submit(last, by=committee.hrm),
            lambda: procedures.reveal(committee.procedure, by=committee.chair),
        )
        assert submitted is None
        revealed = Procedure.objects.get().is_revealed
        assert revealed == (opened is None)
        assert revealed or isinstance(opened, NotPossible)


# --- Any order of events ----------------------------------------------------------------------


class Committee(RuleBasedStateMachine):
    """Whatever the committee does: before the opening everybody sees their own sheets and no other, and what is handed
    in stays."""

    def __init__(self) -> None:
        super().__init__()
        self.at = rows.committee(factories.organisation())
        self.pairs = [(candidate, person) for candidate in self.at.candidates for person in rows.everybody(self.at)]
        self.handed_in: dict[int, tuple] = {}

    pair = st.integers(0, 7)

    @rule(number=pair, back=st.booleans())
    def declare(self, number: int, back: bool) -> None:
        candidate, person = self.pairs[number]
        try:
            sheets.declare(candidate, by=person, stands_back=back)
        except NotPossible:
            assert Procedure.objects.get(pk=self.at.procedure.pk).is_revealed

    @rule(number=pair, scores=st.tuples(st.sampled_from([None, 1, 3, 5]), st.sampled_from([2, 4])))
    def score(self, number: int, scores: tuple) -> None:
        candidate, person = self.pairs[number]
        mine = Sheet.objects.whole().filter(candidate=candidate, member__person=person).first()
        if mine is None:
            return
        try:
            rows.fill(mine, *scores)
        except NotPossible:
            assert mine.pk in self.handed_in

    @rule(number=pair)
    def submit(self, number: int) -> None:
        candidate, person = self.pairs[number]
        mine = Sheet.objects.whole().filter(candidate=candidate, member__person=person).first()
        if mine is None:
            return
        try:
            sheets.submit(mine, by=person)
            self.handed_in.setdefault(mine.pk, self.values(mine))
        except NotPossible:
            assert rules.missing(mine)

    @precondition(lambda self: not Procedure.objects.get(pk=self.at.procedure.pk).is_revealed)
    @rule(who=st.integers(0, 3))
    def reveal(self, who: int) -> None:
        person = rows.everybody(self.at)[who]
        all_in = rules.progress(self.at.procedure).all_in
        try:
            procedures.reveal(self.at.procedure, by=person)
            assert all_in and person == self.at.chair
        except NotPossible:
            assert not (all_in and person == self.at.chair)

    @staticmethod
    def values(mine: Sheet) -> tuple:
        return tuple(Answer.objects.filter(sheet=mine).order_by("pk").values_list("score", "evidence", "version"))

    @invariant()
    def sight(self) -> None:
        revealed = Procedure.objects.get(pk=self.at.procedure.pk).is_revealed
        for person in rows.everybody(self.at):
            back = set(
                Declaration.objects.filter(member__person=person, stands_back=True).values_list("candidate", flat=True)
            )
            for one in Sheet.objects.visible_to(person).select_related("member"):
                assert one.candidate_id not in back
                assert revealed or one.member.person_id == person.pk
        outsider = User.objects.exclude(pk__in=[person.pk for person in rows.everybody(self.at)]).first()
        assert outsider is None or not Sheet.objects.visible_to(outsider).exists()

    @invariant()
    def what_is_in_stays(self) -> None:
        for pk, values in self.handed_in.items():
            assert self.values(Sheet(pk=pk)) == values


class TestCommittee(Committee.TestCase, TestCase):
    pass


def test_roles_are_those_of_the_design():
    assert set(PanelMember.Role.values) == {"chair", "staff", "trainee", "hrm"}
