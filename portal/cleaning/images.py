"""Pictures are drawn again from their pixels: what a camera or a prankster wrote beside them does not come along."""

import io
import warnings

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from portal.children import Refused

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 16_000
FORMATS = ("PNG", "JPEG", "WEBP")
SRGB = ImageCms.createProfile("sRGB")
LARGEST_PROFILE = 1_000_000


def clean(body: bytes) -> tuple[dict[str, int], bytes]:
    """Width and height in pixels, and the picture in its own format, upright, in sRGB, with nothing but pixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture, kind = _opened(body)
            picture = _plain(ImageOps.exif_transpose(picture))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Refused("pixels") from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, EOFError, UserWarning) as error:
            raise Refused("broken") from error
    return {"width": picture.width, "height": picture.height}, _written(picture, kind)


def _opened(body: bytes) -> tuple[Image.Image, str]:
    picture = Image.open(io.BytesIO(body), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise Refused("pixels")
    if getattr(picture, "n_frames", 1) > 1:
        raise Refused("animated")
    picture.load()
    return picture, str(picture.format)


def _plain(picture: Image.Image) -> Image.Image:
    """In sRGB, with or without transparency, without anything that is not a pixel."""
    profile = picture.info.get("icc_profile") or b""
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if profile and len(profile) <= LARGEST_PROFILE and picture.mode in ("RGB", "CMYK"):
        picture = _in_srgb(picture, profile)
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    wanted = "RGBA" if see_through else "L" if picture.mode in ("1", "L") else "RGB"
    plain = picture if picture.mode == wanted else picture.convert(wanted)
    copy = Image.new(plain.mode, plain.size)
    copy.paste(plain)
    return copy


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, given, SRGB, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError):
        return picture  # a profile that is none: the colours may be a little off


def _written(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "JPEG":
        picture.convert("L" if picture.mode == "L" else "RGB").save(out, "JPEG", quality=88, optimize=True)
    elif kind == "WEBP":
        picture.save(out, "WEBP", quality=88, method=4)
    else:
        picture.save(out, "PNG", optimize=picture.width * picture.height < 4_000_000)
    return out.getvalue()
