"""A PDF is put together again from its pages: no script, no action, nothing enclosed, nothing hidden."""

import io
import logging
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from portal.children import Refused

MOST_PAGES = 200
MOST_DECODED = 64 << 20  # bytes of all streams together
MOST_PIXELS = 40_000_000
MOST_OBJECTS = 100_000
PAGE_KEYS = frozenset(
    ("/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/Group", "/UserUnit")
    + ("/Annots",)
)
# Wherever they stand: what acts, points outside, hides, or tells who made it.
NEVER = frozenset(
    ("/AA", "/OpenAction", "/JS", "/JavaScript", "/Launch", "/OPI", "/Ref", "/PieceInfo", "/Metadata", "/AF")
    + ("/OC", "/OCProperties", "/EmbeddedFiles", "/EmbeddedFile", "/AcroForm", "/XFA", "/Collection", "/Alternates")
    + ("/Measure", "/PtData", "/RichMediaContent", "/Perms", "/StructParents", "/StructParent", "/LastModified")
)
ELSEWHERE = frozenset(("/F", "/FFilter", "/FDecodeParms"))  # of a stream: its content lies in another file
# In these the keys are names that the file chose itself.
NAMED = ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs")
ACTIONS = frozenset(
    ("/GoTo", "/GoToR", "/GoToE", "/Launch", "/Thread", "/URI", "/Sound", "/Movie", "/Hide", "/Named", "/SubmitForm")
    + ("/ResetForm", "/ImportData", "/JavaScript", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView")
)
PASSIVE = ("/URI",)  # the one kind that stays: a link that somebody chooses to follow
SAFE_ADDRESSES = ("https://", "http://", "mailto:")
logging.getLogger("pikepdf._core").setLevel(logging.ERROR)


def clean(body: bytes) -> tuple[dict[str, int], bytes]:
    """The number of pages, and a new file with those pages and the links on them to web and mail addresses."""
    try:
        with Pdf.open(io.BytesIO(body), suppress_warnings=True) as given:
            made = _rebuilt(given)
            _require_passive(made)
            return {"pages": len(made.pages)}, _written(made)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise Refused("broken") from error
    except RecursionError as error:
        raise Refused("bomb") from error


def _rebuilt(given: Pdf) -> Pdf:
    if given.is_encrypted:
        raise Refused("encrypted")
    if "/Collection" in given.Root:
        raise Refused("enclosed")  # what matters is in the files inside
    pages = len(given.pages)
    if not 0 < pages <= MOST_PAGES:
        raise Refused("pages" if pages else "broken")
    if len(given.objects) > MOST_OBJECTS:
        raise Refused("bomb")
    for page in given.pages:
        _only_links(page.obj)
        for key in set(page.obj.keys()) - PAGE_KEYS:
            del page.obj[key]
    made = Pdf.new()
    made.pages.extend(given.pages)
    _strip(made)
    _require_small(made)
    language = given.Root.get("/Lang")
    if isinstance(language, String) and len(str(language)) < 20:
        made.Root.Lang = String(str(language))
    return made


def _only_links(page: Dictionary) -> None:
    """Annotations go, form fields and attachments with them; links to an address are made anew."""
    links = []
    for note in page.get("/Annots", []) if isinstance(page.get("/Annots"), Array) else []:
        if isinstance(note, Dictionary) and (address := _address(note)) and "/Rect" in note:
            action = Dictionary(S=Name.URI, URI=String(address))
            links.append(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=note.Rect, Border=[0, 0, 0], A=action))
    if "/Annots" in page:
        del page["/Annots"]
    if links:
        page.Annots = Array(links)


def _address(note: Dictionary) -> str:
    action = note.get("/A")
    if note.get("/Subtype") != Name.Link or not isinstance(action, Dictionary) or action.get("/S") != Name.URI:
        return ""
    address = str(action.get("/URI", ""))
    plain = address.isprintable() and len(address) <= 2000
    return address if plain and address.lower().startswith(SAFE_ADDRESSES) else ""


def _dictionaries(pdf: Pdf) -> Iterator[Any]:
    """Every dictionary and stream whose keys mean something, direct ones too."""
    parts = [one for top in pdf.objects for one in _inside(top, 0)]
    named = {one[key].objgen for one in parts for key in NAMED if key in one and one[key].is_indirect}
    yield from (one for one in parts if not (one.is_indirect and one.objgen in named))


def _inside(one: Any, depth: int) -> Iterator[Any]:
    if depth > 60:
        raise Refused("bomb")
    if isinstance(one, Dictionary | Stream):
        yield one
    if isinstance(one, Dictionary | Stream | Array):
        for key in range(len(one)) if isinstance(one, Array) else list(one.keys()):
            part = one[key]
            if isinstance(part, Object) and not part.is_indirect and key not in NAMED:
                yield from _inside(part, depth + 1)
            elif key in NAMED and isinstance(part, Dictionary) and not part.is_indirect:
                for name in part.keys():  # noqa: SIM118  a Dictionary is no dict
                    if isinstance(part[name], Object) and not part[name].is_indirect:
                        yield from _inside(part[name], depth + 1)


def _strip(made: Pdf) -> None:
    for one in _dictionaries(made):
        for key in (NEVER | ELSEWHERE if isinstance(one, Stream) else NEVER) & set(one.keys()):
            del one[key]
        if one.get("/Type") == Name.OCG:
            one.Name = String("")  # its layer is shown now, like all others
        if one.get("/Subtype") == Name.PS or one.get("/Subtype2") == Name.PS:
            raise Refused("unsafe")
    if "/Info" in made.trailer:
        del made.trailer["/Info"]


def _require_passive(made: Pdf) -> None:
    """A second look, at what was made: the first may have had a hole."""
    for one in _dictionaries(made):
        kind = str(one.get("/S", ""))
        if NEVER & set(one.keys()) or (kind in ACTIONS and kind not in PASSIVE):
            raise Refused("unsafe")


# --- How much comes out of it -----------------------------------------------------------------


def _require_small(made: Pdf) -> None:
    """A few bytes can stand for many: no reader of this file may choke on it."""
    left = MOST_DECODED
    for one in made.objects:
        if isinstance(one, Stream):
            left -= _decoded_size(one, left)
            if left < 0:
                raise Refused("bomb")
            if (
                one.get("/Subtype") == Name.Image
                and int(one.get("/Width", 0)) * int(one.get("/Height", 0)) > MOST_PIXELS
            ):
                raise Refused("pixels")


def _decoded_size(stream: Any, most: int) -> int:
    filters = [str(one) for one in _filters(stream)]
    raw: bytes = stream.read_raw_bytes()
    packers = [one for one in filters if one not in ("/ASCIIHexDecode", "/ASCII85Decode")]
    if len(filters) > 4 or len(packers) > 1:
        raise Refused("bomb")  # packed twice: nobody needs that
    if not packers or packers[0] in ("/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/Crypt"):
        return len(raw)
    if filters == ["/FlateDecode"]:
        return _inflated(raw, most)
    return len(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))


def _filters(stream: Any) -> list[Any]:
    found = stream.get("/Filter")
    return [] if found is None else list(found) if isinstance(found, Array) else [found]


def _inflated(raw: bytes, most: int) -> int:
    size, machine, rest = 0, zlib.decompressobj(), raw
    try:
        while rest and not machine.eof and size <= most:
            size += len(machine.decompress(rest, 1 << 20))
            rest = machine.unconsumed_tail
    except zlib.error:
        return size  # cut off or damaged: readers show what there is
    return size


def _written(made: Pdf) -> bytes:
    out = io.BytesIO()
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True, deterministic_id=True)
    return out.getvalue()
