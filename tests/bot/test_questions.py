"""Questions as they stand on a telephone, whatever the author wrote into them."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.message import LONGEST, split
from surveys.questionnaire import Choice, Group, Kind, Node, Question, Questionnaire
from tests.bot.town import Town, own_answers, place_of

ARABIC = "ما الذي تحتاجه؟ 🏠👨‍👩‍👧"


def asking(*nodes: Node, default: str = "es", languages: tuple[str, ...] = ("es", "qu")) -> Questionnaire:
    return Questionnaire("odd", {default: "Raro"}, "1", languages, default, nodes)


def text(path: str, label: Mapping[str, str], **fields: Any) -> Question:
    return Question(path, Kind.TEXT, label, **fields)


def select(path: str, *labels: Mapping[str, str], kind: Kind = Kind.SELECT_ONE, **fields: Any) -> Question:
    choices = tuple(Choice(f"c{number}", label) for number, label in enumerate(labels))
    return Question(path, kind, {"es": "¿Cuál?", "qu": "Maykan?"}, choices=choices, **fields)


def labels(town: Town) -> list[list[str]]:
    """The buttons that Luis sees, row by row."""
    return [[button.label for button in row] for row in town.luis.last.buttons]


class TestLength:
    async def test_a_very_long_label_comes_in_pieces_with_the_buttons_under_the_last(
        self, town: Town
    ) -> None:
        long = " ".join(f"palabra{number}" for number in range(400))[:5000]
        await town.opens(asking=asking(text("a", {"es": "¿Uno?"}), text("b", {"es": long})))
        await town.enters(town.luis)
        before = len(town.luis.screen)
        await town.says(town.luis, "sí")
        *first, last = [message for message in town.luis.screen[before:] if message.from_bot]

        assert first
        assert not any(message.buttons for message in first)
        assert last.buttons
        said = " ".join(message.text for message in (*first, last))
        assert all(word in said.split() for word in long.split())
        await town.taps(town.luis, town.text("button_back", "es"))
        assert town.luis.last.text.startswith("Pregunta 1")

    @pytest.mark.parametrize("sign", ["a", "ñ", "😀", "日"])
    def test_no_piece_is_longer_than_telegram_takes(self, sign: str) -> None:
        pieces = split(sign * 10_001)
        assert "".join(pieces) == sign * 10_001
        assert max(len(piece.encode("utf-16-le")) // 2 for piece in pieces) <= LONGEST

    async def test_an_answer_of_ten_thousand_letters_is_refused_with_the_limit(self, town: Town) -> None:
        await town.opens(asking=asking(text("a", {"es": "¿Uno?"})))
        await town.enters(town.luis)
        update = town.luis.send("x")
        update["message"]["text"] = "x" * 10_000
        await town.receive(update)

        assert town.luis.last.text.startswith(town.text("refusal_too_long", "es", limit=4000))
        assert await own_answers(town, town.luis) == {}

    async def test_right_to_left_and_emoji_are_text_like_any_other(self, town: Town) -> None:
        await town.opens(asking=asking(text("a", {"es": ARABIC}), select("b", {"es": ARABIC}, {"es": "👍"})))
        shown = await town.enters(town.luis)
        assert ARABIC in shown.text
        await town.says(town.luis, ARABIC)
        await town.taps(town.luis, ARABIC)
        assert await own_answers(town, town.luis) == {"a": ARABIC, "b": "c0"}

    async def test_labels_longer_than_a_button_are_written_out_and_numbered(self, town: Town) -> None:
        long = ["Uno " * 75, "Dos " * 75, "Tres"]
        await town.opens(
            asking=asking(select("a", *({"es": label} for label in long), kind=Kind.SELECT_MULTIPLE))
        )
        shown = await town.enters(town.luis)

        for number, label in enumerate(long, start=1):
            assert f"{number}. {label.strip()}" in shown.text
        assert [row[0][:6] for row in labels(town)[:3]] == ["1. Uno", "2. Dos", "3. Tre"]
        await town.says(town.luis, "2")
        assert await own_answers(town, town.luis) == {"a": ["c1"]}


TOWNS = [
    {"es": f"{name} {number}"}
    for number in range(125)
    for name in ("Ibarra", "Otavalo", "Urcuquí", "Pimampiro")
]


class TestManyChoices:
    @pytest.fixture
    async def consultation(self, town: Town) -> int:
        found = await town.opens(asking=asking(select("a", *TOWNS), text("z", {"es": "¿Más?"})))
        await town.enters(town.luis)
        return found

    async def test_five_hundred_are_paged(self, town: Town, consultation: int) -> None:
        assert town.text("hint_search", "es", number=500) in town.luis.last.text
        for _ in range(20):
            await town.taps(town.luis, town.text("button_more", "es"))
        flat = [label for row in labels(town) for label in row]
        assert "Pimampiro 124" in flat
        assert town.text("button_more", "es") not in flat
        await town.taps(town.luis, "Pimampiro 124")
        assert await own_answers(town, town.luis) == {"a": "c499"}

    async def test_and_found_by_typing(self, town: Town, consultation: int) -> None:
        shown = await town.says(town.luis, "11 urcuqui")
        assert shown.text.startswith(town.text("refusal_similar", "es"))
        flat = [label for row in labels(town) for label in row]
        assert flat[:3] == ["Urcuquí 11", "Urcuquí 110", "Urcuquí 111"]
        await town.taps(town.luis, "Urcuquí 114")
        assert await own_answers(town, town.luis) == {"a": "c458"}

    async def test_all_of_them_come_back(self, town: Town, consultation: int) -> None:
        await town.says(town.luis, "12 pimam")
        await town.taps(town.luis, town.text("button_all_choices", "es"))
        assert labels(town)[0][0] == "Ibarra 0"

    async def test_what_resembles_nothing_is_refused(self, town: Town, consultation: int) -> None:
        shown = await town.says(town.luis, "Guayaquil")
        assert shown.text.startswith(town.text("refusal_not_a_choice", "es"))
        assert await place_of(town, town.luis) == "a"

    async def test_one_of_several_found_by_typing_is_ticked_and_stays_in_sight(self, town: Town) -> None:
        await town.opens(asking=asking(select("a", *TOWNS, kind=Kind.SELECT_MULTIPLE)))
        await town.enters(town.luis)
        await town.says(town.luis, "10 pimam")
        await town.taps(town.luis, "Pimampiro 100")
        assert town.text("choice_chosen", "es", label="Pimampiro 100") in [row[0] for row in labels(town)]
        await town.taps(town.luis, town.text("button_done", "es"))
        assert await own_answers(town, town.luis) == {"a": ["c403"]}


class TestLanguages:
    async def test_a_workbook_in_neither_language_is_shown_in_its_own_and_that_is_said(
        self, town: Town
    ) -> None:
        foreign = asking(
            text("a", {"fr": "Votre nom ?", "en": "Your name?"}), default="en", languages=("fr", "en")
        )
        await town.opens(asking=foreign)
        shown = await town.enters(town.luis)
        assert "Your name?" in shown.text
        assert shown.text.startswith(town.text("shown_in_other", "es"))

    @pytest.mark.parametrize("question", [
        text("a", {"es": "¿Uno?"}),
        text("a", {"es": "¿Uno?", "qu": "Shuk?"}, hint={"es": "Con calma"}),
        Question("a", Kind.SELECT_ONE, {"es": "¿Uno?", "qu": "Shuk?"}, choices=(Choice("y", {"es": "Sí"}),)),
    ])  # fmt: skip
    async def test_whatever_part_is_not_translated_it_is_said(self, town: Town, question: Question) -> None:
        await town.opens(asking=asking(question))
        shown = await town.enters(town.rosa, "qu")
        assert shown.text.startswith(town.text("shown_in_spanish", "qu"))

    async def test_a_note_a_repeat_and_a_message_too(self, town: Town) -> None:
        both = {"es": "¿Uno?", "qu": "Shuk?"}
        inside = text("p/a", both, constraint=". = 'x'", constraint_message={"es": "Escriba x"})
        hello = Question("n", Kind.NOTE, {"es": "Buenos días"})
        nodes = hello, Group("p", (inside,), label={"es": "Persona"}, repeats=True)
        mark = town.text("shown_in_spanish", "qu")
        await town.opens(asking=asking(*nodes))
        assert (await town.enters(town.rosa, "qu")).text.startswith(mark)
        assert (await town.says(town.rosa, "y")).text.startswith(mark)
        assert (await town.says(town.rosa, "x")).text.startswith(mark)

    async def test_nothing_is_said_where_all_is_translated_or_only_numbers_are_not(self, town: Town) -> None:
        both = {"es": "¿Uno?", "qu": "Shuk?"}
        number = Question("r", Kind.RANGE, both, parameters={"start": "1", "end": "3"})
        await town.opens(asking=asking(select("a", {"es": "1"}, {"es": "Rosa", "qu": "Rosa"}), number))
        for shown in (await town.enters(town.rosa, "qu"), await town.taps(town.rosa, "1")):
            assert town.text("shown_in_spanish", "qu") not in shown.text

    @pytest.mark.parametrize(
        ("label", "hint", "expected"),
        [
            ({}, {"es": "Su edad"}, "Su edad"),
            ({"es": " ", "qu": ""}, {}, "Family size"),
            ({"es": "${/data/nothing}"}, {}, "Family size"),
        ],
    )
    async def test_no_question_is_blank(
        self, town: Town, label: Mapping[str, str], hint: Mapping[str, str], expected: str
    ) -> None:
        await town.opens(asking=asking(text("family_size", label, hint=hint)))
        shown = await town.enters(town.luis)
        assert shown.text.splitlines()[1] == expected

    async def test_no_choice_and_no_repeat_is_blank(self, town: Town) -> None:
        await town.opens(asking=asking(Group("my_pet", (select("my_pet/a", {}, {"es": ""}),), repeats=True)))
        await town.enters(town.luis)
        assert labels(town)[0] == ["c0"]
        shown = await town.taps(town.luis, "c1")
        assert "My pet" in shown.text


class TestAppearance:
    @pytest.mark.parametrize(
        ("appearance", "words", "expected"),
        [
            ("", ["Sí", "No", "Tal vez", "Nunca"], [2, 2]),
            ("columns-4", ["1", "2", "3", "4"], [4]),
            ("columns-2", ["Una respuesta muy larga", "Otra respuesta larga"], [1, 1]),
            ("likert", ["1", "2", "3", "4", "5"], [5]),
            ("likert", ["Muy mal", "Mal", "Ni bien ni mal", "Bien"], [1, 1, 1, 1]),
            ("minimal", ["Sí", "No"], [1, 1]),
        ],
    )
    async def test_choices_stand_side_by_side_as_the_author_wants_and_the_phone_can(
        self, town: Town, appearance: str, words: list[str], expected: list[int]
    ) -> None:
        await town.opens(asking=asking(select("a", *({"es": word} for word in words), appearance=appearance)))
        await town.enters(town.luis)
        assert [len(row) for row in labels(town)][: len(expected)] == expected

    async def test_the_head_of_a_table_is_read_and_its_rows_are_asked(self, town: Town) -> None:
        head = select("h", {"es": "Bien"}, {"es": "Mal"}, appearance="label", required="true()")
        row = select("r", {"es": "Bien"}, {"es": "Mal"}, appearance="list-nolabel")
        await town.opens(asking=asking(head, row))
        shown = await town.enters(town.luis)
        assert shown.text.startswith("¿Cuál?\n\nPregunta 1 de 1")
        await town.taps(town.luis, "Mal")
        assert await own_answers(town, town.luis) == {"r": "c1"}

    @pytest.mark.parametrize("language", ["es", "qu"])
    @pytest.mark.parametrize(
        ("places", "refused"),
        [
            ((), "refusal_not_a_location"),
            ((Choice("otavalo", {"es": "Otavalo"}),), "refusal_not_a_location_or_choice"),
        ],
    )
    async def test_who_sends_no_place_is_told_of_a_list_only_where_there_is_one(
        self, town: Town, places: tuple[Choice, ...], refused: str, language: str
    ) -> None:
        await town.opens(asking=asking(Question("p", Kind.GEOPOINT, {"es": "¿Dónde vive?"}, choices=places)))
        await town.enters(town.luis, language)
        assert town.text(refused, language) in (await town.says(town.luis, "cerca del parque")).text
        assert ("lista" in town.text(refused, "es")) == bool(places)
        await town.says(town.luis, "0.35, -78.12")
        assert await own_answers(town, town.luis) == {"p": "0.35 -78.12 0 0"}

    @pytest.mark.parametrize(
        ("appearance", "typed", "hint", "refused"),
        [
            ("month-year", "marzo de 2019", "hint_month", "refusal_not_a_month"),
            ("year", "2019", "hint_year", "refusal_not_a_year"),
        ],
    )
    async def test_a_month_or_a_year_is_asked_and_refused_as_such(
        self, town: Town, appearance: str, typed: str, hint: str, refused: str
    ) -> None:
        await town.opens(asking=asking(Question("d", Kind.DATE, {"es": "¿Cuándo?"}, appearance=appearance)))
        shown = await town.enters(town.luis)
        assert town.text(hint, "es") in shown.text
        assert (await town.says(town.luis, "hace tiempo")).text.startswith(town.text(refused, "es"))
        await town.says(town.luis, typed)
        assert (await own_answers(town, town.luis))["d"].startswith("2019-")
