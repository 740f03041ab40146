"""From notes to a published report (E7): the states, what is frozen, what is withdrawn."""

import hashlib
import json

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from events import pdfs
from events.actions import reports as actions
from events.models import Report
from events.models.reports import TEXTS
from portal import documents, jobs
from portal.models import AuditEntry, Document, Job, ToDo
from tests import factories
from tests.pdf_gate import inspect

pytestmark = pytest.mark.django_db
State = Report.State
TEXT = {
    "lede": "Wat de ruimte vond.",
    "discussed": "Er is weinig tijd.\n\nToch lukt het.",
    "conclusions": "- Een vast dagdeel helpt.\n- Een training ook.",
    "actions": "Rooster delen | Streeklab | Oost | 1 maart\nFormulier maken",
    "participants": "Studenten: 5\nDocenten: 7",
}


def where(report: Report, name: str = "report_version") -> str:
    args = [report.room.event.code, report.room.code]
    return reverse(f"events:{name}", args=args if name == "report" else [*args, report.number])


def publish_in_background(report, by) -> Report:
    jobs.start("event-report", by=by, args={"report": report.code})
    assert jobs.work(30) == 1
    return Report.objects.whole().get(pk=report.pk)


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def stored() -> list[str]:
    folders = default_storage.listdir("documents")[0]
    return [name for folder in folders for name in default_storage.listdir(f"documents/{folder}")[1]]


# --- The whole way --------------------------------------------------------------------------


def test_from_notes_to_a_file_that_anybody_can_check(meet, sign_in):
    factories.note(meet.room, meet.mila, "Er is weinig tijd. Toch lukt het.")
    factories.note(meet.room, meet.sami, "Rooster delen | Streeklab", section="actions")
    joke = sign_in(meet.joke)
    answer = joke.post(reverse("events:report_compose", args=[meet.event.code, meet.room.code]))
    report = Report.objects.get()
    assert answer.url == reverse("events:report_edit", args=[report.code])
    assert (report.discussed, report.actions) == ("Er is weinig tijd. Toch lukt het.", "Rooster delen | Streeklab")
    texts = {name: getattr(report, name) for name in TEXTS} | {"lede": "Kort gezegd.", "participants": "Studenten: 5"}
    assert joke.post(answer.url, texts | {"version": report.version}).status_code == 302
    for step in ("approve", "publish"):
        answer = joke.post(reverse(f"events:report_{step}", args=[report.code]))
    assert answer.url == reverse("job", args=[Job.objects.get().code])
    assert jobs.work(30) == 1
    report = Report.objects.whole().get()
    assert report.state == State.PUBLISHED

    stranger = Client()
    page = stranger.get(where(report, "report")).content.decode()
    file = body_of(stranger.get(where(report, "report_file")))
    assert inspect(file).faults == set()
    shown = page.replace(" ", "")
    assert hashlib.sha256(file).hexdigest() in shown and report.text_hash in shown
    assert report.title in page and "Rooster delen" in page
    assert meet.room.title in stranger.get(reverse("events:event", args=[meet.event.code])).content.decode()
    assert body_of(joke.get(reverse("job_result", args=[Job.objects.get().code]))) == file
    verbs = AuditEntry.objects.filter(chain__name=meet.event.series.chain).order_by("number")
    assert list(verbs.values_list("verb", flat=True)) == ["report approved", "report published"]


def test_the_same_report_gives_the_same_bytes_and_a_hash_of_its_words(meet):
    report = factories.report(meet.room, meet.joke, state="approved", **TEXT)
    at = timezone.now()
    first, again = pdfs.report(report, at=at), pdfs.report(report, at=at)
    assert first == again and inspect(first.body).faults == set()
    report.conclusions = "Iets anders."
    other = pdfs.report(report, at=at)
    assert other.text_hash != first.text_hash and other.body != first.body


