"""A draw in the console, step by step, and its page for everybody: nobody signs in, nobody is named."""

import asyncio
import json
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.lottery_work import LotteryWork
from core.clock import at
from core.tables import Participant
from deliberation.assemblies.draw_pools import Pool, Ticket
from deliberation.assemblies.tables import Assembly, Draw, DrawTicket, Invitation
from deliberation.lottery.draw import Prepared
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.quotas import Quota, quotas_of
from deliberation.lottery.verification import all_hold, verify
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.api.draw_steps import FOR_WITNESSES, LATER, PAGE, SEED, enter_seed, seal
from tests.deliberation.assemblies.provinces import NOON

QUOTAS = {
    "low__gender__man": "4",
    "high__gender__man": "6",
    "low__gender__woman": "4",
    "high__gender__woman": "6",
}


async def _sealed_and_drawn(browse: Browse) -> None:
    await seal(browse, FOR_WITNESSES)
    await enter_seed(browse)


async def test_ana_goes_through_the_steps_of_a_draw(console: Console, browse: Browse, assembly: None) -> None:
    with at(NOON):
        browser = await browse(ANA)
        assert "Fuente pública de la semilla" in (await browser.look(PAGE)).text
        answer = await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)
        assert answer.headers["location"] == f"{PAGE}?done=saved"
        waiting = (await browser.look(PAGE)).text
        assert "Todavía no llega esa hora" in waiting and "32 personas en la lista" in waiting
        early = await browser.fill(PAGE, "/assemblies/1/draws/1/seed", **SEED)
        assert early.status_code == 400 and "Todavía no llega la hora" in early.text
    with at(LATER):
        browser = await browse(ANA)
        await browser.fill(PAGE, "/assemblies/1/draws/1/seed", **SEED)
        assert "Invitar a las 10 personas sorteadas" in (await browser.look(PAGE)).text
        answer = await browser.fill(PAGE, "/assemblies/1/draws/1/invitations")
        assert answer.headers["location"] == "/assemblies/1?done=invited"
        assert "Las personas sorteadas están invitadas." in (await browser.look(PAGE)).text
    assert len(console.delivered) == 1


async def test_nobody_is_invited_past_the_lots(console: Console, browse: Browse, assembly: None) -> None:
    with at(NOON):
        browser = await browse(ANA)
        assert "/assemblies/1/invitations" not in (await browser.look("/assemblies/1")).text
        assert (await browser.fill("/assemblies/1", "/assemblies/1/invitations")).status_code == 409
    assert not console.delivered


async def test_a_seed_is_typed_twice_alike(browse: Browse, assembly: None) -> None:
    with at(NOON):
        browser = await browse(ANA)
        await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)
    with at(LATER):
        browser = await browse(ANA)
        answer = await browser.fill(PAGE, "/assemblies/1/draws/1/seed", seed="12", seed_again="21")
    assert answer.status_code == 400 and "No es igual a la semilla" in answer.text


async def test_what_is_wrong_with_a_source_is_said_at_the_field(browse: Browse, assembly: None) -> None:
    with at(NOON):
        browser = await browse(ANA)
        answer = await browser.fill(PAGE, "/assemblies/1/draws", source="", source_at="2026-11-01T12:00")
    assert answer.status_code == 400
    assert 'id="error-source"' in answer.text and 'id="error-source_at"' in answer.text


async def test_while_a_lottery_is_computed_the_page_says_how_far_it_is(
    console: Console, browse: Browse, assembly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.assemblies.draws._SOON", 0.0)
    with at(NOON):
        page = (await (await browse(ANA)).fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)).text
    assert page.index("Se calcula el sorteo") < page.index("Todavía no llega esa hora")
    assert page.count("<html") == 1 and "32 personas en la lista" in page


async def test_one_lottery_is_computed_at_a_time(
    console: Console, browse: Browse, assembly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = BoundedSemaphore(1)
    busy.acquire()
    monkeypatch.setattr("api.lottery_work._at_once", busy)
    with at(NOON):
        answer = await (await browse(ANA)).fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)
    assert answer.status_code == 409 and "Ahora se calcula otro sorteo." in answer.text
    assert await console.database.read(lambda db: db.get(Draw, 1)) is None


