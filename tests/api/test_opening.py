"""Opening a consultation in the console: who and when are chosen, looked at once more, and only then it goes out."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.routes.consultations import consultations
from api.services import Services
from bot.samples import Samples
from core import broadcasts
from core.clock import at
from core.progress import State, move, progress_of
from core.quiet_hours import read_quiet_hours
from core.tables import Participant
from deliberation.audience.criteria import Audience
from deliberation.audience.segments import list_segments
from deliberation.opening import planned_audience
from surveys.consultations import draft_consultation, get_consultation, open_consultation
from surveys.questionnaire import Choice, Keep, Kind, Question
from surveys.questionnaires import store_questionnaire
from tests.api.conftest import ANA, QUESTIONNAIRE, Browse, Console

MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DATES = {"when": "now", "closes_on": "2026-12-07", "remind_after": "3, 7", "opens_at": ""}
CANTONS = (Choice("otavalo", {"es": "Otavalo"}), Choice("ibarra", {"es": "Ibarra"}))


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Ten o'clock in Ibarra: nobody sleeps."""
    with at(MOMENT):
        yield


@pytest.fixture
async def planned(console: Console) -> int:
    """A draft, after a consultation that asked some of eleven people where they live. At night nobody is written to."""
    services: Services = console.app.state.services
    quiet = read_quiet_hours("20:00-08:00", services.settings.zone)
    console.app.state.services = replace(services, settings=replace(services.settings, quiet_hours=quiet))
    return await console.database.run(_settle)


def _settle(db: Session) -> int:
    for number in range(11):
        lives_in = {0: {}, 1: {"canton": "ibarra"}}.get(number, {"canton": "otavalo"})
        db.add(
            Participant(
                language="qu" if number % 2 else "es",
                profile=lives_in,
                chat_sealed=b"sealed",
                consent_version="1",
                consented_on=date(2026, 11, 1),
            )
        )
    db.flush()
    canton = Question("canton", Kind.SELECT_ONE, {"es": "¿Cantón?"}, choices=CANTONS, keep=Keep.CANTON)
    asking = replace(QUESTIONNAIRE, nodes=(*QUESTIONNAIRE.nodes, canton))
    stored = store_questionnaire(db, asking, content=b"", file_name="n.xlsx", account_id=None)
    open_consultation(db, draft_consultation(db, questionnaire_id=stored, account_id=None), account_id=None)
    return draft_consultation(db, questionnaire_id=stored, closes_on=date(2026, 12, 7), account_id=None)


