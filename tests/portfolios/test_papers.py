"""A portfolio as PDF (P17): in the background, what its asker sees at that moment and nothing else."""

import subprocess
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal import documents, jobs, pdf
from portal.models import Document, Grant, Job, Placement, Reading, Shareable, StoredFile
from portal.sharing import withdraw
from portfolios import extent, pdfs
from portfolios.actions import education, evidence, plan, sections, snapshots, supervision
from portfolios.models import Experience, Section, Week
from portfolios.tasks import PAPER
from tests import factories
from tests.pdf_gate import inspect

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(cast):
    """Noor has a text, an experience with a file's name in it, and something that she shares with nobody."""
    factories.section(cast.portfolio, "experiences", text="Wat ik meemaakte.")
    factories.section(cast.portfolio, "about", text="Geheim over mij.")
    cast.item = factories.experience(
        cast.noor, "Overdracht op zaal", into=cast.experiences, situation="Er was weinig tijd."
    )
    factories.grant(cast.experiences, cast.joris)
    return cast


def words_of(document: Document) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=documents.read(document), capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def made(client, where: str, *sections) -> Job:
    assert client.post(where, {"sections": [one.code for one in sections]}).status_code == 302
    assert jobs.work(seconds=60) == 1
    return Job.objects.select_related("result").latest("pk")


def test_the_owner_gets_what_they_choose_and_it_is_accessible(book, sign_in):
    job = made(sign_in(book.noor), reverse("portfolios:paper"), book.experiences, book.about)
    assert (job.state, job.done, job.total) == ("ready", 3, 3)
    assert not inspect(documents.read(job.result)).faults
    words = words_of(job.result)
    for said in ("Overdracht op zaal", "Er was weinig tijd.", "Geheim over mij.", book.noor.full_name):
        assert said in words
    assert not Reading.objects.exists()


def test_a_reader_gets_what_is_shared_and_the_owner_sees_it(book, sign_in):
    joris, where = sign_in(book.joris), reverse("portfolios:paper_of", args=[book.noor.code])
    page = joris.get(where).content.decode()
    assert str(book.experiences) in page and book.about.code not in page
    assert joris.post(where, {"sections": [book.experiences.code, book.about.code]}).status_code == 422
    words = words_of(made(joris, where, book.experiences).result)
    assert "Er was weinig tijd." in words and "Geheim" not in words
    read = Reading.objects.filter(reader=book.joris, channel="file").values_list("shareable", flat=True)
    assert set(read) == {book.experiences.pk, book.item.pk}


def test_who_is_shared_nothing_with_finds_no_page(book, sign_in):
    assert sign_in(book.teun).get(reverse("portfolios:paper_of", args=[book.noor.code])).status_code == 404
    assert sign_in(book.noor).get(reverse("portfolios:paper_of", args=[book.noor.code])).status_code == 404


@pytest.mark.both
def test_withdrawn_while_it_waits_gives_no_content(book, sign_in):
    joris, where = sign_in(book.joris), reverse("portfolios:paper_of", args=[book.noor.code])
    joris.post(where, {"sections": [book.experiences.code]})
    withdraw(Grant.objects.filter(user=book.joris), by=book.noor)
    assert jobs.work(seconds=60) == 1
    job = Job.objects.get(kind=PAPER)
    assert (job.state, job.reason, job.result) == ("failed", "right_gone", None)
    assert not Reading.objects.exists()


def test_withdrawn_after_it_was_made_the_file_is_not_given_any_more(book, sign_in):
    joris = sign_in(book.joris)
    job = made(joris, reverse("portfolios:paper_of", args=[book.noor.code]), book.experiences)
    address = reverse("job_result", args=[job.code])
    assert joris.get(address).status_code == 200
    withdraw(Grant.objects.filter(user=book.joris), by=book.noor)
    assert joris.get(address).status_code in (403, 404, 410)


def test_nothing_chosen_says_so(book, sign_in):
    assert sign_in(book.noor).post(reverse("portfolios:paper"), {}).status_code == 422


def printed(owner, reader) -> tuple[pdf.Composed, str]:
    """All sections that this reader sees, and the words of the PDF."""
    at = timezone.now()
    codes = owner.shareables.filter(kind="section").values_list("code", flat=True)
    composed = pdfs.portfolio(pdfs.sections_of(owner.code, list(codes), reader, at), reader=reader, at=at)[1]
    body = pdf.make(composed.html).pdf
    assert not inspect(body).faults
    done = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True)
    return composed, " ".join(done.stdout.decode().split())


