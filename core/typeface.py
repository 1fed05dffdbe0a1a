"""The typeface of what we print, and which characters it has: a PDF/UA file must be able to show every one."""

import struct
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

FAMILY = "Atkinson Hyperlegible"
PACKAGE = "fontpkg_atkinson_hyperlegible"
REGULAR = "AtkinsonHyperlegible-Regular.ttf"
UNKNOWN_LETTER = "?"


def font_folder() -> Path:
    """Where the static files of the typeface are."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(PACKAGE)
    return Path(spec.origin).parent / "files"


@cache
def typst_fonts() -> typst.Fonts:
    """Our typeface and no other, so that a machine's own fonts change nothing."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())]
    )


def printable_all(value: Any) -> Any:
    """Values as JSON knows them, with every text in characters that the typeface has."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: printable_all(each) for key, each in value.items()}
        case list() | tuple():
            return [printable_all(each) for each in value]
        case _:
            return value


def printable(text: str) -> str:
    """The text in letters that the typeface has. A sign that it lacks goes; a letter leaves a question mark."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        each if each in "\n\t" or ord(each) in _characters() else _stand_in(each) for each in composed
    )


def _stand_in(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return UNKNOWN_LETTER if category[0] in "LN" else ""


@cache
def _characters() -> frozenset[int]:
    """Code points with a glyph, from the font's table `cmap`, format 4 (OpenType specification, section cmap)."""
    font = (font_folder() / REGULAR).read_bytes()
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * index) for index in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    subtables = struct.unpack_from(">H", font, cmap + 2)[0]
    for index in range(subtables):
        start = cmap + struct.unpack_from(">HHL", font, cmap + 4 + 8 * index)[2]
        if struct.unpack_from(">H", font, start)[0] == 4:
            return frozenset(_segments(font, start))
    raise ValueError("the typeface has no character map of format 4")


def _segments(font: bytes, start: int) -> list[int]:
    """The code points of a format 4 table: segments from a first to a last character. U+FFFF only ends the list."""
    length = struct.unpack_from(">H", font, start + 6)[0]
    count = length // 2
    lasts = struct.unpack_from(f">{count}H", font, start + 14)
    firsts = struct.unpack_from(f">{count}H", font, start + 16 + length)
    return [
        point
        for first, last in zip(firsts, lasts, strict=True)
        for point in range(first, last + 1)
        if point != 0xFFFF
    ]
