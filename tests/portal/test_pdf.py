"""One renderer for all documents (portal.md G7): tagged, deterministic, closed, bounded."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from portal import pdf, pdf_samples
from tests import pdf_gate

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PRINTED = sorted(
    str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("*/pdf/*.html") if path.name != "base.html"
)
PAGE = (
    '<!doctype html><html lang="nl"><head><title>Proef</title></head><body><main><h1>Proef</h1>{}</main></body></html>'
)


def test_every_template_of_a_document_has_a_sample():
    assert len(PRINTED) >= 2
    assert sorted(pdf_samples.all_samples("nl")) == PRINTED


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("template", PRINTED)
def test_every_document_passes_the_gate_in_both_languages(template, language):
    sample = pdf_samples.all_samples(language)[template]
    composed = pdf.compose(sample.template, sample.context, language=language, title=sample.title)
    assert not re.search(r"\{[{%]|%\(\w+\)s", composed.html)
    printed = pdf.make(composed.html)
    found = pdf_gate.inspect(printed.pdf)
    assert (sorted(found.faults), printed.complaints) == ([], ())
    assert found.pages == printed.pages
    assert all(font.startswith("Source-Sans") for font in found.fonts), found.fonts


def test_the_gate_sees_one_alternative_text_that_is_missing():
    chart = pdf_samples.charts()["ring"].svg()
    assert pdf_gate.faults(pdf.make(PAGE.format(chart)).pdf) == []
    without = re.sub(r"<title>.*?</title>", "", chart)
    assert pdf_gate.faults(pdf.make(PAGE.format(without)).pdf) == ["figure without text"]


def test_the_gate_sees_other_faults():
    skipped = pdf_gate.faults(pdf.make(PAGE.format("<h3>Te diep</h3>")).pdf)
    assert any("skipped" in fault for fault in skipped)
    nameless = PAGE.format("").replace('lang="nl"', "").replace("<title>Proef</title>", "")
    assert {"no language", "no dc:title"} <= set(pdf_gate.faults(pdf.make(nameless).pdf))


def test_the_same_input_gives_the_same_bytes_from_another_child_too():
    sample = pdf_samples.all_samples("nl")["portal/pdf/sample_letter.html"]
    first = sample.render("nl")
    assert sample.render("nl") == first
    pdf.child().stop()
    assert sample.render("nl") == first
    assert sample.render("en") != first


def test_a_document_is_never_made_inside_a_transaction(transactional_db):
    html = PAGE.format("<p>Vrij.</p>")
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        pdf.make(html)
    assert pdf.make(html).pages == 1


@pytest.mark.django_db
def test_the_transaction_around_a_test_does_not_count():
    assert pdf.make(PAGE.format("<p>Vrij.</p>")).pages == 1
