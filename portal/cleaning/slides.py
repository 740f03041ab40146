"""Presentations are reduced to what is shown: slides, layouts, themes and pictures that were drawn again.

Macros, enclosed objects, sounds, films, notes, comments and names of people do not come along; what pointed at
them is taken out, so that the program that opens the file has nothing to repair.
"""

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from portal.children import Refused
from portal.cleaning import images
from portal.cleaning.archives import Archive, serialised, written
from portal.cleaning.kinds import ODP, PPTX

SAFE_ADDRESSES = ("https://", "http://", "mailto:")
PICTURE = re.compile(r"\.(png|jpe?g)$", re.IGNORECASE)
PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
# One white pixel in the place of a picture of a kind that is not taken.
BLANK = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010000000037 6ef924".replace(" ", "")
    + "0000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082"
)


def kind_of(body: bytes) -> str:
    """Which presentation a ZIP is. Raises Refused for every other."""
    archive = Archive(body)
    names = archive.parts
    if "mimetype" in names and archive.read("mimetype").strip() == ODP.encode():
        return ODP
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("macro")
    if "ppt/presentation.xml" in names and "[Content_Types].xml" in names:
        return PPTX
    raise Refused("kind")


def _picture(body: bytes) -> bytes:
    try:
        return images.clean(body)[1]
    except Refused:
        return BLANK


# --- PPTX -------------------------------------------------------------------------------------

CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MAIN = f"{PPTX}.main+xml"
KEPT_PARTS = re.compile(
    r"ppt/(presentation|presProps|viewProps|tableStyles)\.xml"
    r"|ppt/slides/slide\d+\.xml|ppt/slideLayouts/slideLayout\d+\.xml|ppt/slideMasters/slideMaster\d+\.xml"
    r"|ppt/theme/theme\d+\.xml|ppt/media/[\w.-]+"
)
# What acts, plays or was said beside the slides, and the program's own extensions, which hold anything.
TAKEN_OUT = tuple(P + name for name in ("timing", "transition", "custDataLst", "extLst", "controls", "custShowLst"))
TAKEN_OUT += tuple(
    A + name for name in ("extLst", "videoFile", "audioFile", "wavAudioFile", "quickTimeFile", "snd", "audioCd")
)


def pptx(body: bytes) -> tuple[dict[str, int], bytes]:
    """The number of slides, and the presentation written anew."""
    given = Archive(body)
    types = {
        one.get("PartName", "").lstrip("/"): one.get("ContentType", "") for one in given.xml("[Content_Types].xml")
    }
    if "macroEnabled" in types.get("ppt/presentation.xml", ""):
        raise Refused("macro")
    kept = [name for name in given.parts if KEPT_PARTS.fullmatch(name)]
    parts: dict[str, bytes] = {}
    for name in kept:
        parts |= _pptx_part(given, name, set(kept))
    slides = sum(name.startswith("ppt/slides/slide") for name in parts)
    if not slides:
        raise Refused("broken")
    office = R.strip("{}") + "/officeDocument"
    parts["_rels/.rels"] = _relationships([("rId1", office, "ppt/presentation.xml", "")])
    parts["[Content_Types].xml"] = _content_types(parts, types)
    return {"pages": slides}, written(parts, first="[Content_Types].xml")


def _pptx_part(given: Archive, name: str, kept: set[str]) -> dict[str, bytes]:
    """The part, and its relationships where it has any."""
    if name.startswith("ppt/media/"):
        return {_media(name): _picture(given.read(name))} if PICTURE.search(name) else {}
    folder, file = posixpath.split(name)
    beside = f"{folder}/_rels/{file}.rels"
    rows = list(_kept_relationships(given, beside, folder, kept)) if beside in given.parts else []
    root = given.xml(name)
    _take_out(root, {row[0] for row in rows})
    found = {name: serialised(root)}
    return found | ({beside: _relationships(rows)} if rows else {})


def _media(name: str) -> str:
    return PICTURE.sub(lambda match: match[0].lower(), name)


def _kept_relationships(
    given: Archive, beside: str, folder: str, kept: set[str]
) -> Iterator[tuple[str, str, str, str]]:
    """(id, type, target, mode) of what points at a kept part, or at a web or mail address."""
    for one in given.xml(beside):
        key, kind, target = one.get("Id", ""), one.get("Type", ""), one.get("Target", "")
        if one.get("TargetMode") == "External":
            if kind.endswith("/hyperlink") and target.lower().startswith(SAFE_ADDRESSES):
                yield key, kind, target, "External"
            continue
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if part in kept and (not part.startswith("ppt/media/") or PICTURE.search(part)):
            yield key, kind, _media(target), ""


