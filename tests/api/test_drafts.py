"""Questionnaires written in the console: as plain forms, by who may, with nothing lost."""

import re
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from httpx import Response

from bot.preview import Preview
from i18n.translator import Translator
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.authoring.choices import choices_of
from surveys.authoring.fields import read
from surveys.authoring.outline import outline
from surveys.authoring.texts import missing
from surveys.drafts import DraftState, get_draft
from surveys.questionnaires import get_questionnaire, store_questionnaire
from surveys.xlsform.grids import read_sheets
from surveys.xlsform.reading import read_questionnaire
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console

PAGES = [
    ("/drafts", {ANA, CARLOS}),
    ("/drafts/1", {ANA, CARLOS}),
    ("/drafts/1/rows/2", {ANA}),
    ("/drafts/1/translate", {ANA, CARLOS}),
    ("/drafts/1/library", {ANA, CARLOS}),
    ("/drafts/1/preview", {ANA, CARLOS}),
    ("/drafts/1/workbook", {ANA, CARLOS}),
    ("/library", {ANA, CARLOS}),
]
DEEDS = [
    ("/drafts", {ANA}),
    ("/drafts/1/add", {ANA}),
    ("/drafts/1/group", {ANA}),
    ("/drafts/1/title", {ANA}),
    ("/drafts/1/undo", {ANA}),
    ("/drafts/1/publish", {ANA}),
    ("/drafts/1/discard", {ANA}),
    ("/drafts/1/languages", {ANA}),
    ("/drafts/1/rows/2", {ANA}),
    ("/drafts/1/rows/2/act", {ANA}),
    ("/drafts/1/rows/2/list", {ANA}),
    ("/drafts/1/rows/2/keep", {ANA}),
    ("/drafts/1/library/canton", {ANA}),
    ("/library/1/forget", {ANA}),
    ("/drafts/1/translate", {ANA, CARLOS}),
    ("/drafts/1/preview", {ANA, CARLOS}),
]


@pytest.fixture
async def ana(browse: Browse) -> Browser:
    """Ana, with a draft of one question."""
    ana = await browse(ANA)
    await ana.fill("/drafts", "/drafts", title="Vivienda")
    await send(ana, "/drafts/1", "/drafts/1/add", label="¿Tiene casa?", kind="text")
    return ana


async def send(browser: Browser, page: str, action: str, **fields: str) -> Response:
    """Send a form of a page, with the turn that the page shows unless another is given."""
    shown = await browser.look(page)
    turn = re.search(r'name="turn" value="(\d+)"', shown.text)
    return await browser.fill(page, action, **({"turn": turn[1]} if turn else {}) | fields)


async def state(console: Console, draft: int = 1) -> DraftState:
    return await console.database.read(get_draft, draft)


def fields_of(page: str) -> dict[str, str]:
    """What the form of a question holds, as a browser would send it."""
    form = page[page.index('class="question-form"') :]
    form = form[: form.index("</form>")]
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            fields[name[1]] = value[1] if value else ""
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in fields.items()}


@pytest.mark.parametrize(("path", "allowed"), PAGES)
async def test_pages_are_for(browse: Browse, ana: Browser, path: str, allowed: set[str]) -> None:
    seen = {role: (await (await browse(role)).look(path)).status_code for role in (ANA, BELEN, CARLOS)}
    assert {role for role, status in seen.items() if status != 403} == allowed
    assert all(status in (200, 403) for status in seen.values())
    refused = await (await browse(NOBODY)).look(path)
    assert refused.status_code == 303 and refused.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("path", "allowed"), DEEDS)
async def test_deeds_are_for(browse: Browse, ana: Browser, path: str, allowed: set[str]) -> None:
    people = {ANA, BELEN, CARLOS}
    done = {role: (await (await browse(role)).fill("/account", path)).status_code for role in people}
    assert {role for role, status in done.items() if status != 403} == allowed
    refused = await (await browse(NOBODY)).fill("/sign-in", path)
    assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in")


