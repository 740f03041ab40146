"""A portfolio as PDF (P17): in the background, what its asker sees at that moment and nothing else."""

import subprocess

import pytest
from django.urls import reverse

from portal import documents, jobs
from portal.models import Document, Grant, Job, Reading
from portal.sharing import withdraw
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