async def test_who_leaves_while_a_lottery_is_computed_has_sealed_nothing() -> None:
    people = [Ticket(f"{number:016x}", number, "", {"gender": "man"}) for number in range(400)]
    quotas = quotas_of([Quota("gender", "man", 0, 200)])
    lottery = LotteryWork(Pool(1, 200, 200, quotas, tuple(people)))
    work = asyncio.create_task(lottery.result())
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert isinstance(await LotteryWork(lottery.pool).result(), Prepared)  # its turn was given back


async def test_a_second_draw_asks_why(console: Console, browse: Browse, assembly: None) -> None:
    with at(NOON):
        browser = await browse(ANA)
        await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)
        refused = await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)
        assert refused.status_code == 400 and 'id="error-reason"' in refused.text
        await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES, reason="source")
        public = (await (await browse(NOBODY)).look("/draws/2")).text
        assert "Sorteo número 2" in public and "La fuente de la semilla no se publicó" in public
        assert "Este sorteo ya no cuenta" in (await browser.look("/draws/1")).text


async def test_quotas_that_cannot_be_met_are_explained_and_one_button_mends_them(
    console: Console, browse: Browse, assembly: None
) -> None:
    def only_men(db: Session) -> None:
        rows = db.scalars(select(Participant).order_by(Participant.id)).all()
        for row in rows[:-3]:
            row.profile = row.profile | {"gender": "man"}

    await console.database.run(only_men)
    with at(NOON):
        browser = await browse(ANA)
        refused = await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)
        assert refused.status_code == 409
        assert "Género: man: se piden como mucho 6. En la lista hay 29." in refused.text
        assert "woman: de 4–6 a 3–6" in refused.text and "1 persona: Género: woman" in refused.text
        fixed = QUOTAS | {"low__gender__woman": "3", "high__gender__man": "7"}
        fixed |= {"low__language__es": "5", "high__language__es": "8"}
        for name, value in fixed.items():
            assert f'name="{name}" value="{value}"' in refused.text
        fixed |= {"low__language__qu": "2", "high__language__qu": "5"}
        await browser.fill(PAGE, "/assemblies/1/quotas", **fixed)
        assert (await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)).status_code == 303


async def test_ana_chooses_how_many_are_drawn_and_sees_their_quotas_before_she_seals(
    console: Console, browse: Browse, assembly: None, tmp_path: Path
) -> None:
    with at(NOON):
        browser = await browse(ANA)
        first = (await browser.look(PAGE)).text
        assert "Para llenar los 10 puestos, invite a cerca de 15 personas." in first
        assert "Todavía no sabemos cuántas aceptan: calculamos la mitad." in first
        assert 'name="panel_size" value="15"' in first, "what is proposed is what would be sealed"
        chosen = (await browser.look(f"{PAGE}?panel_size=12")).text
        assert "Cuotas de las 12 personas sorteadas" in chosen and "De 10 puestos" in chosen
        assert "4–6" in chosen and "4–8" in chosen, "4.8 is rounded down, 7.2 is rounded up"
        assert "Sellar la lista para sortear a 12 personas" in chosen
        as_many = (await browser.look(f"{PAGE}?panel_size=10")).text
        assert "Cuotas de las" not in as_many and "para sortear a 10 personas" in as_many
        await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES | {"panel_size": "12"})
        public = (await (await browse(NOBODY)).look("/draws/1")).text
        assert "Se sortean 12 personas para 10 puestos" in public and "4–8" in public
    with at(LATER):
        browser = await browse(ANA)
        await browser.fill(PAGE, "/assemblies/1/draws/1/seed", **SEED)
        assert "Invitar a las 12 personas sorteadas" in (await browser.look(PAGE)).text
        path = tmp_path / "draw.json"
        path.write_bytes((await browser.look("/draws/1/draw.json")).content)
        assert all_hold(verify(read_draw_file(path)))


@pytest.mark.parametrize("size", ["9", "16", "", "doce"])
async def test_no_fewer_than_the_seats_are_drawn_and_not_many_more(
    console: Console, browse: Browse, assembly: None, size: str
) -> None:
    with at(NOON):
        browser = await browse(ANA)
        asked = await browser.look(f"{PAGE}?panel_size={size}")
        assert asked.status_code == 400 and 'id="error-panel_size"' in asked.text
        answer = await browser.fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES | {"panel_size": size})
        assert answer.status_code == 400 and 'id="error-panel_size"' in answer.text
    assert await console.database.read(lambda db: db.get(Draw, 1)) is None


