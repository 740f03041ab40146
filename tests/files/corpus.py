"""Files as nobody would send them by accident, made here, with the verdict that each must get.

A verdict is a media type (what we keep is an inert file of it) or the code of a refusal. What must not survive is
marked with MARK: the place where a photo was made, a name in its data, a script, an older text.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, PngImagePlugin

from portal.cleaning.kinds import JPEG, ODP, PDF, PNG, PPTX, WEBP

MARK = b"CNRY-geheim"
WORD = MARK.decode()
SCRIPT = b"<script>alert('CNRY-geheim')</script>"


EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], bytes]
    verdict: str  # a media type when it is taken, else the code of the refusal


CASES: list[Case] = []


def case(verdict: str, name: str = "") -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def note(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append(Case(name or make.__name__.replace("_", " "), make, verdict))
        return make

    return note


def cases(verdict: str, **made: Callable[[], bytes]) -> None:
    CASES.extend(Case(name.replace("_", " "), make, verdict) for name, make in made.items())


# --- Pictures ---------------------------------------------------------------------------------


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size)
    image.save(out, kind, **options)
    return out.getvalue()


def exif() -> Image.Exif:
    data = Image.Exif()
    data[0x010E] = data[0x013B] = data[0x8298] = WORD  # description, artist, copyright
    data.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 1.0), 3: "E", 4: (4.0, 18.0, 1.0)})
    return data


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *more: bytes, rows: bytes | None = None, colour: int = 0, bits: int = 8) -> bytes:
    """Made by hand, so that it may say more than it holds."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    body = zlib.compress(rows if rows is not None else b"\x00" * ((width + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(more) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def packed(size: int, block: int = 1 << 22) -> bytes:
    """That many zero bytes, deflated, without ever holding them."""
    machine = zlib.compressobj(9)
    parts = [machine.compress(bytes(min(block, size - at))) for at in range(0, size, block)]
    return b"".join([*parts, machine.flush()])