def test_the_words_on_paper_are_those_of_the_series_and_name_only_who_agreed(meet):
    report = factories.report(meet.room, meet.joke, state="approved", **TEXT)
    with translation.override("en"):
        context = pdfs.context_of(report, at=timezone.now())
        assert meet.mila.full_name not in str(context["facts"])
        assert context["total"] == 12 and context["columns"] == {
            "owner": True,
            "region": True,
            "ready": True,
            "needed": False,
        }
        meet.room.roles.filter(person=meet.mila).update(is_named=True)
        facts = str(pdfs.context_of(report, at=timezone.now())["facts"])
    assert meet.mila.full_name in facts and meet.sami.full_name not in facts


# --- States ---------------------------------------------------------------------------------


def test_nobody_approves_alone_what_they_alone_wrote(meet):
    alone = factories.room(None, meet.joke, event=meet.event)
    report = factories.report(alone, meet.joke)
    with pytest.raises(actions.Refused, match="own"):
        actions.approve(report, by=meet.joke, at=timezone.now())
    other = factories.person("Anders")
    factories.member(other, meet.event.series.organisation, "organiser")
    actions.approve(report, by=other, at=timezone.now())
    assert report.state == State.APPROVED and report.approved_by == other


def test_an_empty_report_is_not_approved(meet):
    report = actions.compose(meet.room, by=meet.joke)
    with pytest.raises(actions.Refused, match="empty"):
        actions.approve(report, by=meet.joke, at=timezone.now())


def test_asking_twice_makes_one_report(meet):
    assert actions.compose(meet.room, by=meet.joke) == actions.compose(meet.room, by=meet.joke)
    with pytest.raises(actions.NotNow):
        actions.compose(meet.room, by=meet.mila)


def test_rapporteurs_read_along_when_asked(meet, sign_in):
    report = factories.report(meet.room, meet.joke)
    address = reverse("events:report_edit", args=[report.code])
    mila = sign_in(meet.mila)
    assert mila.get(address).status_code == 404
    actions.send_to_rapporteurs(report, by=meet.joke, at=timezone.now())
    assert set(ToDo.objects.filter(done_at=None).values_list("receiver", flat=True)) == {meet.mila.pk, meet.sami.pk}
    texts = dict.fromkeys(TEXTS, "") | {"conclusions": "Verbeterd.", "version": report.version}
    assert mila.post(address, texts).status_code == 302
    report.refresh_from_db()
    assert report.conclusions == "Verbeterd."
    actions.approve(report, by=meet.joke, at=timezone.now())
    assert not ToDo.objects.filter(done_at=None).exists()
    assert mila.post(address, texts).status_code == 403


def test_what_two_wrote_at_once_is_woven_or_shown(meet, sign_in):
    report = factories.report(meet.room, meet.joke, state="correction", conclusions="Eén. Twee.")
    address, joke = reverse("events:report_edit", args=[report.code]), sign_in(meet.joke)
    texts = {name: getattr(report, name) for name in TEXTS}
    base = {"version": report.version, "autosave_start": json.dumps(texts)}
    actions.write(report, {"conclusions": "Eén. Twee. Drie."}, version=report.version, by=meet.mila)
    assert joke.post(address, texts | base | {"conclusions": "Eerst. Twee."}).status_code == 302
    report.refresh_from_db()
    assert report.conclusions == "Eerst. Twee. Drie."
    clash = joke.post(address, texts | base | {"conclusions": "Eén <b>keer</b>. Twee."})
    page = clash.content.decode()
    assert clash.status_code == 409 and "Eerst. Twee. Drie." in page and "Eén &lt;b&gt;keer" in page
    report.refresh_from_db()
    assert report.conclusions == "Eerst. Twee. Drie."


