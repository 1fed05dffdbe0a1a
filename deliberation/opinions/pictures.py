"""A drawn map as a picture of a few kilobytes, for who cannot see SVG."""

import io

from PIL import Image

from core.typeface import font_folder

_COLOURS = 48
"""Enough for the few colours of a map and the soft edges between them: a tenth of the size of all colours."""


def png_of(svg: str, *, scale: float = 2) -> bytes:
    """The same in pixels, in the light. Takes some tenths of a second: not for the event loop.

    scale:  pixels for each unit of the drawing
    """
    import vl_convert  # here, as in charts: half a second that most processes never need

    vl_convert.register_font_directory(str(font_folder()))
    with Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=scale))) as drawn:
        small = drawn.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()