async def test_quotas_of_too_many_people_are_mended_as_quotas_of_the_seats(
    console: Console, browse: Browse, assembly: None
) -> None:
    def only_men(db: Session) -> None:
        rows = db.scalars(select(Participant).order_by(Participant.id)).all()
        for row in rows[:-5]:
            row.profile = row.profile | {"gender": "man"}

    await console.database.run(only_men)
    fifteen = FOR_WITNESSES | {"panel_size": "15"}
    with at(NOON):
        browser = await browse(ANA)
        refused = await browser.fill(PAGE, "/assemblies/1/draws", **fifteen)
        assert refused.status_code == 409
        assert "Es lo que se pide para 15 personas. Con menos personas, desde 10" in refused.text
        assert "Género: man: se piden como mucho 9. En la lista hay 27." in refused.text
        assert "woman: de 4–6 a 3–6" in refused.text and "man: de 4–6 a 4–7" in refused.text
        fixed = QUOTAS | {"low__gender__woman": "3", "high__gender__man": "7"}
        fixed |= {"low__language__es": "5", "high__language__es": "8"}
        fixed |= {"low__language__qu": "2", "high__language__qu": "5"}
        for name, value in fixed.items():
            assert f'name="{name}" value="{value}"' in refused.text
        await browser.fill(PAGE, "/assemblies/1/quotas", **fixed)
        assert (await browser.fill(PAGE, "/assemblies/1/draws", **fifteen)).status_code == 303


async def test_an_empty_pool_is_said_to_be_too_small(
    console: Console, browse: Browse, assembly: None
) -> None:
    def leave(db: Session) -> None:
        db.execute(update(Participant).values(reachable=False))

    await console.database.run(leave)
    with at(NOON):
        refused = await (await browse(ANA)).fill(PAGE, "/assemblies/1/draws", **FOR_WITNESSES)
    assert refused.status_code == 409 and "Se piden 10 personas. En la lista hay 0." in refused.text


async def test_anybody_reads_the_page_of_a_draw_and_checks_its_file(
    console: Console, browse: Browse, assembly: None, tmp_path: Path
) -> None:
    await _sealed_and_drawn(browse)
    nobody, witness = await browse(NOBODY), await browse(BELEN)
    page = await nobody.look("/draws/1")
    assert page.status_code == 200 and len(page.content) < 100_000
    draw = await console.database.read(lambda db: db.get_one(Draw, 1))
    assert "12 34 56" in page.text and draw.commitment[:16] in page.text and "rimay draw verify" in page.text
    assert (await nobody.look("/draws/1/draw.json")).status_code == 404  # fewer than five are alike
    file = await witness.look("/draws/1/draw.json")
    path = tmp_path / "draw.json"
    path.write_bytes(file.content)
    assert all_hold(verify(read_draw_file(path)))
    assert len(json.loads(file.content)["selected"]) == 10


async def test_the_table_of_tickets_says_chances_and_nothing_of_who_holds_them(
    console: Console, browse: Browse, assembly: None
) -> None:
    await _sealed_and_drawn(browse)
    lines = (await (await browse(NOBODY)).look("/draws/1/tickets.csv")).text.splitlines()
    assert lines[0] == "ticket,chance_percent,drawn" and len(lines) == 33
    assert sum(line.endswith(",1") for line in lines) == 10
    assert not any(word in " ".join(lines) for word in ("woman", "man", "qu"))


async def test_a_holder_looks_up_a_ticket_that_no_address_holds(
    console: Console, browse: Browse, assembly: None
) -> None:
    await _sealed_and_drawn(browse)
    query = select(DrawTicket.ticket).where(DrawTicket.selected).limit(1)
    ticket = await console.database.read(lambda db: db.scalar(query)) or ""
    nobody = await browse(NOBODY)
    found = await nobody.fill("/draws/1", "/draws/1", ticket=ticket)
    assert found.status_code == 200 and "Este boleto salió sorteado." in found.text
    unknown = await nobody.fill("/draws/1", "/draws/1", ticket="0" * 16)
    assert unknown.status_code == 400 and "Este boleto no es de este sorteo." in unknown.text


