"""The preview of a questionnaire asks what the chat would ask, and stores nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.preview import Preview, Shown
from i18n.translator import Translator
from surveys.questionnaire import Choice, Kind, Question, Questionnaire

MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
QUESTIONNAIRE = Questionnaire(
    name="p",
    title={"es": "Prueba", "qu": "Kamay"},
    version="1",
    languages=("es", "qu"),
    default_language="es",
    nodes=(
        Question(
            "needs",
            Kind.SELECT_MULTIPLE,
            {"es": "¿Qué necesita?", "qu": "Imatatak mutsurinki?"},
            required="true()",
            choices=(Choice("work", {"es": "Trabajo", "qu": "Llamkay"}), Choice("health", {"es": "Salud"})),
        ),
        Question("photo", Kind.IMAGE, {"es": "Mande una foto"}),
        Question("place", Kind.GEOPOINT, {"es": "¿Dónde está?"}),
        Question("age", Kind.INTEGER, {"es": "¿Edad?"}, constraint=". > 0"),
    ),
)


@pytest.fixture
def preview(translator: Translator) -> Preview:
    return Preview(translator, ZoneInfo("America/Guayaquil"))


def act(screen: list[Shown], label: str) -> str:
    """The act of a button that stands on the screen."""
    buttons = {button["label"]: button["act"] for row in screen[-1]["buttons"] for button in row}
    return str(buttons[label])


def test_it_is_played_from_the_first_question_to_the_thanks(preview: Preview) -> None:
    acts: list[str] = []
    for label in ("Salud", "Listo", "📎", "ubicación", "t:20", "Enviar"):
        screen = preview.play(QUESTIONNAIRE, "es", acts, MOMENT)
        if label.startswith("t:"):
            acts.append(label)
        else:
            found = [b["label"] for row in screen[-1]["buttons"] for b in row if label in b["label"]]
            acts.append(act(screen, found[0]))
    screen = preview.play(QUESTIONNAIRE, "es", acts, MOMENT)
    assert "Prueba" in screen[-1]["text"] and screen[-1]["buttons"] == []
    mine = [shown["text"] for shown in screen if shown["from"] == "me"]
    assert mine[-2:] == ["20", "✓"]


def test_a_refusal_is_said_as_in_the_chat(preview: Preview, translator: Translator) -> None:
    screen = preview.play(QUESTIONNAIRE, "es", ["t:nada de eso"], MOMENT)
    assert translator.text("chat.refusal_not_a_choice", "es") in screen[-1]["text"]


def test_it_speaks_the_language_that_was_asked_for(preview: Preview) -> None:
    screen = preview.play(QUESTIONNAIRE, "qu", [], MOMENT)
    assert "Imatatak mutsurinki?" in screen[-1]["text"]
    assert act(screen, "Llamkay")


@pytest.mark.parametrize(
    "forged", ["b:", "b:zzz", "x", "", "b:q:0:0:c9999999999:0", "b:s:0", "f", "g", "b:x:0"]
)
def test_forged_acts_break_nothing(preview: Preview, forged: str) -> None:
    assert preview.play(QUESTIONNAIRE, "es", [forged] * 3, MOMENT)


def test_a_questionnaire_without_questions_shows_nothing(preview: Preview) -> None:
    empty = Questionnaire("p", {"es": "P"}, "1", ("es",), "es", ())
    assert preview.play(empty, "es", [], MOMENT) == []
