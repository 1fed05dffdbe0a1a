"""The form as a tagged PDF (PDF/UA-1), ready for the printer: as many copies as codes, each with its own."""

import io
import json
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from PIL import Image

from core.typeface import printable_all, typst_fonts
from surveys.paper.sheet import Sheet

TEMPLATE = Path(__file__).with_name("paper.typ")
LARGEST_PICTURE = 1200
"""Pixels of the longer side: more than a printer shows at four centimetres."""
MOST_PIXELS = 60_000_000


def print_sheet(sheet: Sheet, codes: Sequence[str], files: Mapping[str, bytes]) -> bytes:
    """The form, once for each code. The same sheet, codes and files give the same bytes.

    files: the pictures that the questionnaire refers to, by name; one that cannot be read is left out
    """
    with TemporaryDirectory() as folder:
        room = Path(folder)
        template = room / TEMPLATE.name
        template.write_bytes(TEMPLATE.read_bytes())
        document: dict[str, Any] = asdict(sheet)
        _bring_pictures(document, files, room)
        pdf = typst.compile(
            template,
            root=room,
            font_paths=typst_fonts(),
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"sheet": json.dumps(printable_all(document)), "codes": json.dumps(list(codes))},
            timestamp=0,
        )
    assert isinstance(pdf, bytes)
    return pdf


def print_apart(sheet: Sheet, codes: Sequence[str], files: Mapping[str, bytes]) -> bytes:
    """The same in a process of its own: typst remembers some ten compilations, which a server would carry along."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(print_sheet, sheet, codes, files).result()


def _bring_pictures(document: dict[str, Any], files: Mapping[str, bytes], room: Path) -> None:
    """Lay the pictures beside the template, under names of ours."""
    names: dict[str, str] = {}
    for entry in document["entries"]:
        wanted = entry["picture"]
        if wanted and wanted not in names:
            picture = _readable(files.get(wanted, b""))
            names[wanted] = f"{len(names)}.png" if picture else ""
            if picture:
                (room / names[wanted]).write_bytes(picture)
        entry["picture"] = names.get(wanted, "")


def _readable(content: bytes) -> bytes | None:
    """The picture as a small PNG; None where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content))
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.thumbnail((LARGEST_PICTURE, LARGEST_PICTURE))
            written = io.BytesIO()
            picture.convert("RGB").save(written, "PNG")
    except Exception:  # Pillow answers a damaged file with whatever its decoder ran into
        return None
    return written.getvalue()
