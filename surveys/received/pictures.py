"""Pictures, painted anew from their pixels: place, time, camera and thumbnails stay behind."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from surveys.conversation.turns import Refusal

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""What phones send. Rarer formats are not opened at all: every decoder is a door."""
MOST_PIXELS = 16_000_000
"""A picture that unpacks to more is a bomb, or of no use in a chat."""
MOST_PIXELS_IN_PARTS = 64_000_000
"""As much of a JPEG that need not be unpacked whole: cameras of telephones make such ones."""
LONGEST_SIDE = 2560
"""Pixels of what is kept: as many as Telegram's own photos have, and enough to read a page."""
_QUALITY = 88
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")
_OF_A_PALETTE = ("1", "P", "PA")
"""Their pixels are numbers of colours: nothing lies between two of them."""
_painters = ThreadPoolExecutor(2, "pictures")
"""Pictures are unpacked by these two, whether they came through the chat or from a tablet: the memory that a thread has
used stays with it for its next picture."""


def is_picture(content: bytes) -> bool:
    """Whether the bytes begin as those of a picture do."""
    return content.startswith(_SIGNATURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def clean_picture(content: bytes) -> tuple[str, bytes] | Refusal:
    """Media type and bytes of the same picture, upright, with nothing but its pixels. Of a moving one, the first."""
    return _painters.submit(_cleaned, content).result()


def _cleaned(content: bytes) -> tuple[str, bytes] | Refusal:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > _most_pixels(picture):
                return Refusal("picture_too_large")
            picture.draft(
                "RGB", (LONGEST_SIDE, LONGEST_SIDE)
            )  # a large JPEG is unpacked at a part of its size
            picture.load()
            return _painted_anew(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Refusal("picture_too_large")
    except Exception:  # a broken picture may fail in as many ways as there are ways to break one
        return Refusal("unreadable")


def _most_pixels(picture: ImageFile.ImageFile) -> int:
    """A JPEG that comes in ever finer layers has to be held whole, whatever is made of it."""
    in_parts = picture.format == "JPEG" and not picture.info.get("progressive")
    return MOST_PIXELS_IN_PARTS if in_parts else MOST_PIXELS


def _painted_anew(picture: Image.Image) -> tuple[str, bytes]:
    """Made small before anything is copied: whatever comes after costs little."""
    sees_through = picture.has_transparency_data
    if picture.mode in _OF_A_PALETTE:
        picture = picture.convert("RGBA" if sees_through else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ImageOps.exif_transpose(picture, in_place=True)
    pixels = picture.convert("RGBA" if sees_through else "RGB")
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)  # what a picture carries beside its pixels stays with the old one
    written = BytesIO()
    if sees_through:
        bare.save(written, "PNG")
        return "image/png", written.getvalue()
    bare.save(written, "JPEG", quality=_QUALITY)
    return "image/jpeg", written.getvalue()