async def test_an_empty_draft_says_what_to_do_next(browse: Browse) -> None:
    ana = await browse(ANA)
    assert "Empiece uno" in (await ana.look("/drafts")).text
    answer = await ana.fill("/drafts", "/drafts", title="Vivienda")
    assert answer.headers["location"] == "/drafts/1"
    page = (await ana.look("/drafts/1")).text
    assert "Escriba la primera" in page and '<button class="button primary" disabled>' in page
    assert (await ana.fill("/drafts", "/drafts", title=" ")).status_code == 400


async def test_a_questionnaire_is_written_and_published_with_plain_forms(
    console: Console, ana: Browser
) -> None:
    answer = await send(ana, "/drafts/1", "/drafts/1/add", label="¿Paga arriendo?", kind="select_one")
    assert answer.headers["location"] == "/drafts/1/rows/3#field-choices"
    page = (await ana.look("/drafts/1/rows/3")).text
    typed = fields_of(page) | {
        "label_1": "Arriendota kunkichu?",
        "required": "yes",
        "choice_label_0_0": "Sí",
        "choice_label_0_1": "Ari",
        "choice_label_1_0": "No",
        "relevant_subject_0": "tiene_casa",
        "relevant_operator_0": "answered",
        "do": "save",
    }
    assert (await ana.fill("/drafts/1", "/drafts/1/rows/3", **typed)).status_code == 303
    sheets = (await state(console)).sheets
    assert [choice.value for choice in choices_of(sheets, "paga_arriendo")] == ["si", "no"]
    assert read(sheets, "survey", 3, "relevant") == "${tiene_casa} != ''"
    shown = (await ana.look("/drafts/1")).text
    assert "«¿Tiene casa?» tiene respuesta" in shown and "obligatoria" in shown
    published = await send(ana, "/drafts/1", "/drafts/1/publish")
    assert published.headers["location"].startswith("/questionnaires/1")
    asked = await console.database.read(get_questionnaire, 1)
    assert asked.question("paga_arriendo").required == "true()"
    assert (await ana.look("/drafts/1")).status_code == 404


async def test_saving_what_nobody_touched_changes_no_cell(console: Console, browse: Browse) -> None:
    """Every question of our own workbook, through its form and back."""
    content = NEEDS_ASSESSMENT.read_bytes()
    imported = read_questionnaire(content, NEEDS_ASSESSMENT.name)
    await console.database.run(
        store_questionnaire, imported.questionnaire, content=content, file_name="needs.xlsx", account_id=None
    )
    ana = await browse(ANA)
    await ana.fill("/drafts", "/drafts", questionnaire="1")
    before = await state(console)
    assert before.sheets == read_sheets(content, "needs.xlsx")
    for entry in outline(before.sheets):
        page = await ana.look(f"/drafts/1/rows/{entry.row}")
        saved = await ana.fill("/account", f"/drafts/1/rows/{entry.row}", **fields_of(page.text), do="save")
        assert saved.status_code == 303, saved.text
    assert await state(console) == before
    published = await send(ana, "/drafts/1", "/drafts/1/publish")
    assert published.headers["location"].startswith("/questionnaires/2")


async def test_an_expression_that_cannot_be_picked_is_shown_and_kept(console: Console, ana: Browser) -> None:
    page = (await ana.look("/drafts/1/rows/2")).text
    by_hand = "string-length(.) > 2 and regex(., '^a')"
    await ana.fill("/drafts/1", "/drafts/1/rows/2", **fields_of(page) | {"constraint_text": by_hand})
    page = (await ana.look("/drafts/1/rows/2")).text
    assert "se escribió a mano" in page and fields_of(page)["constraint_text"] == by_hand
    await ana.fill("/drafts/1", "/drafts/1/rows/2", **fields_of(page) | {"hint_0": "Diga"})
    sheets = (await state(console)).sheets
    assert read(sheets, "survey", 2, "constraint") == by_hand
    assert read(sheets, "survey", 2, "hint", "Español (es)") == "Diga"


