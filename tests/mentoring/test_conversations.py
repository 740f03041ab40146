"""From due to signed (M4): pages and actions together."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mentoring import kinds, rules
from mentoring.actions import conversations, papers, reports, tracks
from mentoring.actions.conversations import Refused
from mentoring.models import Agreement, Conversation, Point, Signature, State
from portal import documents, today
from portal.models import Appointment, OutboxRow, Reading, Relation, ToDo
from portal.models.outbox import Reason
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = factories.DAY
LATE = datetime.timedelta(days=28)


@pytest.fixture
def talk(cast) -> Conversation:
    """The first conversation of Noor and dr. Joris, still to be planned."""
    tracks.begin(cast.noor.guides.get())
    return Conversation.objects.whole().get()


def fresh(talk: Conversation) -> Conversation:
    return Conversation.objects.whole().get(pk=talk.pk)


def three(at: datetime.datetime | None = None) -> list[datetime.datetime]:
    at = at or timezone.now()
    return [at + n * DAY for n in (2, 3, 4)]


def open_kinds(person) -> set[str]:
    """What is asked of them now; a conversation that is months away is not."""
    rows = ToDo.objects.filter(receiver=person, done_at=None, opens_on__lte=timezone.localdate() + 10 * DAY)
    return set(rows.values_list("kind", flat=True))


def reported(talk: Conversation, cast) -> Conversation:
    conversations.hold(talk, on=timezone.localdate(), by=cast.noor)
    Conversation.objects.filter(pk=talk.pk).update(report="Het ging over de overdracht.")
    reports.report(talk, by=cast.noor)
    return fresh(talk)


def signed(talk: Conversation, cast) -> Conversation:
    one = reported(talk, cast)
    for person in (cast.noor, cast.joris):
        reports.sign(one, version=one.version, by=person, how="app")
    return fresh(talk)


def address(talk: Conversation, verb: str = "") -> str:
    return f"/mentoring/conversations/{talk.code}/{verb}"


# --- The whole way over the pages -----------------------------------------------------------


def test_two_people_plan_speak_report_and_sign(cast, talk, sign_in):
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    assert open_kinds(cast.noor) == set() and talk.state == State.DUE, "it is asked four weeks before it is due"
    times = [timezone.localtime(one).strftime("%Y-%m-%dT%H:%M") for one in three()]
    sent = dict(zip(("first", "second", "third"), times, strict=True)) | {"place": "Kamer 3.12"}
    assert noor.post(address(talk, "propose/"), sent).status_code == 302
    assert open_kinds(cast.joris) == {"mentoring.pick"}
    offered = joris.get(address(talk)).context["pick_form"].fields["time"].choices
    assert noor.get(address(talk)).context.get("pick_form") is None, "who proposes does not pick"
    assert joris.post(address(talk, "pick/"), {"time": offered[1][0]}).status_code == 302
    assert Appointment.objects.get(about=talk.code).place == "Kamer 3.12" and fresh(talk).state == State.PLANNED
    assert noor.post(address(talk, "points/"), {"point1": "Overdracht", "point3": "Tijd"}).status_code == 302
    assert [one.text for one in fresh(talk).points.all()] == ["Overdracht", "Tijd"]
    assert joris.post(address(talk, "hold/"), {"held_on": timezone.localdate().isoformat()}).status_code == 302
    base = {"autosave_start": '{"report": "", "notes": ""}', "notes": ""}
    assert noor.post(address(talk, "write/"), base | {"report": "Het ging goed.", "finish": ""}).status_code == 302
    for browser in (noor, joris):
        page = browser.get(address(talk, "sign/"))
        assert "Het ging goed." in page.content.decode()
        assert (
            browser.post(address(talk, "sign/"), {"version": page.context["conversation"].version}).status_code == 302
        )
    assert (fresh(talk).state, open_kinds(cast.noor), open_kinds(cast.joris)) == (State.SIGNED, set(), set())
    assert Conversation.objects.filter(state=State.DUE).count() == 1, "the next one stands ready"
    assert Reading.objects.filter(reader=cast.joris, shareable=talk.pk).exists(), "Noor reads who looked"


def test_the_signed_report_is_frozen_as_a_document(cast, talk, sign_in):
    signed(talk, cast)
    assert papers.freeze_reports(at=timezone.now()) == 1
    assert papers.freeze_reports(at=timezone.now()) == 0, "once"
    document = fresh(talk).document
    assert documents.read(document).startswith(b"%PDF") and document.owner == cast.noor
    answer = sign_in(cast.joris).get(address(talk, "report.pdf"))
    assert answer.content.startswith(b"%PDF")
    assert Reading.objects.filter(reader=cast.joris, channel="file").count() == 1


# --- Rules ----------------------------------------------------------------------------------


def test_a_signed_report_cannot_be_changed_by_anything(cast, talk):
    conversations.set_points(talk, ["Overdracht"], by=cast.noor)
    signed(talk, cast)
    rows = Conversation.objects.filter(pk=talk.pk)
    for change in ({"report": "Anders"}, {"response": "Anders"}, {"state": State.HELD}, {"held_on": "2026-01-01"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Point.objects.update(text="Anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.update(signed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(conversation=talk, who=cast.noor, text="Erbij", until="2027-01-01")
    assert fresh(talk).report == "Het ging over de overdracht."


def test_what_changed_since_it_was_read_is_not_signed(cast, talk, sign_in):
    one = reported(talk, cast)
    version = one.version
    reports.reopen(one, by=cast.noor)
    Conversation.objects.filter(pk=talk.pk).update(report="Iets heel anders.")
    reports.report(one, by=cast.noor)
    answer = sign_in(cast.joris).post(address(talk, "sign/"), {"version": version})
    assert answer.status_code == 409 and "Iets heel anders." in answer.content.decode()
    assert not Signature.objects.exists()


def test_what_waits_for_signatures_is_not_held_again(cast, talk, sign_in):
    reported(talk, cast)
    answer = sign_in(cast.joris).post(address(talk, "hold/"), {"held_on": timezone.localdate().isoformat()})
    assert answer.status_code == 302 and fresh(talk).state == State.REPORTED


def test_nobody_signs_twice(cast, talk):
    one = reported(talk, cast)
    reports.sign(one, version=one.version, by=cast.noor, how="app")
    with pytest.raises(Refused):
        reports.sign(one, version=one.version, by=cast.noor, how="app")
    assert fresh(talk).state == State.REPORTED


def test_reopening_takes_the_signatures_away(cast, talk):
    one = reported(talk, cast)
    reports.sign(one, version=one.version, by=cast.noor, how="app")
    reports.reopen(one, by=cast.joris)
    assert not Signature.objects.exists() and fresh(talk).closes_on is None
    assert open_kinds(cast.noor) == {"mentoring.report"}


def test_it_closes_with_one_signature_after_four_weeks_and_not_before(cast, talk):
    one = reported(talk, cast)
    now = timezone.now()
    assert reports.close_overdue(at=now + 2 * LATE) == 0, "nobody signed"
    reports.sign(one, version=one.version, by=cast.noor, how="app", at=now)
    assert reports.close_overdue(at=now + LATE - DAY) == 0
    assert reports.close_overdue(at=now + LATE) == 1
    assert reports.close_overdue(at=now + LATE) == 0
    assert fresh(talk).state == State.CLOSED and open_kinds(cast.joris) == set()


def test_the_trainee_writes_a_mentor_conversation(cast, talk, sign_in):
    conversations.hold(talk, on=timezone.localdate(), by=cast.noor)
    joris = sign_in(cast.joris)
    sent = {"autosave_start": '{"report": "", "response": ""}', "report": "Van mij", "response": "Mijn aanvulling."}
    joris.post(address(talk, "write/"), sent)
    assert (fresh(talk).report, fresh(talk).response) == ("", "Mijn aanvulling.")
    with pytest.raises(Refused):
        reports.report(talk, by=cast.joris)


def test_what_both_write_at_once_is_woven(cast, talk, sign_in):
    conversations.hold(talk, on=timezone.localdate(), by=cast.noor)
    noor, joris = sign_in(cast.noor), sign_in(cast.joris)
    base = {"autosave_base": '{"notes": ""}', "autosave_revision": "1"}
    first = noor.post(address(talk, "keep/"), base | {"notes": "Een. Twee."}).json()
    base = {"autosave_base": '{"notes": "Een. Twee."}', "autosave_revision": str(first["revision"])}
    noor.post(address(talk, "keep/"), base | {"notes": "Een, van Noor. Twee."})
    woven = joris.post(address(talk, "keep/"), base | {"notes": "Een. Twee, van Joris."}).json()
    assert woven["fields"]["notes"] == "Een, van Noor. Twee, van Joris." == fresh(talk).notes
    clash = joris.post(address(talk, "keep/"), base | {"notes": "Een, anders. Twee."})
    assert clash.status_code == 409 and fresh(talk).notes == "Een, van Noor. Twee, van Joris."


def test_agreements_become_to_dos_and_are_done_by_whose_they_are(cast, talk, sign_in):
    conversations.hold(talk, on=timezone.localdate(), by=cast.noor)
    reports.agree(talk, who=cast.joris, text="Bellen", until=timezone.localdate() + 5 * DAY, by=cast.noor)
    Conversation.objects.filter(pk=talk.pk).update(report="Ja.")
    reports.report(talk, by=cast.noor)
    assert open_kinds(cast.joris) == {"mentoring.sign", "mentoring.agreed"}
    row = Agreement.objects.get()
    finish = address(talk, f"agreements/{row.pk}/finish/")
    assert sign_in(cast.noor).post(finish).status_code == 403
    with pytest.raises(Refused):
        reports.finish_agreement(row, by=cast.noor)
    assert sign_in(cast.joris).post(finish).status_code == 302
    assert open_kinds(cast.joris) == {"mentoring.sign"}


def test_who_writes_what_follows_from_the_kind(cast, talk):
    conversations.hold(talk, on=timezone.localdate(), by=cast.noor)
    expected = {
        "mentor": (("notes", "report"), ("notes", "response")),
        "progress": (("notes", "report"), ("notes", "report")),
        "appraisal": (("notes", "response"), ("notes", "report")),
    }
    for kind, texts in expected.items():
        Conversation.objects.filter(pk=talk.pk).update(kind=kind)
        one = fresh(talk)
        assert tuple(rules.texts_of(person, one) for person in (cast.noor, cast.joris)) == texts
        assert [rules.reports(person, one) for person in (cast.noor, cast.joris)] == ["report" in one for one in texts]


def test_to_sign_asks_for_a_fresh_proof(cast, talk, client):
    one = reported(talk, cast)
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(address(talk, "sign/"), {"version": one.version})
    assert answer.status_code == 302 and "confirm" in answer.url
    assert not Signature.objects.exists()


# --- Reminders --------------------------------------------------------------------------------


def planned(talk: Conversation, cast, in_days: int) -> Conversation:
    starts_at = timezone.now() + in_days * DAY
    conversations.propose(talk, [starts_at, starts_at + DAY, starts_at + 2 * DAY], by=cast.noor)
    conversations.pick(fresh(talk), starts_at, by=cast.joris)
    return fresh(talk)


def reminded(person) -> list[str]:
    rows = OutboxRow.objects.filter(receiver=person, kind="reminder").exclude(state="dropped")
    asked = ToDo.objects.filter(code__in=rows.values("about"))
    return sorted(asked.values_list("kind", flat=True))


def test_reminders_come_before_and_never_after_it_is_done(cast, talk):
    one = planned(talk, cast, 20)
    today.scan(at=timezone.now() + 18 * DAY)
    assert reminded(cast.noor) == ["mentoring.prepare"]
    conversations.set_points(one, ["Overdracht"], by=cast.noor)
    assert reminded(cast.noor) == [], "what waits is dropped"
    today.scan(at=timezone.now() + 60 * DAY)
    assert "mentoring.prepare" not in reminded(cast.noor)


def test_a_reminder_asks_again_whether_they_still_see_it(cast, talk):
    planned(talk, cast, 3)
    still = kinds.KINDS[kinds.SPOKE].still
    args = {"what": talk.code, "who": cast.noor.code}
    assert still(args, cast.joris) is None
    Relation.objects.update(ends_on=timezone.localdate())
    assert still(args, cast.joris) == Reason.RIGHT_GONE
    conversations.hold(fresh(talk), on=timezone.localdate(), by=cast.noor)
    assert still(args, cast.noor) == Reason.DONE


def test_three_weeks_of_silence_ask_each_apart_whether_they_spoke(cast, talk):
    row = ToDo.objects.get(kind=kinds.SILENT, receiver=cast.joris, done_at=None)
    assert row.opens_on == talk.due_on + 21 * DAY
    conversations.propose(talk, three(), by=cast.noor)
    assert ToDo.objects.filter(kind=kinds.SILENT, done_at=None).count() == 2
    conversations.pick(fresh(talk), fresh(talk).times.first().starts_at, by=cast.joris)
    assert not ToDo.objects.filter(kind=kinds.SILENT, done_at=None).exists(), "planned is no silence"


# --- The cadence ------------------------------------------------------------------------------


def begin(cast, day: str, **fields) -> Conversation:
    Relation.objects.all().delete()
    on = datetime.date.fromisoformat(day)
    relation = factories.relation(cast.noor, cast.joris, starts_on=on, **fields)
    tracks.begin(relation, at=noon(on))
    return Conversation.objects.whole().get()


def noon(on: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(on, datetime.time(12), datetime.UTC)


def test_from_the_end_of_november_to_the_end_of_february_to_the_end_of_may(cast):
    talk, dues = begin(cast, "2026-11-30"), []
    for _ in range(4):
        dues.append(talk.due_on.isoformat())
        talk = conversations.hold(talk, on=talk.due_on, by=cast.noor, at=noon(talk.due_on))
    assert dues == ["2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30"]


def test_skipping_plans_the_next_one(cast):
    talk = begin(cast, "2026-01-15")
    following = conversations.skip(talk, by=cast.joris, at=noon(datetime.date(2026, 4, 10)))
    assert (fresh(talk).state, following.due_on) == (State.SKIPPED, datetime.date(2026, 7, 15))


def test_who_spoke_late_is_not_asked_again_for_what_went_by(cast):
    talk = begin(cast, "2026-01-15")
    on = datetime.date(2026, 8, 1)
    assert conversations.hold(talk, on=on, by=cast.noor, at=noon(on)).due_on == datetime.date(2026, 10, 15)


def test_a_pause_moves_what_is_due_after_it_began(cast):
    talk = begin(cast, "2026-01-15")
    tracks.pause(talk.track, datetime.date(2026, 2, 1), datetime.date(2026, 3, 1))
    assert fresh(talk).due_on == datetime.date(2026, 5, 13)


# --- When the guidance ends -------------------------------------------------------------------


def test_an_end_of_the_relation_closes_everything_for_the_other_at_once(cast, talk, sign_in):
    conversations.propose(talk, three(), by=cast.noor)
    conversations.pick(fresh(talk), fresh(talk).times.first().starts_at, by=cast.joris)
    joris, noor = sign_in(cast.joris), sign_in(cast.noor)
    assert joris.get(address(talk)).status_code == 200
    Relation.objects.update(ends_on=timezone.localdate())
    assert joris.get(address(talk)).status_code == 404, "before any tick"
    assert noor.get(address(talk)).status_code == 200
    assert tracks.follow(at=timezone.now()) == (0, 1)
    assert tracks.follow(at=timezone.now()) == (0, 0)
    assert (fresh(talk).state, open_kinds(cast.noor), open_kinds(cast.joris)) == (State.ENDED, set(), set())
    assert Appointment.objects.get().cancelled_at


def test_a_share_alone_is_no_part_in_a_conversation(cast, talk):
    """Asked of the relation too: from its first day until the day on which it ends, of its two people only."""
    relation, on, stranger = talk.track.relation, timezone.localdate(), factories.person()
    factories.grant(talk, stranger)
    for starts_on, ends_on in ((0, None), (0, 1), (-9, 0), (-9, -1), (1, None), (1, 9)):
        ends = None if ends_on is None else on + ends_on * DAY
        Relation.objects.filter(pk=relation.pk).update(starts_on=on + starts_on * DAY, ends_on=ends)
        live = Relation.objects.live(on).filter(pk=relation.pk).exists()
        assert live == (starts_on == 0)
        for narrow in (True, False):
            seen = [
                Conversation.objects.visible_to(who, narrow=narrow).filter(pk=talk.pk).exists()
                for who in (cast.noor, cast.joris, stranger)
            ]
            assert seen == [True, live, False], (starts_on, ends_on, narrow)


def test_a_new_relation_gets_its_line_by_itself_and_a_coach_none(cast):
    factories.relation(cast.noor, cast.amina, kind=Relation.Kind.COACH)
    assert tracks.follow(at=timezone.now()) == (1, 0)
    assert tracks.follow(at=timezone.now()) == (0, 0)
    assert Conversation.objects.get().other == cast.joris


def test_no_conversation_is_planned_beyond_the_end(cast):
    with pytest.raises(Conversation.DoesNotExist):
        begin(cast, "2026-01-15", ends_on=datetime.date(2026, 4, 15))