def test_the_same_bytes_twice(book):
    at = timezone.now()
    sections = pdfs.sections_of(book.noor.code, [book.experiences.code], book.noor, at)
    made = [pdf.make(pdfs.portfolio(sections, reader=book.noor, at=at)[1].html).pdf for _time in range(2)]
    assert made[0] == made[1]


def test_what_is_empty_is_named_and_has_no_page(book):
    _composed, words = printed(book.noor, book.noor)
    contents = words.partition("Hier staat nog niets in: ")
    assert "SWOT" not in contents[0] and contents[2].startswith("Ontwikkelplan, SWOT, Competenties.")
    assert words.count("SWOT") == 1


def test_where_the_owner_works_and_what_they_may_do_is_on_their_own_copy_alone(book):
    section = factories.standard_section(book.portfolio, "supervision")
    place = Placement.objects.create(
        person=book.noor,
        organisation=factories.organisation("Ziekenhuis Zilverdal"),
        supervisor=book.amina,
        starts_on=timezone.localdate() - 9 * factories.DAY,
    )
    card = supervision.open_card(place, by=book.noor)
    level = supervision.ask(card, by=book.noor, asked_of=book.amina, kind="shift", task="Avonddienst", wanted="3")
    supervision.give(level, by=book.amina, key="2", conditions="Bel bij twijfel.", review_on=None)
    factories.grant(section, book.joris)
    _composed, own = printed(book.noor, book.noor)
    for said in ("Ziekenhuis Zilverdal", "Avonddienst", "Met hulp", "Bel bij twijfel.", book.amina.full_name):
        assert said in own
    _composed, theirs = printed(book.noor, book.joris)
    assert "Overdracht op zaal" in theirs and "Zilverdal" not in theirs and "Avonddienst" not in theirs


def test_evidence_is_named_to_who_sees_it(book):
    goal = factories.goal(book.portfolio, "Korter overdragen")
    hidden = factories.experience(book.noor, "Geheime les", into=book.plan)
    for item in (book.item, hidden):
        evidence.link(item.shareable, goal.shareable, by=book.noor)
    Shareable.objects.filter(pk=hidden.pk).update(kind="draft", parent=None)  # seen by its owner alone
    Experience.objects.filter(pk=hidden.pk).update(section=None)
    factories.grant(book.plan, book.joris)
    assert printed(book.noor, book.noor)[1].count("Geheime les") == 1
    words = printed(book.noor, book.joris)[1]
    assert "Korter overdragen" in words and words.count("Overdracht op zaal") == 2 and "Geheime les" not in words


def test_files_are_listed_with_where_they_belong(book):
    facts = {"owner": book.noor, "about": book.item.shareable, "kind": "image/png", "declared_at": timezone.now()}
    given = {"size": 96_000, "sha256": "ab" * 32, "stored_as": "x", **facts}
    StoredFile.objects.create(name="schema.png", **given)
    StoredFile.objects.create(name="gemeld.png", reported_at=timezone.now(), **given)
    words = printed(book.noor, book.joris)[1]
    assert "Bestanden bij dit portfolio" in words and words.count("schema.png") == 2 and "gemeld.png" not in words
    assert "abab abab" in words and "93,8 KB" in words.replace("\xa0", " ")


def test_the_time_is_drawn(book):
    section = factories.standard_section(book.portfolio, "education")
    monday = timezone.localdate() - timezone.localdate().weekday() * factories.DAY
    Week.objects.create(section=section, monday=monday, work=30, growth=10)
    composed, words = printed(book.noor, book.noor)
    assert "<svg" in composed.html and "25%" in words and "Uren per kwartaal" in words


def test_hours_of_a_certificate_are_printed(book):
    section, on = factories.standard_section(book.portfolio, "education"), timezone.localdate()
    facts = {"title": "Reanimatie", "issuer": "Duinhof", "level": "gevorderd", "hours": Decimal("7.5"), "issued_on": on}
    education.keep_certificate(section, facts, by=book.noor)
    assert "Duinhof · gevorderd · 7,5 uur" in printed(book.noor, book.noor)[1]


# --- Too much for one document --------------------------------------------------------------

SENTENCE = "Ik begon met de twee mensen over wie ik mij zorgen maakte. "


def fill(section: Section, many: int, letters: int) -> None:
    text = (SENTENCE * letters)[:letters]
    rows = Shareable.objects.bulk_create(
        Shareable(title=f"Nacht {n}", owner=section.shareable.owner, kind="item", parent=section.shareable)
        for n in range(many)
    )
    facts = {"section": section, "happened_on": timezone.localdate(), "situation": text, "reflection": text}
    Experience.objects.bulk_create(Experience(shareable=one, **facts) for one in rows)