def _take_out(root: etree._Element, known: set[str]) -> None:
    """Elements that act, and those that point at something that was left behind."""
    for one in [*root.iter(*TAKEN_OUT)]:
        _remove(one)
    for one in [*root.iter(etree.Element)]:
        points = [value for name, value in one.attrib.items() if name.startswith(R)]
        if any(value and value not in known for value in points):
            _remove(_whole(one))
        elif one.tag in (A + "hlinkClick", A + "hlinkHover"):
            one.attrib.pop("action", None)


def _whole(one: etree._Element) -> etree._Element:
    """A frame or a picture without what it showed is nothing: it goes as a whole."""
    at = one
    while at is not None and at.tag not in (P + "graphicFrame", P + "pic", P + "contentPart", P + "oleObj"):
        at = at.getparent()
    return one if at is None else at


def _remove(one: etree._Element) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _relationships(rows: list[tuple[str, str, str, str]]) -> bytes:
    root = etree.Element(REL + "Relationships", nsmap={None: REL.strip("{}")})
    for key, kind, target, mode in rows:
        one = etree.SubElement(root, REL + "Relationship", Id=key, Type=kind, Target=target)
        if mode:
            one.set("TargetMode", mode)
    return serialised(root)


def _content_types(parts: dict[str, bytes], given: dict[str, str]) -> bytes:
    root = etree.Element(CT + "Types", nsmap={None: CT.strip("{}")})
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    for ending, kind in {
        "rels": rels,
        "xml": "application/xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
    }.items():
        etree.SubElement(root, CT + "Default", Extension=ending, ContentType=kind)
    for name in sorted(parts):
        if name.endswith(".xml") and name.startswith("ppt/"):
            kind = MAIN if name == "ppt/presentation.xml" else given.get(name, "application/xml")
            etree.SubElement(root, CT + "Override", PartName=f"/{name}", ContentType=kind)
    return serialised(root)


# --- ODP --------------------------------------------------------------------------------------

XLINK = "{http://www.w3.org/1999/xlink}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
SCRIPT = "{urn:oasis:names:tc:opendocument:xmlns:script:1.0}"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
ANIMATION = "{urn:oasis:names:tc:opendocument:xmlns:animation:1.0}"
MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
ODP_PARTS = ("content.xml", "styles.xml")
ODP_OUT = {
    *(OFFICE + name for name in ("scripts", "forms", "event-listeners", "annotation", "annotation-end", "binary-data")),
    *(DRAW + name for name in ("plugin", "applet", "object", "object-ole", "floating-frame")),
    *(PRESENTATION + name for name in ("sound", "notes", "event-listener")),
}


def odp(body: bytes) -> tuple[dict[str, int], bytes]:
    """The number of slides, and the presentation written anew."""
    given = Archive(body)
    pictures = {name for name in given.parts if re.fullmatch(r"Pictures/[\w.-]+", name) and PICTURE.search(name)}
    parts = {"mimetype": ODP.encode()} | {name: _picture(given.read(name)) for name in pictures}
    slides = 0
    for name in ODP_PARTS:
        if name in given.parts:
            root = given.xml(name)
            slides += len(root.findall(f".//{DRAW}page"))
            _only_shown(root, pictures)
            parts[name] = serialised(root)
    if not slides:
        raise Refused("broken")
    parts["META-INF/manifest.xml"] = _manifest(parts)
    return {"pages": slides}, written(parts, first="mimetype")


def _only_shown(root: etree._Element, pictures: set[str]) -> None:
    for one in [*root.iter(etree.Element)]:
        if one.tag in ODP_OUT or one.tag.startswith((SCRIPT, ANIMATION)):
            _remove(one)
        elif (target := one.get(XLINK + "href")) is not None and not _stays(one, target, pictures):
            if one.tag in (TEXT + "a", DRAW + "a"):
                one.set(XLINK + "href", "#")
            else:
                _remove(one)


def _stays(one: etree._Element, target: str, pictures: set[str]) -> bool:
    if one.tag in (TEXT + "a", DRAW + "a"):
        return target.startswith("#") or target.lower().startswith(SAFE_ADDRESSES)
    return target.removeprefix("./") in pictures or target.startswith("#")


def _manifest(parts: dict[str, bytes]) -> bytes:
    root = etree.Element(MANIFEST + "manifest", nsmap={"manifest": MANIFEST.strip("{}")})
    kinds = {"xml": "text/xml", **PICTURES}
    rows = [("/", ODP)] + [(name, kinds[name.rpartition(".")[2].lower()]) for name in sorted(parts) if "." in name]
    for name, kind in rows:
        etree.SubElement(root, MANIFEST + "file-entry", {MANIFEST + "full-path": name, MANIFEST + "media-type": kind})
    return serialised(root)