def large_png(side: int) -> bytes:
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    data = packed(side * (side // 8 + 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def animation(kind: str, frames: int) -> bytes:
    first = Image.new("RGB", (8, 8))
    rest = [Image.new("RGB", (8, 8), (number * 90 % 256, number * 40 % 256, 0)) for number in range(1, frames)]
    out = io.BytesIO()
    first.save(out, kind, save_all=True, append_images=rest, duration=10)
    return out.getvalue()


def textual() -> PngImagePlugin.PngInfo:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", WORD)
    words.add_text("Comment", WORD * 100, zip=True)
    words.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{WORD}</x:xmpmeta>")
    return words


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + MARK + b"</x:xmpmeta>"

cases(
    JPEG,
    a_plain_photo=picture,
    a_photo_with_place_and_name=lambda: picture(exif=exif()),
    a_photo_with_xmp=lambda: picture(xmp=XMP),
    a_photo_with_a_comment=lambda: picture(comment=MARK),
    a_photo_with_a_script_behind_it=lambda: picture() + SCRIPT,
    a_photo_with_a_zip_behind_it=lambda: picture() + archive({"a.class": MARK}),
    a_photo_with_a_wrong_colour_profile=lambda: picture(icc_profile=MARK * 20),
    a_photo_with_a_colour_profile_of_5_MB=lambda: picture(icc_profile=MARK * 454_545),
    a_photo_for_print=lambda: picture(mode="CMYK"),
    a_grey_photo=lambda: picture(mode="L"),
    a_progressive_photo=lambda: picture(progressive=True),
    a_photo_lying_on_its_side=lambda: picture(size=(80, 40), exif=_turned()),
)
cases(
    PNG,
    a_plain_picture=lambda: picture("PNG"),
    a_picture_with_text_in_it=lambda: picture("PNG", pnginfo=textual()),
    a_picture_with_exif=lambda: picture("PNG", exif=exif()),
    a_picture_with_a_script_behind_it=lambda: picture("PNG") + SCRIPT,
    a_see_through_picture=lambda: picture("PNG", mode="RGBA"),
    a_picture_with_a_palette=lambda: picture("PNG", mode="P"),
    a_picture_in_black_and_white=lambda: picture("PNG", mode="1"),
    a_picture_of_16_bits=lambda: picture("PNG", mode="I;16"),
    a_picture_with_an_unknown_chunk=lambda: png(8, 8, chunk(b"evIl", MARK)),
)
cases(
    WEBP,
    a_plain_webp=lambda: picture("WEBP"),
    a_webp_with_exif_and_xmp=lambda: picture("WEBP", exif=exif(), xmp=XMP),
    a_see_through_webp=lambda: picture("WEBP", mode="RGBA"),
)
cases(
    "pixels",
    a_png_of_81_million_points=lambda: large_png(9000),
    a_png_of_169_million_points=lambda: large_png(13_000),
    a_png_of_400_million_points=lambda: large_png(20_000),
    a_png_that_says_it_is_endless=lambda: png(0x7FFFFFFF, 0x7FFFFFFF, rows=b""),
    a_png_of_one_by_60000=lambda: png(1, 60_000),
)
cases(
    "animated",
    an_apng_of_many_frames=lambda: animation("PNG", 300),
    a_moving_webp=lambda: animation("WEBP", 5),
)


@case("broken")
def a_photo_without_its_last_bytes() -> bytes:
    return picture(size=(400, 300))[:-2]


@case("broken")
def a_photo_cut_in_half() -> bytes:
    whole = picture(size=(400, 300))
    return whole[: len(whole) // 2]


@case("broken")
def a_picture_with_a_wrong_checksum() -> bytes:
    body = bytearray(picture("PNG"))
    body[body.index(b"IHDR") + 5] ^= 0xFF
    return bytes(body)


@case("broken")
def a_picture_whose_data_is_none() -> bytes:
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", MARK) + chunk(b"IEND", b"")


@case("broken")
def a_webp_of_nothing_but_a_head() -> bytes:
    return b"RIFF" + struct.pack("<I", 4) + b"WEBPVP8 "


def _turned() -> Image.Exif:
    data = Image.Exif()
    data[0x0112] = 6
    return data


# --- What is never taken ------------------------------------------------------------------------

cases(
    "kind",
    a_gif=lambda: picture("GIF", mode="P"),
    a_moving_gif=lambda: animation("GIF", 3),
    a_tiff_of_pages=lambda: animation("TIFF", 3),
    a_bmp=lambda: picture("BMP"),
    an_icon=lambda: picture("ICO"),
    an_svg_with_a_script=lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
    an_svg_with_an_entity_bomb=lambda: _bomb_of_entities(b"svg"),
    an_svg_that_reads_a_file=lambda: b"<svg xmlns:xlink='x'><image xlink:href='file:///etc/passwd'/></svg>",
    an_svg_with_foreign_objects=lambda: b"<svg><foreignObject><body>" + SCRIPT + b"</body></foreignObject></svg>",
    an_eps=lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(CNRY-geheim) show",
    a_fits=lambda: b"SIMPLE  =                    T" + b" " * 2850,
    a_dicom=lambda: b"\x00" * 128 + b"DICM" + MARK,
    a_web_page=lambda: b"<!doctype html>" + SCRIPT,
    one_byte=lambda: b"x",
    a_text=lambda: MARK,
    an_old_word_document=lambda: bytes.fromhex("d0cf11e0a1b11ae1") + MARK * 100,
    an_rtf=lambda: rb"{\rtf1 CNRY-geheim}",
    a_program_for_windows=lambda: b"MZ" + MARK * 20,
    a_program_for_linux=lambda: b"\x7fELF" + MARK * 20,
    a_shell_script=lambda: b"#!/bin/sh\necho CNRY-geheim",
    a_gzip=lambda: b"\x1f\x8b\x08\x00" + MARK,
    the_test_file_of_virus_scanners=lambda: (
        rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    ),
    an_mp4=lambda: b"\x00\x00\x00\x18ftypmp42" + MARK,
    a_plain_zip=lambda: archive({"a.txt": MARK}),
    a_word_document=lambda: archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    a_jar=lambda: archive({"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": MARK}),
)
cases("empty", nothing_at_all=lambda: b"")
cases(
    "heic",
    a_photo_of_an_iphone=lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + MARK,
    a_heif=lambda: b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00" + MARK,
    an_avif=lambda: b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00" + MARK,
)


def _bomb_of_entities(tag: bytes) -> bytes:
    lines = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE x [<!ENTITY a0 "CNRY-geheim">' + lines + b"]><" + tag + b">&a9;</" + tag + b">"


# --- PDFs ---------------------------------------------------------------------------------------


def pdf(change: Callable[[Pdf], None] = lambda made: None, pages: int = 1, **options) -> bytes:
    made = Pdf.new()
    font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for _ in range(pages):
        page = made.add_blank_page(page_size=(300, 300))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = made.make_stream(b"BT /F1 20 Tf 20 100 Td (Leesbaar) Tj ET")
    change(made)
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


AS_IT_IS = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}


def at_root(**entries) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        for name, value in entries.items():
            made.Root[f"/{name}"] = value

    return change


def action(kind: str, **more) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **more)


JS = action("JavaScript", JS=String(f"app.alert('{WORD}')"))


def on_page(**entries) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        for name, value in entries.items():
            made.pages[0].obj[f"/{name}"] = value(made) if callable(value) else value

    return change


def note(**more) -> Dictionary:
    return Dictionary(Type=Name.Annot, Rect=[0, 0, 100, 100], **more)


def enclosed(made: Pdf) -> None:
    made.attachments["a.exe"] = pikepdf.AttachedFileSpec(made, b"MZ" + MARK, filename="a.exe")


def hidden_layer(made: Pdf) -> None:
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String(WORD)))
    made.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer], Order=[]))
    made.pages[0].obj.Resources.Properties = Dictionary(MC0=layer)


