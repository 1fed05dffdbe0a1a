"""Pictures and films of a workbook are shown before the question, uploaded once, and passed over where missing."""

from dataclasses import replace

import pytest

from bot.botapi_chat import Message
from bot.botapi_errors import bad_request, server_error
from bot.botapi_person import Person
from surveys.questionnaire import Choice, Kind, Media, Question
from surveys.xlsform.accompanying import AccompanyingFile
from tests.bot.town import QUESTIONNAIRE, Town, label


def picture(name: str) -> AccompanyingFile:
    return AccompanyingFile(name, "image/png", f"\x89PNG {name}".encode())


FILES = [
    *(picture(name) for name in ("mapa.png", "mapa-qu.png", "bus.png", "taxi.png", "aviso.png")),
    AccompanyingFile("como.mp4", "video/mp4", b"film"),
]


def choice(value: str, media: Media) -> Choice:
    return Choice(value, label(value.title(), f"{value} (kichwa)"), media=media)


SEEN = replace(
    QUESTIONNAIRE,
    nodes=(
        Question("note", Kind.NOTE, label("Mire.", "Rikuy."), media={"image": {"es": "aviso.png"}}),
        Question(
            "place",
            Kind.SELECT_ONE,
            label("¿Dónde?", "Maypi?"),
            choices=(choice("north", {}), choice("south", {})),
            media={"image": {"es": "images/mapa.png", "qu": "mapa-qu.png"}, "video": {"es": "como.mp4"}},
        ),
        Question(
            "way",
            Kind.SELECT_MULTIPLE,
            label("¿En qué viene?", "Imawan shamunki?"),
            choices=(
                choice("bus", {"image": {"es": "bus.png"}}),
                choice("foot", {"image": {"es": "not-there.png"}}),
                choice("taxi", {"image": {"es": "taxi.png"}}),
            ),
        ),
        Question(
            "last", Kind.TEXT, label("¿Algo más?", "Ashtawan?"), media={"image": {"es": "not-there.png"}}
        ),
    ),
)


@pytest.fixture
async def consultation(town: Town) -> int:
    return await town.opens(asking=SEEN, files=FILES)


def seen(town: Town, person: Person) -> list[str]:
    """Files on the screen with their captions, and the texts of the bot, in order."""
    return [_seen(town, message) for message in person.screen if message.from_bot]


def _seen(town: Town, message: Message) -> str:
    sent = (
        message.content.get("photo") or [message.content.get("video") or message.content.get("document")]
    )[-1]
    if sent is None:
        return message.text.splitlines()[-1]
    file = town.api.files.find(sent["file_id"])
    assert file is not None
    return f"<{file.content.decode(errors='replace').split()[-1]}> {message.text}".strip()


async def test_what_belongs_to_a_question_is_shown_before_it(town: Town, consultation: int) -> None:
    await town.enters(town.luis)

    assert seen(town, town.luis)[-4:] == ["<aviso.png>", "<mapa.png>", "<film>", "¿Dónde?"]
    assert town.luis.last.labels[0] == ["North"]


async def test_each_language_has_its_own_picture_and_falls_back_on_the_others(
    town: Town, consultation: int
) -> None:
    await town.enters(town.rosa, "qu")

    assert seen(town, town.rosa)[-4:] == ["<aviso.png>", "<mapa-qu.png>", "<film>", "Maypi?"]


async def test_pictures_of_choices_come_as_an_album_with_the_numbers_that_choose_them(
    town: Town, consultation: int
) -> None:
    await town.enters(town.luis)
    shown = await town.taps(town.luis, "North")

    assert seen(town, town.luis)[-3:-1] == ["<bus.png> 1. Bus", "<taxi.png> 3. Taxi"]
    assert "¿En qué viene?" in shown.text and shown is town.luis.screen[-1]
    assert town.luis.unanswered == 0

    before = len(town.luis.screen)
    await town.taps(town.luis, "Bus", "Taxi")
    assert len(town.luis.screen) == before, "ticking shows nothing again"


async def test_what_is_missing_is_passed_over(town: Town, consultation: int) -> None:
    await town.enters(town.luis)
    await town.taps(town.luis, "North", "Bus")
    shown = await town.taps(town.luis, "Listo")

    assert seen(town, town.luis)[-1] == town.text("hint_voice", "es")
    assert "¿Algo más?" in shown.text


async def test_a_file_is_uploaded_once_for_everybody_even_after_a_restart(
    town: Town, consultation: int
) -> None:
    await town.enters(town.luis)
    await town.taps(town.luis, "North")
    uploaded = len(town.api.files._by_id)
    await town.restart()
    await town.enters(town.outsider)
    await town.taps(town.outsider, "North")

    assert len(town.api.files._by_id) == uploaded == 5
    assert seen(town, town.outsider)[-3:-1] == ["<bus.png> 1. Bus", "<taxi.png> 3. Taxi"]


async def test_what_telegram_has_forgotten_is_uploaded_again(town: Town, consultation: int) -> None:
    await town.enters(town.luis)
    await town.taps(town.luis, "North")
    for file in list(town.api.files._by_id.values()):
        town.api.files._drop(file)
    await town.enters(town.outsider)
    await town.taps(town.outsider, "North")

    assert "<mapa.png>" in seen(town, town.outsider)
    assert seen(town, town.outsider)[-3:-1] == ["<bus.png> 1. Bus", "<taxi.png> 3. Taxi"]


async def test_a_picture_that_telegram_does_not_show_is_sent_as_a_file(town: Town, consultation: int) -> None:
    town.api.fail(bad_request("PHOTO_INVALID_DIMENSIONS"), method="sendPhoto", times=1)
    await town.enters(town.luis)

    assert "document" in next(m for m in town.luis.screen if m.content).content
    assert seen(town, town.luis)[-4:] == ["<aviso.png>", "<mapa.png>", "<film>", "¿Dónde?"]


async def test_a_refused_answer_shows_nothing_again(town: Town, consultation: int) -> None:
    await town.enters(town.luis)
    pictures = sum(bool(message.content) for message in town.luis.screen)
    await town.says(town.luis, "en la luna")

    assert sum(bool(message.content) for message in town.luis.screen) == pictures


async def test_a_picture_that_does_not_get_through_keeps_no_question_back(
    town: Town, consultation: int
) -> None:
    town.api.fail(server_error(), method="sendPhoto", times=1)
    await town.enters(town.luis)

    assert seen(town, town.luis)[-1] == "¿Dónde?"


async def test_of_a_long_list_only_what_is_on_screen_is_shown(town: Town) -> None:
    many = tuple(choice(f"c{number}", {"image": {"es": "bus.png"}}) for number in range(60))
    question = Question("many", Kind.SELECT_ONE, label("¿Cuál?", "Maykan?"), choices=many)
    await town.opens(asking=replace(SEEN, nodes=(question,)), files=FILES)
    await town.enters(town.luis)

    assert sum("photo" in message.content for message in town.luis.screen) == 24