async def test_faults_stand_beside_their_question(ana: Browser) -> None:
    page = (await ana.look("/drafts/1/rows/2")).text
    await ana.fill("/drafts/1", "/drafts/1/rows/2", **fields_of(page) | {"relevant_text": "${nadie} = 1"})
    shown = (await ana.look("/drafts/1")).text
    card = shown[shown.index('id="row-2"') : shown.index("</li>", shown.index('id="row-2"'))]
    assert "nadie" in card and "field-error" in card
    refused = await send(ana, "/drafts/1", "/drafts/1/publish")
    assert refused.status_code == 422 and "No se publicó" in refused.text


async def test_faults_of_the_form_come_back_all_at_once_with_what_was_typed(ana: Browser) -> None:
    await send(ana, "/drafts/1", "/drafts/1/add", label="Otra", kind="select_one")
    page = (await ana.look("/drafts/1/rows/3")).text
    typed = fields_of(page) | {
        "name": "tiene_casa",
        "label_0": "Escrito hace un momento",
        "choice_value_0": "x",
        "choice_value_1": "x",
        "relevant_subject_0": "tiene_casa",
        "relevant_operator_0": "is",
        "relevant_value_0": '"it\'s"',
    }
    refused = await ana.fill("/drafts/1", "/drafts/1/rows/3", **typed)
    assert refused.status_code == 400
    for said in ("ya se llama así", "dos clases de comillas", "mismo código", "Escrito hace un momento"):
        assert said in refused.text


async def test_a_condition_names_only_answers_that_the_question_offers(
    console: Console, ana: Browser
) -> None:
    await send(ana, "/drafts/1", "/drafts/1/add", label="¿Tiene agua?", kind="select_one")
    page = (await ana.look("/drafts/1/rows/3")).text
    choices = {"choice_label_0_0": "Sí", "choice_label_1_0": "No"}
    await ana.fill("/drafts/1", "/drafts/1/rows/3", **fields_of(page) | choices)
    await send(ana, "/drafts/1", "/drafts/1/add", label="¿De dónde?", kind="text")
    page = (await ana.look("/drafts/1/rows/4")).text
    typed = fields_of(page) | {
        "relevant_subject_0": "tiene_agua",
        "relevant_operator_0": "is",
        "relevant_value_0": "quizas",
    }
    refused = await ana.fill("/drafts/1", "/drafts/1/rows/4", **typed)
    assert refused.status_code == 400
    assert "«quizas» no es una respuesta de «¿Tiene agua?». Puede elegir: «Sí», «No»." in refused.text
    assert fields_of(refused.text)["relevant_value_0"] == "quizas"
    assert (await ana.fill("/drafts/1", "/drafts/1/rows/4", **typed | {"relevant_value_0": "SÍ"})).is_redirect
    assert read((await state(console)).sheets, "survey", 4, "relevant") == "${tiene_agua} = 'si'"
    by_hand = fields_of((await ana.look("/drafts/1/rows/4")).text)
    by_hand["relevant_text"] = "${tiene_agua} = 'quizas'"
    assert (await ana.fill("/drafts/1", "/drafts/1/rows/4", **by_hand)).is_redirect
    page = (await ana.look("/drafts/1/rows/4")).text
    assert (await ana.fill("/drafts/1", "/drafts/1/rows/4", **fields_of(page))).is_redirect


async def test_a_second_tab_is_told_and_loses_nothing(console: Console, ana: Browser) -> None:
    old = fields_of((await ana.look("/drafts/1/rows/2")).text)
    await send(ana, "/drafts/1", "/drafts/1/add", label="De la colega", kind="note")
    await send(ana, "/drafts/1", "/drafts/1/rows/3/act", do="up")
    late = await ana.fill("/drafts/1", "/drafts/1/rows/2", **old | {"label_0": "De la otra ventana"})
    assert late.status_code == 409
    assert "guardó cambios" in late.text and "De la otra ventana" in late.text
    assert 'action="/drafts/1/rows/3"' in late.text, "the question stands elsewhere now"
    assert "De la otra ventana" not in str((await state(console)).sheets)
    again = await ana.fill("/drafts/1", "/drafts/1/rows/3", **fields_of(late.text))
    assert again.status_code == 303
    sheets = (await state(console)).sheets
    assert [read(sheets, "survey", row, "label", "Español (es)") for row in (2, 3)] == [
        "De la colega",
        "De la otra ventana",
    ]
    late = await ana.fill("/drafts/1", "/drafts/1/add", turn="0", label="Tecleado", kind="text")
    assert late.status_code == 409 and 'value="Tecleado"' in late.text


