"""Every nasty file gets its verdict, and what is kept holds nothing of what was hidden in it (promises.md)."""

import io
import os
import re
import subprocess
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from portal import files
from portal.cleaning import kinds
from portal.cleaning.pdfs import ACTIONS, NEVER, PASSIVE
from tests.files.corpus import CASES, MARK, Case, picture

EVERYTHING = files.EVIDENCE | files.PRESENTATIONS


def verdict(body: bytes) -> tuple[str, bytes]:
    try:
        facts, made = files.cleaned(body, EVERYTHING)
    except files.FileRefused as refusal:
        return refusal.code, b""
    return facts["kind"], made


def test_there_are_enough_of_them():
    assert len({case.name for case in CASES}) == len(CASES) >= 90


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict(case: Case):
    given = case.make()
    found, made = verdict(given)
    assert found == case.verdict
    if made:
        assert MARK not in unpacked(made)
        assert verdict(made)[0] == found  # what we made, we would take again


def unpacked(body: bytes) -> bytes:
    """Everything in it, with what is packed unpacked."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as made:
            return b"\n".join(name.encode() + unpacked(made.read(name)) for name in made.namelist())
    if body.startswith(b"%PDF"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(body)) as made:
            made.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return body + out.getvalue()
    if body.startswith(b"\x89PNG"):
        return body + b"".join(_inflated(part) for part in re.split(rb"zTXt|iTXt|IDAT", body)[1:])
    return body


def _inflated(part: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(part, 1 << 20)
    except zlib.error:
        return b""


@pytest.mark.parametrize("case", [case for case in CASES if case.verdict in files.PICTURES], ids=lambda case: case.name)
def test_a_kept_picture_is_pixels_and_nothing_else(case: Case):
    _kind, made = verdict(case.make())
    image = Image.open(io.BytesIO(made))
    image.load()
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile", "Author", "photoshop"} & image.info.keys()


def test_a_photo_stands_upright():
    turned = next(case for case in CASES if case.name == "a photo lying on its side")
    facts, _made = files.cleaned(turned.make(), EVERYTHING)
    assert (facts["width"], facts["height"]) == (40, 80)


def test_the_colours_stay():
    photo = Image.new("RGB", (16, 16), (10, 200, 60))
    out = io.BytesIO()
    photo.save(out, "PNG")
    _facts, made = files.cleaned(out.getvalue(), EVERYTHING)
    assert Image.open(io.BytesIO(made)).convert("RGB").getpixel((8, 8)) == (10, 200, 60)


@pytest.mark.parametrize("case", [case for case in CASES if case.verdict == kinds.PDF], ids=lambda case: case.name)
def test_a_kept_pdf_does_nothing_and_still_shows_its_text(case: Case, tmp_path: Path):
    given = case.make()
    _kind, made = verdict(given)
    with pikepdf.open(io.BytesIO(made)) as clean:
        assert set(clean.Root.keys()) <= {"/Type", "/Pages", "/Lang"}
        assert "/Info" not in clean.trailer
        for one in clean.objects:
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                assert str(one.get("/S", "")) not in ACTIONS - {*PASSIVE}
        keys = set(re.findall(rb"/[A-Za-z]+", made))
        assert not {key.encode() for key in NEVER - {"/JS"}} & keys
    file = tmp_path / "made.pdf"
    file.write_bytes(made)
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    hidden = ("a pdf whose text lies elsewhere", "a pdf with an older text")
    assert "Leesbaar" in text or case.name in hidden


def test_a_link_to_a_web_address_stays():
    plain = next(case for case in CASES if case.name == "a pdf with a plain link")
    with pikepdf.open(io.BytesIO(verdict(plain.make())[1])) as clean:
        assert [str(one.A.URI) for one in clean.pages[0].Annots] == ["https://example.org/"]


def test_a_presentation_keeps_slides_photos_and_links():
    by_name = {case.name: case for case in CASES}
    with zipfile.ZipFile(io.BytesIO(verdict(by_name["a presentation with a photo"].make())[1])) as made:
        assert b"Leesbaar" in made.read("ppt/slides/slide1.xml")
        assert b"rId6" in made.read("ppt/slides/slide1.xml")
        assert Image.open(io.BytesIO(made.read("ppt/media/photo.jpg"))).size == (64, 48)
    with zipfile.ZipFile(io.BytesIO(verdict(by_name["a presentation with a plain link"].make())[1])) as made:
        assert b"https://example.org/" in made.read("ppt/slides/_rels/slide1.xml.rels")
    with zipfile.ZipFile(io.BytesIO(verdict(by_name["an odp with a photo"].make())[1])) as made:
        assert made.namelist()[0] == "mimetype"
        assert b"Pictures/a.jpg" in made.read("content.xml")


def test_a_presentation_opens_without_repair(tmp_path: Path):
    """Every relationship points at a part that is there, and every mention at a relationship."""
    for case in CASES:
        if case.verdict != kinds.PPTX:
            continue
        with zipfile.ZipFile(io.BytesIO(verdict(case.make())[1])) as made:
            slide = made.read("ppt/slides/slide1.xml").decode()
            beside = "ppt/slides/_rels/slide1.xml.rels"
            known = re.findall(r'Id="(\w+)"', made.read(beside).decode()) if beside in made.namelist() else []
            assert set(re.findall(r'r:(?:id|embed|link)="(\w+)"', slide)) <= set(known), case.name
            for target in re.findall(r'Target="(?!http|mailto)([^"]+)"', made.read(beside).decode()) if known else []:
                assert os.path.normpath(f"ppt/slides/{target}") in made.namelist(), case.name


def memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_the_web_process_does_not_grow():
    """What a bomb unpacks to, unpacks elsewhere."""
    hungry = [case for case in CASES if case.verdict in ("pixels", "bomb", "animated")]
    bodies = [case.make() for case in hungry]
    for body in bodies:
        verdict(body)
    before = memory()
    for _ in range(3):
        for body in bodies:
            verdict(body)
    assert memory() - before <= 20 << 20


def test_a_child_that_was_killed_while_it_waited_costs_no_answer():
    verdict(picture())
    assert files.cleaner.pid is not None
    os.kill(files.cleaner.pid, 9)
    assert verdict(picture())[0] == kinds.JPEG
