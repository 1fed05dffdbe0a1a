"""Paper forms on the console: typed in by code, kept half-way, or brought in as a file, with every fault at once."""

import base64
import io
import re
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

import api.routes.consultations.paper_imports as paper_imports
from core.database import Database
from surveys.questionnaire import Choice, Questionnaire
from surveys.tables import Response
from tests.api.conftest import ANA, BELEN, CARLOS, Browse, Console
from tests.surveys.entering import open_rich
from tests.surveys.people import group, integer, question
from tests.surveys.people import select as select_one

CODE, OTHER = "2222-2222", "2222-2235"


@pytest.fixture
async def rich(console: Console) -> int:
    return await console.database.run(open_rich)


async def kept(database: Database) -> list[tuple[str, str, Any]]:
    rows = await database.read(lambda db: list(db.scalars(select(Response).order_by(Response.state))))
    return [(row.mode, row.state, row.answers) for row in rows]


@pytest.mark.parametrize("path", ["paper-entry", "paper-import", "paper-template.xlsx"])
async def test_who_may_type_paper_in(browse: Browse, opened: int, path: str) -> None:
    seen = {}
    for role in (ANA, BELEN, CARLOS):
        seen[role] = (await (await browse(role)).look(f"/consultations/{opened}/{path}")).status_code
    assert seen == {ANA: 200, BELEN: 403, CARLOS: 200}


async def test_a_form_is_typed_in(console: Console, browse: Browse, opened: int) -> None:
    address = f"/consultations/{opened}/paper-entry"
    fields: Any = {
        "code": "2222 2222",
        "a.needs": ["health", "work"],
        "a.more": "Soy Ana",
        "may_quote": "yes",
    }
    answer = await (await browse(ANA)).fill(address, address, **fields)
    assert answer.headers["location"] == f"{address}?done=entry_entered"
    [(mode, state, answers)] = await kept(console.database)
    assert (mode, state, answers["needs"]) == ("paper", "finished", ["work", "health"])


@pytest.mark.parametrize("count", ["9" * 5_000, "-1", "1e3", "²", ""])
async def test_a_count_of_members_that_is_none_counts_as_one(browse: Browse, rich: int, count: str) -> None:
    address = f"/consultations/{rich}/paper-entry"
    answer = await (await browse(ANA)).fill(address, address, act="members.home", **{"members.home": count})
    assert answer.status_code == 200
    assert 'name="a.home[2]/name"' in answer.text and 'name="a.home[3]/name"' not in answer.text


async def test_the_same_code_twice_is_told(console: Console, browse: Browse, opened: int) -> None:
    address, browser = f"/consultations/{opened}/paper-entry", await browse(ANA)
    first, answer = [await browser.fill(address, address, code=CODE, **{"a.more": "Hola"}) for _ in range(2)]
    assert (first.status_code, answer.status_code) == (303, 409)
    assert "El formulario 2222-2222 ya está pasado." in answer.text and "Hola" in answer.text
    assert len(await kept(console.database)) == 1


@pytest.mark.parametrize("code", ["", "2222-2223"])
async def test_a_wrong_code_is_told_and_what_was_typed_is_there(
    console: Console, browse: Browse, opened: int, code: str
) -> None:
    address = f"/consultations/{opened}/paper-entry"
    answer = await (await browse(ANA)).fill(address, address, code=code, **{"a.more": "Una escuela"})
    assert answer.status_code == 400 and "Una escuela" in answer.text
    assert await kept(console.database) == []


async def test_every_error_at_once_by_question(console: Console, browse: Browse, rich: int) -> None:
    address = f"/consultations/{rich}/paper-entry"
    fields = {"code": CODE, "a.age": "340", "a.about/since": "ayayay", "a.home[1]/years": "9"}
    answer = await (await browse(ANA)).fill(address, address, **fields)
    assert answer.status_code == 422
    wrong = re.findall(r'<a href="#field-a\.([^"]+)"', answer.text)
    assert wrong == ["lives_here", "age", "about/since", "home[1]/name"]
    assert answer.text.count("age: Entre 0 y 120.") == 1, "the field has its question above it"
    assert (
        re.search(r'class="field-error" id="field-a.age-wrong"[^>]*>Entre 0 y 120.<', answer.text)
        and 'value="340"' in answer.text
    )
    assert await kept(console.database) == []


async def test_what_a_question_says_of_earlier_answers_is_left_open(console: Console, browse: Browse) -> None:
    """In the form, in its errors, in the preview and over the results: nobody reads a formula."""
    asked = integer("age", label={"es": "¿Cuántos años tiene ${/data/name}?"}, required="true()")
    chosen = select_one(
        "who",
        choices=(Choice("she", {"es": "La de ${../name}"}),),
        label={"es": "¿Quién, ${/data/name}?"},
        hint={"es": "Ay ${/data/name}"},
    )
    about = group(
        "about",
        question("about/why", relevant="/data/who = 'she'"),
        label={"es": "Sobre ${/data/name}"},
    )
    nodes = (question("name"), asked, chosen, about)
    form = Questionnaire("open", {"es": "Abierto"}, "1", ("es",), "es", nodes, {})
    consultation_id = await console.database.run(open_rich, form)
    address, browser = f"/consultations/{consultation_id}/paper-entry", await browse(ANA)
    await browser.fill(address, address, code=OTHER, **{"a.age": "9", "a.who": "she"})
    pages = [
        await browser.fill(address, address, code=CODE),
        await browser.look("/questionnaires/1"),
        await browser.look(f"/consultations/{consultation_id}/results"),
    ]
    assert [page.status_code for page in pages] == [422, 200, 200]
    for page in pages:
        assert "¿Cuántos años tiene …?" in page.text and "La de …" in page.text
        assert "${" not in page.text
    assert "¿Cuántos años tiene …?: " in pages[0].text
    words = await browser.look(f"/consultations/{consultation_id}/words")
    assert "¿Quién, …?" in words.text and "${" not in words.text


