"""What PDF/UA-1 asks and a program can see. A smoke test: whether a file conforms is for a validator to say."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

DRAWS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Tj", "TJ", "'", '"', "Do", "sh"}


@dataclass
class Found:
    faults: set[str] = field(default_factory=set)
    tags: dict[str, int] = field(default_factory=dict)
    fonts: set[str] = field(default_factory=set)
    pages: int = 0

    def need(self, holds: object, what: str) -> None:
        if not holds:
            self.faults.add(what)


def inspect(pdf: bytes) -> Found:
    """All faults at once; none is the aim."""
    found = Found()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _document(document, found)
        headings = [_node(node, found) for node in _nodes(document.Root.get("/StructTreeRoot", {}).get("/K"))]
        levels = [level for level in headings if level]
        found.need(levels[:1] == [1] and levels.count(1) == 1, f"headings begin {levels[:3]}")
        found.need(all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False)), f"a heading skipped {levels}")
        for number, page in enumerate(document.pages, 1):
            _page(page, f"page {number}: ", found)
        found.pages = len(document.pages)
    return found


def faults(pdf: bytes) -> list[str]:
    return sorted(inspect(pdf).faults)


def _document(document: pikepdf.Pdf, found: Found) -> None:
    root = document.Root
    found.need(str(root.get("/Lang", "")), "no language")
    found.need(root.get("/MarkInfo", {}).get("/Marked", False) == True, "not marked")  # noqa: E712 (a pikepdf object)
    shown = root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)
    found.need(shown == True, "title not displayed")  # noqa: E712
    with document.open_metadata() as meta:
        found.need(meta.get("dc:title"), "no dc:title")
        found.need(str(meta.get("pdfuaid:part")) == "1", "no PDF/UA-1 claim")
    found.need("/StructTreeRoot" in root, "no structure tree")
    for name in ("/AcroForm", "/OpenAction", "/AA"):
        found.need(name not in root, f"it acts: {name}")
    names = root.get("/Names", {})
    found.need("/EmbeddedFiles" not in names and "/JavaScript" not in names, "something embedded")


def _nodes(node: Any) -> Iterator[Any]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from _nodes(node.K)


def _node(node: Any, found: Found) -> int:
    """The level of a heading, 0 of anything else."""
    kind = str(node.S)[1:]
    found.tags[kind] = found.tags.get(kind, 0) + 1
    if kind == "Figure":
        found.need(str(node.get("/Alt", "")).strip(), "figure without text")
    if kind == "TH":
        found.need("Scope" in repr(node.get("/A")) or "/ID" in node, "table head without scope or id")
    return int(kind[1]) if re.fullmatch(r"H[1-6]", kind) else 0


def _page(page: pikepdf.Page, where: str, found: Found) -> None:
    found.need(page.get("/Tabs") == "/S", where + "tab order")
    found.need("/StructParents" in page, where + "no StructParents")
    for note in page.get("/Annots", []):
        found.need("/Contents" in note and "/StructParent" in note, where + "link without text")
    for font in (page.get("/Resources", {}).get("/Font", {}) or {}).values():
        deep = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & set(deep.FontDescriptor.keys())
        found.need(embedded, f"font {font.BaseFont} not embedded")
        found.fonts.add(str(font.BaseFont).split("+")[-1])
    depth = 0
    for _, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        depth += (name in ("BDC", "BMC")) - (name == "EMC")
        found.need(name not in DRAWS or depth > 0, f"{where}{name} outside marked content")
