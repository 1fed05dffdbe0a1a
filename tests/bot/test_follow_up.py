"""Months later people are asked in the chat whether they noticed what was promised, and counted once."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import at, today
from deliberation.commitments.follow_up import ask_whether_noticed, noticed_of
from deliberation.commitments.lights import months_after
from deliberation.commitments.promising import add_commitment
from deliberation.commitments.units import add_unit
from deliberation.council.decisions import record_decision
from deliberation.council.tables import AgendaItem
from rimay.timetable import Timetable
from tests.bot.town import Town
from tests.deliberation.commitments.promises import BOTH, HEALTH, promise

YES = {"es": "Hay fondos.", "qu": "Kullki tiyanmi."}


@pytest.fixture
async def asked(town: Town) -> int:
    """A commitment of which it is time to ask Luis, who speaks Spanish, and Rosa, who speaks Kichwa."""
    zone = town.settings.zone
    consultation_id = await town.opens()
    for person, language in ((town.luis, "es"), (town.rosa, "qu"), (town.outsider, "es")):
        await town.enters(person, language)
    await town.answers(town.luis)
    await town.answers(town.rosa, "qu")
    await town.closes(consultation_id)
    due = today(zone) + timedelta(days=30)

    def promised(db: Session) -> int:
        item = AgendaItem(consultation_id=consultation_id, position=1, title={"es": "Salud"}, evidence={})
        db.add(item)
        db.flush()
        record_decision(db, item.id, outcome="accepted", reason=YES, account_id=None)
        unit = add_unit(db, HEALTH, "health", account_id=None)
        return add_commitment(db, item.id, promise(unit), due, zone, account_id=None)

    commitment_id = await town.database.run(promised)
    with at(datetime.combine(months_after(due, 3), time(10), zone)):
        broadcast = await town.database.run(ask_whether_noticed, commitment_id, zone)
        assert broadcast is not None
        assert (await Timetable(town.database, zone, 5).keep()).broadcasts == ()
    await town.delivers(broadcast)
    return commitment_id


async def test_each_is_asked_in_their_language(town: Town, asked: int) -> None:
    for person, language in ((town.luis, "es"), (town.rosa, "qu")):
        text = person.last.text
        for part in (BOTH[language], HEALTH[language], town.text("follow_up_question", language)):
            assert part in text
        buttons = [town.text("button_answered_" + reply, language) for reply in ("yes", "partly", "no")]
        assert person.last.labels == [buttons]
    assert town.text("follow_up_question", "es") not in town.outsider.last.text


async def test_a_reply_is_counted_once_and_the_message_stays(town: Town, asked: int) -> None:
    message = town.luis.last
    await town.taps(town.luis, "En parte")
    assert BOTH["es"] in message.text and message.labels == []
    assert message.text.endswith(town.text("follow_up_thanks", "es"))
    for reply in ("y", "n", "p"):
        await town.receive(town.luis.forge_tap(f"k:n:{asked}:{reply}"))
    stored = (await town.rows())["commitment_reply"]
    assert [(row["reply"], row["count"]) for row in stored] == [("partly", 1)]
    assert [sorted(row) for row in stored] == [["commitment_id", "count", "id", "released", "reply"]]


async def test_replies_are_published_when_as_many_as_the_threshold_are_new(town: Town, asked: int) -> None:
    town.settings = replace(town.settings, disclosure_threshold=2)
    await town.restart()
    await town.taps(town.luis, "En parte")
    assert await town.database.read(noticed_of, asked) == {"yes": 0, "partly": 0, "no": 0}
    await town.taps(town.rosa, town.text("button_answered_yes", "qu"))
    assert await town.database.read(noticed_of, asked) == {"yes": 1, "partly": 1, "no": 0}


async def test_forged_buttons_count_nothing(town: Town, asked: int) -> None:
    before = await town.rows()
    await town.receive(town.outsider.forge_tap(f"k:n:{asked}:y"))
    for forged in ("k:n:999:y", f"k:n:{asked}:maybe", f"k:x:{asked}:y", f"k:n:{asked}"):
        await town.receive(town.luis.forge_tap(forged))
    assert await town.rows() == before