async def test_a_removed_question_comes_back(console: Console, ana: Browser) -> None:
    before = (await state(console)).sheets
    await send(ana, "/drafts/1", "/drafts/1/rows/2/act", do="remove")
    assert outline((await state(console)).sheets) == ()
    await send(ana, "/drafts/1", "/drafts/1/undo")
    assert (await state(console)).sheets == before


async def test_questions_are_grouped_and_repeated(console: Console, ana: Browser) -> None:
    await send(ana, "/drafts/1", "/drafts/1/add", label="Edad", kind="integer")
    await send(ana, "/drafts/1", "/drafts/1/group", label="Hogar", first="2", last="3", repeats="yes")
    kinds = [(entry.kind, entry.depth) for entry in outline((await state(console)).sheets)]
    assert kinds == [("repeat", 0), ("text", 1), ("integer", 1)]


async def test_carlos_translates_texts_and_nothing_else(
    console: Console, browse: Browse, ana: Browser
) -> None:
    carlos = await browse(CARLOS)
    before = (await state(console)).sheets
    page = "/drafts/1/translate"
    saved = await send(
        carlos,
        page,
        page,
        language="Kichwa (qu)",
        **{
            "text.survey.2.label": "Wasita charinkichu?",
            "text.survey.2.type": "note",
            "text.survey.2.name": "robado",
        },
    )
    assert saved.status_code == 303
    sheets = (await state(console)).sheets
    assert read(sheets, "survey", 2, "label", "Kichwa (qu)") == "Wasita charinkichu?"
    assert outline(sheets) == outline(before)
    refused = await send(carlos, page, page, language="Español (es)", **{"text.survey.2.label": "x"})
    assert refused.status_code == 403
    assert missing(sheets) == {"Español (es)": 0, "Kichwa (qu)": 1}


async def test_a_late_translation_follows_its_text(console: Console, browse: Browse, ana: Browser) -> None:
    carlos = await browse(CARLOS)
    page = "/drafts/1/translate"
    typed = {"text.survey.2.label": "Wasita charinkichu?", "source.survey.2.label": "¿Tiene casa?"}
    await send(ana, "/drafts/1", "/drafts/1/add", label="Antes", kind="note")
    await send(ana, "/drafts/1", "/drafts/1/rows/3/act", do="up")
    late = await carlos.fill(page, page, turn="1", language="Kichwa (qu)", **typed)
    assert late.status_code == 409
    assert re.search(r'name="text.survey.3.label"[^>]*>\nWasita charinkichu\?', late.text)


async def test_a_language_is_added_once(console: Console, ana: Browser) -> None:
    for _ in range(2):
        await send(ana, "/drafts/1", "/drafts/1/languages", language="English (en)")
    assert list(missing((await state(console)).sheets)) == ["Español (es)", "Kichwa (qu)", "English (en)"]
    assert (await send(ana, "/drafts/1", "/drafts/1/languages", language="=cmd()")).status_code == 404


async def test_the_library_is_put_in_and_kept(console: Console, ana: Browser) -> None:
    await send(ana, "/drafts/1/library", "/drafts/1/library/canton")
    assert [entry.name for entry in outline((await state(console)).sheets)] == ["tiene_casa", "canton"]
    await send(ana, "/drafts/1/rows/2", "/drafts/1/rows/2/keep", name_was="tiene_casa")
    page = (await ana.look("/library?search=casa")).text
    assert "de su equipo" in page and "¿Tiene casa?" in page
    await ana.fill("/library", "/library/1/forget")
    assert "de su equipo" not in (await ana.look("/library")).text
    assert (await send(ana, "/drafts/1", "/drafts/1/library/nada")).status_code == 404


