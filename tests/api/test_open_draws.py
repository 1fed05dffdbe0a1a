"""A draw that anybody checks, in the console and on its page: what it counts is said before it is sealed, and after."""

import json
import re
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from core.tables import Participant
from deliberation.assemblies.draws import count_invitable
from deliberation.assemblies.tables import Draw, DrawTicket
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.verification import all_hold, verify
from tests.api.conftest import ANA, NOBODY, Browse, Console
from tests.api.draw_steps import FOR_EVERYBODY, LATER, PAGE, SEED, enter_seed, seal
from tests.deliberation.asked import person
from tests.deliberation.assemblies.provinces import NOON, found_province, lottery_assembly


def words(page: str) -> str:
    """What is read on a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_ana_sees_what_would_count_before_she_seals(browse: Browse, assembly: None) -> None:
    with at(NOON):
        page = (await (await browse(ANA)).look(f"{PAGE}?panel_size=10")).text
    assert re.search(r'name="access" value="open" required checked', page), "open unless she says otherwise"
    read = words(page)
    assert "solo lo que es igual en al menos 5 personas" in read
    assert re.search(r"Género (\d+) (\d+) Idioma (\d+) (\d+)", read)
    assert "Género: woman 4–6" in read and "Las cuotas se cumplen en proporción" in read


async def test_anybody_downloads_and_verifies_the_whole_draw(
    console: Console, browse: Browse, assembly: None, tmp_path: Path
) -> None:
    await seal(browse, FOR_EVERYBODY)
    nobody = await browse(NOBODY)
    assert "cualquiera puede bajar aquí el archivo completo" in (await nobody.look("/draws/1")).text
    assert (await nobody.look("/draws/1/draw.json")).status_code == 404, "there is none before the seed"
    with at(LATER):
        browser = await browse(ANA)
        assert (await browser.fill(PAGE, "/assemblies/1/draws/1/seed", **SEED)).status_code == 303
        assert "Sorteo número 1: cualquiera lo comprueba" in (await browser.look(PAGE)).text
    file = await nobody.look("/draws/1/draw.json")
    path = tmp_path / "draw.json"
    path.write_bytes(file.content)
    assert file.status_code == 200 and all_hold(verify(read_draw_file(path)))
    assert json.loads(file.content)["alike"] == 5


async def test_its_page_says_what_is_not_counted_and_why(
    console: Console, browse: Browse, assembly: None
) -> None:
    await seal(browse, FOR_EVERYBODY)
    await enter_seed(browse)
    read = words((await (await browse(NOBODY)).look("/draws/1")).text)
    sealed = await console.database.read(lambda db: db.get_one(Draw, 1).file)
    hidden = next(quota["category"] for quota in (sealed or {})["quotas"] if quota["feature"] == "*")
    many = sum(len(each["people"]) for each in (sealed or {})["types"] if each["features"][hidden] == "*")
    name = {"gender": "Género", "language": "Idioma"}[hidden]
    assert f"{name}: no se cuenta de {many} de 32 personas." in read
    assert f"{name}: no se cuenta 0–10 {many} " in read
    assert "De cada casa entró a la lista una sola persona" in read
    assert "no se muestra" not in read, "what the file says the page says"


async def test_a_draw_is_for_somebody(console: Console, browse: Browse, assembly: None) -> None:
    with at(NOON):
        browser = await browse(ANA)
        answer = await browser.fill(PAGE, "/assemblies/1/draws", **FOR_EVERYBODY | {"access": "all"})
    assert answer.status_code == 400 and 'id="error-access"' in answer.text
    assert await console.database.read(lambda db: db.get(Draw, 1)) is None


async def test_quotas_that_an_open_draw_cannot_meet_are_mended_as_quotas_of_the_seats(
    console: Console, browse: Browse, assembly: None
) -> None:
    def few_women(db: Session) -> None:
        rows = db.scalars(select(Participant).order_by(Participant.id)).all()
        for row in rows[:-5]:
            row.profile = row.profile | {"gender": "man"}
        for row in rows[-5:]:
            row.language = "es"

    await console.database.run(few_women)
    fifteen = FOR_EVERYBODY | {"panel_size": "15"}
    with at(NOON):
        browser = await browse(ANA)
        refused = await browser.fill(PAGE, "/assemblies/1/draws", **fifteen)
        assert refused.status_code == 409
        assert "El sorteo para testigos cuenta todo" in refused.text
        assert "a quién más invitar" not in refused.text, "who comes changes what is counted"
        fixed = dict(re.findall(r'type="hidden" name="((?:low|high)__\w+)" value="(\d+)"', refused.text))
        await browser.fill(PAGE, "/assemblies/1/quotas", **fixed)
        assert (await browser.fill(PAGE, "/assemblies/1/draws", **fifteen)).status_code == 303


async def test_where_nothing_can_be_counted_she_is_told_that_all_would_have_the_same_chance(
    console: Console, browse: Browse
) -> None:
    def settle(db: Session) -> None:
        found_province(db, men=2, women=2)
        lottery_assembly(db, seats=2)

    with at(NOON):
        await console.database.run(settle)
        browser = await browse(ANA)
        assert "se sortea sin cuotas, con la misma probabilidad" in (await browser.look(PAGE)).text
        answer = await browser.fill(PAGE, "/assemblies/1/draws", **FOR_EVERYBODY | {"panel_size": "2"})
        assert answer.status_code == 303
        public = words((await (await browse(NOBODY)).look("/draws/1")).text)
    assert "Género: no se cuenta de 4 de 4 personas." in public and "50,0 %" in public
    assert "2 puestos para 4 boletos." in public and "Aquí todos los boletos tenían la misma" in public
    assert "todavía no" in public, "nobody is drawn before the seed"


async def test_a_drawn_ticket_of_whom_nobody_can_be_invited_is_told_before_the_invitations(
    console: Console, browse: Browse, assembly: None
) -> None:
    await seal(browse, FOR_EVERYBODY)
    await enter_seed(browse)

    def leave(db: Session) -> None:
        ticket = db.scalars(select(DrawTicket).where(DrawTicket.selected)).first()
        db.delete(db.get_one(Participant, ticket.participant_id if ticket else 0))

    with at(LATER):
        browser = await browse(ANA)
        drawn = await console.database.read(lambda db: count_invitable(db, 1))
        assert f"Invitar a las {drawn} personas sorteadas" in (await browser.look(PAGE)).text
        await console.database.run(leave)
        page = (await browser.look(PAGE)).text
    assert f"Invitar a las {drawn - 1} personas sorteadas" in page
    assert "Salió 1 boleto sin nadie a quien invitar" in page


async def test_who_was_in_an_open_draw_counts_for_the_same_again_and_who_left_leaves_an_empty_ticket(
    console: Console, browse: Browse, assembly: None
) -> None:
    again, empty = "De quien estaba en él se cuenta lo mismo que entonces", "Boletos vacíos: 1."

    async def read() -> str:
        with at(NOON):
            return words((await (await browse(ANA)).look(PAGE)).text)

    def leave(db: Session) -> None:
        db.delete(db.scalars(select(Participant).order_by(Participant.id)).first())

    assert again not in await read()
    await seal(browse, FOR_EVERYBODY)
    assert again not in await read(), "the same people: counted anew it is the same"
    await console.database.run(lambda db: person(db, "es", invite="yes", gender="man"))
    joined = await read()
    assert again in joined and empty not in joined and "Esto no se cuenta de nadie" not in joined
    await console.database.run(leave)
    assert again in (left := await read()) and empty in left
