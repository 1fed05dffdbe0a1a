"""The printed form from the console: as asked, or the form comes back with what is wrong."""

from io import BytesIO

import pikepdf
import pytest

from tests.api.conftest import ANA, Browse


@pytest.mark.parametrize(("language", "expected"), [("es", "es-EC"), ("qu-es", "qu-EC")])
async def test_a_pdf_in_the_language_asked_for(
    browse: Browse, questionnaire: int, language: str, expected: str
) -> None:
    address = f"/questionnaires/{questionnaire}/paper.pdf?language={language}&copies=2"
    answer = await (await browse(ANA)).look(address)
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert str(pdf.Root.Lang) == expected
        assert len(pdf.pages) % 2 == 0


@pytest.mark.parametrize(
    "asked", ["language=fr&copies=1", "language=es&copies=0", "language=es&copies=9999", ""]
)
async def test_what_cannot_be_printed_comes_back_with_a_sentence(
    browse: Browse, questionnaire: int, asked: str
) -> None:
    answer = await (await browse(ANA)).look(f"/questionnaires/{questionnaire}/paper.pdf?{asked}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


async def test_a_questionnaire_that_is_not_there(browse: Browse) -> None:
    assert (await (await browse(ANA)).look("/questionnaires/99/paper")).status_code == 404
