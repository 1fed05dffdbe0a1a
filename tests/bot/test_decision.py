"""Answered back: who contributed hears what the council decided, and says whether it answers them, once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.clock import at, now
from core.errors import NotFound
from core.people import Contact, enrol
from deliberation.council.agenda import close_and_propose, get_item, list_items
from deliberation.council.deadlines import chase, put_off
from deliberation.council.decisions import (
    OUTCOMES,
    AlreadyDecided,
    NotClosedYet,
    ReasonMissing,
    UnknownOutcome,
    record_decision,
    satisfaction_of,
)
from deliberation.council.items import Wording, save_item
from deliberation.council.tables import AgendaItem, Decision
from deliberation.relevance import still_wanted
from i18n.dates import format_date
from tests.bot.town import Town

MINISTRY = {"es": "Ministerio de Salud", "qu": "Alli Kawsay Ministerio"}
WORDING = Wording({"es": "Trabajo", "qu": "Llamkay"}, {}, 15, None, None, (), {}, {})
REASON = {"es": "Habrá una ventanilla en Otavalo.", "qu": "Otavalopi shuk ventanilla tiyanka."}


@pytest.fixture
async def item(town: Town) -> int:
    """Luis, Rosa and a neighbour have sent in their answers, the outsider only began; then it was closed."""
    consultation_id = await town.opens()
    for person, language in ((town.luis, "es"), (town.rosa, "qu"), (town.outsider, "es")):
        await town.enters(person, language)
    await town.answers(town.luis)
    await town.answers(town.rosa, "qu")
    await town.says(town.outsider, "34")
    neighbour = town.api.person(1_700_000_009)
    await town.enters(neighbour)
    await town.says(neighbour, "51")
    await town.taps(neighbour, "Ibarra", "Vivienda", "Listo", "Saltar", "Saltar", "Saltar", "Ahora no")
    await town.taps(neighbour, "Enviar mis respuestas")
    await town.database.run(close_and_propose, consultation_id, threshold=1, account_id=None)
    await town.database.scrub()
    items = await town.database.read(list_items, consultation_id)
    return items[0].id


async def decides(town: Town, item_id: int, outcome: str = "accepted") -> int:
    """The council decides, and everyone is told; the decision."""
    sent_to = MINISTRY if outcome == "elsewhere" else None
    await town.delivers(
        await town.database.run(
            record_decision, item_id, outcome=outcome, reason=REASON, sent_to=sent_to, account_id=None
        )
    )
    card = await town.database.read(get_item, item_id)
    assert card.decision is not None
    return card.decision.id


def told(person: Person) -> int:
    """How often a person was told of a decision."""
    return sum(any(reason in message.text for reason in REASON.values()) for message in person.screen)


async def counted(town: Town) -> dict[str, int]:
    """What was replied, published or not."""
    return {row["reply"]: row["count"] for row in (await town.rows())["satisfaction"]}


async def test_the_needs_that_were_named_most_are_put_on_the_agenda(town: Town, item: int) -> None:
    items = await town.database.read(list_items, 1)

    assert [(card.title["es"], card.evidence["count"]) for card in items] == [
        ("Trabajo", 2),
        ("Salud", 2),
        ("Vivienda", 1),
    ]


async def test_everyone_who_contributed_is_told_once_in_their_language(town: Town, item: int) -> None:
    await decides(town, item)

    text = town.luis.last.text
    for part in (
        "Necesidades",
        "Trabajo (lo pidieron 2 de 3 personas)",
        town.text("outcome_accepted", "es"),
        REASON["es"],
    ):
        assert part in text
    assert town.luis.last.labels == [["Sí", "En parte", "No"]]
    assert REASON["qu"] in town.rosa.last.text
    assert town.text("answer_back_question", "qu") in town.rosa.last.text
    assert (told(town.luis), told(town.rosa)) == (1, 1)


async def test_who_only_began_is_not_told(town: Town, item: int) -> None:
    await decides(town, item)

    assert told(town.outsider) == 0


async def test_who_left_or_erased_themselves_is_not_told(town: Town, item: int) -> None:
    await town.says(town.luis, "/borrar")
    await town.taps(town.luis, "Sí, borrar")
    await town.says(town.rosa, "/salir")
    await town.taps(town.rosa, town.text("button_leave_stop", "qu"))

    await decides(town, item)

    assert (told(town.luis), told(town.rosa)) == (0, 0)


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_every_outcome_has_its_words(town: Town, item: int, outcome: str) -> None:
    await decides(town, item, outcome)

    assert town.text("outcome_" + outcome, "es") in town.luis.last.text
    assert town.text("outcome_" + outcome, "qu") in town.rosa.last.text


async def test_a_reply_is_counted_once_and_the_message_stays(town: Town, item: int) -> None:
    decision = await decides(town, item)
    message = town.luis.last
    await town.taps(town.luis, "En parte")

    assert REASON["es"] in message.text
    assert message.text.endswith(town.text("answer_back_thanks", "es"))
    assert message.labels == []
    assert await counted(town) == {"partly": 1}

    for reply in ("y", "n", "p"):
        await town.receive(town.luis.forge_tap(f"r:{decision}:{reply}"))
    assert await counted(town) == {"partly": 1}

    await town.taps(town.rosa, town.text("button_answered_no", "qu"))
    assert await counted(town) == {"partly": 1, "no": 1}


async def test_replies_are_published_when_as_many_as_the_threshold_are_new(town: Town, item: int) -> None:
    town.settings = replace(town.settings, disclosure_threshold=2)
    await town.restart()
    decision = await decides(town, item)
    await town.taps(town.luis, "No")
    assert await town.database.read(satisfaction_of, decision) == {"yes": 0, "partly": 0, "no": 0}
    await town.taps(town.rosa, town.text("button_answered_yes", "qu"))
    assert await town.database.read(satisfaction_of, decision) == {"yes": 1, "partly": 0, "no": 1}


async def test_the_same_update_after_a_restart_is_not_counted_again(town: Town, item: int) -> None:
    await decides(town, item)
    update = town.luis.tap("Sí")
    await town.receive(update)
    await town.restart()
    await town.receive(update)

    assert await counted(town) == {"yes": 1}
    assert told(town.luis) == 1
    assert town.luis.last.text.count(town.text("answer_back_thanks", "es")) == 1


async def test_who_was_not_told_cannot_reply(town: Town, item: int) -> None:
    decision = await decides(town, item)
    before = await town.rows()

    await town.receive(town.outsider.forge_tap(f"r:{decision}:n"))
    await town.receive(town.luis.forge_tap("r:999:n"))

    assert await town.rows() == before


async def test_the_count_does_not_say_who_said_what(town: Town, item: int) -> None:
    await decides(town, item)
    await town.taps(town.luis, "No")
    await town.taps(town.rosa, town.text("button_answered_yes", "qu"))

    stored = await town.rows()
    assert [sorted(row) for row in stored["satisfaction"]] == [
        ["count", "decision_id", "id", "released", "reply"]
    ] * 2
    assert all("reply" not in row for row in stored["delivery"])


async def test_a_decision_needs_a_known_outcome_and_a_reason_in_both_languages(town: Town, item: int) -> None:
    with pytest.raises(UnknownOutcome):
        await town.database.run(record_decision, item, outcome="maybe", reason=REASON, account_id=None)
    for reason in ({"es": "Sí."}, {"es": "Sí.", "qu": "  "}, {}):
        with pytest.raises(ReasonMissing):
            await town.database.run(record_decision, item, outcome="accepted", reason=reason, account_id=None)
    with pytest.raises(NotFound):
        await town.database.run(record_decision, 999, outcome="accepted", reason=REASON, account_id=None)


async def test_the_council_decides_once(town: Town, item: int) -> None:
    await decides(town, item)

    with pytest.raises(AlreadyDecided):
        await town.database.run(record_decision, item, outcome="rejected", reason=REASON, account_id=None)


async def test_nothing_is_decided_while_people_still_answer(town: Town) -> None:
    await town.opens()

    def put_before(db: Session) -> int:
        enrol(db, Contact(b"i" * 32, b"s"), "es", "1")
        item = AgendaItem(consultation_id=1, position=1, title={"es": "Trabajo"}, evidence={})
        db.add(item)
        db.flush()
        return item.id

    item = await town.database.run(put_before)
    with pytest.raises(NotClosedYet):
        await town.database.run(record_decision, item, outcome="accepted", reason=REASON, account_id=None)
    assert await town.database.read(lambda db: db.scalar(select(Decision.id))) is None


@pytest.mark.parametrize(
    ("outcome", "key", "facts"),
    [
        ("accepted", "next_done", {"unit": "la Unidad de Movilidad Humana de Imbabura"}),
        ("rejected", "next_rejected", {}),
        ("elsewhere", "next_elsewhere", {"body": MINISTRY["es"]}),
    ],
)
async def test_it_says_what_happens_now(
    town: Town, item: int, outcome: str, key: str, facts: dict[str, str]
) -> None:
    await decides(town, item, outcome)

    assert "Qué pasa ahora: " + town.text(key, "es", **facts) in town.luis.last.text


async def test_what_is_put_off_says_until_when(town: Town, item: int) -> None:
    day = date(2027, 3, 1)
    broadcast = await town.database.run(
        record_decision, item, outcome="deferred", reason=REASON, decide_by=day, account_id=None
    )
    await town.delivers(broadcast)

    assert town.text("next_deferred", "es", date="1 de marzo de 2027") in town.luis.last.text
    assert town.text("next_deferred", "qu", date=format_date(day, "qu")) in town.rosa.last.text


async def test_who_contributed_hears_once_that_there_is_no_decision_in_time(town: Town, item: int) -> None:
    zone = town.settings.zone
    await town.database.run(save_item, item, WORDING, zone, account_id=None)
    for _ in range(2):
        with at(now() + timedelta(days=61)):
            late = await town.database.run(chase, item, zone)
        if late is not None:
            await town.delivers(late)

    overdue = town.text("overdue", "es") + " " + town.text("overdue_undated", "es")
    assert "Trabajo" in town.luis.last.text and overdue not in town.outsider.last.text
    assert sum(town.text("overdue", "es") in message.text for message in town.luis.screen) == 1
    assert town.text("overdue", "qu") in town.rosa.last.text


async def test_who_hears_of_another_day_in_time_does_not_hear_that_it_is_late(town: Town, item: int) -> None:
    zone = town.settings.zone
    await town.database.run(save_item, item, WORDING, zone, account_id=None)
    day = (now() + timedelta(days=90)).date()
    await town.delivers(await town.database.run(put_off, item, day, zone, account_id=None))

    said = town.luis.last.text
    assert town.text("overdue_until", "es", date=format_date(day, "es")) in said and "Debía" not in said


async def test_a_decision_that_came_meanwhile_silences_the_message_that_there_is_none(
    town: Town, item: int
) -> None:
    zone = town.settings.zone
    await town.database.run(save_item, item, WORDING, zone, account_id=None)
    with at(now() + timedelta(days=61)):
        late = await town.database.run(chase, item, zone)
    assert late is not None
    assert await town.database.read(still_wanted, late, [1, 2], zone) == {1, 2}
    await decides(town, item)
    assert await town.database.read(still_wanted, late, [1, 2], zone) == set()
