"""The brief in the console: only of what is closed, in both languages, as a page and as a PDF."""

import pytest
from sqlalchemy.orm import Session

from api.routes.council.briefs import _css_text
from core.clock import at
from deliberation.council.agenda import close_and_propose, list_items
from deliberation.council.items import save_item
from deliberation.council.sittings import convene
from surveys.tables import Response
from tests.api.conftest import ANA, BELEN, CARLOS, Browse, Console
from tests.deliberation.council.sessions import NOW, ZONE, sitting, wording

TITLES = {"es": "Qué se pide al consejo", "qu": "Hatun tantanakuyta"}


def _answer(db: Session, consultation_id: int) -> None:
    for number in range(20):
        db.add(
            Response(
                id=f"response{number}",
                consultation_id=consultation_id,
                state="finished",
                language="es",
                answers={"needs": ["work"] if number < 14 else ["health"]},
            )
        )


@pytest.fixture
async def closed(console: Console, opened: int) -> int:
    """A consultation that is over, with its agenda."""
    await console.database.run(_answer, opened)
    await console.database.run(close_and_propose, opened, threshold=5, account_id=None)
    return opened


async def test_while_people_still_answer_there_is_no_brief(browse: Browse, opened: int) -> None:
    browser = await browse(BELEN)
    assert "cuando la consulta se cierra" in (await browser.look(f"/consultations/{opened}/brief")).text
    assert (await browser.look(f"/consultations/{opened}/brief.pdf")).status_code == 404


@pytest.mark.parametrize("role", [ANA, BELEN, CARLOS])
async def test_everybody_with_an_account_reads_it(browse: Browse, closed: int, role: str) -> None:
    page = await (await browse(role)).look(f"/consultations/{closed}/brief")
    assert page.status_code == 200
    assert TITLES["es"] in page.text and "14 de 20" in page.text
    assert "Unidad de Movilidad Humana" in page.text


async def test_belen_lands_on_the_brief(browse: Browse, closed: int) -> None:
    browser = await browse(BELEN)
    assert f"/consultations/{closed}/brief" in (await browser.look("/")).text
    answer = await browser.look(f"/consultations/{closed}")
    assert answer.headers["location"] == f"/consultations/{closed}/brief"


async def test_the_brief_is_read_in_the_language_of_the_page(browse: Browse, closed: int) -> None:
    browser = await browse(BELEN)
    await browser.fill("/account", "/language", language="qu", next="/")
    page = (await browser.look(f"/consultations/{closed}/brief")).text
    assert TITLES["es"] not in page and 'class="brief" lang="qu"' in page


async def test_each_printed_page_says_where_it_is_from(browse: Browse, closed: int) -> None:
    style = await (await browse(BELEN)).look(f"/consultations/{closed}/brief.css")
    assert style.headers["content-type"].startswith("text/css")
    assert '"La Unidad de Movilidad Humana de Imbabura · Necesidades · ' in style.text


@pytest.mark.parametrize("title", ['a"b', "a\\b", "a\nb", "a</style>"])
def test_no_title_can_end_its_string(title: str) -> None:
    written = _css_text(title)
    assert written[1:-1].count('"') == 0 and "\n" not in written and "<" not in written
    assert written.count("\\") == sum(not sign.isalnum() for sign in title), "each as one code"


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_the_pdf_comes_in_either_language(browse: Browse, closed: int, language: str) -> None:
    answer = await (await browse(BELEN)).look(f"/consultations/{closed}/brief.pdf?language={language}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert f"rimay-{closed}-{language}.pdf" in answer.headers["content-disposition"]


@pytest.mark.parametrize("form", ["docx", "html", "zip"])
async def test_it_can_be_kept_in_other_forms(browse: Browse, closed: int, form: str) -> None:
    answer = await (await browse(BELEN)).look(f"/consultations/{closed}/brief.{form}?language=both")
    assert answer.status_code == 200 and answer.content[:2] in (b"PK", b"<!")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await (await browse(BELEN)).look(f"/consultations/{closed}/brief.exe")).status_code == 404


async def test_both_languages_are_read_beside_each_other(browse: Browse, closed: int) -> None:
    page = (await (await browse(BELEN)).look(f"/consultations/{closed}/brief?language=both")).text
    assert all(title in page for title in TITLES.values())


async def test_nobody_without_an_account_reads_it_before_its_agenda_is_published(
    browse: Browse, console: Console, closed: int
) -> None:
    def convene_it(db: Session) -> None:
        first = list_items(db, closed)[0].id
        save_item(db, first, wording("Trabajo"), ZONE, account_id=None)
        convene(db, sitting(db, [first]), letter_number="7", account_id=None)

    async def statuses(folder: str) -> set[int]:
        paths = ("brief", "brief.css", "brief.pdf", "brief.zip")
        return {(await anybody.look(f"/{folder}/{closed}/{path}")).status_code for path in paths}

    anybody = await browse(None)
    assert await statuses("consultations") <= {302, 303, 401}
    assert await statuses("briefs") == {404}
    with at(NOW):
        await console.database.run(convene_it)
    assert await statuses("briefs") == {200}
    page = await anybody.look(f"/briefs/{closed}/brief")
    assert len(page.content) < 100_000 and "14 de 20" in page.text
    assert f"/briefs/{closed}/brief" in (await anybody.look("/sittings/1")).text
