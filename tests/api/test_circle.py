"""The circle as an organiser and a council member walk it: prepare, open, listen, close, decide, answer."""

import asyncio
import json
import re

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.routes.consultations import consultations
from core.audit import list_acts
from core.broadcasts import Kind, list_broadcasts
from core.outbox import Settled
from core.progress import State
from deliberation.council.agenda import list_items
from deliberation.council.tables import AgendaItem
from surveys.consultations import close_consultation, get_consultation
from surveys.tables import Participation, Response, Voice
from tests.api.conftest import ANA, BELEN, CARLOS, Browse, Console
from tests.api.steering import claim, end


def _answer(db: Session, consultation_id: int, *, people: int) -> None:
    for number in range(people):
        response = Response(
            id=f"response{number}",
            consultation_id=consultation_id,
            state="finished",
            language="es",
            answers={"needs": ["work"] if number else ["work", "health"], "more": "texto"},
            may_quote=number != 1,
        )
        db.add(response)
        db.flush()
        db.add(
            Voice(
                id=f"voice{number}",
                response_id=response.id,
                consultation_id=consultation_id,
                path="more",
                language="es",
                text=f"Mi opinión {number} <b>",
                original=b"sealed",
            )
        )


def _ask_of_council(db: Session, consultation_id: int) -> None:
    evidence = {"path": "needs", "value": "work", "count": 8, "of": 9}
    db.add(
        AgendaItem(consultation_id=consultation_id, position=1, title={"es": "Trabajo"}, evidence=evidence)
    )


async def test_ana_prepares_and_opens_a_consultation(console: Console, browse: Browse, draft: int) -> None:
    browser = await browse(ANA)
    page = await browser.look(f"/consultations/{draft}")
    assert "Llegará a 3 personas" in page.text
    answer = await browser.fill(f"/consultations/{draft}", f"/consultations/{draft}/open")
    assert answer.headers["location"] == f"/consultations/{draft}?done=opened"
    [broadcast] = await console.database.read(list_broadcasts)
    assert (broadcast.kind, broadcast.sending.total) == (Kind.OPENING, 3)
    assert console.delivered == [broadcast.id], "handed to the durable jobs"
    page = await browser.look(f"/consultations/{draft}?done=opened")
    assert "está saliendo" in page.text and "data-live" in page.text


async def test_only_what_is_known_to_be_done_has_a_tick(
    console: Console, browse: Browse, opened: int
) -> None:
    """A rehearsal and a reading leave no trace: both may be done at any time, and neither is claimed."""
    browser = await browse(ANA)
    page = (await browser.look(f"/consultations/{opened}")).text
    [rehearse] = re.findall(
        r'<li class="step (\w+)"[^>]*>((?:(?!</li>).)*Ensayar</strong>.*?)</li>', page, re.S
    )
    assert rehearse[0] == "open" and "✓" not in rehearse[1]
    assert "opcional" in rehearse[1] and "/questionnaires/1/rehearsal" in rehearse[1]
    assert '<li class="step done"' in page and '<li class="open">' in (await browser.look("/")).text
    await console.database.run(close_consultation, opened, account_id=None)
    page = (await browser.look(f"/consultations/{opened}")).text
    [reading] = re.findall(
        r'<span class="task-sign"[^>]*>([^<]*)</span>\s*<span><a [^>]*>Leer los resultados', page
    )
    assert reading == ""


async def test_opening_twice_is_refused(console: Console, browse: Browse, opened: int) -> None:
    answer = await (await browse(ANA)).fill("/account", f"/consultations/{opened}/open")
    assert answer.status_code == 409 and console.delivered == []


@pytest.mark.parametrize(("typed", "closes"), [("", False), ("Necesidade", False), ("  necesidades ", True)])
async def test_closing_asks_for_the_title(
    console: Console, browse: Browse, opened: int, typed: str, closes: bool
) -> None:
    page = f"/consultations/{opened}"
    answer = await (await browse(ANA)).fill(page, f"{page}/close", confirmation=typed)
    card = await console.database.read(get_consultation, opened)
    assert (answer.status_code, card.state) == ((303, "closed") if closes else (400, "open"))


