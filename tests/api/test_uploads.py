"""Workbooks: read, or refused with every fault; too large is said kindly; nothing is half-stored."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

import rimay.demonstration
from surveys.consultations import draft_consultation
from surveys.questionnaires import get_workbook, list_questionnaires
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.surveys.accompanying import archive, everything, picture, workbook

DEMONSTRATION = Path(rimay.demonstration.__path__[0]) / "needs_assessment.xlsx"
MB = 1024 * 1024
EVERYBODY = (CARLOS, BELEN, NOBODY)
HOUSEHOLD = """
| survey |
|  | type                     | name      | label         | relevant                         | calculation |
|  | calculate                | twice     |               |                                  | 1 + 1       |
|  | today                    | day       |               |                                  |             |
|  | select_multiple services | servicios | ¿Qué usa?     |                                  |             |
|  | text                     | more      | ¿Cuál centro? | selected(${servicios}, 'salud')  |             |
|  | image                    | picture   | Muéstrelo     | string-length(${servicios}) > 42 |             |
|  | begin repeat             | members   | Su hogar      | selected(${servicios}, 'agua')   |             |
|  | text                     | name      | ¿Quién es?    |                                  |             |
|  | end repeat               |           |               |                                  |             |
|  | note                     | thanks    | Gracias       |                                  |             |
| choices |
|  | list_name | name  | label |
|  | services  | salud | Salud |
|  | services  | agua  | Agua  |
""".encode()


def workbook_of(packed: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return opened.read("form.xlsx")


async def test_a_good_workbook_is_shown_as_telephones_show_it(console: Console, browse: Browse) -> None:
    browser = await browse(ANA)
    files = {"workbook": ("needs.xlsx", DEMONSTRATION.read_bytes())}
    answer = await browser.fill("/questionnaires/new", "/questionnaires", files=files)
    assert answer.headers["location"] == "/questionnaires/1?done=uploaded"
    page = await browser.look(answer.headers["location"])
    assert page.text.count('lang="es"') > 10 and page.text.count('lang="qu"') > 10


async def test_every_page_counts_what_people_are_asked_or_told(console: Console, browse: Browse) -> None:
    """What works itself out is asked of nobody."""
    browser = await browse(ANA)
    await browser.fill("/questionnaires/new", "/questionnaires", files={"workbook": ("form.md", HOUSEHOLD)})
    await console.database.run(
        draft_consultation, questionnaire_id=1, closes_on=date(2030, 1, 1), account_id=None
    )
    await browser.fill("/drafts", "/drafts", questionnaire="1")
    pages = (
        "/questionnaires",
        "/questionnaires/1",
        "/questionnaires/1/versions",
        "/consultations/1",
        "/drafts/1",
    )
    for page in pages:
        counted = re.findall(r"\b(\d+) preguntas", (await browser.look(page)).text)
        assert set(counted) == {"5"}, page


async def test_the_preview_says_in_words_who_is_asked_and_what_is_repeated(browse: Browse) -> None:
    browser = await browse(ANA)
    await browser.fill("/questionnaires/new", "/questionnaires", files={"workbook": ("form.md", HOUSEHOLD)})
    page = (await browser.look("/questionnaires/1")).text
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index('<ol class="preview">') :]))
    assert "Solo se pregunta si en la pregunta 1 marcó «Salud»" in shown
    assert "otro tipo" not in shown and "3 foto" in shown
    assert "string-length" in shown, "where words fail"
    order: tuple[str, ...] = (
        "Muéstrelo",
        "Aquí empieza lo que se repite: «Su hogar».",
        "marcó «Agua»",
        "¿Quién es?",
    )
    order += ("Aquí termina lo que se repite: «Su hogar».", "Gracias")
    places = [shown.index(each) for each in order]
    assert places == sorted(places)


@pytest.mark.parametrize("content", [b"", b"this is no workbook", b"PK\x03\x04broken"])
async def test_what_is_no_workbook_is_refused_with_its_fault(
    console: Console, browse: Browse, content: bytes
) -> None:
    files = {"workbook": ("needs.xlsx", content)}
    answer = await (await browse(ANA)).fill("/questionnaires/new", "/questionnaires", files=files)
    assert answer.status_code == 422
    assert "por corregir" in answer.text and "needs.xlsx" in answer.text
    assert await console.database.read(list_questionnaires) == []


async def test_no_file_at_all(browse: Browse) -> None:
    answer = await (await browse(ANA)).fill("/questionnaires/new", "/questionnaires")
    assert answer.status_code == 400 and "Falta: Hoja de cálculo" in answer.text


@pytest.mark.parametrize("claims", [True, False])
async def test_fifty_megabytes_are_refused_kindly(console: Console, browse: Browse, claims: bool) -> None:
    """Whether or not the length is claimed beforehand: the bytes themselves are counted."""
    browser = await browse(ANA)
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--limit\r\nContent-Disposition: form-data; name="workbook"; filename="a.xlsx"\r\n\r\n'
        for _ in range(50):
            sent += 1
            yield b"x" * MB

    headers = {"content-type": "multipart/form-data; boundary=limit"}
    if claims:
        headers["content-length"] = str(50 * MB)
    answer = await browser.client.post("/questionnaires", content=chunks(), headers=headers)
    assert answer.status_code == 413
    assert "Puede enviar hasta 40 MB." in answer.text
    assert sent == 50, "read to the end, or the browser would show a broken connection instead"
    assert await console.database.read(list_questionnaires) == []


async def test_a_workbook_brings_its_files(console: Console, browse: Browse) -> None:
    browser = await browse(ANA)
    files = [
        ("workbook", ("form.xlsx", workbook())),
        *(("files", (name, content)) for name, content in everything().items()),
    ]
    answer = await browser.fill("/questionnaires/new", "/questionnaires", files=files)
    assert answer.headers["location"] == "/questionnaires/1?done=uploaded"
    page = (await browser.look("/questionnaires/1")).text
    for name in ("map.png", "town.wav", "yes.png"):
        assert f'src="/questionnaires/1/files/{name}"' in page
    assert "Otavalo" in page and "No encontramos nada que corregir." in page
    shown = await browser.look("/questionnaires/1/files/map.png")
    assert (shown.headers["content-type"], shown.content) == ("image/png", picture())
    listed = await browser.look("/questionnaires/1/files/towns.csv")
    assert listed.headers["content-disposition"].startswith("attachment")
    assert (await browser.look("/questionnaires/1/files/other.png")).status_code == 404
    seen = {role: await (await browse(role)).look("/questionnaires/1/files/map.png") for role in EVERYBODY}
    assert {role: answer.status_code for role, answer in seen.items()} == {
        CARLOS: 200,
        BELEN: 403,
        NOBODY: 303,
    }


async def test_one_archive_brings_it_all(console: Console, browse: Browse) -> None:
    packed = archive({"form.xlsx": workbook(), **everything()})
    files = {"workbook": ("all.zip", packed)}
    answer = await (await browse(ANA)).fill("/questionnaires/new", "/questionnaires", files=files)
    assert answer.headers["location"] == "/questionnaires/1?done=uploaded"
    assert await console.database.read(get_workbook, 1) == (workbook_of(packed), "form.xlsx")


async def test_a_missing_and_an_unused_file_are_told(browse: Browse) -> None:
    browser = await browse(ANA)
    files = [("workbook", ("form.xlsx", workbook())), ("files", ("other.png", picture()))]
    await browser.fill("/questionnaires/new", "/questionnaires", files=files)
    page = (await browser.look("/questionnaires/1")).text
    assert "Falta el archivo map.png." in page
    assert "El cuestionario no usa el archivo «other.png»." in page


@pytest.mark.parametrize("name", ["../../map.png", "..\\map.png", "/etc/map.png"])
async def test_a_file_named_with_a_path_is_refused(console: Console, browse: Browse, name: str) -> None:
    files = [("workbook", ("form.xlsx", workbook())), ("files", (name, picture()))]
    answer = await (await browse(ANA)).fill("/questionnaires/new", "/questionnaires", files=files)
    assert answer.status_code == 422 and "carpetas o signos" in answer.text
    assert await console.database.read(list_questionnaires) == []


async def test_a_text_without_translation_is_shown_in_the_other_language_and_marked(browse: Browse) -> None:
    form = (
        b"| survey |\n| | type | name | label::es | label::qu | label::fr |\n| | text | a | Hola | | Salut |"
    )
    browser = await browse(ANA)
    await browser.fill("/questionnaires/new", "/questionnaires", files={"workbook": ("form.md", form)})
    page = (await browser.look("/questionnaires/1")).text
    assert page.count("Hola") == 2
    assert "falta; se muestra en español" in page
    assert "Francés" in page and "Salut" in page