def words(page: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_from_the_draft_to_the_messages(console: Console, browse: Browse, planned: int) -> None:
    browser, here = await browse(ANA), f"/consultations/{planned}"
    assert f'href="{here}/opening"' in (await browser.look(here)).text
    page = await browser.look(f"{here}/opening")
    assert page.status_code == 200 and "Otavalo" in page.text and "Llegará a 11 personas" in page.text

    answer = await browser.fill(f"{here}/opening", f"{here}/opening", cantons="otavalo", **DATES)
    assert answer.headers["location"] == f"{here}/opening/check"
    assert (await console.database.read(get_consultation, planned)).state == "draft"
    told = words((await browser.look(f"{here}/opening/check")).text)
    assert "Llegará a 5 personas o más" in told and "Cantón Otavalo" in told
    assert "Menos de 5 personas no han dicho su cantón" in told
    assert "Días después de abrir: 3, 7" in told and "menos de un minuto" in told

    answer = await browser.fill(f"{here}/opening/check", f"{here}/open")
    assert answer.headers["location"] == f"{here}?done=opened"
    [broadcast] = console.delivered
    assert (await console.database.read(progress_of, broadcast)).new == 9
    assert "Se preguntó a quien cumple: Cantón: Otavalo" in (await browser.look(here)).text


async def test_the_number_follows_what_is_ticked(browse: Browse, planned: int) -> None:
    browser, here = await browse(ANA), f"/consultations/{planned}/opening"
    token = re.search(r'name="csrf" value="([^"]+)"', (await browser.look(here)).text)
    assert token is not None

    async def count(**ticked: Any) -> str:
        answer = await browser.client.post(
            f"{here}/count", data={"csrf": token[1], **ticked}, headers={"HX-Request": "true"}
        )
        assert "<html" not in answer.text
        return words(answer.text)

    assert "Llegará a 11 personas" in await count()
    assert "Llegará a 5 personas o más" in await count(languages="qu")
    assert "Llegará a 5 personas o más" in await count(languages="es"), (
        "six: nobody sees the one between them"
    )
    assert "Llegará a 10 personas o más" in await count(cantons=["otavalo", "ibarra"])
    assert "Menos de 5 personas cumplen" in await count(cantons="ibarra")
    assert "Nadie cumple" in await count(newcomers="yes")


async def test_without_scripts_a_button_counts_and_nothing_typed_is_lost(
    browse: Browse, planned: int
) -> None:
    here = f"/consultations/{planned}/opening"
    dates = DATES | {"remind_after": "5", "segment_name": "Los de Otavalo"}
    page = await (await browse(ANA)).fill(here, f"{here}/count", cantons="otavalo", **dates)
    assert page.status_code == 200 and "Llegará a 5 personas o más" in page.text
    assert 'value="otavalo" checked' in page.text
    assert 'value="5"' in page.text and 'value="Los de Otavalo"' in page.text


async def test_a_handful_is_not_said_and_not_asked(console: Console, browse: Browse, planned: int) -> None:
    browser, here = await browse(ANA), f"/consultations/{planned}"
    await browser.fill(f"{here}/opening", f"{here}/opening", cantons="ibarra", **DATES)
    page = (await browser.look(f"{here}/opening/check")).text
    assert "Menos de 5 personas cumplen" in page and f'action="{here}/open"' not in page

    answer = await browser.fill(f"{here}/opening/check", f"{here}/open")
    assert answer.status_code == 400 and "Menos de 5 personas" in answer.text
    assert console.delivered == []


async def test_it_is_scheduled_and_the_schedule_taken_back(
    console: Console, browse: Browse, planned: int
) -> None:
    browser, here = await browse(ANA), f"/consultations/{planned}"
    dates = DATES | {"when": "later", "opens_at": "2026-11-30T21:00"}
    answer = await browser.fill(f"{here}/opening", f"{here}/opening", **dates)
    check = answer.headers["location"]
    assert check == f"{here}/opening/check?at=2026-11-30T21:00"
    assert (await console.database.read(get_consultation, planned)).opens_at is None
    told = (await browser.look(check)).text
    assert "de noche no se escribe a nadie" in told  # at nine in the evening nothing leaves before eight

    answer = await browser.fill(check, f"{here}/schedule", at="2026-11-30T21:00")
    assert answer.headers["location"] == f"{here}?done=scheduled"
    card = await console.database.read(get_consultation, planned)
    assert card.opens_at == datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    assert "Programada. Se abre sola el" in (await browser.look(here)).text
    assert 'value="2026-11-30T21:00"' in (await browser.look(f"{here}/opening")).text

    await browser.fill(here, f"{here}/unschedule")
    assert (await console.database.read(get_consultation, planned)).opens_at is None


async def test_one_that_did_not_open_says_why(console: Console, browse: Browse, planned: int) -> None:
    browser, here = await browse(ANA), f"/consultations/{planned}"
    dates = DATES | {"when": "later", "opens_at": "2026-11-23T11:00"}
    await browser.fill(f"{here}/opening", f"{here}/opening", cantons="otavalo", **dates)
    await browser.fill(here, f"{here}/schedule", at="2026-11-23T11:00")

    def leave(db: Session) -> None:
        for person in db.scalars(select(Participant).where(Participant.id > 4)):
            person.reachable = False

    await console.database.run(leave)
    with at(MOMENT + timedelta(hours=2)):
        page = (await browser.look(here)).text
    assert "y no se abrió. Menos de 5 personas cumplen" in page


async def test_the_page_of_a_scheduled_one_is_made_anew_once_it_has_opened(
    console: Console, browse: Browse, planned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consultations, "_LOOK_EVERY", 0.02)
    monkeypatch.setattr("api.lookout.LOOK_EVERY", 0.01)
    browser, here = await browse(ANA), f"/consultations/{planned}"
    assert "data-live" not in (await browser.look(here)).text, "nothing changes by itself"
    await browser.fill(f"{here}/opening", f"{here}/opening", **DATES)
    await browser.fill(here, f"{here}/schedule", at="2026-11-23T11:00")
    assert f'data-live="{here}/live"' in (await browser.look(here)).text

    watching = asyncio.create_task(browser.look(f"{here}/live"))
    await asyncio.sleep(0.2)
    assert not watching.done()
    await console.database.run(open_consultation, planned, account_id=None)
    stream = (await watching).text
    assert "event: over" in stream and "event: figures" not in stream


async def test_who_has_had_enough_messages_this_week_is_counted(
    console: Console, browse: Browse, planned: int
) -> None:
    def write_to(db: Session, people: int, since: timedelta) -> None:
        for number in range(3):
            chosen = select(Participant.id).where(Participant.id <= people)
            broadcast = broadcasts.open_broadcast(db, broadcasts.Kind.DECISION, people * 10 + number, chosen)
            move(db, broadcast, State.NEW, State.SENT, settled_at=MOMENT - since)

    browser, here = await browse(ANA), f"/consultations/{planned}/opening"
    await console.database.run(write_to, 11, timedelta(days=8))
    assert "esta semana" not in words((await browser.look(here)).text)
    await console.database.run(write_to, 2, timedelta(days=2))
    few = words((await browser.look(here)).text)
    assert "Menos de 5 personas ya recibieron 3 mensajes esta semana: les llega después." in few
    await console.database.run(write_to, 10, timedelta(days=3))
    assert "10 personas o más ya recibieron 3 mensajes esta semana" in words((await browser.look(here)).text)
    later = words((await browser.look(f"{here}/check?at=2026-11-29T11:00")).text)
    assert "esta semana" not in later, "by then their week is over"


async def test_a_moment_that_is_over_is_called_so(browse: Browse, planned: int) -> None:
    here = f"/consultations/{planned}/opening"
    wrong = DATES | {"when": "later", "opens_at": "2026-11-23T09:00"}
    page = (await (await browse(ANA)).fill(here, here, **wrong)).text
    assert "Esa hora ya pasó" in page and "después de hoy" not in page


async def test_the_name_of_an_audience_is_asked_by_its_own_button_alone(browse: Browse, planned: int) -> None:
    page = (await (await browse(ANA)).look(f"/consultations/{planned}/opening")).text
    [label] = re.findall(r'<label for="field-segment_name">(.*?)</label>', page)
    [field] = re.findall(r'<input [^>]*id="field-segment_name"[^>]*>', page)
    assert label == "Nombre de la audiencia" and " required" not in field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"closes_on": "2026-11-23"}, "closes_on"),
        ({"when": "later", "opens_at": "2026-11-23T09:00"}, "opens_at"),
        ({"when": "later", "opens_at": ""}, "opens_at"),
        ({"when": "later", "opens_at": "2026-12-08T09:00"}, "closes_on"),
        ({"remind_after": "3, x"}, "remind_after"),
        ({"remind_after": "0"}, "remind_after"),
        ({"remind_after": "1 2 3 4 5 6"}, "remind_after"),
        ({"when": ""}, "when"),
    ],
)
async def test_dates_that_make_no_sense_are_said_at_their_field(
    console: Console, browse: Browse, planned: int, wrong: dict[str, str], field: str
) -> None:
    here = f"/consultations/{planned}/opening"
    answer = await (await browse(ANA)).fill(here, here, **(DATES | wrong))
    assert answer.status_code == 400 and f'href="#field-{field}"' in answer.text
    assert await console.database.read(planned_audience, planned) == Audience()


