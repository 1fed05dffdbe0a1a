"""Taking back a whole response while the consultation is open."""

import pytest
from sqlalchemy.orm import Session

from bot.callback_data import Withdraw, encode
from core.tables import Participant
from surveys.tables import Attachment, Participation, Response, Voice
from tests.bot.town import Town, own_response
from tests.core.kept import kept_bytes

WORDS = "Quiero aprender panadería con mi hermana"
SURE = "Sí, borrar"


@pytest.fixture
async def consultation(town: Town) -> int:
    """Luis and Rosa have sent in their answers."""
    consultation_id = await town.opens()
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    await town.answers(town.luis, words=WORDS)
    await town.answers(town.rosa, "qu", words="Ñukaka llamkanata munani")
    return consultation_id


async def test_asks_once_and_can_be_thought_over(town: Town, consultation: int) -> None:
    await town.says(town.luis, "/consultas")
    before = await town.rows()

    shown = await town.taps(town.luis, "Retirar mis respuestas")
    assert shown.text == town.text("withdraw_question", "es", title="Necesidades")
    shown = await town.taps(town.luis, "No borrar")

    assert shown.text == town.text("erase_kept", "es")
    assert await town.rows() == before


async def test_the_answers_go_with_voices_and_files_and_those_of_others_stay(
    town: Town, consultation: int
) -> None:
    await town.database.run(_attach_to, (await own_response(town, town.luis)).id)
    await town.says(town.luis, "/consultas")
    shown = await town.taps(town.luis, "Retirar mis respuestas", SURE)

    assert shown.text == town.text("withdrawn", "es", title="Necesidades")
    stored = await town.rows()
    assert WORDS not in repr(stored)
    assert {len(stored[table.__tablename__]) for table in (Response, Voice)} == {1}
    assert stored["attachment"] == []
    (mine,) = await town.find(town.luis, Participation)
    assert (mine.state, mine.current, mine.response_id) == ("asked", False, None)
    assert await town.find(town.luis, Participant), "the person is still there, with what they agreed to"


async def test_nothing_of_it_is_left_in_the_files(town: Town, consultation: int) -> None:
    response = await own_response(town, town.luis)
    traces = [WORDS.encode(), response.id.encode()]
    assert all(trace in kept_bytes(town.database) for trace in traces)
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Retirar mis respuestas", SURE)

    assert not any(trace in kept_bytes(town.database) for trace in traces)


async def test_one_may_begin_again_and_an_old_button_does_not_take_that_back(
    town: Town, consultation: int
) -> None:
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Retirar mis respuestas")
    old = town.luis.tap(SURE)
    await town.receive(old)
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Empezar")
    await town.says(town.luis, "51")
    again = await own_response(town, town.luis)

    await town.receive(old)
    await town.receive({**old, "update_id": town.luis.send("x")["update_id"]})

    assert (await own_response(town, town.luis)).id == again.id
    await town.says(town.luis, "/consultas")
    assert (await town.taps(town.luis, "Continuar")).text.startswith("Pregunta 2 de")


async def test_the_same_update_twice_and_the_same_tap_twice_change_nothing(
    town: Town, consultation: int
) -> None:
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Retirar mis respuestas")
    tap = town.luis.tap(SURE)
    await town.receive(tap)
    after = await town.rows()

    await town.receive(tap)
    await town.restart()
    await town.receive(tap)
    await town.receive({**tap, "update_id": town.luis.send("x")["update_id"]})

    assert town.luis.last.text == town.text("withdrawn", "es", title="Necesidades")
    assert await town.rows() == after


async def test_who_has_only_begun_can_withdraw_too_in_their_own_language(town: Town) -> None:
    await town.opens()
    await town.enters(town.rosa, "qu")
    await town.says(town.rosa, "34", "/consultas")
    shown = await town.taps(
        town.rosa, town.text("button_withdraw", "qu"), town.text("button_erase_yes", "qu")
    )

    assert shown.text == town.text("withdrawn", "qu", title="Mutsurishkakuna")
    assert (await town.rows())["response"] == []


async def test_who_answers_on_meanwhile_is_asked_again(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.says(town.luis, "34", "/consultas")
    await town.taps(town.luis, "Retirar mis respuestas")
    certain = town.luis.tap(SURE)
    await town.says(town.luis, "/consultas")
    await town.taps(town.luis, "Continuar", "Otavalo")
    await town.receive(certain)

    question = town.text("withdraw_question", "es", title="Necesidades")
    assert [message.text for message in town.luis.screen].count(question) == 1
    assert len((await town.rows())["response"]) == 1
    await town.taps(town.luis, SURE)
    assert (await town.rows())["response"] == []


async def test_of_a_closed_consultation_nobody_can_find_the_answers(town: Town, consultation: int) -> None:
    await town.says(town.luis, "/consultas")
    first = town.luis.tap("Retirar mis respuestas")
    await town.closes(consultation)
    before = await town.rows()
    await town.receive(first)

    assert town.luis.last.text == town.text("withdraw_closed", "es", title="Necesidades")
    assert await town.rows() == before


async def test_who_has_not_begun_is_not_offered_it(town: Town) -> None:
    await town.opens()
    await town.opens()
    shown = await town.enters(town.luis)
    assert shown.text.startswith(town.text("consultations", "es"))
    assert not any("Retirar" in button.label for row in shown.buttons for button in row)


async def test_a_forged_button_touches_nobody_else(town: Town, consultation: int) -> None:
    await town.says(town.luis, "/consultas")
    update = town.luis.tap("Retirar mis respuestas")
    before = await town.rows()
    for turn in (0, 1, (await own_response(town, town.rosa)).turn):
        update["callback_query"]["data"] = encode(Withdraw(consultation, turn, True))
        update["update_id"] = town.luis.send("x")["update_id"]
        await town.receive(update)
    update["callback_query"]["data"] = encode(Withdraw(consultation + 99, 1, True))
    update["update_id"] = town.luis.send("x")["update_id"]
    await town.receive(update)
    assert await town.rows() == before


def _attach_to(db: Session, response_id: str) -> None:
    consultation_id = db.get_one(Response, response_id).consultation_id
    db.add(
        Attachment(
            id="0" * 32, response_id=response_id, consultation_id=consultation_id, path="words",
            media_type="audio/ogg", size=3, sealed=b"xyz",
        )
    )  # fmt: skip