def test_a_line_that_is_no_group_is_said_and_nothing_typed_is_lost(meet, sign_in):
    report = factories.report(meet.room, meet.joke)
    texts = dict.fromkeys(TEXTS, "") | {"participants": "veel studenten", "lede": "Blijf staan."}
    answer = sign_in(meet.joke).post(
        reverse("events:report_edit", args=[report.code]), texts | {"version": report.version}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count("veel studenten") > 1 and "Blijf staan." in page


def test_what_is_not_approved_is_not_published(meet):
    report = factories.report(meet.room, meet.joke)
    jobs.start("event-report", by=meet.joke, args={"report": report.code})
    jobs.work(30)
    assert (Job.objects.get().state, Job.objects.get().reason) == ("failed", "not_approved")
    assert not Document.objects.exists()


# --- Frozen, replaced, withdrawn -------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize(
    "change",
    [
        "conclusions = 'Anders.'",
        "conclusions = ''",
        "reason = 'x'",
        "number = 7, reason = 'x'",
        "text_hash = 'x'",
        "state = 'draft', document_id = NULL, approved_at = NULL, approved_by_id = NULL",
        "published_at = '2020-01-01 00:00:00+00'",
        "state = 'withdrawn', withdrawn_at = '2020-01-01 00:00:00+00', withdrawal = 'privacy', lede = 'x'",
    ],
)
def test_the_database_refuses_to_change_what_is_published(meet, change):
    report = factories.report(meet.room, meet.joke, state="published", **TEXT)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE events_report SET {change} WHERE id = %s", [report.pk])
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(actions="Niets.")


@pytest.mark.both
def test_a_new_version_replaces_with_a_reason_and_the_old_file_stays(meet, sign_in):
    first = factories.report(meet.room, meet.joke, state="published", **TEXT)
    stranger = Client()
    before = body_of(stranger.get(where(first, "report_file")))
    with pytest.raises(actions.NotNow):
        actions.compose(meet.room, by=meet.joke)
    second = actions.compose(meet.room, by=meet.joke, reason="Een getal klopte niet.")
    assert (second.number, second.conclusions) == (2, first.conclusions)
    assert "vervangen" not in stranger.get(where(first)).content.decode()
    actions.approve(second, by=meet.joke, at=timezone.now())
    second = publish_in_background(second, meet.joke)
    first.refresh_from_db()
    assert (first.state, second.state) == (State.REPLACED, State.PUBLISHED)
    page = stranger.get(where(first)).content.decode()
    assert "vervangen door versie 2" in page and "Een getal klopte niet." in page
    assert body_of(stranger.get(where(first, "report_file"))) == before
    assert stranger.get(where(first, "report")).context["report"] == second


@pytest.mark.both
def test_what_is_withdrawn_leaves_title_day_reason_and_hash(meet, sign_in, django_capture_on_commit_callbacks):
    report = factories.report(meet.room, meet.joke, state="approved", **TEXT)
    report = publish_in_background(report, meet.joke)
    joke, stranger, sha = sign_in(meet.joke), Client(), report.document.sha256
    found = joke.get(reverse("search"), {"q": report.title}).content.decode()
    assert where(report, "report") in found
    assert len(stored()) == 2  # the published one, and the copy of who published it
    address = reverse("events:report_withdraw", args=[report.code])
    with django_capture_on_commit_callbacks(execute=True):
        assert joke.post(address, {"kind": "privacy"}).status_code == 302
    report.refresh_from_db()
    assert report.state == State.WITHDRAWN and {getattr(report, name) for name in TEXTS} == {""}
    assert stranger.get(where(report, "report_file")).status_code == 410
    page = stranger.get(where(report, "report")).content.decode()
    assert report.title in page and "ingetrokken" in page and sha in page.replace(" ", "")
    assert "dagdeel" not in page
    assert where(report, "report") not in joke.get(reverse("search"), {"q": report.title}).content.decode()
    assert meet.room.title not in str(
        stranger.get(reverse("events:event", args=[meet.event.code])).context["published"]
    )
    assert joke.get(reverse("job_result", args=[Job.objects.get().code])).status_code == 410
    assert stored() == []
    with pytest.raises(documents.Gone):
        documents.read(report.document)


def test_another_try_of_the_same_work_publishes_once(meet):
    report = factories.report(meet.room, meet.joke, state="approved", **TEXT)
    at = timezone.now()
    first = actions.publish(report, by=meet.joke, at=at)
    again = actions.publish(report, by=meet.joke, at=at)
    assert first.document == again.document and Document.objects.count() == 1