@pytest.mark.parametrize(
    "path",
    [
        PAGE,
        "/assemblies/1/population",
        "/assemblies/1/quotas",
        "/assemblies/1/report",
        "/assemblies/1/report.csv",
        "/assemblies/1/edit",
    ],
)
async def test_only_organisers_see_how_it_is_prepared(browse: Browse, assembly: None, path: str) -> None:
    for role, status in ((ANA, 200), (BELEN, 403), (CARLOS, 403), (NOBODY, 303)):
        assert (await (await browse(role)).look(path)).status_code == status, role


@pytest.mark.parametrize(
    "path",
    [
        "/assemblies/1/population",
        "/assemblies/1/quotas",
        "/assemblies/1/draws",
        "/assemblies/1/draws/1/seed",
        "/assemblies/1/draws/1/invitations",
        "/assemblies/1",
    ],
)
async def test_only_organisers_act(browse: Browse, assembly: None, path: str) -> None:
    for role, status in ((BELEN, 403), (CARLOS, 403)):
        assert (await (await browse(role)).fill("/account", path)).status_code == status


async def test_quotas_are_proposed_from_the_population_and_kept(
    console: Console, browse: Browse, assembly: None
) -> None:
    browser = await browse(ANA)
    counts = {"people__language__es": "800", "people__language__qu": "200"}
    answer = await browser.fill("/assemblies/1/population", "/assemblies/1/population", **counts)
    assert answer.headers["location"] == "/assemblies/1/quotas?done=saved"
    proposed = (await browser.look("/assemblies/1/quotas?propose=true")).text
    assert 'name="low__language__es" autocomplete="off" value="7"' in proposed
    assert 'name="high__language__qu" autocomplete="off" value="3"' in proposed
    await browser.fill("/assemblies/1/quotas", "/assemblies/1/quotas", **QUOTAS)
    kept = await console.database.read(lambda db: db.get_one(Assembly, 1).quotas)
    assert kept == [
        {"category": "gender", "value": "man", "min": 4, "max": 6},
        {"category": "gender", "value": "woman", "min": 4, "max": 6},
    ]


async def test_all_faults_of_quotas_are_said_at_once(browse: Browse, assembly: None) -> None:
    wrong = QUOTAS | {"low__gender__man": "9", "high__gender__woman": "3"}
    answer = await (await browse(ANA)).fill("/assemblies/1/quotas", "/assemblies/1/quotas", **wrong)
    assert answer.status_code == 400
    assert 'id="error-low__gender__man"' in answer.text and 'id="error-low__gender__woman"' in answer.text


async def test_half_a_population_is_refused(browse: Browse, assembly: None) -> None:
    page = "/assemblies/1/population"
    answer = await (await browse(ANA)).fill(page, page, people__language__es="800")
    assert answer.status_code == 400 and 'id="error-people__language__qu"' in answer.text


async def test_the_report_says_who_came_beside_the_population(
    console: Console, browse: Browse, assembly: None
) -> None:
    def meet(db: Session) -> None:
        for number in range(1, 33):
            came = number % 2 == 0
            answer = "yes" if came else "no"
            db.add(
                Invitation(
                    assembly_id=1,
                    participant_id=number,
                    answer=answer,
                    came=came,
                    reason=None if came else "date",
                )
            )

    await console.database.run(meet)
    browser = await browse(ANA)
    text = (await browser.look("/assemblies/1/report")).text
    assert "50,0\u00a0%" in text and "La fecha" in text
    assert "20 (62,5\u00a0%)" in text and "10 (62,5\u00a0%)" in text
    table = (await browser.look("/assemblies/1/report.csv")).text.splitlines()
    assert table[1:5] == [
        "all,,,32,16,0,16,0,16,,,,",
        "walk_ins,,,,,,,,0,,,,",
        "others,,,,,,,,0,,,,",
        "reason,date,,,,,,,,,,,",  # all said the same
    ]
    assert "gender,man,0.5000,20,10,0,10,0,10,,,0.3566,0.8337" in table
    assert "gender,woman,0.5000,12,6,0,6,0,6,,,0.1663,0.6434" in table