def form(made: Pdf) -> None:
    entry = made.make_indirect(
        note(Subtype=Name.Widget, FT=Name.Tx, T=String("naam"), V=String(WORD), AA=Dictionary(K=JS))
    )
    made.Root.AcroForm = Dictionary(Fields=[entry], XFA=String(f"<xfa>{WORD}</xfa>"))
    made.pages[0].obj.Annots = Array([entry])


def named_script(made: Pdf) -> None:
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=[String("a"), JS]))


def metadata(made: Pdf) -> None:
    made.docinfo["/Author"] = made.docinfo["/Title"] = WORD
    made.Root.Metadata = made.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
    made.pages[0].obj.Metadata = made.make_stream(XMP)
    made.pages[0].obj.PieceInfo = Dictionary(Maker=Dictionary(Private=String(WORD)))


def outline(made: Pdf) -> None:
    entry = made.make_indirect(Dictionary(Title=String(WORD), A=JS))
    made.Root.Outlines = made.make_indirect(Dictionary(Type=Name.Outlines, First=entry, Last=entry, Count=1))


def elsewhere(made: Pdf) -> None:
    made.pages[0].obj.Contents = made.make_stream(b"", F=String(f"file:///etc/{WORD}"))


def packed_stream(*filters: str, size: int, times: int = 1) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        body = packed(size)
        for _ in range(times - 1):
            body = zlib.compress(body, 9)
        stream = Stream(made, body)
        stream.Filter = Array([Name(f"/{one}") for one in filters]) if len(filters) > 1 else Name(f"/{filters[0]}")
        made.pages[0].obj.Contents = made.make_indirect(stream)

    return change


def run_lengths(made: Pdf) -> None:
    stream = Stream(made, b"\x81x" * 700_000 + b"\x80")
    stream.Filter = Name.RunLengthDecode
    made.pages[0].obj.Contents = made.make_indirect(stream)


def large_picture(made: Pdf) -> None:
    shown = Stream(made, packed(1000))
    shown.Type, shown.Subtype, shown.Width, shown.Height = Name.XObject, Name.Image, 30_000, 30_000
    shown.ColorSpace, shown.BitsPerComponent, shown.Filter = Name.DeviceGray, 1, Name.FlateDecode
    made.pages[0].obj.Resources.XObject = Dictionary(Im0=made.make_indirect(shown))


def postscript(made: Pdf) -> None:
    shown = made.make_stream(b"(CNRY-geheim) show", Type=Name.XObject, Subtype=Name.PS)
    made.pages[0].obj.Resources.XObject = Dictionary(Ps0=shown)


def names_that_look_like_actions(made: Pdf) -> None:
    """A font may be called /JS and a picture /AA: names, not keys; they stay."""
    page = made.pages[0].obj
    page.Resources.Font = made.make_indirect(Dictionary(JS=page.Resources.Font.F1))
    page.Contents = made.make_stream(b"BT /JS 20 Tf 20 100 Td (Leesbaar) Tj ET")


