"""One renderer for all documents (portal.md G7): a template in, the bytes of a PDF/UA-1 out.

The template is rendered here, the PDF in a warm child process within limits on time and memory. The same
input gives the same bytes: no clock, no chance. A document is never made inside a transaction: a lock held
for seconds would stop everybody.
"""

import datetime
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.db import connections
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal import children
from portal.children import Child

SECONDS, MEGABYTES, RECYCLED_AFTER = 30, 768, 50
MOST_DEEP = 40  # elements inside each other; WeasyPrint itself fails at about 150
MOST_TEXT = 200_000  # bytes of words
LONGEST_WORD = 2_000  # letters; breaking one of 100,000 over lines takes minutes
MOST_ELEMENTS = 15_000  # a table of 2,000 rows of 20 cells takes 25 seconds
MOST_PAGES = 120
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
Pictures = Mapping[str, tuple[bytes, str]]

SENTENCES = {
    "deep": _("This document could not be made: the text has too many layers inside each other."),
    "text": _("This document could not be made: it has too much text. Make two documents of it."),
    "word": _("This document could not be made: there is a word of more than 2,000 letters in it."),
    "elements": _("This document could not be made: it has too many rows. Make two documents of it."),
    "pages": _("This document could not be made: it has too many pages. Make two documents of it."),
    "fetch": _("This document could not be made: it refers to something outside the portal."),
    "time": _("This document took too long to make. Nothing is lost. Try a shorter one, or try again later."),
    "memory": _("This document is too large to make. Nothing is lost. Make two documents of it."),
    "failed": _("This document could not be made. Nothing is lost. Try again later."),
}


class Refusal(Exception):
    """No document; `code` is a key of SENTENCES, and `sentence` says it to who asked."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code if code in SENTENCES else "failed"

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code])


@dataclass(frozen=True)
class Composed:
    """What will be printed: the whole HTML, and the SHA-256 (hex) of its words without that hash itself."""

    html: str
    text_hash: str


@dataclass(frozen=True)
class Printed:
    pdf: bytes
    pages: int
    complaints: tuple[str, ...]  # what the renderer did not understand in the template; tests want none


def render(
    template: str,
    context: Mapping[str, Any],
    *,
    language: str,
    title: str,
    author: str = "",
    made_at: datetime.datetime | None = None,
    pictures: Pictures | None = None,
) -> bytes:
    """The PDF of a template that extends portal/pdf/base.html. `made_at` is printed in the file's properties: give
    the moment that the content is of. `pictures` are the only ones the template can show, as asset:///<name>.

    Raises Refusal.
    """
    composed = compose(template, context, language=language, title=title, author=author, made_at=made_at)
    return make(composed.html, pictures=pictures).pdf


def compose(
    template: str,
    context: Mapping[str, Any],
    *,
    language: str,
    title: str,
    author: str = "",
    made_at: datetime.datetime | None = None,
) -> Composed:
    """The HTML alone; a template that prints `text_hash` is rendered a second time with it."""
    given = {**context, "language": language, "title": title, "author": author, "made_at": made_at}
    hole = _Hole()
    with translation.override(language):
        html = render_to_string(template, {**given, "text_hash": hole})
        digest = hashlib.sha256(measure(html).words.encode()).hexdigest()
        if hole.asked:
            html = render_to_string(template, {**given, "text_hash": digest})
    return Composed(html, digest)


def make(html: str, *, pictures: Pictures | None = None) -> Printed:
    """Print HTML that is ready. Raises Refusal."""
    _never_inside_a_transaction()
    _within_caps(measure(html))
    named = sorted((pictures or {}).items())
    blobs = [html.encode("utf-8", "replace"), *(body for _name, (body, _kind) in named)]
    digest = hashlib.sha256(b"\0".join(blobs)).hexdigest()
    header = {
        "identifier": digest[:32],
        "pages": MOST_PAGES,
        "pictures": [[name, kind] for name, (_body, kind) in named],
    }
    try:
        answer, found = child().ask(header, *blobs)
    except children.Refused as refused:
        raise Refusal(refused.code) from refused
    except children.TooLong as fault:
        raise Refusal("time") from fault
    except children.TooLarge as fault:
        raise Refusal("memory") from fault
    except children.ChildFault as fault:
        raise Refusal("failed") from fault
    return Printed(found[0], answer["pages"], tuple(answer["complaints"]))


@functools.cache
def child() -> Child:
    """One in each process, begun by the first document; threads take turns."""
    return Child("portal.pdf_child.render", seconds=SECONDS, megabytes=MEGABYTES, jobs=RECYCLED_AFTER)


def _never_inside_a_transaction() -> None:
    """The transaction that Django's test cases wrap around a test does not count, as for `durable=True`."""
    for connection in connections.all(initialized_only=True):
        if any(not vars(block)["_from_testcase"] for block in connection.atomic_blocks):
            raise RuntimeError("A document is never made inside a transaction.")


class _Hole:
    """Stands for the hash while it is not known, and notes that the template wants it."""

    asked = False

    def __str__(self) -> str:
        self.asked = True
        return ""


# --- Caps, before anything is laid out ------------------------------------------------------


class Measure(HTMLParser):
    """How deep, how many elements, and the words as they are read."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.deepest = self.elements = 0
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        if tag not in VOID:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """`<p/>` opens a paragraph in HTML; inside a drawing it is whole."""
        if "svg" in self.open:
            self.elements += 1
        else:
            self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """Closes the innermost of its kind; what nobody closes keeps counting, so that nothing hides its depth."""
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["script"]):
            self.parts.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.parts).split())


def measure(html: str) -> Measure:
    found = Measure()
    found.feed(html)
    found.close()
    return found


def _within_caps(found: Measure) -> None:
    if found.deepest > MOST_DEEP:
        raise Refusal("deep")
    if len(found.words.encode("utf-8", "replace")) > MOST_TEXT:
        raise Refusal("text")
    if max(map(len, found.words.split()), default=0) > LONGEST_WORD:
        raise Refusal("word")
    if found.elements > MOST_ELEMENTS:
        raise Refusal("elements")
