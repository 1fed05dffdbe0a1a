"""The files of a consultation over the web."""

import io
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from core.tables import AuditEvent
from tests.api.conftest import ANA, Browse, Console
from tests.surveys.consulting import Sent, hold_consultation
from tests.surveys.people import question, questionnaire

KINDS = [
    ("csv", "text/csv; charset=utf-8", "rimay-{}-responses.csv"),
    ("jsonl", "application/jsonl", "rimay-{}-responses.jsonl"),
    ("hxl", "text/csv; charset=utf-8", "rimay-{}-responses.hxl.csv"),
    ("spss", "application/x-spss-sav", "rimay-{}-responses.sav"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "rimay-{}-responses.xlsx",
    ),
]


@pytest.mark.parametrize(("form", "media_type", "name"), KINDS)
async def test_a_format_comes_under_its_name(
    console: Console, browse: Browse, opened: int, form: str, media_type: str, name: str
) -> None:
    answer = await (await browse(ANA)).look(f"/consultations/{opened}/export.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert name.format(opened) in answer.headers["content-disposition"]
    deeds = await console.database.read(lambda db: list(db.scalars(select(AuditEvent.act))))
    assert deeds[-1] == "export_responses"


async def test_the_page_offers_every_format(browse: Browse, opened: int) -> None:
    page = (await (await browse(ANA)).look(f"/consultations/{opened}/export")).text
    for form, _, _ in KINDS:
        assert f'formaction="/consultations/{opened}/export.{form}"' in page
    assert '<option value="qu">' in page


async def test_choices_in_words_and_apart(browse: Browse, opened: int) -> None:
    address = f"/consultations/{opened}/export.csv?language=qu&split=1"
    assert "needs/work" in (await (await browse(ANA)).look(address)).text
    book = await (await browse(ANA)).look(f"/consultations/{opened}/export.xlsx?split=1")
    with ZipFile(io.BytesIO(book.content)) as archive:
        assert "xl/worksheets/sheet2.xml" in archive.namelist()


@pytest.mark.parametrize("form", ["csv", "jsonl", "hxl", "xlsx"])
@pytest.mark.parametrize(("language", "word"), [("", "nombre"), ("es", "nombre"), ("qu", "shuti")])
async def test_what_covers_a_name_is_said_in_the_language_of_the_file(
    console: Console, browse: Browse, form: str, language: str, word: str
) -> None:
    asked = questionnaire(question("story"), question("more"))
    told = Sent({"story": "Me llamo [name]", "more": "[name]: sí [sic]"})
    consultation = await console.database.run(hold_consultation, asked, [told])
    address = f"/consultations/{consultation}/export.{form}?language={language}"
    content = (await (await browse(ANA)).look(address)).content
    if form == "xlsx":
        with ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    assert f"Me llamo [{word}]".encode() in content and f"[{word}]: sí [sic]".encode() in content
    assert b"[name]" not in content


@pytest.mark.parametrize(
    ("address", "status"), [("export.pdf", 404), ("export.csv?language=fr", 400), ("export.", 404)]
)
async def test_what_is_not_there_is_refused(browse: Browse, opened: int, address: str, status: int) -> None:
    answer = await (await browse(ANA)).look(f"/consultations/{opened}/{address}")
    assert answer.status_code == status
