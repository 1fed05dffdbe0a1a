"""A small workbook with everything beside it, and the files of a real kind."""

import io
import wave
import zipfile
from collections.abc import Mapping
from functools import cache

import openpyxl
from PIL import Image

SHEETS: dict[str, list[tuple[str, ...]]] = {
    "survey": [
        ("type", "name", "label", "image", "audio"),
        ("select_one_from_file towns.csv", "town", "¿Dónde vive?", "map.png", "town.wav"),
        ("select_one yn", "q", "¿Sí?", "", ""),
    ],
    "choices": [("list_name", "name", "label", "image"), ("yn", "y", "Sí", "yes.png")],
}
TOWNS = "name,label\nota,Otavalo\nurc,Urcuquí\n".encode()


@cache
def workbook() -> bytes:
    """An .xlsx, the same at every call: a file says when it was written."""
    return workbook_of(SHEETS)


def workbook_of(sheets: Mapping[str, list[tuple[str, ...]]]) -> bytes:
    """An .xlsx of some sheets."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def picture(colour: str = "teal") -> bytes:
    """A PNG."""
    written = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(written, "PNG")
    return written.getvalue()


def sound() -> bytes:
    """A WAV of a tenth of a second."""
    written = io.BytesIO()
    with wave.open(written, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(2)
        track.setframerate(8000)
        track.writeframes(b"\0\0" * 800)
    return written.getvalue()


def everything() -> dict[str, bytes]:
    """All that the workbook names."""
    return {"towns.csv": TOWNS, "map.png": picture(), "town.wav": sound(), "yes.png": picture("gold")}


def archive(files: Mapping[str, bytes]) -> bytes:
    """A .zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return written.getvalue()
