"""Pictures, painted anew from their pixels: place, time, camera and thumbnails stay behind."""

from io import BytesIO

from PIL import Image, ImageOps

from surveys.conversation.turns import Refusal

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""What phones send. Rarer formats are not opened at all: every decoder is a door."""
MOST_PIXELS = 64_000_000
"""A picture that unpacks to more is a bomb, or of no use in a chat."""
LONGEST_SIDE = 2560
"""Pixels of what is kept: as many as Telegram's own photos have, and enough to read a page."""
_QUALITY = 88
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")


def is_picture(content: bytes) -> bool:
    """Whether the bytes begin as those of a picture do."""
    return content.startswith(_SIGNATURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def clean_picture(content: bytes) -> tuple[str, bytes] | Refusal:
    """Media type and bytes of the same picture, upright, with nothing but its pixels. Of a moving one, the first."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return Refusal("picture_too_large")
            picture.draft(
                "RGB", (LONGEST_SIDE, LONGEST_SIDE)
            )  # a large JPEG is unpacked at a part of its size
            return _painted_anew(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Refusal("picture_too_large")
    except Exception:  # a broken picture may fail in as many ways as there are ways to break one
        return Refusal("unreadable")


def _painted_anew(picture: Image.Image) -> tuple[str, bytes]:
    sees_through = picture.has_transparency_data
    pixels = picture.convert("RGBA" if sees_through else "RGB")
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)  # what a picture carries beside its pixels stays with the old one
    written = BytesIO()
    if sees_through:
        bare.save(written, "PNG")
        return "image/png", written.getvalue()
    bare.save(written, "JPEG", quality=_QUALITY)
    return "image/jpeg", written.getvalue()
