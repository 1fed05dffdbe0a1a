"""Following a sending and steering it: what Ana sees, presses and decides."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.lookout import Lookout
from core.audit import list_acts
from core.broadcasts import Course, Kind, get_broadcast, open_broadcast
from core.clock import at, now
from core.outbox import Settled
from core.progress import State
from core.quiet_hours import read_quiet_hours
from core.tables import Broadcast, Participant
from deliberation.assemblies.assembly import create_assembly, invite_willing
from deliberation.council.decisions import record_decision
from deliberation.council.tables import AgendaItem
from surveys.consultations import close_consultation, draft_consultation
from surveys.tables import Consultation
from tests.api.conftest import ANA, BELEN, Browse, Browser, Console
from tests.api.steering import NOON, OPENING, claim, end, press, see

NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten in the evening in Ibarra


@pytest.fixture
async def ana(browse: Browse, opened: int) -> Browser:
    """The organiser, once a consultation has gone out to three people."""
    return await browse(ANA)


def figure(page: str, name: str) -> str:
    found = re.search(rf'data-figure="{OPENING}-{name}">([^<]*)<', page)
    assert found is not None, name
    return found[1]


async def test_each_state_has_its_number(console: Console, ana: Browser) -> None:
    first, second, third = await claim(console, 3)
    await end(console, Settled(first, State.SENT), Settled(second, State.FAILED, "BadRequest"))

    page = await see(ana)
    seen = {name: figure(page, name) for name in ("sent", "new", "sending", "blocked", "failed", "doubt")}
    assert seen == {"sent": "1", "new": "0", "sending": "1", "blocked": "0", "failed": "1", "doubt": "0"}
    assert "de 3 envíos" in page and "Telegram no aceptó el mensaje (1)" in page
    assert "Reintentar" not in page, "it would be refused again"

    page = await see(ana, moment=NOON + timedelta(minutes=2))
    assert (figure(page, "sending"), figure(page, "doubt")) == ("0", "1")
    assert f"Envío {third}" in page and "dos veces" in page


@pytest.mark.parametrize(
    ("where", "there"),
    [("/consultations/1/deliveries", True), ("/deliveries", True), ("/consultations/2/deliveries", False)],
)
async def test_a_sending_is_found_where_it_belongs(
    console: Console, ana: Browser, questionnaire: int, where: str, there: bool
) -> None:
    await console.database.run(draft_consultation, questionnaire_id=questionnaire, account_id=None)
    assert (f"/deliveries/{OPENING}" in await see(ana, where)) is there


async def test_each_kind_of_message_leads_back_to_what_it_is_about(
    console: Console, ana: Browser, questionnaire: int
) -> None:
    assembly, decision = await console.database.run(_invite_and_decide)
    everything = await see(ana, "/deliveries")
    for id, title, back in (
        (2, "La invitación: Asamblea", f"/assemblies/{assembly}/deliveries"),
        (decision, "La decisión: Trabajo · Necesidades", "/consultations/1/deliveries"),
    ):
        assert title in everything
        assert f'href="{back}"' in await see(ana, f"/deliveries/{id}")
        assert f'href="/deliveries/{id}"' in await see(ana, back)
    assert "La decisión: Trabajo" in await see(ana, "/consultations/1/deliveries"), (
        "not only that there is one"
    )
    with at(NOON):
        rows = csv.DictReader(io.StringIO((await ana.look("/deliveries.csv")).text))
    assert [row["item"] for row in rows] == ["Trabajo", "", ""]


def _invite_and_decide(db: Session) -> tuple[int, int]:
    moment = now() + timedelta(days=7)
    assembly = create_assembly(
        db,
        consultation_id=None,
        title={"es": "Asamblea"},
        purpose={"es": "Hablar"},
        place="Otavalo",
        starts_at=moment,
        ends_at=moment + timedelta(hours=2),
        seats=40,
        account_id=None,
    )
    invite_willing(db, assembly, account_id=None)
    close_consultation(db, 1, account_id=None)
    db.add(AgendaItem(consultation_id=1, position=1, title={"es": "Trabajo"}, evidence={}))
    db.flush()
    told = record_decision(db, 1, outcome="accepted", reason={"es": "Sí", "qu": "Ari"}, account_id=None)
    return assembly, told


async def test_what_goes_on_is_said_in_words(console: Console, ana: Browser) -> None:
    assert "Está saliendo" in await see(ana)
    await press(ana, "pause")
    assert "No sale nada hasta que alguien lo reanude" in await see(ana)
    await press(ana, "resume")
    with at(NOON):
        await console.database.run(_send_from, NOON + timedelta(hours=20))
        assert "Sale mañana a las 08:00" in (await ana.look(f"/deliveries/{OPENING}")).text
    await press(ana, "cancel")
    assert "Cancelado" in await see(ana)


async def test_the_quiet_of_the_night_is_no_standstill(console: Console, ana: Browser) -> None:
    settings = console.app.state.services.settings
    quiet = read_quiet_hours("20:00-08:00", ZoneInfo("America/Guayaquil"))
    console.app.state.lookout = Lookout(
        replace(console.app.state.services, settings=replace(settings, quiet_hours=quiet))
    )
    page = await see(ana, moment=NIGHT)
    assert "A esta hora no se escribe a nadie. Sigue mañana a las 08:00." in page


def _send_from(db: Session, moment: datetime) -> None:
    db.get_one(Broadcast, OPENING).send_from = moment


async def test_ana_pauses_and_resumes(console: Console, ana: Browser) -> None:
    assert (await press(ana, "pause")).headers["location"] == f"/deliveries/{OPENING}?done=paused"
    assert (await console.database.read(get_broadcast, OPENING)).course is Course.PAUSED
    assert console.delivered == []
    page = await see(ana)
    assert f'action="/deliveries/{OPENING}/resume"' in page and "/pause" not in page
    assert (await press(ana, "pause")).status_code == 409, "it is paused already"

    assert (await press(ana, "resume")).status_code == 303
    assert console.delivered == [OPENING], "handed to the durable jobs"
    acts = [(act.email, act.act) for act in await console.database.read(list_acts)][:2]
    assert acts == [("organiser@ejemplo.ec", "resume"), ("organiser@ejemplo.ec", "pause")]


async def test_cancelling_is_confirmed_first(console: Console, ana: Browser) -> None:
    [first] = await claim(console, 1)
    await end(console, Settled(first, State.SENT))
    page = await see(ana, f"/deliveries/{OPENING}/cancel")
    assert "2 personas no lo recibirán" in page and "1 mensaje ya salió" in page
    assert (await console.database.read(get_broadcast, OPENING)).course is Course.RUNNING

    assert (await press(ana, "cancel")).status_code == 303

    card = await console.database.read(get_broadcast, OPENING)
    assert (card.course, card.sending.skipped) == (Course.CANCELLED, 2)
    page = await see(ana)
    assert figure(page, "cancelled") == "2" and "Ya no hacía falta" not in page
    answer = await ana.look(f"/deliveries/{OPENING}/cancel")
    assert answer.headers["location"] == f"/deliveries/{OPENING}", "there is nothing left to cancel"
    for deed in ("cancel", "resume", "retry"):
        assert (await press(ana, deed)).status_code == 409


async def test_what_failed_and_may_pass_is_retried(console: Console, ana: Browser) -> None:
    first, second, _ = await claim(console, 3)
    await end(console, Settled(first, State.FAILED, "BadRequest"), Settled(second, State.FAILED, "Odd"))
    page = await see(ana)
    assert "1 se puede intentar otra vez" in page and "Telegram dio un error (1)" in page

    await press(ana, "retry")

    card = await console.database.read(get_broadcast, OPENING)
    assert (card.sending.new, card.sending.failed, console.delivered) == (1, 1, [OPENING])


async def test_a_doubt_is_decided_one_by_one_or_all_at_once(console: Console, ana: Browser) -> None:
    first, _, _ = await claim(console, 3)

    answer = await press(ana, "doubts", do="leave", delivery=str(first))
    assert answer.headers["location"].endswith("?done=left") and console.delivered == []
    answer = await press(ana, "doubts", do="resend", delivery=str(first))
    assert answer.headers["location"].endswith("?done=decided_before"), "a second organiser comes too late"
    answer = await press(ana, "doubts", do="resend")
    assert answer.headers["location"].endswith("?done=resent") and console.delivered == [OPENING]

    sending = (await console.database.read(get_broadcast, OPENING)).sending
    assert (sending.left, sending.new, sending.sending) == (1, 2, 0)
    assert "Dejados así" in await see(ana)


async def test_doubts_are_seen_from_everywhere_until_they_are_decided(console: Console, ana: Browser) -> None:
    later = NOON + timedelta(minutes=2)
    await claim(console, 3)
    assert "en duda esperan" not in await see(ana, "/"), "they are on their way"

    home = await see(ana, "/", later)
    assert "3 mensajes en duda esperan su decisión" in home and f'href="/deliveries/{OPENING}#doubts"' in home
    assert f'<a href="/deliveries/{OPENING}#doubts">3<' in await see(ana, "/deliveries?sort=-doubt", later)
    with at(later):
        [row] = csv.DictReader(io.StringIO((await ana.look("/deliveries.csv")).text))
    assert row["in_doubt"] == "3"
    page = await see(ana, moment=later)
    assert "decida usted" in page and "Ya no falta ninguno" not in page

    await press(ana, "doubts", do="leave")
    assert "en duda" not in await see(ana, "/", later)
    assert "Ya no falta ninguno" in await see(ana, moment=later)


async def test_a_sending_to_nobody_says_so(console: Console, ana: Browser) -> None:
    def empty(db: Session) -> int:
        return open_broadcast(db, Kind.UNFINISHED, 1, select(Participant.id).limit(0))

    page = await see(ana, f"/deliveries/{await console.database.run(empty)}")
    assert "No había nadie a quien enviarlo." in page and "Ya no falta ninguno" not in page


@pytest.mark.parametrize("fields", [{}, {"do": "erase"}, {"do": "leave", "delivery": "x"}])
async def test_what_is_no_decision_is_not_there(
    console: Console, ana: Browser, fields: dict[str, str]
) -> None:
    await claim(console, 3)
    assert (await press(ana, "doubts", **fields)).status_code == 404
    assert (await press(ana, "erase")).status_code == 404
    assert (await console.database.read(get_broadcast, OPENING)).sending.sending == 3


async def test_a_form_of_somebody_else_steers_nothing(console: Console, ana: Browser) -> None:
    for deed in ("pause", "cancel", "retry", "resume", "doubts"):
        answer = await ana.client.post(
            f"/deliveries/{OPENING}/{deed}", data={"csrf": "x" * 40, "do": "leave"}
        )
        assert answer.status_code == 403
    assert (await console.database.read(get_broadcast, OPENING)).course is Course.RUNNING


@pytest.mark.parametrize(
    "path", ["/deliveries/9", "/deliveries/9/cancel", "/deliveries/live?seen=9.x", "/deliveries/live?seen=x"]
)
async def test_a_sending_that_is_not_there(ana: Browser, path: str) -> None:
    assert (await ana.look(path)).status_code == 404


async def test_only_who_organises_follows_and_steers(browse: Browse, opened: int) -> None:
    belen = await browse(BELEN)
    for path in ("", f"/{OPENING}", f"/{OPENING}/cancel", "/live?seen=1.running", ".csv"):
        assert (await belen.look("/deliveries" + path)).status_code == 403
    assert (await belen.fill("/account", f"/deliveries/{OPENING}/pause")).status_code == 403


async def test_nothing_says_to_whom(console: Console, ana: Browser) -> None:
    await claim(console, 3)
    page = await see(ana, moment=NOON + timedelta(minutes=5))
    assert "participant" not in page and "sealed" not in page


async def _open_many(console: Console, count: int) -> None:
    def work(db: Session) -> None:
        for number in range(count):
            open_broadcast(db, Kind.DECISION, 100 + number, select(Participant.id).limit(number % 3))

    await console.database.run(work)


async def test_the_list_of_all_is_paged_and_sorted(console: Console, ana: Browser) -> None:
    await _open_many(console, 35)

    def listed(page: str) -> list[int]:
        return [
            int(id)
            for id in re.findall(r'<th role="rowheader" scope="row"><a href="/deliveries/(\d+)"', page)
        ]

    first = await see(ana, "/deliveries")
    assert listed(first) == list(range(36, 6, -1)) and "Página 1 de 2" in first
    assert listed(await see(ana, "/deliveries?page=2")) == [6, 5, 4, 3, 2, 1]
    assert listed(await see(ana, "/deliveries?page=99")) == [6, 5, 4, 3, 2, 1]
    most = await see(ana, "/deliveries?sort=-total")
    assert listed(most)[0] == OPENING and 'aria-sort="descending"' in most
    assert listed(await see(ana, "/deliveries?sort=bad"))[0] == 36


async def test_the_list_of_all_leaves_as_a_table(console: Console, ana: Browser) -> None:
    def rename(db: Session) -> None:
        db.get_one(Consultation, 1).title = {"es": "=1+1"}

    await console.database.run(rename)
    await end(console, *(Settled(id, State.SENT) for id in await claim(console, 2)))

    answer = await ana.look("/deliveries.csv")

    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["id"], row["kind"], row["title"], row["state"]) == ("1", "opening", "'=1+1", "running")
    assert (row["total"], row["sent"], row["new"]) == ("3", "2", "1")
