"""An answer that speaks of danger is before a person within a minute, once, until somebody has seen to it."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.accounts import add_account
from core.audit import list_acts
from core.clock import at, now
from core.database import Database
from core.tables import Participant
from deliberation.voices.closing import close_consultation
from deliberation.voices.filtering import hear_all
from deliberation.voices.protection import Danger
from deliberation.voices.protection_cases import (
    CaseSettled,
    count_waiting,
    forget_referrals,
    get_case,
    list_settled,
    list_waiting,
    point_out,
    refer_case,
    reopen_case,
    see_case,
    set_case_aside,
)
from deliberation.voices.protection_watch import dangers_of, keep_looks, list_unread, look_again, look_at
from deliberation.voices.tables import ProtectionCase, VoiceReading
from deliberation.voices.theme_quotes import QuoteInDanger, judge_voice
from rimay.examination.danger import examine_danger
from rimay.examination.finding import Grade
from rimay.timetable import Timetable
from surveys.questionnaire import Kind, Question, Questionnaire
from surveys.tables import Consultation, Response, Voice
from surveys.voices import list_voices
from tests.surveys.consulting import Sent, hold_consultation

ASKING = Questionnaire(
    "needs", {"es": "Necesidades"}, "1", ("es",), "es", (Question("more", Kind.TEXT, {"es": "¿Qué más?"}),)
)
CALM, HURT, AFRAID = "No hay agua.", "Mi esposo me pega cuando toma.", "Nos amenazaron si no pagamos."
ANA, LUIS = 1, 2


def said(*texts: str) -> list[Sent]:
    return [Sent({"more": text}, voices={"more": text}, may_quote=True) for text in texts]


async def held(database: Database, *texts: str) -> int:
    """A consultation in which people said this, and two organisers."""

    def work(db: Session) -> int:
        for name in ("ana", "luis"):
            add_account(db, email=f"{name}@ejemplo.ec", role="organiser", password_hash="x")
        return hold_consultation(db, ASKING, said(*texts))

    return await database.run(work)


async def look(database: Database, twins: int = 1) -> None:
    """The clock is looked at, by several workers at once."""
    await asyncio.gather(*(Timetable(database, ZoneInfo("UTC"), 5).keep() for _ in range(twins)))


async def only_case(database: Database) -> int:
    (case_id,) = await database.read(list_waiting)
    return case_id


async def test_within_a_minute_and_once_however_many_look(database: Database) -> None:
    await held(database, CALM, HURT, "")
    await look(database, twins=2)
    await look(database)

    case = await database.read(get_case, await only_case(database))
    assert (case.text, case.dangers, case.state) == (HURT, (Danger.VIOLENCE,), "new")
    assert case.question == {"es": "¿Qué más?"}
    read = await database.read(lambda db: db.scalar(select(func.count()).select_from(VoiceReading)))
    assert read == 2, "what was read is not read again; an empty voice note waits for its words"


async def test_what_an_interpreter_wrote_is_looked_at_at_once(database: Database) -> None:
    await held(database, CALM)
    await look(database)

    def translate(db: Session) -> None:
        voice = db.scalars(select(Voice)).one()
        voice.text, voice.translation = "Kusami makawan", "Mi esposo me pega"
        look_again(db, voice.id)
        look_again(db, voice.id)

    await database.run(translate)
    assert await database.read(count_waiting) == 1
    assert dangers_of("ñuka wasipi", "mi marido me golpea") == (Danger.VIOLENCE,)


async def test_a_translation_that_is_written_meanwhile_is_not_overlooked(database: Database) -> None:
    consultation_id = await held(database, CALM)
    begun = look_at(await database.read(list_unread))

    def translate(db: Session) -> None:
        voice = db.scalars(select(Voice)).one()
        voice.translation = HURT
        look_again(db, voice.id)

    await database.run(translate)
    await database.run(keep_looks, begun)
    heard = await database.read(hear_all, consultation_id)
    assert [each.in_danger for each in heard.voices] == [True]


async def test_what_becomes_a_case_is_not_quoted_any_more(database: Database) -> None:
    consultation_id = await held(database, CALM)
    await look(database)

    def quote(db: Session) -> str:
        voice = db.scalars(select(Voice)).one()
        judge_voice(db, voice.id, True, ANA)
        return voice.quote

    assert await database.run(quote) == "approved"
    voice_id = (await database.read(list_voices, consultation_id))[0].id
    case = await database.run(point_out, consultation_id, voice_id, Danger.THREATS, account_id=ANA)
    assert [voice.quote for voice in await database.read(list_voices, consultation_id)] == ["none"]
    with pytest.raises(QuoteInDanger):
        await database.run(quote)
    await database.run(set_case_aside, case, account_id=ANA)
    assert await database.run(quote) == "approved"
    await database.run(reopen_case, case, account_id=LUIS)
    assert [voice.quote for voice in await database.read(list_voices, consultation_id)] == ["none"]


async def test_an_answer_that_was_taken_back_is_no_case_any_more(database: Database) -> None:
    await held(database, HURT)
    await look(database)
    await database.run(lambda db: db.delete(db.scalars(select(Response)).one()))

    assert await database.read(count_waiting) == 0
    assert await database.read(list_waiting) == []


async def test_one_person_sees_to_it_and_the_log_says_who_but_not_what(database: Database) -> None:
    await held(database, HURT)
    await look(database)
    case = await only_case(database)
    for _ in range(2):
        await database.run(see_case, case, account_id=ANA)
    await database.run(set_case_aside, case, account_id=ANA)
    for act in (refer_case, set_case_aside, see_case):
        with pytest.raises(CaseSettled):
            await database.run(act, case, account_id=LUIS)

    acts = await database.read(list_acts)
    mine = [(act.act, act.email) for act in acts if act.subject == "protection_case"]
    assert mine == [("set_case_aside", "ana@ejemplo.ec"), ("see_case", "ana@ejemplo.ec")]
    (settled,) = await database.read(list_settled)
    assert settled.state == "set_aside" and settled.seen_by == "ana@ejemplo.ec"

    await database.run(reopen_case, case, account_id=LUIS)
    assert await database.read(count_waiting) == 1, "a mistake can be mended"


async def test_who_cannot_be_reached_is_sent_nothing(database: Database) -> None:
    """They answered on paper, or have left the chat; the case says so."""
    await held(database, HURT)
    await database.run(lambda db: db.execute(update(Participant).values(reachable=False)))
    await look(database)
    case = await only_case(database)
    assert not (await database.read(get_case, case)).author.may_reach
    assert await database.run(refer_case, case, account_id=ANA) is None
    (settled,) = await database.read(list_settled)
    assert (settled.state, settled.told) == ("referred", False)


async def test_a_person_points_out_what_the_lists_do_not_see(database: Database) -> None:
    consultation = await held(database, CALM)
    await look(database)
    voice = await database.read(lambda db: db.scalars(select(Voice.id)).one())
    pointed = [
        await database.run(point_out, consultation, voice, Danger.SELF_HARM, account_id=ANA) for _ in range(2)
    ]
    case, again = pointed
    assert case == again
    assert (await database.read(get_case, case)).dangers == (Danger.SELF_HARM,)
    assert await database.read(count_waiting) == 1


async def test_at_the_closing_cases_go_along_and_their_hours_do_not(database: Database) -> None:
    consultation = await held(database, HURT, HURT, AFRAID, CALM)
    with at(now() - timedelta(hours=30)):
        await look(database)
        first, second, third = await database.read(list_waiting)
        await database.run(see_case, second, account_id=ANA)
        await database.run(set_case_aside, third, account_id=ANA)
    await database.run(close_consultation, consultation, account_id=None)

    cases = await database.read(lambda db: list(db.scalars(select(ProtectionCase))))
    assert sorted(case.state for case in cases) == ["new", "seen", "set_aside"]
    assert {case.id for case in cases}.isdisjoint({first, second, third})
    assert all(case.voice_id and now() - case.raised_at < timedelta(minutes=5) for case in cases)
    await look(database)
    assert await database.read(count_waiting) == 2, "what was seen to is not raised again under its new name"


async def test_what_came_in_just_before_the_closing_is_looked_at_after_it(database: Database) -> None:
    consultation = await held(database, HURT)
    await database.run(close_consultation, consultation, account_id=None)
    await look(database)
    assert await database.read(count_waiting) == 1


async def test_the_doctor_says_when_somebody_waits_for_more_than_a_day(database: Database) -> None:
    await held(database, HURT)
    await look(database)

    async def grade(hours: int) -> Grade:
        with at(now() + timedelta(hours=hours)):
            return (await database.read(examine_danger)).grade

    assert (await grade(20), await grade(30)) == (Grade.RIGHT, Grade.WRONG)
    await database.run(see_case, await only_case(database), account_id=ANA)
    assert await grade(30) is Grade.RIGHT


async def test_what_was_closed_long_ago_is_left_alone(database: Database) -> None:
    consultation = await held(database, HURT)
    await database.run(close_consultation, consultation, account_id=None)
    past = {"closed_at": now() - timedelta(days=8)}
    await database.run(lambda db: db.execute(update(Consultation).values(past)))
    await look(database)
    assert await database.read(count_waiting) == 0


async def test_nothing_is_forgotten_while_a_referral_is_under_way(database: Database) -> None:
    await held(database, HURT)
    await look(database)
    case = await only_case(database)
    broadcast = await database.run(refer_case, case, account_id=ANA)
    assert broadcast is not None
    with at(now() + timedelta(days=1)):
        await database.run(forget_referrals)
    (settled,) = await database.read(list_settled)
    assert settled.told