def circle(made: Pdf) -> None:
    tree = made.Root.Pages
    tree.Kids.append(tree)


def deep(made: Pdf) -> None:
    inner = Array([])
    for _ in range(450):
        inner = Array([inner])
    made.pages[0].obj.Resources.Deep = inner


def older_text() -> bytes:
    """Two versions in one file: the second hides what the first said."""
    first = pdf(lambda made: _say(made, MARK))
    second = first + b"\n4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n"
    return second + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def _say(made: Pdf, words: bytes) -> None:
    made.pages[0].obj.Contents = made.make_stream(b"BT /F1 20 Tf 20 100 Td (" + words + b") Tj ET")


cases(
    PDF,
    a_plain_pdf=pdf,
    a_pdf_of_200_pages=lambda: pdf(pages=200),
    a_pdf_that_runs_a_script_when_opened=lambda: pdf(at_root(OpenAction=JS)),
    a_pdf_that_starts_a_program=lambda: pdf(at_root(OpenAction=action("Launch", F=String(WORD)))),
    a_pdf_that_opens_an_address=lambda: pdf(at_root(OpenAction=action("URI", URI=String(f"https://x/{WORD}")))),
    a_pdf_that_sends_a_form=lambda: pdf(at_root(OpenAction=action("SubmitForm", F=String(WORD)))),
    a_pdf_that_opens_another_file=lambda: pdf(at_root(OpenAction=action("GoToR", F=String(WORD)))),
    a_pdf_with_a_script_of_its_own=lambda: pdf(at_root(AA=Dictionary(WC=JS))),
    a_pdf_with_a_script_on_a_page=lambda: pdf(on_page(AA=Dictionary(O=JS))),
    a_pdf_with_named_scripts=lambda: pdf(named_script),
    a_pdf_with_a_file_inside=lambda: pdf(enclosed),
    a_pdf_with_a_form=lambda: pdf(form),
    a_pdf_with_a_script_in_its_contents=lambda: pdf(outline),
    a_pdf_with_names_in_its_data=lambda: pdf(metadata),
    a_pdf_with_a_hidden_layer=lambda: pdf(hidden_layer),
    a_pdf_with_a_film=lambda: pdf(on_page(Annots=Array([note(Subtype=Name.RichMedia, NM=String(WORD))]))),
    a_pdf_with_a_sticky_note=lambda: pdf(on_page(Annots=Array([note(Subtype=Name.Text, Contents=String(WORD))]))),
    a_pdf_with_a_link_that_runs_a_script=lambda: pdf(on_page(Annots=Array([note(Subtype=Name.Link, A=JS)]))),
    a_pdf_with_a_link_to_a_script=lambda: pdf(
        on_page(Annots=Array([note(Subtype=Name.Link, A=action("URI", URI=String(f"javascript:{WORD}")))]))
    ),
    a_pdf_with_a_link_to_a_file=lambda: pdf(
        on_page(Annots=Array([note(Subtype=Name.Link, A=action("URI", URI=String(f"file:///{WORD}")))]))
    ),
    a_pdf_with_a_plain_link=lambda: pdf(
        on_page(Annots=Array([note(Subtype=Name.Link, A=action("URI", URI=String("https://example.org/")))]))
    ),
    a_pdf_with_a_thumbnail=lambda: pdf(on_page(Thumb=lambda made: made.make_stream(MARK))),
    a_pdf_whose_text_lies_elsewhere=lambda: pdf(elsewhere),
    a_pdf_with_names_like_actions=lambda: pdf(names_that_look_like_actions),
    a_pdf_with_an_older_text=older_text,
    a_pdf_with_a_web_page_behind_it=lambda: pdf() + SCRIPT,
    a_pdf_without_its_table=lambda: pdf().replace(b"startxref", b"startnope"),
    a_pdf_with_a_wrong_former_table=lambda: pdf().replace(b"/Root", b"/Prev 9999999 /Root"),
)
cases(
    "encrypted",
    a_pdf_with_a_password=lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
    a_pdf_with_a_password_of_the_owner=lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="")),
)
cases(
    "bomb",
    a_pdf_that_unpacks_to_200_MB=lambda: pdf(packed_stream("FlateDecode", size=200 << 20)),
    a_pdf_packed_twice=lambda: pdf(packed_stream("FlateDecode", "FlateDecode", size=64 << 20, times=2), **AS_IT_IS),
    a_pdf_of_run_lengths=lambda: pdf(run_lengths, **AS_IT_IS),
    a_pdf_of_nested_lists=lambda: pdf(deep),
)
cases("pages", a_pdf_of_201_pages=lambda: pdf(pages=201), a_pdf_of_10000_pages=lambda: pdf(pages=10_000))
cases("enclosed", a_pdf_that_is_only_a_cover=lambda: pdf(at_root(Collection=Dictionary(View=Name.D))))
cases("unsafe", a_pdf_with_postscript=lambda: pdf(postscript))
cases("pixels", a_pdf_with_a_picture_of_900_million_points=lambda: pdf(large_picture))
cases("broken", a_pdf_whose_pages_go_round=lambda: pdf(circle), a_pdf_of_a_head_alone=lambda: b"%PDF-1.7\n" + MARK)
cases("kind", a_pdf_that_begins_late=lambda: b" " * 1000 + pdf(), a_web_page_that_holds_a_pdf=lambda: SCRIPT + pdf())