async def test_a_long_list_is_edited_in_parts(console: Console, ana: Browser) -> None:
    await send(ana, "/drafts/1", "/drafts/1/add", label="Larga", kind="select_one")
    wanted = [f"o{number}" for number in range(130)]
    while len(choices_of((await state(console)).sheets, "larga")) < len(wanted):
        there = len(choices_of((await state(console)).sheets, "larga"))
        first = there // 60 * 60
        page = (await ana.look(f"/drafts/1/rows/3?first={first}")).text
        more = {f"choice_value_{n - first}": f"o{n}" for n in range(there, min(first + 60, 130))}
        await ana.fill("/drafts/1", "/drafts/1/rows/3", **fields_of(page) | more)
    page = (await ana.look("/drafts/1/rows/3?first=60")).text
    await ana.fill("/drafts/1", "/drafts/1/rows/3", **fields_of(page) | {"do": "choice_remove_1"})
    wanted.remove("o61")
    assert [choice.value for choice in choices_of((await state(console)).sheets, "larga")] == wanted


async def test_two_questions_share_a_list_until_one_gets_its_own(console: Console, ana: Browser) -> None:
    await send(ana, "/drafts/1/library", "/drafts/1/library/canton")
    await send(ana, "/drafts/1", "/drafts/1/add", label="¿Dónde trabaja?", kind="select_one")
    page, action = "/drafts/1/rows/4", "/drafts/1/rows/4/list"
    await send(ana, page, action, list="nada")
    assert read((await state(console)).sheets, "survey", 4, "type") == "select_one donde_trabaja"
    await send(ana, page, action, list="canton")
    assert read((await state(console)).sheets, "survey", 4, "type") == "select_one canton"
    assert "cambia en todas" in (await ana.look(page)).text
    await send(ana, page, action)
    sheets = (await state(console)).sheets
    assert read(sheets, "survey", 4, "type") == "select_one canton_2"
    assert [c.value for c in choices_of(sheets, "canton_2")] == [
        c.value for c in choices_of(sheets, "canton")
    ]


async def test_a_formula_stays_a_text_in_the_workbook(console: Console, ana: Browser) -> None:
    await send(ana, "/drafts/1", "/drafts/1/add", label='=HYPERLINK("http://x")', kind="note")
    content = (await ana.look("/drafts/1/workbook")).content
    sheet = openpyxl.load_workbook(BytesIO(content))["survey"]
    cell = next(
        cell for row in sheet.iter_rows() for cell in row if cell.value and "HYPER" in str(cell.value)
    )
    assert cell.data_type == "s"


@pytest.mark.parametrize("row", ["0", "1", "99", "999999"])
async def test_a_row_that_is_not_there_is_not_found(ana: Browser, row: str) -> None:
    assert (await ana.look(f"/drafts/1/rows/{row}")).status_code == 404


async def test_hostile_forms_break_nothing(console: Console, ana: Browser) -> None:
    before = (await state(console)).sheets
    for action, fields in [
        ("/drafts/1/add", {"kind": "begin group", "label": "x"}),
        ("/drafts/1/rows/2/act", {"do": "move", "before": "99999"}),
        ("/drafts/1/rows/99/act", {"do": "remove"}),
        ("/drafts/1/rows/2/list", {"list": "a b"}),
        ("/drafts", {"questionnaire": "99999999999999"}),
    ]:
        assert (await send(ana, "/drafts/1", action, **fields)).status_code in (303, 404)
    assert (await state(console)).sheets == before


async def test_the_preview_plays_the_draft(console: Console, ana: Browser, translator: Translator) -> None:
    services = console.app.state.services
    playing = type(services)(
        **{name: getattr(services, name) for name in services.__slots__}
        | {"preview": Preview(translator, services.settings.zone)}
    )
    console.app.state.services = playing
    console.app.state.pages.services = playing
    assert "¿Tiene casa?" in (await ana.look("/drafts/1/preview")).text
    page = await ana.fill("/drafts/1/preview", "/drafts/1/preview", text="<b>No</b>", language="es")
    assert "&lt;b&gt;No&lt;/b&gt;" in page.text and "Enviar mis respuestas" in page.text
    assert 'name="acts" value="t:&lt;b&gt;No&lt;/b&gt;"' in page.text
    again = await ana.fill("/drafts/1/preview", "/drafts/1/preview", acts="t:No", again="yes")
    assert 'name="acts"' not in again.text
