"""Reading a ZIP that may be hostile: no name leads outside, nothing unpacks beyond its bounds."""

import io
import stat
import zipfile

from lxml import etree

from portal.children import Refused

MOST_PARTS = 3000
MOST_UNPACKED = 100 << 20  # bytes of all parts together
LARGEST_XML = 8 << 20


class Archive:
    """The parts of a ZIP by name, each read within what is left of the bounds."""

    def __init__(self, body: bytes) -> None:
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(body))
            parts = self.zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused("broken") from error
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Refused("bomb")
        self.left = MOST_UNPACKED
        self.parts = {part.filename: part for part in parts if not part.is_dir()}
        if len(self.parts) != sum(not part.is_dir() for part in parts) or not all(map(_sound, parts)):
            raise Refused("unsafe")

    def read(self, name: str) -> bytes:
        try:
            with self.zip.open(self.parts[name]) as part:
                body = part.read(self.left + 1)
        except KeyError as error:
            raise Refused("broken") from error
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise Refused("broken") from error
        self.left -= len(body)
        if self.left < 0:
            raise Refused("bomb")
        return body

    def xml(self, name: str) -> etree._Element:
        return parsed(self.read(name))


def _sound(part: zipfile.ZipInfo) -> bool:
    name, kind = part.filename, part.external_attr >> 16
    steps = name.replace("\\", "/").split("/")
    inside = not name.startswith(("/", "\\")) and ".." not in steps and ":" not in name and "\x00" not in name
    is_link = stat.S_ISLNK(kind) if kind else False
    return inside and "\\" not in name and not is_link and not part.flag_bits & 0x1


def parsed(body: bytes) -> etree._Element:
    """XML without entities, document types, comments and instructions. Raises Refused."""
    if len(body) > LARGEST_XML:
        raise Refused("bomb")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, load_dtd=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("broken") from error
    if root.getroottree().docinfo.doctype:
        raise Refused("unsafe")
    return root


def written(parts: dict[str, bytes], *, first: str = "") -> bytes:
    """A new ZIP with these parts and a fixed date; `first` is stored uncompressed at the head."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(parts, key=lambda name: (name != first, name)):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            made.writestr(info, parts[name])
    return out.getvalue()


def serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
