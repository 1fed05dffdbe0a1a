"""The empty seat in the chat: read what it is, declare, ask, agree, the code, the report; in both languages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.broadcasts import Kind, find_broadcast
from core.clock import at
from core.people import Contact, enrol
from core.sealing import Vault
from core.tables import Broadcast
from deliberation.assemblies.tables import Invitation
from deliberation.empty_seat.accrediting import accredit, deny, take_seat
from deliberation.empty_seat.credentials import find_by_credential
from deliberation.empty_seat.delegation import ask_for_assembly, draw_delegate
from deliberation.empty_seat.reporting import approve_report
from deliberation.empty_seat.tables import SeatRequest
from deliberation.empty_seat.wording import lot_in_words
from rimay.timetable import Timetable
from surveys.places import find_place
from tests.bot.town import Town, labels, own_answers, payload
from tests.deliberation.empty_seat.chairs import NOON, REASON, STARTS, assembly, rules, sitting

TITLE, TITULO = "Killkakunapak wasi", "Ventanilla de documentos"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with at(NOON):
        yield


async def enters(town: Town, person: Person, language: str) -> int:
    """Somebody takes part; their id."""
    chat = str(person.chat.id)
    contact = Contact(town.vault.index(chat), town.vault.seal(chat))
    return await town.database.run(lambda db: enrol(db, contact, language, "1").id)


@pytest.fixture
async def item(town: Town) -> int:
    """A sitting in ten days; Luis speaks Spanish, Rosa Kichwa."""
    await enters(town, town.luis, "es")
    await enters(town, town.rosa, "qu")

    def work(db: Session) -> int:
        rules(db)
        return sitting(db)

    return await town.database.run(work)


def say(town: Town, key: str, language: str = "es", **params: Any) -> str:
    return town.translator.text("chair." + key, language, **params)


ANSWERS = {"es": ("Sí", "Sí", "No", "No", "Sí"), "qu": ("Ari", "Ari", "Mana", "Mana", "Ari")}
"""Old enough, lives here, no office, no interest, will report."""


async def asks(town: Town, person: Person, language: str = "es", *answers: str) -> None:
    """The whole way from the command to the request."""
    await town.says(person, "/silla")
    await town.taps(person, TITULO if language == "es" else TITLE, say(town, "button_begin", language))
    await town.taps(person, *(answers or ANSWERS[language]), say(town, "button_ask", language))


async def decides(town: Town, number: int, *, yes: bool = True) -> None:
    """The secretary decides, and everybody concerned is told."""
    if yes:
        await town.database.run(accredit, number, account_id=None)
    else:
        await town.database.run(deny, number, ["residence"], REASON, account_id=None)
    await hears(town)


async def hears(town: Town) -> None:
    """Every message about a request goes out. A chat takes one a second: the clock goes on meanwhile."""
    sent = await town.database.read(lambda db: list(db.scalars(select(Broadcast.id).order_by(Broadcast.id))))
    for place, broadcast in enumerate(sent):
        with at(NOON + timedelta(minutes=1 + place)):
            await town.delivers(broadcast)


async def stored(town: Town) -> list[SeatRequest]:
    return await town.database.read(lambda db: list(db.scalars(select(SeatRequest).order_by(SeatRequest.id))))


async def test_one_reads_what_it_is_before_one_asks(town: Town, item: int) -> None:
    shown = await town.says(town.luis, "/silla")
    assert "La silla vacía es un puesto para la ciudadanía" in shown.text
    assert "Puede pedir la silla hasta: miércoles 9 de diciembre de 2026, 12:00" in shown.text
    shown = await town.taps(town.luis, TITULO)
    for words in (
        "le verán",
        "su nombre para el acta",
        "un número, no su nombre",
        "responde por su voto",
        "Ordenanza 12, artículo 4",
    ):
        assert words in shown.text
    assert "no tiene nacionalidad ecuatoriana" in shown.text
    assert await stored(town) == []


async def test_nobody_sees_an_empty_list(town: Town) -> None:
    await enters(town, town.luis, "es")
    assert "todavía no ha puesto las reglas" in (await town.says(town.luis, "/silla")).text
    await town.database.run(lambda db: rules(db))
    assert "Ahora no hay ningún punto" in (await town.says(town.luis, "/emptyseat")).text
    await town.says(town.outsider, "/silla")
    assert town.outsider.last.labels  # who takes no part is greeted


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_declared_asked_accredited(town: Town, item: int, language: str) -> None:
    person = town.luis if language == "es" else town.rosa
    await asks(town, person, language)
    (row,) = await stored(town)
    declared = dict.fromkeys(("age", "residence", "office", "interest", "report"), True)
    assert (row.declared, row.reasons, row.state) == (declared, [], "asked")
    assert say(town, "state_asked", language) in person.last.text
    await decides(town, 1)
    assert say(town, "state_accredited", language) in person.last.text
    assert say(town, "button_code", language) in labels(person.last)
    assert say(town, "position_yes", language) not in labels(person.last)  # alone: nobody to agree with


async def test_who_does_not_meet_a_rule_is_told_before_and_hears_why(town: Town, item: int) -> None:
    await town.says(town.luis, "/silla")
    await town.taps(town.luis, TITULO, say(town, "button_begin"), "Sí", "No", "Sí", "No", "Sí")
    assert "• Vivir en la provincia\n• No trabajar en este gobierno" in town.luis.last.text
    await town.taps(town.luis, say(town, "button_ask"))
    assert (await stored(town))[0].reasons == ["residence", "office"]
    await decides(town, 1, yes=False)
    assert "Negado" in town.luis.last.text and REASON["es"] in town.luis.last.text
    assert labels(town.luis.last) == ["↩ Atrás"]


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_what_one_asked_for_is_not_offered_again(town: Town, item: int, language: str) -> None:
    person, title = (town.luis, TITULO) if language == "es" else (town.rosa, TITLE)
    await town.says(person, "/silla")
    assert say(town, "mine", language) not in person.last.text
    button = payload(person.last, title)
    await asks(town, person, language)
    shown, state = await town.says(person, "/silla"), say(town, "state_asked", language)
    assert say(town, "mine_item", language, title=title, number=1, state=state) in shown.text
    assert say(town, "no_others", language) in shown.text
    assert labels(shown) == [say(town, "button_mine", language, number=1)]

    await town.receive(person.forge_tap(button))  # of the list as it was
    assert say(town, "request", language, number=1, title=title) in person.last.text

    await town.database.run(lambda db: sitting(db, title={"es": "Agua", "qu": "Yaku"}))
    shown = await town.says(person, "/silla")
    assert labels(shown)[0] == {"es": "Agua", "qu": "Yaku"}[language] and title not in labels(shown)


async def test_who_was_denied_reads_it_and_who_withdrew_may_ask_again(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await decides(town, 1, yes=False)
    await town.says(town.luis, "/silla")
    assert "pedido n.º 1: Negado" in town.luis.last.text and TITULO not in labels(town.luis.last)
    await asks(town, town.rosa, "qu")
    await town.taps(town.rosa, say(town, "button_withdraw", "qu"), say(town, "button_withdraw_yes", "qu"))
    assert labels(await town.says(town.rosa, "/silla")) == [TITLE]


async def test_a_repeated_update_asks_once(town: Town, item: int) -> None:
    await town.says(town.luis, "/silla")
    await town.taps(town.luis, TITULO, say(town, "button_begin"), *ANSWERS["es"])
    tap = town.luis.tap(say(town, "button_ask"))
    await town.receive(tap)
    before = await town.rows()
    await town.restart()
    await town.receive(tap)
    assert await town.rows() == before
    assert say(town, "state_asked") in town.luis.last.text


async def test_a_repeated_update_does_not_ask_again_for_what_was_withdrawn(town: Town, item: int) -> None:
    await town.says(town.luis, "/silla")
    await town.taps(town.luis, TITULO, say(town, "button_begin"), *ANSWERS["es"])
    tap = town.luis.tap(say(town, "button_ask"))
    await town.receive(tap)
    await town.taps(town.luis, "Retirar mi pedido", "Sí, retirar")
    before = await town.rows()
    await town.restart()
    await town.receive(tap)
    assert await town.rows() == before
    assert "Retirado" in town.luis.last.text


async def test_a_repeated_update_makes_no_other_code(town: Town, item: int, vault: Vault) -> None:
    await asks(town, town.luis)
    await decides(town, 1)
    first = town.luis.tap(say(town, "button_code"))
    await town.receive(first)
    request = next(each for each in reversed(town.luis.screen) if say(town, "button_code") in labels(each))
    await town.receive(town.luis.forge_tap(payload(request, say(town, "button_code"))))
    before = await town.rows()
    await town.restart()
    await town.receive(first)
    assert await town.rows() == before


async def test_a_forged_button_stores_nothing(town: Town, item: int) -> None:
    await town.says(town.luis, "/silla")
    forged = "a:1:1:", "a:1:1:yyyyyyy", "a:1:9:yyyyy", "d:1:1:yyyyyy", "a:99:1:yyyyy", "v:1:7", "f:1:yyyyy"
    for data in forged:
        await town.receive(town.luis.forge_tap("z:" + data))
    assert await stored(town) == []


async def test_nobody_touches_the_request_of_another(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await decides(town, 1)
    before = await town.rows()
    await town.says(town.rosa, "/silla")
    shown = town.rosa.last.text
    for data in ("r:1", "p:1", "k:1", "t:1", "v:1:0", "x:1:y", "x:1:q"):
        await town.receive(town.rosa.forge_tap("z:" + data))
        assert (await town.rows(), town.rosa.last.text) == (before, shown), data


async def test_two_for_one_item_agree_or_are_heard(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await decides(town, 1)
    await town.says(town.rosa, "/silla")
    await town.taps(town.rosa, TITLE)
    assert town.translator.plural("chair.sitters", "qu", 1) in town.rosa.last.text
    await asks(town, town.rosa, "qu")
    await decides(town, 2)
    assert "Son 2 personas para este punto" in town.luis.last.text
    await town.taps(town.luis, "A favor")
    assert "✅ A favor" in labels(town.luis.last)
    await town.taps(town.rosa, say(town, "position_no", "qu"))
    assert say(town, "state_heard", "qu") in town.rosa.last.text
    await hears(town)
    assert "Aceptado: con voz, sin voto" in town.luis.last.text
    assert "• Varias personas deben acordar un solo voto" in town.luis.last.text


async def test_where_several_are_only_heard_nobody_is_asked_to_agree(town: Town, item: int) -> None:
    await town.database.run(lambda db: rules(db, agree=False))
    await asks(town, town.luis)
    await asks(town, town.rosa, "qu")
    await decides(town, 1)
    assert "con voz y voto" in town.luis.last.text
    await decides(town, 2)
    assert "con voz, sin voto" in town.luis.last.text and "A favor" not in labels(town.luis.last)
    assert "• Si van varias personas, les escuchan, pero no votan." in town.luis.last.text


async def test_what_one_would_say_is_a_reply_and_steals_no_answer(town: Town, item: int) -> None:
    await town.opens()
    await asks(town, town.luis)
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Empezar")
    await town.says(town.luis, "/silla")
    await town.taps(town.luis, say(town, "button_mine", number=1), say(town, "button_purpose"))
    await town.says(town.luis, "Llame al 0991234567 por favor")
    assert (await stored(town))[0].purpose == "Llame al […] por favor"
    assert "¿Cuántos años tiene?" in town.luis.last.text  # the question that was open comes back
    await town.says(town.luis, "34")
    assert await own_answers(town, town.luis) == {"age": "34"}
    assert await town.database.read(find_place, town.vault.index(str(town.luis.chat.id))) is not None


async def test_a_purpose_that_is_too_long_is_asked_for_again(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await town.taps(town.luis, say(town, "button_purpose"))
    await town.says(town.luis, "a" * 601)
    assert (await stored(town))[0].purpose == ""
    await town.says(town.luis, "Queremos una ventanilla")
    assert (await stored(town))[0].purpose == "Queremos una ventanilla"


async def test_the_code_is_shown_once_and_is_found_at_the_door(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await decides(town, 1)
    await town.taps(town.luis, say(town, "button_code"))
    code = town.luis.last.text.split("\n")[0].removeprefix("Su código es: ")
    assert await town.database.read(find_by_credential, code, town.vault) == 1
    assert code.encode() not in repr(await town.rows()).encode()


async def test_withdrawn_after_one_was_asked(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await town.taps(town.luis, "Retirar mi pedido", "No, seguir")
    assert (await stored(town))[0].state == "asked"
    await town.taps(town.luis, "Retirar mi pedido", "Sí, retirar")
    assert (await stored(town))[0].state == "withdrawn"
    assert "Retirado" in town.luis.last.text


async def test_too_late_is_said_and_nothing_stored(town: Town, item: int) -> None:
    await town.says(town.luis, "/silla")
    await town.taps(town.luis, TITULO, say(town, "button_begin"), *ANSWERS["es"])
    with at(STARTS - timedelta(days=1)):
        await town.taps(town.luis, say(town, "button_ask"))
    assert "• Pedir la silla 2 días antes de la sesión" in town.luis.last.text
    assert await stored(town) == []


async def test_other_rules_than_those_that_were_read_begin_anew(town: Town, item: int) -> None:
    await town.says(town.luis, "/silla")
    await town.taps(town.luis, TITULO, say(town, "button_begin"), *ANSWERS["es"])
    await town.database.run(lambda db: rules(db, foreigners=False))
    await town.taps(town.luis, say(town, "button_ask"))
    assert "La ordenanza pide nacionalidad ecuatoriana" in town.luis.last.text
    assert await stored(town) == []


async def test_an_assembly_sends_who_is_drawn(town: Town, item: int) -> None:
    def work(db: Session) -> int:
        return assembly(db, item, 1, 2)

    ballot = await town.database.run(work)
    source = {"es": "la Lotería Nacional", "qu": "Lotería Nacional"}
    await town.database.run(ask_for_assembly, ballot, source, account_id=None)
    await hears(town)
    assert (
        "votó por pedir la silla vacía" in town.luis.last.text
        and "la Lotería Nacional" in town.luis.last.text
    )
    await town.taps(town.luis, say(town, "button_more"), say(town, "button_go"), *ANSWERS["es"])
    await town.taps(town.luis, say(town, "button_go"))
    assert "entra en el sorteo con el número 2" in town.luis.last.text
    await town.taps(town.rosa, say(town, "button_more", "qu"), say(town, "button_go", "qu"), *ANSWERS["qu"])
    await town.taps(town.rosa, say(town, "button_go", "qu"))

    def word(lot: Any) -> Any:
        return lot_in_words(town.translator, lot)

    await town.database.run(draw_delegate, 1, "4711", word, published_at=NOON, account_id=None)
    await hears(town)
    drawn = (await stored(town))[0].participant_id
    goes, stays = (town.luis, town.rosa) if drawn == 1 else (town.rosa, town.luis)
    assert "4711" in goes.last.text and "SHA-256" in goes.last.text
    language = "es" if stays is town.luis else "qu"
    assert say(town, "state_withdrawn", language) in stays.last.text


async def test_who_sat_there_reports_and_those_they_spoke_for_hear_it(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await decides(town, 1)

    def sat(db: Session) -> None:
        take_seat(db, 1, came=True, account_id=None)
        ballot = assembly(db, item, 2)  # Rosa was at an assembly that the request comes from
        db.execute(
            update(SeatRequest).values(
                assembly_id=db.scalar(select(Invitation.assembly_id)), ballot_id=ballot
            )
        )

    await town.database.run(sat)
    report = {"es": "Votamos por la ventanilla.", "qu": "Wasimanta akllarkanchik."}
    with at(STARTS + timedelta(hours=3)):
        await town.says(town.luis, "/silla")
        await town.taps(town.luis, say(town, "button_mine", number=1), say(town, "button_report"))
        await town.says(town.luis, "Fui con 0991234567 y votamos")
        assert "«Fui con […] y votamos»" in town.luis.last.text
        await town.database.run(approve_report, 1, report, account_id=None)
        broadcast = await town.database.read(find_broadcast, Kind.SEAT_REPORT, 1)
        assert broadcast is not None
        await town.delivers(broadcast)
    assert report["qu"] in town.rosa.last.text and TITLE in town.rosa.last.text


async def test_own_data_hold_the_request_and_erasing_leaves_its_number(town: Town, item: int) -> None:
    await asks(town, town.rosa, "qu")
    await decides(town, 1)
    told = (await town.says(town.rosa, "/misdatos")).text
    assert say(town, "request", "qu", number=1, title=TITLE) in told
    assert "Ari nirkanki: 16 watata, ashtawantapash charina" in told
    await town.says(town.rosa, "/borrar")
    await town.taps(town.rosa, town.text("button_erase_yes", "qu"))
    (row,) = await stored(town)
    assert (row.state, row.participant_id, row.declared) == ("withdrawn", None, {})


async def test_the_timetable_tells_who_has_not_agreed_in_time(town: Town, item: int) -> None:
    await asks(town, town.luis)
    await asks(town, town.rosa, "qu")
    await decides(town, 1)
    await decides(town, 2)
    with at(STARTS + timedelta(minutes=1)):
        kept = await Timetable(town.database, town.settings.zone, 5).keep()
        for broadcast in kept.broadcasts:
            await town.delivers(broadcast)
    assert "con voz, sin voto" in town.luis.last.text