async def test_the_live_figures_end_when_the_consultation_closes(
    console: Console, browse: Browse, opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consultations, "_LOOK_EVERY", 0.02)
    await end(console, *(Settled(id, State.SENT) for id in await claim(console, 2)))
    watching = asyncio.create_task((await browse(ANA)).look(f"/consultations/{opened}/live"))
    await asyncio.sleep(0.3)
    assert not watching.done()
    await console.database.run(close_consultation, opened, account_id=None)
    stream = (await watching).text
    [figures] = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: {")]
    assert figures["texts"]["received"] == "2", "nobody has received it to whom it has not left"
    assert figures["texts"]["finished-sentence"] == "de 2 personas (0\u00a0%)"
    assert figures["bars"] == {"started": 0.0, "finished": 0.0}
    assert "event: over" in stream


async def test_results_are_exact_for_ana_and_protected_for_carlos(
    console: Console, browse: Browse, opened: int
) -> None:
    await console.database.run(_answer, opened, people=9)
    page = f"/consultations/{opened}/results"
    console_page = (await (await browse(ANA)).look(page)).text
    assert "1 de 9 personas (11\u00a0%)" not in console_page, "nobody has finished by participation yet"
    await console.database.run(_finish, opened)
    assert "1 de 9 personas (11\u00a0%)" in (await (await browse(ANA)).look(page)).text
    protected = (await (await browse(CARLOS)).look(page)).text
    assert "1 de 9 personas (11\u00a0%)" not in protected and "menos de 5" in protected


def _finish(db: Session, consultation_id: int) -> None:
    db.execute(
        update(Participation).where(Participation.consultation_id == consultation_id).values(state="finished")
    )


async def test_only_what_its_author_allows_can_become_a_quote(
    console: Console, browse: Browse, opened: int
) -> None:
    await console.database.run(_answer, opened, people=3)
    browser = await browse(ANA)
    page = f"/consultations/{opened}/voices"
    shown = (await browser.look(page)).text
    assert "Mi opinión 0 &lt;b&gt;" in shown and "Mi opinión 1" not in shown
    answer = await browser.fill(page, f"{page}/voice0", decision="approve")
    assert answer.headers["location"] == f"{page}#voice-voice0"
    assert "Aprobadas: 1. Por revisar: 1. Descartadas: 0." in (await browser.look(page)).text
    assert (await browser.fill(page, f"{page}/voice1", decision="approve")).status_code == 400
    assert (await browser.fill(page, f"{page}/nothing", decision="approve")).status_code == 404


async def test_htmx_gets_the_card_alone(console: Console, browse: Browse, opened: int) -> None:
    await console.database.run(_answer, opened, people=1)
    browser = await browse(ANA)
    page = f"/consultations/{opened}/voices"
    browser.client.headers["hx-request"] = "true"
    answer = await browser.fill(page, f"{page}/voice0", decision="refuse")
    assert answer.status_code == 200
    assert "No se muestra" in answer.text and "<html" not in answer.text


async def test_belen_decides_with_a_reason_in_both_languages(
    console: Console, browse: Browse, opened: int
) -> None:
    await console.database.run(_ask_of_council, opened)
    await console.database.run(_finish, opened)
    await console.database.run(close_consultation, opened, account_id=None)
    browser = await browse(BELEN)
    decision = {"outcome": "partly", "reason_es": "Desde mayo habrá una ventanilla."}
    half = await browser.fill("/agenda/1", "/agenda/1", **decision)
    assert half.status_code == 400
    assert "Desde mayo habrá una ventanilla." in half.text, "what was typed is kept"
    answer = await browser.fill("/agenda/1", "/agenda/1", **decision, reason_qu="Aymuray killamanta.")
    assert answer.headers["location"] == f"/consultations/{opened}/agenda?done=decided#item-1"
    [item] = await console.database.read(list_items, opened)
    assert item.decision is not None and item.decision.outcome == "partly"
    assert len(console.delivered) == 1, "every contributor is told"
    again = await browser.fill("/account", "/agenda/1", **decision, reason_qu="Aymuray killamanta.")
    assert again.status_code == 400 and len(console.delivered) == 1


async def test_the_data_leaves_as_files_and_it_is_noted(
    console: Console, browse: Browse, opened: int
) -> None:
    await console.database.run(_answer, opened, people=2)
    answer = await (await browse(ANA)).look(f"/consultations/{opened}/export.csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert len(answer.text.strip().splitlines()) == 3
    acts = await console.database.read(list_acts)
    assert (acts[0].act, acts[0].email) == ("export_responses", f"{ANA}@ejemplo.ec")
