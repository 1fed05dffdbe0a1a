"""The summary: made, checked, worded and approved by people; the council reads what was approved, and nothing else."""

import html
import re
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services import Services
from deliberation.voices.codings import put_coding
from deliberation.voices.summary_wording import NoSuggestion
from deliberation.voices.tables import Codebook, Theme, VoiceSummary
from surveys.tables import Voice
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.deliberation.voices.summed import change_an_answer, sum_up

SIZE = "21 de 33 personas hablan de «Agua»."


@pytest.fixture
async def page(console: Console) -> str:
    return f"/consultations/{await console.database.run(sum_up)}/summary"


async def made(browser: Browser, page: str) -> str:
    assert (await browser.fill(page, page + "/make")).headers["location"] == page + "?done=summary_made"
    return await seen(browser, page)


async def seen(browser: Browser, page: str) -> str:
    return html.unescape((await browser.look(page)).text)


def sentence(text: str, page: str, words: str) -> str:
    """The page of a sentence."""
    found = re.search(rf"{re.escape(words)}.*?href=\"({page}/\d+/\d+)\"", text, re.DOTALL)
    assert found is not None, text
    return found[1]


async def test_who_may_do_what(browse: Browse, page: str) -> None:
    ana, carlos, belen = await browse(ANA), await browse(CARLOS), await browse(BELEN)
    at = sentence(await made(ana, page), page, SIZE)
    assert [(await each.look(at)).status_code for each in (ana, carlos, belen)] == [200, 200, 403]
    assert (await (await browse(NOBODY)).look(page)).status_code == 303
    for browser in (carlos, belen):
        for act in ("make", "1/approve"):
            assert (await browser.fill("/account", f"{page}/{act}")).status_code == 403
    assert (await belen.fill("/account", at + "/words", words_es="x")).status_code == 403


async def test_each_sentence_is_counted_and_shows_its_answers(browse: Browse, page: str) -> None:
    ana = await browse(ANA)
    text = await made(ana, page)
    for said in (
        "33 personas respondieron con sus palabras.",
        SIZE,
        "Otavalo: 10 de 16 personas hablan de «Agua».",
    ):
        assert said in text
    assert "pega" not in text, "what is grave is no sentence"
    answers = await seen(ana, sentence(text, page, SIZE))
    assert "Sale de 21 respuestas" in answers and answers.count("acequia") == 8


async def test_the_council_reads_it_once_it_is_approved(browse: Browse, page: str) -> None:
    ana, belen = await browse(ANA), await browse(BELEN)
    await made(ana, page)
    assert "todavía no aprueba" in await seen(belen, page)
    for _ in range(2):
        assert (await ana.fill(page, page + "/1/approve")).status_code == 303
    read = await seen(belen, page)
    assert SIZE in read and "De dónde sale" not in read


async def test_the_council_reads_nothing_that_is_not_so_any_more(
    console: Console, browse: Browse, page: str
) -> None:
    ana, belen = await browse(ANA), await browse(BELEN)
    at = sentence(await made(ana, page), page, SIZE)
    better = "De 33 personas, 21 hablan de agua."
    await ana.fill(at, at + "/words", words_es=better, words_qu="")
    await ana.fill(page, page + "/1/approve")
    assert better in await seen(belen, page)

    def rename(db: Session) -> None:
        theme = db.scalars(select(Theme).where(Theme.position == 1)).one()
        theme.name = {"es": "Riego", "qu": "Parkuy"}

    await console.database.run(rename)
    assert better not in await seen(belen, page) and "todavía no aprueba" in await seen(belen, page)
    again = await made(ana, page)
    assert better not in again, "those words were of a theme with another name"
    assert SIZE.replace("Agua", "Riego") in again


@pytest.mark.parametrize("what", ["answer", "coding", "theme"])
async def test_what_changed_since_is_stale_and_cannot_be_approved(
    console: Console, browse: Browse, page: str, what: str
) -> None:
    def change(db: Session) -> None:
        codebook = db.scalars(select(Codebook)).one()
        if what == "answer":
            change_an_answer(db)
        elif what == "coding":
            voice = db.scalars(select(Voice.id).where(Voice.text.contains("minga"))).first()
            put_coding(db, codebook.id, str(voice), 1, None, sample=False)
        else:
            codebook.settled_at = None
            voice = db.scalars(select(Voice.id).where(Voice.text.contains("trabajo"))).first()
            put_coding(db, codebook.id, str(voice), 1, 1, sample=False)

    ana = await browse(ANA)
    await made(ana, page)
    await console.database.run(change)
    assert "cambiaron después" in await seen(ana, page)
    assert (await ana.fill(page, page + "/1/approve")).status_code == 409
    again = await made(ana, page)
    assert "Resumen número 2" in again and "cambiaron después" not in again