async def test_no_reminders_and_everyone_are_choices_too(
    console: Console, browse: Browse, planned: int
) -> None:
    here = f"/consultations/{planned}/opening"
    await (await browse(ANA)).fill(here, here, **(DATES | {"remind_after": ""}))
    card = await console.database.read(get_consultation, planned)
    assert (card.remind_after, card.audience) == ((), None)


async def test_an_audience_is_saved_used_renamed_and_deleted(
    console: Console, browse: Browse, planned: int
) -> None:
    browser, here = await browse(ANA), f"/consultations/{planned}/opening"
    refused = await browser.fill(here, f"{here}/segment", segment_name="Todos", **DATES)
    assert refused.status_code == 400 and "sin marcas son todas las personas" in refused.text
    saved = await browser.fill(here, f"{here}/segment", segment_name="Otavalo", cantons="otavalo", **DATES)
    assert saved.status_code == 200 and "«Otavalo» está guardada" in saved.text
    again = await browser.fill(here, f"{here}/segment", segment_name="otavalo", cantons="otavalo", **DATES)
    assert again.status_code == 400 and "Ya hay una audiencia con ese nombre" in again.text

    [segment] = await console.database.read(list_segments)
    dates = DATES | {"remind_after": "5"}
    used = await browser.fill(here, f"{here}/count", cantons="ibarra", segment=str(segment.id), **dates)
    assert 'value="otavalo" checked' in used.text and 'value="ibarra" checked' not in used.text
    assert 'value="5"' in used.text
    assert "Llegará a 5 personas o más" in (await browser.look("/segments")).text
    await browser.fill("/segments", f"/segments/{segment.id}/rename", **{f"name_{segment.id}": "Norte"})
    assert [each.name for each in await console.database.read(list_segments)] == ["Norte"]
    await browser.fill("/segments", f"/segments/{segment.id}/delete")
    assert "Todavía no hay audiencias guardadas" in (await browser.look("/segments")).text


async def test_the_message_is_shown_as_it_will_be_sent(
    console: Console, browse: Browse, planned: int
) -> None:
    services: Services = console.app.state.services
    samples = Samples(services.translator, services.settings)
    console.app.state.services = replace(services, samples=samples)
    page = (await (await browse(ANA)).look(f"/consultations/{planned}/opening/check")).text
    shown = await console.database.read(samples.opening, planned)
    assert set(shown) == {"es", "qu"}
    for messages in shown.values():
        for message in messages:
            assert message["text"].split("\n")[0].split("«")[0] in page
            assert all(label in page for row in message["buttons"] for label in row)
    assert "7 de diciembre de 2026" in page


async def test_what_no_page_offers_is_refused(console: Console, browse: Browse, planned: int) -> None:
    here = f"/consultations/{planned}/opening"
    browser = await browse(ANA)
    for ticked in ({"finished": "99"}, {"finished": "x"}, {"languages": "fr"}):
        answer = await browser.fill(here, here, **DATES, **ticked)
        assert answer.status_code == 400
    assert (await browser.fill(here, f"{here}/count", segment="99", **DATES)).status_code == 404
    assert await console.database.read(planned_audience, planned) == Audience()


async def test_an_open_consultation_is_not_opened_again(browse: Browse, opened: int) -> None:
    assert (await (await browse(ANA)).look(f"/consultations/{opened}/opening")).status_code == 409
