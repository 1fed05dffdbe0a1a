"""What is heard of a questionnaire: each text once, in the order of the screen, nothing that holds an answer."""

from dataclasses import replace

import pytest

from i18n.aloud import speakable
from i18n.translator import Translator
from surveys.questionnaire import Choice, Group, Kind, Question, Questionnaire
from surveys.speech.passages import list_parts, read_choices


def form(*nodes: Question | Group) -> Questionnaire:
    return Questionnaire("f", {"es": "F"}, "1", ("es", "qu"), "es", nodes)


def said(questionnaire: Questionnaire, translator: Translator, language: str = "es") -> list[tuple[str, str]]:
    parts = list_parts(questionnaire, language, translator)
    return [(part.what, passage.text) for part in parts for passage in part.passages]


YES_NO = (Choice("yes", {"es": "Sí", "qu": "Ari"}), Choice("no", {"es": "No", "qu": "Mana"}))


def test_questions_notes_choices_and_repeats_are_heard(translator: Translator) -> None:
    questionnaire = form(
        Question("note", Kind.NOTE, {"es": "**Hola** 👋"}),
        Question("start", Kind.START),
        Question("way", Kind.GEOTRACE, {"es": "¿Por dónde?"}),
        Group(
            "home",
            (Question("home/here", Kind.SELECT_ONE, {"es": "¿Está?"}, hint={"es": "Hoy"}, choices=YES_NO),),
            {"es": "Persona"},
            repeats=True,
        ),
    )

    asked = translator.text("chat.repeat_question", "es", group="Persona")
    answers = [translator.text("chat.button_repeat_" + answer, "es") for answer in ("yes", "no")]
    repeat = speakable("\n".join([asked, *answers]))
    assert said(questionnaire, translator) == [
        ("note", "Hola."),
        ("note", "Persona."),
        ("question", "¿Está?\nHoy."),
        ("choices", "Opción 1: Sí.\nOpción 2: No."),
        ("again", repeat),
    ]


PERSONAL = Question("name", Kind.TEXT, {"es": "¿Y ${ /data/x }?"})


@pytest.mark.parametrize(
    "question",
    [
        PERSONAL,
        replace(PERSONAL, label={"es": "¿Y?", "qu": "${ /data/x }?"}),
        replace(PERSONAL, label={"es": "¿Y?"}, hint={"es": "${ /data/x }"}),
    ],
)
def test_what_holds_an_answer_is_not_among_them(translator: Translator, question: Question) -> None:
    assert said(form(question), translator) == []


@pytest.mark.parametrize(
    "how",
    [
        {"choice_filter": "/data/x = value"},
        {"parameters": {"randomize": "true"}},
        {"choices": (Choice("a", {"es": "Con ${ /data/x }"}),)},
    ],
)
def test_choices_that_depend_on_the_person_are_not_among_them(
    translator: Translator, how: dict[str, object]
) -> None:
    question = Question("a", Kind.SELECT_ONE, {"es": "¿Cuál?"}, choices=YES_NO)

    assert said(form(replace(question, **how)), translator) == [("question", "¿Cuál?")]  # type: ignore[arg-type]


def test_a_list_that_two_questions_share_is_one_recording(translator: Translator) -> None:
    questions = (Question(path, Kind.SELECT_ONE, {"es": f"¿{path}?"}, choices=YES_NO) for path in ("a", "b"))
    parts = list_parts(form(*questions), "es", translator)

    lists = [part.passages[0].digest for part in parts if part.what == "choices"]
    assert len(lists) == 2 and len(set(lists)) == 1


def test_choices_without_a_translation_are_read_in_the_language_that_they_have(
    translator: Translator,
) -> None:
    (passage,) = read_choices((*YES_NO, Choice("other", {"es": "Otra"})), "qu", translator)

    assert (passage.language, passage.text) == ("es", "Opción 1: Sí.\nOpción 2: No.\nOpción 3: Otra.")


def test_a_long_list_is_read_as_it_is_shown_page_by_page(translator: Translator) -> None:
    many = tuple(Choice(str(number), {"es": f"Lugar {number}"}) for number in range(1, 61))
    first, last = read_choices(many, "es", translator)[0], read_choices(many, "es", translator, 2)[-1]

    assert first.text.startswith("Opción 1: Lugar 1.") and "Lugar 25" not in first.text
    assert last.text.endswith("Opción 60: Lugar 60.")
