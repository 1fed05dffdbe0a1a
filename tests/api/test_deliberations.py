"""An organiser prepares a deliberation, opens it to an audience and closes it; everything is a page without script."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services import Services
from bot.samples import Samples
from core.audit import list_acts
from core.settings import Settings
from core.tables import Broadcast
from deliberation.audience.criteria import Audience
from deliberation.audience.segments import save_segment
from deliberation.opinions.deliberations import get_deliberation
from deliberation.opinions.statements import list_statements
from i18n.translator import Translator
from surveys.consultations import draft_consultation
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import cast, drafted, opened, proposed, take_part

NEW = {
    "title_es": "El agua",
    "title_qu": "Yaku",
    "question_es": "¿Qué cambiamos?",
    "takes": "yes",
    "closes_on": "2030-05-02",
}


@pytest.fixture
async def ready(console: Console) -> int:
    """A draft with three seeds, and seven people in Otavalo."""

    def work(db: Session) -> int:
        for _ in range(7):
            person(db, canton="otavalo")
        return drafted(db, date(2030, 5, 2))

    return await console.database.run(work)


@pytest.fixture
async def running(console: Console, ready: int) -> int:
    """The same, open, with a vote and a statement that waits."""

    def work(db: Session) -> int:
        deliberation_id = opened(db)
        voter = take_part(db, deliberation_id, 1, "a" * 32)
        statement = list_statements(db, deliberation_id)[0].id
        cast(db, voter, statement, 1)
        proposed(db, deliberation_id, "Más buses", author_id=voter)
        return deliberation_id

    return await console.database.run(work)


PAGES = [
    ("/deliberations", {ANA, CARLOS}),
    ("/deliberations/new", {ANA}),
    ("/deliberations/{id}", {ANA, CARLOS}),
    ("/deliberations/{id}/words", {ANA}),
    ("/deliberations/{id}/statements", {ANA, CARLOS}),
    ("/deliberations/{id}/statements/1", {ANA}),
    ("/deliberations/{id}/audience", {ANA}),
    ("/deliberations/{id}/check", {ANA}),
]
DEEDS = [
    "/deliberations",
    "/deliberations/{id}/words",
    "/deliberations/{id}/statements",
    "/deliberations/{id}/statements/many",
    "/deliberations/{id}/statements/1",
    "/deliberations/{id}/statements/1/remove",
    "/deliberations/{id}/audience",
    "/deliberations/{id}/audience/count",
    "/deliberations/{id}/open",
    "/deliberations/{id}/close",
]


@pytest.mark.parametrize(("path", "allowed"), PAGES)
async def test_pages_are_for(browse: Browse, ready: int, path: str, allowed: set[str]) -> None:
    path = path.format(id=ready)
    seen = {role: (await (await browse(role)).look(path)).status_code for role in (ANA, BELEN, CARLOS)}
    assert {role for role, status in seen.items() if status == 200} == allowed
    assert {status for role, status in seen.items() if role not in allowed} == {403}
    refused = await (await browse(NOBODY)).look(path)
    assert refused.status_code == 303 and refused.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", DEEDS)
async def test_deeds_are_for_who_organises(browse: Browse, ready: int, path: str) -> None:
    path = path.format(id=ready)
    for role in (BELEN, CARLOS):
        assert (await (await browse(role)).fill("/account", path)).status_code == 403
    assert (await (await browse(NOBODY)).fill("/sign-in", path)).status_code == 303
    ana = await browse(ANA)
    assert (await ana.client.post(path, data={"csrf": "of another page"})).status_code == 403
    assert (await ana.fill("/account", path)).status_code != 403


async def test_it_is_reached_from_the_consultations(browse: Browse) -> None:
    for role, shown in ((ANA, True), (CARLOS, True), (BELEN, False)):
        assert ('href="/deliberations"' in (await (await browse(role)).look("/")).text) is shown


async def test_ana_prepares_one(console: Console, browse: Browse, questionnaire: int) -> None:
    consultation = await console.database.run(
        draft_consultation, questionnaire_id=questionnaire, account_id=None
    )
    ana = await browse(ANA)
    answer = await ana.fill("/deliberations/new", "/deliberations", **NEW, consultation=str(consultation))

    assert answer.headers["location"] == "/deliberations/1/statements?done=saved"
    card = await console.database.read(get_deliberation, 1)
    assert (card.title, card.question) == ({"es": "El agua", "qu": "Yaku"}, {"es": "¿Qué cambiamos?"})
    assert (card.takes_statements, card.closes_on, card.consultation_id) == (
        True,
        date(2030, 5, 2),
        consultation,
    )
    page = (await ana.look("/deliberations/1")).text
    assert f'href="/consultations/{consultation}"' in page and "Escribir afirmaciones" in page


@pytest.mark.parametrize("missing", ["title_es", "question_es", "takes", "closes_on"])
async def test_what_is_missing_is_said_and_what_was_typed_stays(browse: Browse, missing: str) -> None:
    ana = await browse(ANA)
    answer = await ana.fill("/deliberations/new", "/deliberations", **{**NEW, missing: ""})

    assert answer.status_code == 400
    assert f'href="#field-{missing}"' in answer.text and 'value="Yaku"' in answer.text


async def test_a_draft_gets_other_words(console: Console, browse: Browse, ready: int) -> None:
    ana = await browse(ANA)
    page = f"/deliberations/{ready}/words"
    assert 'value="El agua"' in (await ana.look(page)).text

    await ana.fill(page, page, title_es="La basura", question_es="¿Y ahora?", takes="no")

    card = await console.database.read(get_deliberation, ready)
    assert (card.title, card.takes_statements) == ({"es": "La basura"}, False)


# Seeds


async def test_seeds_are_added_changed_and_taken_back(console: Console, browse: Browse, ready: int) -> None:
    ana = await browse(ANA)
    page = f"/deliberations/{ready}/statements"
    added = await ana.fill(page, page, text_es="Vivo en <Otavalo>", about_person="yes")
    assert added.headers["location"] == f"{page}?done=seed_added"
    shown = (await ana.look(f"{page}?done=seed_added")).text
    assert "Vivo en &lt;Otavalo&gt;" in shown and "La afirmación está añadida." in shown

    await ana.fill(f"{page}/4", f"{page}/4", text_es="Vivo en Ibarra", text_qu="Ibarrapi kawsani")
    card = (await console.database.read(list_statements, ready))[-1]
    assert (card.text, card.about_person) == ({"es": "Vivo en Ibarra", "qu": "Ibarrapi kawsani"}, False)

    await ana.fill(f"{page}/4", f"{page}/4/remove")
    assert len(await console.database.read(list_statements, ready)) == 3


async def test_a_seed_without_words_or_too_long_is_refused(browse: Browse, ready: int) -> None:
    ana = await browse(ANA)
    page = f"/deliberations/{ready}/statements"
    for words in ("", "a" * 281):
        assert (await ana.fill(page, page, text_es=words)).status_code == 400
    assert (await ana.fill(f"{page}/1", f"{page}/1", text_es="", text_qu="")).status_code == 400


async def test_a_seed_of_another_deliberation_is_not_there(browse: Browse, ready: int, running: int) -> None:
    ana = await browse(ANA)
    assert (await ana.look(f"/deliberations/{ready}/statements/4")).status_code == 404
    answer = await ana.fill("/account", f"/deliberations/{ready}/statements/4/remove")
    assert answer.status_code == 404


async def test_many_are_pasted_or_none(console: Console, browse: Browse, ready: int) -> None:
    ana = await browse(ANA)
    page = f"/deliberations/{ready}/statements"

    refused = await ana.fill(page, f"{page}/many", pasted="Más buses | Ashtawan antawa\na|b|c\nMás buses")
    assert refused.status_code == 422
    assert "Ashtawan antawa" in refused.text, "what was typed stays"
    assert "Esta línea tiene 3 partes" in refused.text and "Es igual a la línea 1" in refused.text
    assert len(await console.database.read(list_statements, ready)) == 3

    await ana.fill(page, f"{page}/many", pasted="Más buses | Ashtawan antawa\nMás árboles")
    cards = await console.database.read(list_statements, ready)
    assert [card.text.get("es") for card in cards[3:]] == ["Más buses", "Más árboles"]

    twice = await ana.fill(page, f"{page}/many", pasted="Más árboles")
    assert twice.status_code == 422 and "es la afirmación 5" in twice.text


async def test_many_come_in_a_table(console: Console, browse: Browse, ready: int) -> None:
    ana = await browse(ANA)
    page = f"/deliberations/{ready}/statements"

    wrong = {"table": ("a.csv", b"es,about_person\nUna,tal vez\n", "text/csv")}
    refused = await ana.fill(page, f"{page}/many", files=wrong)
    assert refused.status_code == 422 and "tal vez" in refused.text

    right = {"table": ("a.csv", "es;qu;about_person\nMás luz;Ashtawan michay;sí\n".encode(), "text/csv")}
    await ana.fill(page, f"{page}/many", files=right)
    card = (await console.database.read(list_statements, ready))[-1]
    assert (card.text, card.about_person) == ({"es": "Más luz", "qu": "Ashtawan michay"}, True)
    assert (await ana.fill(page, f"{page}/many")).status_code == 400


# Opening


async def test_ana_chooses_whom_to_ask_looks_at_it_and_opens(
    console: Console, browse: Browse, ready: int, settings: Settings
) -> None:
    console.app.state.services = _with_samples(console, settings)
    await console.database.run(save_segment, "Otavalo", Audience(cantons=("otavalo",)), account_id=None)
    ana = await browse(ANA)
    page = f"/deliberations/{ready}/audience"
    by_segment = await ana.fill(page, f"{page}/count", segment="1", closes_on="2030-05-02")
    assert "5 personas o más" in by_segment.text and 'value="2030-05-02"' in by_segment.text

    chosen = await ana.fill(page, page, cantons="otavalo", closes_on="2030-05-02")
    assert chosen.headers["location"] == f"/deliberations/{ready}/check"
    check = (await ana.look(f"/deliberations/{ready}/check")).text
    assert "Abrir la votación" in check and "¿Qué cambiamos?" in check and "Kichwa" in check
    assert re.search(r"\d+ afirmaci(ón está|ones están) en un solo idioma", check), "Spanish alone"

    answer = await ana.fill(f"/deliberations/{ready}/check", f"/deliberations/{ready}/open")
    assert answer.headers["location"] == f"/deliberations/{ready}?done=vote_opened"
    assert console.delivered == [1]
    shown = (await ana.look(f"/deliberations/{ready}?done=vote_opened")).text
    assert "está saliendo" in shown and 'href="/deliveries/1"' in shown
    kinds = await console.database.read(lambda db: list(db.scalars(select(Broadcast.kind))))
    assert kinds == ["voting"]


def _with_samples(console: Console, settings: Settings) -> Services:
    """The console with the chat at hand."""
    services: Services = console.app.state.services
    return replace(services, samples=Samples(Translator(), settings))


async def test_a_number_alone_is_told_while_one_chooses(browse: Browse, ready: int) -> None:
    ana = await browse(ANA)
    token = (
        (await ana.look(f"/deliberations/{ready}/audience"))
        .text.split('name="csrf" value="')[1]
        .split('"')[0]
    )
    answer = await ana.client.post(
        f"/deliberations/{ready}/audience/count",
        data={"cantons": "otavalo"},
        headers={"hx-request": "true", "x-form-token": token},
    )
    assert "<h1" not in answer.text and "5 personas o más" in answer.text


async def test_too_few_people_or_statements_are_not_opened(
    console: Console, browse: Browse, ready: int
) -> None:
    ana = await browse(ANA)
    page = f"/deliberations/{ready}/audience"
    await ana.fill(page, page, cantons="quito", closes_on="2030-05-02")
    assert "Abrir la votación" not in (await ana.look(f"/deliberations/{ready}/check")).text
    assert (await ana.fill(page, f"/deliberations/{ready}/open")).status_code == 400

    few = await console.database.run(drafted, None, 2)
    check = (await ana.look(f"/deliberations/{few}/check")).text
    assert "al menos 3" in check and "Abrir la votación" not in check
    refused = await ana.fill("/account", f"/deliberations/{few}/open")
    assert refused.status_code == 400 and "al menos 3" in refused.text


async def test_what_is_open_is_not_opened_again(browse: Browse, running: int) -> None:
    ana = await browse(ANA)
    for path in ("audience", "check"):
        answer = await ana.look(f"/deliberations/{running}/{path}")
        assert answer.headers["location"] == f"/deliberations/{running}", (
            "there is nothing to choose any more"
        )
    assert (await ana.fill("/account", f"/deliberations/{running}/open")).status_code == 409


# Watching and closing


async def test_the_page_says_how_many_voted_and_what_is_to_be_read(browse: Browse, running: int) -> None:
    page = (await (await browse(ANA)).look(f"/deliberations/{running}")).text

    assert "1 de 7 personas (14\u00a0%)" in page
    assert "1 por leer" in page and f'href="/deliberations/{running}/moderation"' in page
    listed = (await (await browse(CARLOS)).look("/deliberations")).text
    assert "1 por leer" in listed and "Preparar una votación" not in listed


async def test_it_is_closed_by_who_types_its_title(console: Console, browse: Browse, running: int) -> None:
    ana = await browse(ANA)
    page = f"/deliberations/{running}"
    refused = await ana.fill(page, f"{page}/close", confirmation="El aire")
    assert refused.status_code == 400 and "Cópielo como está" in refused.text

    answer = await ana.fill(page, f"{page}/close", confirmation=" el  AGUA ")

    assert answer.headers["location"] == f"{page}?done=vote_closed"
    assert "Nadie puede saber quién votó qué" in (await ana.look(page)).text
    assert (await console.database.read(get_deliberation, running)).state == "closed"
    statement = (await console.database.read(list_statements, running))[-1]
    assert (statement.state, statement.reason) == ("rejected", "closed")
    acts = [(act.act, act.email) for act in await console.database.read(list_acts)]
    assert acts[0] == ("close", "organiser@ejemplo.ec")
    assert (await ana.fill("/account", f"{page}/close", confirmation="El agua")).status_code == 409


async def test_what_is_not_there_is_not_found(browse: Browse) -> None:
    ana = await browse(ANA)
    for path in ("", "/words", "/statements", "/statements/1", "/audience", "/check", "/moderation"):
        assert (await ana.look(f"/deliberations/99{path}")).status_code == 404