# --- Presentations and other ZIPs -----------------------------------------------------------------


def archive(parts: dict[str, bytes], *, links: tuple[str, ...] = (), first: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            if name in links:
                info.external_attr = 0o120777 << 16
            made.writestr(info, body)
    return out.getvalue()


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS = f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{OFFICE}" '
NS += 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = f"{PPTX}.main+xml"


def rels(*rows: tuple[str, str, str], external: tuple[str, ...] = ()) -> bytes:
    made = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if key in external else ''}/>"
        for key, kind, target in rows
    )
    return f'<Relationships xmlns="{RELS}">{made}</Relationships>'.encode()


def slide(inside: str = "") -> bytes:
    text = "<p:sp><p:txBody><a:p><a:r><a:t>Leesbaar</a:t></a:r></a:p></p:txBody></p:sp>"
    return (
        f"<p:sld {NS}><p:cSld><p:spTree>{text}{inside}</p:spTree></p:cSld><p:timing>{WORD}</p:timing></p:sld>".encode()
    )


def pptx(inside: str = "", rows: tuple = (), external: tuple = (), main: str = MAIN, **more: bytes) -> bytes:
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    types += f'<Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>'
    parts = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": rels(("rId1", "officeDocument", "ppt/presentation.xml"), ("rId2", "core", "docProps/core.xml")),
        "docProps/core.xml": f"<c>{WORD}</c>".encode(),
        "ppt/presentation.xml": f'<p:presentation {NS}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
        f'<p:notesMasterIdLst><p:notesMasterId r:id="rId9"/></p:notesMasterIdLst></p:presentation>'.encode(),
        "ppt/_rels/presentation.xml.rels": rels(
            ("rId1", "slide", "slides/slide1.xml"), ("rId9", "notesMaster", "notesMasters/notesMaster1.xml")
        ),
        "ppt/notesMasters/notesMaster1.xml": f"<n>{WORD}</n>".encode(),
        "ppt/slides/slide1.xml": slide(inside),
        "ppt/comments/comment1.xml": f"<c>{WORD}</c>".encode(),
    }
    if rows:
        parts["ppt/slides/_rels/slide1.xml.rels"] = rels(*rows, external=external)
    return archive(parts | {name.replace("__", "/").replace("_dot_", "."): body for name, body in more.items()})


def linked(target: str) -> bytes:
    inside = '<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"><a:hlinkClick r:id="rId5"/></p:cNvPr></p:nvSpPr></p:sp>'
    return pptx(inside, (("rId5", "hyperlink", target),), external=("rId5",))


def shown(target: str, body: bytes) -> bytes:
    inside = '<p:pic><p:blipFill><a:blip r:embed="rId6"/></p:blipFill></p:pic>'
    row = (("rId6", "image", f"../media/{target}"),)
    return pptx(inside, row, **{f"ppt__media__{target.replace('.', '_dot_')}": body})