@pytest.mark.both
def test_what_cannot_fit_is_said_before_anybody_waits(book, sign_in):
    noor, where = sign_in(book.noor), reverse("portfolios:paper")
    assert (
        "ongeveer" not in noor.get(where).content.decode() and not noor.get(where).context["form"].all.is_more_than_fits
    )
    fill(book.experiences, 60, 2_000)
    page = noor.get(where).content.decode()
    assert (
        "Ervaringen, ongeveer 89 pagina" in page and "ongeveer 92 pagina’s" in page and "Kies minder onderdelen" in page
    )
    both = {"sections": [book.experiences.code, book.about.code, book.about.code]}
    answer = noor.post(where, both)
    assert answer.status_code == 422 and "ongeveer 92 pagina’s" in answer.content.decode() and not Job.objects.exists()
    assert answer.context["form"]["sections"].value() == both["sections"], "the choice stays"
    assert noor.post(where, {"sections": [book.about.code] * 2}).status_code == 302
    assert jobs.work(seconds=60) == 1 and Job.objects.get().state == "ready", "chosen twice, printed once"


def test_the_extent_is_about_right(book):
    for many, letters in ((40, 0), (40, 300), (10, 3_000)):
        fill(book.experiences, many, letters)
        at = timezone.now()
        sections = pdfs.sections_of(book.noor.code, [book.experiences.code], book.noor, at)
        pages = pdf.make(pdfs.portfolio(sections, reader=book.noor, at=at)[1].html).pages
        said = extent.together(extent.of(sections).values()).pages
        assert pages - 1 <= said <= pages * 1.2 + 1, (many, letters, pages)


def test_when_it_turns_out_too_long_the_page_leads_back_to_the_choice(book, sign_in, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_TEXT", 100)
    monkeypatch.setattr(extent, "OF_LETTER", 0)
    Section.objects.filter(pk=book.experiences.pk).update(text="")
    joris, where = sign_in(book.joris), reverse("portfolios:paper_of", args=[book.noor.code])
    made_ = made(joris, where, book.experiences)
    page = joris.get(reverse("job", args=[made_.code])).content.decode()
    assert made_.state == "failed" and "Kies minder onderdelen" in page and f'href="{where}"' in page


def test_more_than_is_printed_is_said_on_paper(book, monkeypatch):
    monkeypatch.setattr(pdfs, "MOST_ITEMS", 3)
    said = "de eerste 3 afgedrukt"
    fill(book.experiences, 2, 0)
    assert said not in printed(book.noor, book.noor)[1]
    fill(book.experiences, 1, 0)
    words = printed(book.noor, book.noor)[1]
    assert said in words and "Overdracht op zaal" not in words


@pytest.mark.both
@pytest.mark.parametrize("many", [1, 3, 30])
def test_printing_and_freezing_ask_as_much_of_many_sections_as_of_one(book, many):
    swot = factories.section(book.portfolio, "swot")
    plan.add_line(swot, "strength", "Vraagt om feedback", by=book.noor)
    goal = factories.goal(book.portfolio, "Korter overdragen")
    evidence.link(book.item.shareable, goal.shareable, by=book.noor)
    for number in range(many):
        own = sections.add_own(book.portfolio, title=f"Eigen {number}", by=book.noor)
        for name in ("Eerst", "Daarna"):
            factories.experience(book.noor, f"{name} van {number}", into=own)
    for section in book.portfolio.sections.all():
        factories.grant(section, book.joris)
    at, codes = timezone.now(), list(book.noor.shareables.filter(kind="section").values_list("code", flat=True))
    with CaptureQueriesContext(connection) as printing:
        chosen = pdfs.sections_of(book.noor.code, codes, book.joris, at)
        words = pdfs.portfolio(chosen, reader=book.joris, at=at)[1].html
    with CaptureQueriesContext(connection) as freezing:
        frozen = snapshots.freeze(book.noor, book.joris, occasion=book.item.shareable, at=at)
    for number in range(many):
        of_this = words.partition(f">Eigen {number}</h2>")[2].partition("</section>")[0]
        assert of_this.index(f"Daarna van {number}") < of_this.index(f"Eerst van {number}"), "the last first"
        assert "van" not in of_this.replace(f"Daarna van {number}", "").replace(f"Eerst van {number}", "")
    assert "Eerst van 0" in documents.read(frozen.document).decode()
    assert (len(printing), len(freezing)) == (12, 17)
