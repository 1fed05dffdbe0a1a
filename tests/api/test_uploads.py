"""Workbooks: read, or refused with every fault; too large is said kindly; nothing is half-stored."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import rimay.demonstration
from surveys.questionnaires import list_questionnaires
from tests.api.conftest import ANA, Browse, Console

DEMONSTRATION = Path(rimay.demonstration.__path__[0]) / "needs_assessment.xlsx"
MB = 1024 * 1024


async def test_a_good_workbook_is_shown_as_telephones_show_it(console: Console, browse: Browse) -> None:
    browser = await browse(ANA)
    files = {"workbook": ("needs.xlsx", DEMONSTRATION.read_bytes())}
    answer = await browser.fill("/questionnaires/new", "/questionnaires", files=files)
    assert answer.headers["location"] == "/questionnaires/1?done=uploaded"
    page = await browser.look(answer.headers["location"])
    assert page.text.count('lang="es"') > 10 and page.text.count('lang="qu"') > 10


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
    assert "Puede enviar hasta 10 MB." in answer.text
    assert sent == 50, "read to the end, or the browser would show a broken connection instead"
    assert await console.database.read(list_questionnaires) == []
