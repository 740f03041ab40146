"""Inside the limited child: HTML in, PDF/UA-1 out. Nothing is fetched but what lies in the message or in this file.

No Django here: the child starts in the time that WeasyPrint takes to load.
"""

import functools
import logging
from pathlib import Path
from typing import Any

from portal.children import Header, Message, Refused

FACES = [("Regular", 400, "normal"), ("Semibold", 600, "normal"), ("It", 400, "italic")]
FONT_FACE = '@font-face {{ font-family: "Source Sans Pro"; font-weight: {}; font-style: {}; src: url({}fonts/{}) }}\n'
STYLE = Path(__file__).resolve().parent.parent / "static" / "css" / "pdf.css"
SCHEME = "asset:///"
Assets = dict[str, tuple[bytes, str]]


@functools.cache
def fonts() -> Assets:
    import font_source_sans_pro

    files = Path(font_source_sans_pro.font_directory)
    return {f"fonts/{face}": ((files / f"SourceSansPro-{face}.ttf").read_bytes(), "font/ttf") for face, _, _ in FACES}


@functools.cache
def style() -> str:
    faces = "".join(FONT_FACE.format(weight, kind, SCHEME, face) for face, weight, kind in FACES)
    return faces + STYLE.read_text("utf-8")


def closed(assets: Assets) -> Any:
    """A fetcher that knows these names and nothing else; whatever else a document asks for ends the document."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Closed(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            found = assets.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
            if found is None:
                raise FatalURLFetchingError("a reference to something outside the document")
            return URLFetcherResponse(url, found[0], {"Content-Type": found[1]})

    return Closed(allowed_protocols=("asset",), allow_redirects=False)


class Complaints(logging.Handler):
    """WeasyPrint only logs what it ignores; a template that makes it do so has a fault, which its test shows."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage()[:200])


def render(header: Header, blobs: list[bytes]) -> Message:
    """`header`: identifier (hex), pages (the most), pictures ([name, media type] of each blob after the HTML).

    Answers pages and complaints with the PDF. Refuses with "fetch", "pages", "deep" or "failed".
    """
    from weasyprint.urls import FatalURLFetchingError

    pictures = {name: (body, kind) for (name, kind), body in zip(header.get("pictures", []), blobs[1:], strict=True)}
    logger, complaints = logging.getLogger("weasyprint"), Complaints()
    logger.addHandler(complaints)
    try:
        pages, pdf = _render(blobs[0].decode(), header, fonts() | pictures)
    except FatalURLFetchingError:  # no Exception: it would end the child
        raise Refused("fetch") from None
    except RecursionError:
        raise Refused("deep") from None
    finally:
        logger.removeHandler(complaints)
    return {"pages": pages, "complaints": complaints.said[:20]}, [pdf]


def _render(html: str, header: Header, assets: Assets) -> tuple[int, bytes]:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fetcher, configuration = closed(assets), FontConfiguration()
    sheet = CSS(string=style(), url_fetcher=fetcher, font_config=configuration, media_type="print")
    source = HTML(string=html, base_url=None, url_fetcher=fetcher, media_type="print")
    options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": bytes.fromhex(header["identifier"])}
    document = source.render(stylesheets=[sheet], font_config=configuration, **options)
    if len(document.pages) > header["pages"]:
        raise Refused("pages")
    return len(document.pages), document.write_pdf(**options)