def odp(content: str = "", **more: bytes) -> bytes:
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = "".join(
        f' xmlns:{short}="{ns}{long}:1.0"'
        for short, long in {"office": "office", "draw": "drawing", "text": "text", "script": "script"}.items()
    )
    body = (
        f'<office:document-content{spaces} xmlns:xlink="http://www.w3.org/1999/xlink"><office:scripts>{WORD}</office:scripts>'
        f"<office:body><office:presentation><draw:page><text:p>Leesbaar</text:p>{content}</draw:page>"
        "</office:presentation></office:body></office:document-content>"
    )
    parts = {
        "mimetype": ODP.encode(),
        "content.xml": body.encode(),
        "meta.xml": f"<m>{WORD}</m>".encode(),
        "Basic/Standard/x.xml": MARK,
        "Thumbnails/thumbnail.png": MARK,
    }
    parts |= {name.replace("__", "/").replace("_dot_", "."): body for name, body in more.items()}
    return archive(parts, first="mimetype")


cases(
    PPTX,
    a_plain_presentation=pptx,
    a_presentation_with_a_photo=lambda: shown("photo.jpg", picture(exif=exif())),
    a_presentation_with_a_drawing_of_another_kind=lambda: shown("x.emf", MARK * 50),
    a_presentation_with_a_photo_that_is_none=lambda: shown("x.png", SCRIPT),
    a_presentation_with_a_plain_link=lambda: linked("https://example.org/"),
    a_presentation_with_a_link_to_a_script=lambda: linked(f"javascript:{WORD}"),
    a_presentation_with_a_link_to_a_file=lambda: linked(f"file:///{WORD}"),
    a_presentation_with_an_enclosed_sheet=lambda: pptx(
        '<p:graphicFrame><a:graphic><p:oleObj r:id="rId7"/></a:graphic></p:graphicFrame>',
        (("rId7", "oleObject", "../embeddings/x.bin"),),
        ppt__embeddings__x_dot_bin=MARK,
    ),
    a_presentation_with_a_film=lambda: pptx(
        '<p:pic><p:nvPicPr><p:nvPr><a:videoFile r:link="rId8"/></p:nvPr></p:nvPicPr></p:pic>',
        (("rId8", "video", f"https://example.org/{WORD}"),),
        external=("rId8",),
    ),
)
cases(
    ODP,
    a_plain_odp=odp,
    an_odp_with_a_photo=lambda: odp(
        '<draw:frame><draw:image xlink:href="Pictures/a.jpg"/></draw:frame>', Pictures__a_dot_jpg=picture(exif=exif())
    ),
    an_odp_with_an_enclosed_object=lambda: odp('<draw:object xlink:href="./Object 1"/>'),
    an_odp_with_a_script_on_a_button=lambda: odp(f'<script:event-listener xlink:href="vnd.sun.star.script:{WORD}"/>'),
    an_odp_with_a_link_to_a_script=lambda: odp(f'<text:a xlink:href="javascript:{WORD}">x</text:a>'),
    an_odp_that_reads_a_file=lambda: odp(f'<draw:image xlink:href="file:///{WORD}"/>'),
)
cases(
    "macro",
    a_presentation_with_macros=lambda: pptx(ppt__vbaProject_dot_bin=MARK),
    a_presentation_that_says_it_has_macros=lambda: pptx(
        main="application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
    ),
)
cases(
    "unsafe",
    an_odp_that_asks_for_a_file=lambda: odp(
        **{"styles_dot_xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'}
    ),
    a_zip_that_climbs_out=lambda: archive({"../../etc/x": MARK, "ppt/presentation.xml": b"<x/>"}),
    a_zip_with_an_absolute_path=lambda: archive({"/etc/x": MARK, "ppt/presentation.xml": b"<x/>"}),
    a_zip_with_a_link=lambda: archive({"x": b"/etc/passwd", "ppt/presentation.xml": b"<x/>"}, links=("x",)),
)
cases(
    "bomb",
    a_presentation_that_unpacks_to_300_MB=lambda: pptx(ppt__media__x_dot_png=b"\x00" * (300 << 20)),
    a_zip_of_100000_parts=lambda: archive({f"{number}": b"" for number in range(100_000)}),
)
cases(
    "broken",
    a_presentation_with_entities=lambda: pptx(**{"ppt__theme__theme1_dot_xml": _bomb_of_entities(b"theme")}),
    a_zip_cut_short=lambda: pptx()[:-30],
    a_presentation_without_slides=lambda: archive(
        {"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": f"<p:presentation {NS}/>".encode()}
    ),
    a_presentation_whose_slide_is_no_xml=lambda: pptx(**{"ppt__slides__slide1_dot_xml": MARK}),
)
