"""QR codes of addresses, as a picture and as a drawing of any size. The same address gives the same bytes."""

import io

import segno

_BORDER = 4
"""Modules of white around the code, as ISO/IEC 18004 wants it."""
_PIXELS = 24
"""A module of the picture: a code of ten centimetres is printed sharp."""


def code_of(address: str) -> segno.QRCode:
    """The code; a quarter of it may be dirty, torn or in shadow and it can still be read (level Q)."""
    return segno.make_qr(address, error="q")


def qr_svg(address: str, title: str) -> bytes:
    """As a drawing. `title` is what a screen reader says."""
    file = io.BytesIO()
    code_of(address).save(
        file, kind="svg", border=_BORDER, scale=2, unit="mm", light="white", title=title, xmldecl=False
    )
    return file.getvalue()


def qr_png(address: str) -> bytes:
    """As a picture in black and white."""
    file = io.BytesIO()
    code_of(address).save(file, kind="png", border=_BORDER, scale=_PIXELS)
    return file.getvalue()
