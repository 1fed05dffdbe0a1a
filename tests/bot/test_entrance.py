"""Coming in: language, what this is, consent. Nothing is stored before the consent."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.application import COMMANDS
from bot.newcomers import Newcomers
from core.clock import at
from core.people import stop_reaching
from core.tables import Participant, Table
from tests.bot.town import LUIS, ROSA, Town

STORED_BY_THE_HOUSE = {"questionnaire", "consultation", "broadcast", "audit_event"}


def count_rows(db: Session) -> dict[str, int]:
    """Rows a table, of every table that has any."""
    counts = {
        table.name: db.scalar(select(func.count()).select_from(table)) or 0
        for table in Table.metadata.sorted_tables
    }
    return {name: count for name, count in counts.items() if count and name not in STORED_BY_THE_HOUSE}


async def test_nothing_is_stored_of_who_does_not_consent(town: Town) -> None:
    await town.opens()
    await town.says(town.outsider, "/start", "Buenos días")
    await town.taps(town.outsider, "Kichwa")
    await town.says(town.outsider, "/start")
    await town.taps(town.outsider, "Español", "No, gracias")
    for words in COMMANDS.values():
        await town.says(town.outsider, "/" + words[1][0])
    await town.receive(town.outsider.send_sticker())
    await town.receive(town.outsider.share_location(0.35, -78.12))
    for forged in ("q:1:1:c0:0", "o:1", "s:1", "u:1:y", "x:0", "x:1", "x:3", "e:y", "e:n", "i:1:y", "r:1:y"):
        await town.receive(town.outsider.forge_tap(forged))
    await town.receive(town.outsider.block())
    await town.receive(town.outsider.unblock())

    assert await town.database.read(count_rows) == {}


async def test_a_newcomer_chooses_between_the_languages_then_reads_what_this_is(town: Town) -> None:
    first = await town.says(town.luis, "/start")

    assert first.labels == [["Español", "Kichwa"]]
    assert town.text("welcome", "es", unit=town.settings.unit_name) in first.text
    assert town.text("welcome", "qu", unit=town.settings.unit_name) in first.text

    read = await town.taps(town.luis, "Español")

    assert read.id == first.id, "edited in place"
    assert town.text("introduction", "es", unit=town.settings.unit_name) in read.text
    assert read.labels == [["Sí, quiero participar"], ["No, gracias"]]


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_who_writes_before_consenting_reads_the_consent_again_in_their_language(
    town: Town, language: str
) -> None:
    await town.says(town.luis, "/start")
    read = await town.taps(town.luis, town.text("language_" + language, language))

    for update in (town.luis.send("Buenos días"), town.luis.send("/consultas"), town.luis.send_sticker()):
        await town.receive(update)
        assert town.luis.last.id > read.id
        assert (town.luis.last.text, town.luis.last.labels) == (read.text, read.labels)
    assert await town.database.read(count_rows) == {}

    await town.taps(town.luis, town.text("button_consent_yes", language))
    (person,) = await town.find(town.luis, Participant)
    assert person.language == language


@pytest.mark.parametrize(
    "then", ["begins again", "refuses", "asks for the language", "comes back later", "restart"]
)
async def test_a_choice_of_language_that_is_over_is_not_held_on_to(town: Town, then: str) -> None:
    noon = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    with at(noon):
        await town.says(town.luis, "/start")
        await town.taps(town.luis, "Kichwa")
        match then:
            case "begins again":
                await town.says(town.luis, "/start")
            case "refuses":
                await town.taps(town.luis, town.text("button_consent_no", "qu"))
            case "asks for the language":
                await town.says(town.luis, "/idioma")
            case "restart":
                await town.restart()
    with at(noon + timedelta(hours=1 if then == "comes back later" else 0)):
        shown = await town.says(town.luis, "Buenos días")

    assert shown.labels == [["Español", "Kichwa"]]


def test_only_so_many_choices_of_language_are_remembered() -> None:
    newcomers = Newcomers(size=2)
    for index, language in ((b"1", "qu"), (b"2", "qu"), (b"1", "es"), (b"3", "es")):
        newcomers.remember(index, language)

    assert [newcomers.language_of(index) for index in (b"1", b"2", b"3")] == ["es", None, "es"]


async def test_the_kichwa_reader_is_told_that_the_texts_await_review(town: Town) -> None:
    await town.says(town.rosa, "/start")
    read = await town.taps(town.rosa, "Kichwa")

    assert town.text("introduction", "qu", unit=town.settings.unit_name) in read.text
    assert town.text("kichwa_review", "qu") in read.text


async def test_who_consents_is_stored_sealed_and_asked_the_first_question(town: Town) -> None:
    await town.opens()
    question = await town.enters(town.rosa, "qu")

    assert "Mashna watata charinki?" in question.text
    (person,) = await town.find(town.rosa, Participant)
    assert person.language == "qu"
    assert person.reachable
    assert person.consent_version
    assert town.vault.open(person.chat_sealed) == str(ROSA)
    assert str(ROSA).encode() not in person.chat_sealed
    stored = repr(await town.rows())
    assert str(ROSA) not in stored, "no chat id in clear"
    assert "Rosa" not in stored, "no name either"


async def test_the_day_of_the_consent_is_that_of_the_person(town: Town) -> None:
    with at(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)):  # ten in the evening in Imbabura
        await town.enters(town.luis)
        shown = await town.says(town.luis, "/misdatos")

    assert "23 de noviembre de 2026" in shown.text


async def test_without_an_open_consultation_one_is_told_so(town: Town) -> None:
    told = await town.enters(town.luis)

    assert told.text == town.text("nothing_open", "es")


async def test_who_refuses_can_come_back(town: Town) -> None:
    await town.says(town.luis, "/start")
    await town.taps(town.luis, "Español", "No, gracias")

    assert town.luis.last.text == town.text("consent_refused", "es")
    assert await town.find(town.luis, Participant) == []

    await town.enters(town.luis)
    assert len(await town.find(town.luis, Participant)) == 1


async def test_consenting_twice_enrols_once(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    before = await town.rows()

    await town.receive(town.luis.forge_tap("c:y:es"))
    await town.receive(town.luis.forge_tap("c:y:qu"))

    assert await town.rows() == before


async def test_refusing_after_consenting_does_not_pretend_that_nothing_is_stored(town: Town) -> None:
    await town.enters(town.luis)
    await town.receive(town.luis.forge_tap("c:n:es"))

    assert town.luis.last.text != town.text("consent_refused", "es")
    assert town.text("button_leave_erase", "es") in [row[0] for row in town.luis.last.labels]


async def test_who_takes_part_already_is_welcomed_back_and_reached_again(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.database.run(stop_reaching, town.vault.index(str(LUIS)))

    shown = await town.says(town.luis, "/start")

    assert town.luis.screen[-2].text == town.text("welcome_back", "es", unit=town.settings.unit_name)
    assert shown.labels == [["Continuar"], [town.text("button_withdraw", "es")]]
    (person,) = await town.find(town.luis, Participant)
    assert person.reachable


@pytest.mark.parametrize("words", [words for _, words in COMMANDS.values()], ids=lambda words: words[0])
async def test_every_command_has_an_english_alias_that_does_the_same(
    town: Town, words: tuple[str, ...]
) -> None:
    await town.opens()
    await town.enters(town.luis)

    shown = {(await town.says(town.luis, "/" + word)).text for word in words}

    assert len(shown) == 1


async def test_changing_the_language_midway_keeps_the_place(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.says(town.luis, "34")

    await town.says(town.luis, "/idioma")
    shown = await town.taps(town.luis, "Kichwa")

    assert "Maypi kawsanki?" in shown.text
    assert "Otavalo (kichwa)" in [label for row in shown.labels for label in row]
    (person,) = await town.find(town.luis, Participant)
    assert person.language == "qu"


async def test_with_two_consultations_begun_a_change_of_language_shows_the_question_on_screen(
    town: Town,
) -> None:
    await town.opens()
    second = await town.opens()
    await town.enters(town.luis)
    await town.taps(town.luis, town.luis.last.buttons[-1][0].data or "")
    await town.says(town.luis, "34")

    await town.says(town.luis, "/idioma")
    shown = await town.taps(town.luis, "Kichwa")

    assert second == 2
    assert "Maypi kawsanki?" in shown.text


async def test_changing_the_language_does_not_begin_what_one_left(town: Town) -> None:
    await town.opens()
    await town.enters(town.luis)
    await town.says(town.luis, "/salir")
    await town.taps(town.luis, town.text("button_leave_later", "es"))

    await town.says(town.luis, "/idioma")
    shown = await town.taps(town.luis, "Kichwa")

    assert shown.labels == [[town.text("button_continue", "qu")], [town.text("button_withdraw", "qu")]]