async def test_a_stored_sentence_that_does_not_hold_is_refused(
    console: Console, browse: Browse, page: str
) -> None:
    def forge(db: Session) -> None:
        row = db.scalars(select(VoiceSummary)).one()
        row.sentences = [{**each, "facts": {**each["facts"], "count": 32}} for each in row.sentences]

    ana = await browse(ANA)
    await made(ana, page)
    await console.database.run(forge)
    answer = await ana.fill(page, page + "/1/approve")
    assert answer.status_code == 400 and "no sale igual" in answer.text
    assert "todavía no aprueba" in await seen(await browse(BELEN), page)


async def test_other_words_keep_the_numbers_and_nothing_typed_is_lost(browse: Browse, page: str) -> None:
    ana = await browse(ANA)
    at = sentence(await made(ana, page), page, SIZE)
    wrong = {"words_es": "La mitad, 22 personas, habla de «Agua».", "words_qu": "x" * 401}
    answer = await ana.fill(at, at + "/words", **wrong)
    assert answer.status_code == 422 and wrong["words_es"] in html.unescape(answer.text)
    assert {"field-words_es", "field-words_qu"} <= set(re.findall(r'href="#([\w-]+)"', answer.text))
    assert SIZE in await seen(ana, page)

    better = "De 33 personas, 21 cuentan problemas de «Agua»."
    assert (await ana.fill(at, at + "/words", words_es=better)).status_code == 303
    assert better in await seen(ana, page)
    assert better in await made(ana, page), "words stay where the sentence says the same"
    assert (await ana.fill(at, at + "/words", words_es=better)).status_code == 404, "an older summary"


async def test_what_is_approved_is_not_worded_any_more(browse: Browse, page: str) -> None:
    ana = await browse(ANA)
    at = sentence(await made(ana, page), page, SIZE)
    await ana.fill(page, page + "/1/approve")
    answer = await ana.fill(at, at + "/words", words_es="De 33, 21 personas hablan de «Agua».")
    assert answer.status_code == 409


async def test_where_too_few_wrote_nothing_is_summed_up(
    console: Console, browse: Browse, opened: int
) -> None:
    ana, page = await browse(ANA), f"/consultations/{opened}/summary"
    assert "cuando la consulta está cerrada" in await seen(ana, page)
    answer = await ana.fill(page, page + "/make")
    assert answer.status_code == 400 and "Todavía no se puede resumir" in answer.text


class Model:
    """What a language model says, or why it says nothing."""

    def __init__(self, words: str = "", why: str = "") -> None:
        self.words, self.why = words, why
        self.asked: list[str] = []

    async def suggest(self, task: str, sentence: str) -> str:
        self.asked.append(sentence)
        if self.why:
            raise NoSuggestion(self.why)
        return self.words


def connect(console: Console, model: Model) -> None:
    services: Services = console.app.state.services
    console.app.state.services = replace(services, wording=model)


async def test_a_suggestion_is_shown_beside_and_stored_only_when_taken(
    console: Console, browse: Browse, page: str
) -> None:
    ana = await browse(ANA)
    at = sentence(await made(ana, page), page, SIZE)
    assert "Pedir palabras" not in await seen(ana, at), "nothing is connected"
    assert (await ana.fill(at, at + "/suggest", suggest="es")).status_code == 404

    good = "De «Agua» hablan 21 de 33 personas."
    model = Model(good)
    connect(console, model)
    assert "Pedir palabras" in await seen(ana, at)
    answer = await ana.fill(at, at + "/suggest", suggest="es", words_es="Lo que yo escribía", words_qu="")
    shown = html.unescape(answer.text)
    assert good in shown and "Lo que yo escribía" in shown and model.asked == [SIZE]
    assert good not in await seen(ana, page)
    await ana.fill(at, at + "/words", words_es=good, words_qu="")
    assert good in await seen(ana, page)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Model("Hablan de «Agua» 12 de 33 personas."), "cambiaba números"),
        (Model("De «Agua» no hablan 21 de 33 personas."), "cambiaba números"),
        (Model(why="unreachable"), "no respondió a tiempo"),
        (Model(why="refused"), "no aceptó"),
        (Model(why="unreadable"), "no se puede leer"),
    ],
)
async def test_what_a_model_invents_is_not_shown(
    console: Console, browse: Browse, page: str, model: Model, said: str
) -> None:
    ana = await browse(ANA)
    at = sentence(await made(ana, page), page, SIZE)
    connect(console, model)
    shown = html.unescape((await ana.fill(at, at + "/suggest", suggest="es")).text)
    assert said in shown and (not model.words or model.words not in shown)
