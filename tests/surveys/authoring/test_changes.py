"""What an author does to a questionnaire: no cell is lost, names stay unique, groups stay closed."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.authoring.changes import (
    add_group,
    add_language,
    add_question,
    duplicate,
    end_of,
    move,
    new_sheets,
    remove,
    step,
    ungroup,
)
from surveys.authoring.choices import WrittenChoice, choices_of, own_list, write_choices
from surveys.authoring.fields import languages, read, texts, write
from surveys.authoring.names import name_for, names, rename
from surveys.authoring.outline import Entry, entry_at, outline
from surveys.authoring.sheets import Sheet, Sheets
from surveys.authoring.snippets import put_in, take
from surveys.authoring.standard_questions import standard_questions
from surveys.authoring.texts import all_texts, missing, translate
from surveys.drafts import examine_sheets
from surveys.questionnaire import Kind, to_json
from surveys.xlsform.grids import read_sheets
from surveys.xlsform.reading import read_questionnaire
from surveys.xlsform.writing import write_workbook

BOTH = ("Español (es)", "Kichwa (qu)")


def written(*labels: str, kind: str = "text") -> Sheets:
    """A questionnaire of questions with these labels."""
    sheets = new_sheets("Prueba", BOTH)
    for label in labels:
        sheets, _ = add_question(sheets, kind, label, after=end_of(sheets, None))
    return sheets


def named(sheets: Sheets) -> list[str]:
    return [entry.name for entry in outline(sheets)]


def at(sheets: Sheets, name: str) -> Entry:
    return next(entry for entry in outline(sheets) if entry.name == name)


@pytest.fixture(scope="module")
def demonstration() -> Sheets:
    return read_sheets(NEEDS_ASSESSMENT.read_bytes(), NEEDS_ASSESSMENT.name)


def test_our_own_workbook_comes_back_whole(demonstration: Sheets) -> None:
    content = write_workbook(demonstration)
    after = read_questionnaire(content, demonstration.file_name).questionnaire
    before = read_questionnaire(NEEDS_ASSESSMENT.read_bytes(), NEEDS_ASSESSMENT.name).questionnaire
    assert to_json(after) == to_json(before)
    assert read_sheets(content, demonstration.file_name) == demonstration


def test_notes_of_the_author_come_back_too(tmp_path: Path) -> None:
    sheets = Sheets(
        "a.xlsx",
        (
            Sheet(
                "survey",
                ("type", "name", "label", "", "para el equipo"),
                (("text", "a", "=1+1", "sin título", "ojo"), (), ("", "", "", "nota suelta")),
            ),
            Sheet("Bitácora", ("día", ""), (("lunes", "x"), ("martes",))),
        ),
    )
    content = write_workbook(sheets)
    assert read_sheets(content, "a.xlsx") == sheets
    assert read_questionnaire(content, "a.xlsx").questionnaire.question("a").label == {"es": "=1+1"}


def test_what_no_cell_can_hold_is_a_fault_and_is_not_cut_off() -> None:
    sheets = write(written("a"), "survey", 2, {("hint", ""): "x" * 32_768})
    fault = examine_sheets(sheets).faults[0]
    assert (fault.code, fault.sheet, fault.row, fault.column) == ("cell_too_long", "survey", 2, "hint")


def test_a_question_gets_a_name_from_what_it_asks() -> None:
    sheets = written("¿Qué necesita?", "¿Qué necesita?", "123", "")
    assert named(sheets) == ["que_necesita", "que_necesita_2", "pregunta_123", "pregunta"]
    assert name_for("Ñandú " * 20, ()) == "nandu_nandu_nandu_nandu_nandu"


def test_one_step_at_a_time_leads_into_a_group_and_out_again() -> None:
    sheets = written("a", "b", "c")
    sheets = add_group(sheets, "g", repeats=False, first=3, last=3)
    orders = []
    for _ in range(4):
        sheets, _ = step(sheets, at(sheets, "a"), up=False)
        orders.append([(entry.name, entry.depth) for entry in outline(sheets)])
    assert orders == [
        [("g", 0), ("a", 1), ("b", 1), ("c", 0)],
        [("g", 0), ("b", 1), ("a", 1), ("c", 0)],
        [("g", 0), ("b", 1), ("a", 0), ("c", 0)],
        [("g", 0), ("b", 1), ("c", 0), ("a", 0)],
    ]
    assert step(sheets, at(sheets, "a"), up=False)[0] == sheets, "at the end there is nothing below"


def test_a_group_moves_with_all_that_stands_in_it() -> None:
    sheets = add_group(written("a", "b", "c"), "g", repeats=True, first=3, last=4)
    sheets, row = move(sheets, at(sheets, "g"), 2)
    assert (named(sheets), row) == (["g", "b", "c", "a"], 2)
    assert move(sheets, at(sheets, "g"), 4) == (sheets, 2), "into itself it cannot go"
    assert named(ungroup(sheets, at(sheets, "g"))) == ["b", "c", "a"]
    assert named(remove(sheets, at(sheets, "g"))) == ["a"]


def test_a_copy_refers_to_its_own_questions() -> None:
    sheets = add_group(written("a", "b"), "g", repeats=False, first=2, last=3)
    sheets = write(sheets, "survey", at(sheets, "b").row, {("relevant", ""): "${a} = 'x'"})
    sheets, _ = duplicate(sheets, at(sheets, "g"))
    assert named(sheets) == ["g", "a", "b", "g_2", "a_2", "b_2"]
    assert read(sheets, "survey", at(sheets, "b_2").row, "relevant") == "${a_2} = 'x'"
    assert read(sheets, "survey", at(sheets, "b").row, "relevant") == "${a} = 'x'"


def test_what_refers_to_a_question_follows_its_new_name() -> None:
    sheets = write(written("a", "b"), "survey", 3, {("relevant", ""): "${a} = 'a' and ${ab} = 1"})
    assert read(rename(sheets, "a", "z"), "survey", 3, "relevant") == "${z} = 'a' and ${ab} = 1"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(["up", "down", "copy", "wrap", "move"])), max_size=8
    )
)
def test_whatever_is_moved_the_questionnaire_can_be_asked(deeds: list[tuple[int, str]]) -> None:
    sheets = add_group(written("a", "b", "c", "d"), "g", repeats=False, first=3, last=4)
    for number, deed in deeds:
        entries = outline(sheets)
        entry = entries[number % len(entries)]
        match deed:
            case "up" | "down":
                sheets, _ = step(sheets, entry, up=deed == "up")
            case "copy":
                sheets, _ = duplicate(sheets, entry)
            case "wrap":
                sheets = add_group(sheets, "w", repeats=False, first=entry.row, last=entry.end)
            case "move":
                sheets, _ = move(sheets, entry, 2 + number % (end_of(sheets, None)))
    everything = [name for name in named(sheets) if name]
    assert len(everything) == len(set(everything))
    assert {"a", "b", "c", "d", "g"} <= set(everything)
    assert examine_sheets(sheets).faults == ()


def test_choices_keep_what_else_their_rows_hold() -> None:
    sheets = written("color", kind="select_one")
    first = [WrittenChoice(None, "", {BOTH[0]: "Rojo"}), WrittenChoice(None, "", {BOTH[0]: "Azul"})]
    sheets = write_choices(sheets, "color", first)
    red, blue = choices_of(sheets, "color")
    sheets = write(sheets, "choices", blue.row or 0, {("región", ""): "norte"})
    sheets = write_choices(
        sheets, "color", [replace(blue, value="azul_2"), WrittenChoice(None, "", {BOTH[0]: "Rojo"})]
    )
    assert [choice.value for choice in choices_of(sheets, "color")] == ["azul_2", "rojo"]
    assert read(sheets, "choices", 2, "región") == "norte" and read(sheets, "choices", 3, "región") == ""
    assert red.value == "rojo"


def test_a_shared_list_can_be_made_ones_own() -> None:
    sheets = write_choices(
        written("a", kind="select_one"), "a", [WrittenChoice(None, "x", {BOTH[0]: "Equis"})]
    )
    sheets, name = own_list(sheets, "a")
    assert name == "a_2" and [choice.value for choice in choices_of(sheets, "a_2")] == ["x"]


def test_each_question_of_the_house_fits_into_a_questionnaire_twice() -> None:
    sheets = new_sheets("Prueba", BOTH)
    for _ in range(2):
        for _code, title, snippet in standard_questions():
            assert title["es"] and title["qu"]
            sheets, _ = put_in(sheets, snippet, after=end_of(sheets, None))
    examined = examine_sheets(sheets)
    assert examined.faults == () and examined.notices == ()
    assert len(names(sheets)) == sum(1 for entry in outline(sheets) if entry.name)
    asked = examined.questionnaire
    assert asked is not None and asked.languages == ("es", "qu")
    canton = asked.question("canton")
    assert [choice.value for choice in canton.choices] == ["1001", "1002", "1003", "1004", "1005", "1006"]
    assert canton.hxl == "#adm2+code"
    assert asked.question("canton_2").choices == canton.choices


def test_a_list_with_other_values_is_not_shared() -> None:
    sheets = write_choices(
        new_sheets("Prueba", BOTH), "canton", [WrittenChoice(None, "x", {BOTH[0]: "Otro"})]
    )
    snippet = next(sheets for code, _, sheets in standard_questions() if code == "canton")
    sheets, row = put_in(sheets, snippet, after=1)
    assert read(sheets, "survey", row, "type") == "select_one canton_2"
    assert [choice.value for choice in choices_of(sheets, "canton")] == ["x"]


def test_a_snippet_speaks_the_languages_of_where_it_is_put() -> None:
    english = new_sheets("Test", ("English (en)", "Kichwa (qu)"))
    snippet = next(sheets for code, _, sheets in standard_questions() if code == "work")
    sheets, row = put_in(english, snippet, after=1)
    said = texts(sheets, "survey", row, "label")
    assert said == {"English (en)": "¿Tiene trabajo ahora?", "Kichwa (qu)": "Kunan llamkayta charinkichu?"}


def test_what_is_kept_is_put_in_as_it_was(demonstration: Sheets) -> None:
    entry = at(demonstration, "needs")
    sheets, row = put_in(new_sheets("Prueba", BOTH), take(demonstration, entry), after=1)
    put = entry_at(sheets, row)
    assert put is not None and (put.name, put.list_name) == ("needs", "need")
    assert read(sheets, "survey", row, "constraint") == read(demonstration, "survey", entry.row, "constraint")
    assert [c.labels for c in choices_of(sheets, "need")] == [
        c.labels for c in choices_of(demonstration, "need")
    ]


def test_missing_translations_are_counted_and_written() -> None:
    sheets = write_choices(
        written("color", kind="select_one"), "color", [WrittenChoice(None, "", {BOTH[0]: "Rojo"})]
    )
    assert missing(sheets) == {BOTH[0]: 0, BOTH[1]: 3}
    given = {text.key: f"qu {text.said[BOTH[0]]}" for text in all_texts(sheets)}
    translated = translate(sheets, BOTH[1], {**given, "survey.99.label": "?", "survey.2.type": "note"})
    assert missing(translated) == {BOTH[0]: 0, BOTH[1]: 0}
    assert translate(translated, BOTH[1], dict.fromkeys(given, "")).get("survey") == sheets.get("survey")
    asked = examine_sheets(translated).questionnaire
    assert asked is not None and asked.title == {"es": "Prueba", "qu": "qu Prueba"}


def test_a_second_language_does_not_change_the_first() -> None:
    sheets = Sheets("a.xlsx", (Sheet("survey", ("type", "name", "label"), (("text", "a", "Hola"),)),))
    grown = add_language(sheets, "Kichwa (qu)")
    assert languages(grown) == ("Español (es)", "Kichwa (qu)")
    asked = examine_sheets(translate(grown, "Kichwa (qu)", {"survey.2.label": "Imanalla"})).questionnaire
    assert asked is not None and asked.question("a").label == {"es": "Hola", "qu": "Imanalla"}
    assert asked.default_language == "es" and asked.question("a").kind is Kind.TEXT
