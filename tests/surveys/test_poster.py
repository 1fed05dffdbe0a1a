"""The poster of a way in: one tagged sheet in two languages, with a code that a camera reads."""

import io
import subprocess
from pathlib import Path
from shutil import which

import pikepdf
import pytest
import segno
from PIL import Image

from i18n.translator import Translator
from surveys.paper.poster import poster_of, print_poster, print_poster_apart
from surveys.paper.qr_codes import qr_png, qr_svg

ADDRESS = "https://t.me/rimay_bot?start=k7m2p9qx"
UNIT = "la Unidad de Movilidad Humana de Imbabura"
LONG = "http://una.direccion.bastante.larga.de.la.prefectura.gob.ec:8000/simulator?start=k7m2p9qx"
needs_poppler = pytest.mark.skipif(
    which("pdftoppm") is None, reason="pdftoppm is not there: apt-get install poppler-utils"
)

Modules = list[list[bool]]


def printed(
    translator: Translator, address: str = ADDRESS, place: str = "Albergue", unit: str = UNIT
) -> bytes:
    return print_poster(poster_of(address, place, unit, translator))


def modules_of(address: str) -> Modules:
    """The code as the standard has it, without its border: level Q."""
    return [[bool(module) for module in row] for row in segno.make_qr(address, error="q").matrix]


def read_modules(picture: Image.Image, count: int) -> Modules:
    """What a camera makes of a picture: the dark square found, each module looked at in its middle."""
    dark = picture.convert("L").point(lambda shade: 255 if shade < 128 else 0)
    box = dark.getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert abs((right - left) - (bottom - top)) <= 2, "it is a square"
    side = (right - left) / count
    return [
        [
            dark.getpixel((int(left + (column + 0.5) * side), int(top + (row + 0.5) * side))) == 255
            for column in range(count)
        ]
        for row in range(count)
    ]


@pytest.mark.parametrize("address", [ADDRESS, LONG])
def test_the_picture_is_the_code_with_its_white_border(address: str) -> None:
    expected = modules_of(address)
    picture = Image.open(io.BytesIO(qr_png(address)))
    module = picture.width // (len(expected) + 8)
    border = picture.convert("L").crop((0, 0, picture.width, 4 * module))

    assert read_modules(picture, len(expected)) == expected
    assert border.getextrema() == (255, 255)


def test_the_drawing_says_what_it_is_and_has_a_size() -> None:
    svg = qr_svg(ADDRESS, "Código <QR>").decode()
    assert "<title>Código &lt;QR&gt;</title>" in svg
    assert 'viewBox="0 0 82 82"' in svg and 'width="82mm"' in svg


@needs_poppler
@pytest.mark.parametrize("address", [ADDRESS, LONG])
def test_the_code_on_the_sheet_is_that_of_the_address_and_large(
    address: str, translator: Translator, tmp_path: Path
) -> None:
    path = tmp_path / "poster.pdf"
    path.write_bytes(printed(translator, address))
    subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", path, tmp_path / "sheet"], check=True)
    sheet = Image.open(tmp_path / "sheet.png")
    expected = modules_of(address)

    # Only the code is black: words are of ink and indigo.
    black = sheet.convert("L").point(lambda shade: 255 if shade < 12 else 0)
    left, top, right, bottom = black.getbbox() or (0, 0, 0, 0)
    around = sheet.crop((left - 8, top - 8, right + 8, bottom + 8))

    assert read_modules(around, len(expected)) == expected
    assert (right - left) / sheet.width > 0.35, "seven centimetres or more"


@needs_poppler
def test_the_sheet_says_in_both_languages_what_this_is_and_that_nobody_is_named(
    translator: Translator, tmp_path: Path
) -> None:
    path = tmp_path / "poster.pdf"
    path.write_bytes(printed(translator, place="Albergue de Ibarra"))
    text = " ".join(
        subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True)
        .stdout.replace("-\n", "")
        .split()
    )
    for language in ("es", "qu"):
        for key in ("title", "scan", "language", "nameless", "stop", "typed"):
            assert " ".join(translator.text("links.poster_" + key, language).split()) in text
        told = translator.text("links.poster_what", language, unit=UNIT)
        assert (told[:1].upper() + told[1:]) in text
    assert "t.me/rimay_bot?start=k7m2p9qx" in text and "https://" not in text
    assert "Albergue de Ibarra" in text and text.startswith("La Unidad de Movilidad")


def test_it_is_tagged_and_its_code_has_words_for_who_cannot_see_it(translator: Translator) -> None:
    pdf = pikepdf.open(io.BytesIO(printed(translator)))
    assert str(pdf.Root.Lang) == "es-EC" and bool(pdf.Root.MarkInfo.Marked)
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "Albergue" in metadata["dc:title"]
    structure = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
    alts = [str(thing.Alt) for thing in structure if "/Alt" in thing]
    assert any(ADDRESS in alt for alt in alts)
    spoken = {str(thing.Lang) for thing in structure if "/Lang" in thing}
    assert any(language.startswith("qu") for language in spoken), "Kichwa is read as Kichwa"


@pytest.mark.parametrize(
    ("address", "place", "unit"),
    [
        (ADDRESS, "x" * 120, UNIT),
        (LONG, "Organización de mujeres «Ñukanchik» $x$ #panic() *a* @b " * 2, UNIT),
        (ADDRESS, "漢字 😀", "la Dirección de Inclusión, Movilidad Humana y Cooperación " * 2),
    ],
)
def test_whatever_the_names_it_is_one_sheet(
    translator: Translator, address: str, place: str, unit: str
) -> None:
    assert len(pikepdf.open(io.BytesIO(printed(translator, address, place, unit))).pages) == 1


def test_the_same_words_give_the_same_bytes_in_a_process_of_its_own_too(translator: Translator) -> None:
    poster = poster_of(ADDRESS, "Albergue", UNIT, translator)
    assert print_poster(poster) == print_poster(poster) == print_poster_apart(poster)