async def test_a_draft_is_kept_and_opened_by_its_code(console: Console, browse: Browse, rich: int) -> None:
    address, browser = f"/consultations/{rich}/paper-entry", await browse(ANA)
    fields = {"code": CODE, "a.age": "340", "a.home[2]/name": "Luis", "act": "draft"}
    answer = await browser.fill(address, address, **fields)
    assert answer.headers["location"].endswith("done=entry_kept")
    page = await browser.fill(address, address, code=CODE.lower(), act="open")
    assert 'value="340"' in page.text and "Luis" in page.text and 'name="a.home[2]/years"' in page.text
    assert (await browser.fill(address, address, code=OTHER, act="open")).status_code == 404
    assert await kept(console.database) == [("paper", "open", None)]


async def test_the_draft_of_another_is_told_and_nothing_is_lost(browse: Browse, rich: int) -> None:
    address, browser = f"/consultations/{rich}/paper-entry", await browse(ANA)
    await browser.fill(address, address, code=CODE, act="draft", **{"a.age": "34"})
    second = await browser.fill(address, address, code=CODE, act="draft", **{"a.age": "9"})
    assert second.status_code == 409 and 'value="9"' in second.text
    assert "El formulario 2222-2222 tiene un borrador y queda igual." in second.text
    page = await browser.fill(address, address, code=CODE, act="open")
    assert 'value="34"' in page.text and 'name="opened" value="2222-2222 1"' in page.text
    await browser.fill(address, address, code=OTHER, act="draft", **{"a.age": "8"})
    other = await browser.fill(address, address, code=OTHER, act="draft", opened="2222-2222 1")
    assert other.status_code == 409, "what was opened was the draft of another form"
    kept = await browser.fill(
        address, address, code=CODE, act="draft", opened="2222-2222 1", **{"a.age": "35"}
    )
    assert kept.status_code == 303
    assert 'value="35"' in (await browser.fill(address, address, code=CODE, act="open")).text


async def test_one_more_member_makes_room_and_loses_nothing(browse: Browse, rich: int) -> None:
    address, browser = f"/consultations/{rich}/paper-entry", await browse(ANA)
    page = await browser.fill(address, address, act="members.home", **{"a.home[1]/name": "Rosa"})
    assert 'name="a.home[2]/name"' in page.text and 'value="2"' in page.text and "Rosa" in page.text


async def bring(browse: Browse, consultation: int, content: bytes, **fields: str) -> Any:
    address = f"/consultations/{consultation}/paper-import"
    files = {"file": ("forms.csv", content)}
    return await (await browse(ANA)).fill(address, address, files=files, **fields)


async def test_a_file_is_stored_whole_or_not_at_all(console: Console, browse: Browse, opened: int) -> None:
    text = f"_code;needs;more\n{CODE};work health;Educación\n{OTHER};dancing;\n".encode("cp1252")
    answer = await bring(browse, opened, text)
    assert answer.status_code == 422 and "No se guardó nada." in answer.text
    assert await kept(console.database) == []
    answer = await bring(browse, opened, text.replace(b"dancing", b"Trabajo"))
    assert answer.status_code == 200 and "2 formularios guardados." in answer.text
    assert [mode for mode, _, _ in await kept(console.database)] == ["paper", "paper"]


async def test_the_same_file_twice_changes_nothing(console: Console, browse: Browse, opened: int) -> None:
    text = f"_code,needs\n{CODE},work\n{OTHER},health\n".encode()
    await bring(browse, opened, text)
    again = await bring(browse, opened, text)
    assert "0 formularios guardados. 2 ya estaban" in again.text
    assert len(await kept(console.database)) == 2


async def test_only_the_right_rows_and_the_others_come_back(
    console: Console, browse: Browse, opened: int
) -> None:
    text = f"_code,needs\n{CODE},work\n{OTHER},dancing\n".encode()
    answer = await bring(browse, opened, text, partly="yes")
    assert answer.status_code == 200 and "1 formulario guardado." in answer.text
    found = re.search(r'href="data:[^"]*base64,([^"]+)"', answer.text)
    assert found is not None
    sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found[1]))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("_why", "_code", "needs") and rows[1][1:] == (OTHER, "dancing")
    assert str(rows[1][0]).startswith("needs: ")
    assert len(await kept(console.database)) == 1


async def test_a_hostile_file_is_refused_with_its_fault(
    console: Console, browse: Browse, opened: int
) -> None:
    answer = await bring(browse, opened, b"\x89PNG\0\0")
    assert answer.status_code == 422 and "no es una tabla" in answer.text
    answer = await bring(browse, opened, b"_code,more\n" + b"x,y\n" * 100_000)
    assert answer.status_code == 422 and "5000 filas" in answer.text
    assert await kept(console.database) == []


async def test_a_long_import_says_how_far_it_is(
    console: Console, browse: Browse, opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_imports, "_SOON", 0.0)
    answer = await bring(browse, opened, f"_code,needs\n{CODE},work\n".encode())
    assert "Revisados: " in answer.text and "1 formulario guardado." in answer.text
    assert answer.text.count("<body") == 1 and answer.text.count("</html>") == 1
    assert len(await kept(console.database)) == 1


async def test_the_template_has_a_column_a_question(browse: Browse, rich: int) -> None:
    answer = await (await browse(ANA)).look(f"/consultations/{rich}/paper-template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["forms", "home", "home.pet", "_columns"]
    headers = [cell.value for cell in book["forms"][1]]
    assert headers[:4] == ["_code", "_language", "_date", "_may_quote"] and "invite" not in headers
