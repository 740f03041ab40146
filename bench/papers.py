"""A PDF from the renderer beside the bare engine on the same HTML, both warm."""

from bench.measure import Row, interleaved
from portal import pdf, pdf_samples

MUST_RATIO, MUST_MORE, AIM = 1.3, 50.0, 1.05  # times the engine, plus milliseconds
LANGUAGE = "nl"


def run(*, rounds: int) -> list[Row]:
    rows = []
    for template, sample in pdf_samples.all_samples(LANGUAGE).items():
        html = pdf.compose(template, sample.context, language=LANGUAGE, title=sample.title).html
        works = {"engine": lambda html=html: _bare(html), "renderer": lambda html=html: pdf.make(html)}
        times = interleaved(works, rounds=rounds)
        printed = pdf.make(html)
        must = MUST_RATIO + MUST_MORE / times["engine"]
        facts = {"pages": printed.pages, "kB": round(len(printed.pdf) / 1000), "engine ms": round(times["engine"], 1)}
        ratio = times["renderer"] / times["engine"]
        rows.append(Row(template, times["renderer"], ratio, must=must, aim=AIM, facts=facts))
    return rows


def _bare(html: str) -> bytes:
    """WeasyPrint in this process, with the same style and fonts."""
    from weasyprint import CSS, HTML

    from portal.pdf_child import closed, fonts, style

    fetcher = closed(fonts())
    sheet = CSS(string=style(), url_fetcher=fetcher)
    made: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    return made
