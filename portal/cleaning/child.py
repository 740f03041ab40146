"""What the child does with an upload: find out what it really is, and make it anew.

What is refused is `Refused(code)`; the words for each code stand in portal/files.py.
"""

import filetype

from portal.children import Header, Message, Refused
from portal.cleaning import images, pdfs, slides
from portal.cleaning.kinds import JPEG, ODP, PDF, PNG, PPTX, WEBP

CLEANERS = {
    JPEG: images.clean,
    PNG: images.clean,
    WEBP: images.clean,
    PDF: pdfs.clean,
    PPTX: slides.pptx,
    ODP: slides.odp,
}
HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})


def clean(header: Header, blobs: list[bytes]) -> Message:
    """`header["kinds"]`: the media types that this place takes. Answers with kind, pages, width, height; and bytes."""
    (body,) = blobs
    kind = kind_of(body)
    if kind not in header["kinds"]:
        raise Refused("kind")
    facts, made = CLEANERS[kind](body)
    if kind_of(made) != kind:
        raise Refused("broken")
    return {"kind": kind, **facts}, [made]


def kind_of(body: bytes) -> str:
    """The media type by what is inside; a name says nothing. Raises Refused for what is never taken."""
    if not body:
        raise Refused("empty")
    if body[4:8] == b"ftyp" and body[8:12] in HEIC:
        raise Refused("heic")
    if body[:4] == b"PK\x03\x04":
        return slides.kind_of(body)
    guess = filetype.guess(body[:8192])
    kind = guess.mime.replace("apng", "png") if guess else ""
    if kind not in CLEANERS:
        raise Refused("kind")
    return kind
