"""Whatever is wrong with a workbook is said, all of it at once, with its sheet, row and column."""

import pytest

from core.errors import InvalidInput
from i18n.translator import Translator
from surveys.xlsform import judging
from surveys.xlsform.conversion import Conversion, to_xform
from surveys.xlsform.judging import MOST_FAULTS
from surveys.xlsform.reading import read_questionnaire
from surveys.xlsform.workbook import Workbook

COLUMNS = (
    "type|name|label|relevant|constraint|calculation|choice_filter|required|parameters|trigger|appearance"
)
Survey = tuple[str, ...]
YES_NO = ("yn | yes | Sí", "yn | no | No")


def form(survey: Survey, choices: Survey = YES_NO, settings: str = "") -> bytes:
    """A workbook in markdown; the first row of `survey` stands in row 2."""
    sheets = ["| survey |", f"| | {COLUMNS} |", *(f"| | {row} |" for row in survey)]
    if choices:
        sheets += [
            "| choices |",
            "| | list_name | name | label | zone |",
            *(f"| | {row} |" for row in choices),
        ]
    return "\n".join([*sheets, settings]).encode()


def faults_in(
    content: bytes, file_name: str = "form.md"
) -> list[tuple[str, str | None, int | None, str | None]]:
    """Code, sheet, row and column of every fault; nothing when the workbook is accepted."""
    try:
        read_questionnaire(content, file_name)
    except InvalidInput as error:
        return [(fault.code, fault.sheet, fault.row, fault.column) for fault in error.faults]
    return []


SEEDED: dict[str, tuple[Survey, list[tuple[str, int, str]]]] = {
    "unknown types": (
        ("text | a | A", "txt | b | B", "nonsense | c | C"),
        [("type_unknown", 3, "type"), ("type_unknown", 4, "type")],
    ),
    "no type": (("| a | A",), [("type_missing", 2, "type")]),
    "missing names": (
        ("text | | A", "text | b | B", "integer | | C"),
        [("name_missing", 2, "name"), ("name_missing", 4, "name")],
    ),
    "duplicate names": (
        ("text | a | A", "text | a | B", "text | a | C"),
        [("name_duplicate", 3, "name"), ("name_duplicate", 4, "name")],
    ),
    "invalid names, and no word on who refers to them": (
        ("text | 1a | A", "note | b | ${b}", "text | x y | C"),
        [("name_invalid", 2, "name"), ("name_invalid", 4, "name")],
    ),
    "a reserved name": (("text | meta | A",), [("name_reserved", 2, "name")]),
    "end without begin": (("text | a | A", "end_group"), [("end_unmatched", 3, "type")]),
    "begin without end": (
        ("begin_group | g | G", "text | a | A", "begin_repeat | r | R", "text | b | B"),
        [("begin_unmatched", 2, "type"), ("begin_unmatched", 4, "type")],
    ),
    "end of another kind": (
        ("begin_group | g | G", "text | a | A", "end_repeat", "text | b | B"),
        [("end_unmatched", 4, "type")],
    ),
    "a misspelt end": (
        ("begin_group | g | G", "text | a | A", "end_grup", "text | b | B"),
        [("type_unknown", 4, "type")],
    ),
    "missing lists": (
        ("select_one nope | a | A", "select_multiple nada | b | B"),
        [("list_unknown", 2, "type"), ("list_unknown", 3, "type")],
    ),
    "a select without a list": (("select_one | a | A",), [("list_not_named", 2, "type")]),
    "missing labels": (
        ("text | a |", "integer | b |", "text | c | C"),
        [("label_missing", 2, "label"), ("label_missing", 3, "label")],
    ),
    "unknown references": (
        ("text | a | A ${zz} | ${yy} = 1", "integer | b | B | | . > ${ww}"),
        [
            ("reference_unknown", 2, "label"),
            ("reference_unknown", 2, "relevant"),
            ("reference_unknown", 3, "constraint"),
        ],
    ),
    "malformed references": (("text | a | A | ${b = 1",), [("reference_malformed", 2, "relevant")]),
    "an ambiguous reference": (
        (
            "begin_group|g|G",
            "text|a|A",
            "end_group",
            "begin_group|h|H",
            "text|a|A",
            "end_group",
            "note|n|${a}",
        ),
        [("reference_ambiguous", 8, "label")],
    ),
    "invalid expressions": (
        (
            "text | a | A | 1 +",
            "integer | b | B | | . >",
            "calculate | c | | | | foo(1)",
            "text | d | D | selected(${a})",
            "text | e | E | ${a} == 1",
            "select_one yn | f | F | | | | zone = (1",
        ),
        [
            ("expression_unfinished", 2, "relevant"),
            ("expression_unfinished", 3, "constraint"),
            ("expression_unknown_function", 4, "calculation"),
            ("expression_too_few_arguments", 5, "relevant"),
            ("expression_syntax", 6, "relevant"),
            ("expression_unfinished", 7, "choice_filter"),
        ],
    ),
    "a circle of conditions": (
        ("text | a | A | ${b} = 1", "text | b | B | ${c} = 1", "text | c | C | ${a} = 1"),
        [("circle", 2, "relevant")],
    ),
    "a circle of calculations": (
        ("calculate | a | | | | ${b} + 1", "calculate | b | | | | ${a} + 1", "note | n | N"),
        [("circle", 2, "calculation")],
    ),
    "a condition on itself": (("text | a | A | ${a} = 1",), [("circle", 2, "relevant")]),
    "a group that hides what it asks for": (
        ("begin_group | g | G | ${a} = 1", "text | a | A", "end_group"),
        [("circle", 2, "relevant")],
    ),
    "a calculation without a formula": (
        ("calculate | a |", "text | b | B"),
        [("calculation_missing", 2, "calculation")],
    ),
    "wrong parameters": (
        (
            "range | a | A | | | | | | start=x end=3",
            "range | b | B | | | | | | start=1 end=3 step=0",
            "text | c | C | | | | | | colour=red",
            "text | d | D | | | | | | rows",
            "select_one yn | e | E | | | | | | randomize=maybe",
        ),
        [
            ("parameter_not_a_number", 2, "parameters"),
            ("parameter_does_not_divide", 3, "parameters"),
            ("parameter_unknown", 4, "parameters"),
            ("parameters_malformed", 5, "parameters"),
            ("parameter_true_or_false", 6, "parameters"),
        ],
    ),
    "a filter together with another choice": (
        ("select_one yn or_other | a | A | | | | zone = 1",),
        [("filter_with_other", 2, "choice_filter")],
    ),
    "a trigger that is not there": (
        ("text | a | A", "text | b | B | | | now() | | | | ${zz}"),
        [("reference_unknown", 3, "trigger")],
    ),
    "files without an ending": (
        ("select_one_from_file places | a | A",),
        [("file_extension", 2, "type")],
    ),
    "many different ones at once": (
        (
            "txt | a | A",
            "text | | B",
            "text | b | ${zz}",
            "select_one no | c | C",
            "text | b | D | 1 +",
            "text | e | | ${b} =",
        ),
        [
            ("type_unknown", 2, "type"),
            ("name_missing", 3, "name"),
            ("reference_unknown", 4, "label"),
            ("list_unknown", 5, "type"),
            ("name_duplicate", 6, "name"),
            ("expression_unfinished", 6, "relevant"),
            ("label_missing", 7, "label"),
            ("expression_unfinished", 7, "relevant"),
        ],
    ),
}


@pytest.mark.parametrize(("survey", "expected"), SEEDED.values(), ids=SEEDED.keys())
def test_finds_every_fault_of_the_survey_sheet(survey: Survey, expected: list[tuple[str, int, str]]) -> None:
    assert faults_in(form(survey)) == [(code, "survey", row, column) for code, row, column in expected]


@pytest.mark.parametrize(
    ("survey", "choices", "expected"),
    [
        ("select_one yn | a | A", "yn | yes | again", "choice_duplicate"),
        ("select_one yn | a | A", "yn | | nameless", "choice_name_missing"),
        ("select_multiple yn | a | A", "yn | may be | spaced", "choice_with_space"),
    ],
)
def test_finds_every_fault_of_the_choices_sheet(survey: str, choices: str, expected: str) -> None:
    content = form((survey,), (*YES_NO, choices, choices.replace("yes", "no").replace("may", "can")))
    assert (expected, "choices", 4, "name") in faults_in(content)
    assert (expected, "choices", 5, "name") in faults_in(content)


def test_finds_bad_settings() -> None:
    settings = "| settings |\n| | form_id | name |\n| | x | 1 bad |"
    assert faults_in(form(("text | a | A",), settings=settings)) == [("name_invalid", "settings", 2, "name")]


def test_missing_sheets_and_columns_are_named() -> None:
    assert faults_in(form(("select_one yn | a | A",), ())) == [("choices_sheet_missing", "survey", 2, "type")]
    assert faults_in(b"| survey |\n| | name | label |\n| | a | A |") == [
        ("column_missing", "survey", 1, "type")
    ]


def test_sheets_are_called_as_the_author_calls_them() -> None:
    assert faults_in(b"| Survey |\n| | type | name | label |\n| | txt | a | A |") == [
        ("type_unknown", "Survey", 2, "type")
    ]


def test_columns_are_called_as_the_author_calls_them() -> None:
    content = b"| survey |\n| | Type | name | Label::Kichwa (qu) | Relevance |\n| | text | a | A | 1 + |"
    assert faults_in(content) == [("expression_unfinished", "survey", 2, "Relevance")]


def test_an_answer_kept_for_the_profile_says_which() -> None:
    content = b"| survey |\n| | type | name | label | bind::rimay:keep |\n| | text | a | A | invit |"
    assert faults_in(content) == [("keep_unknown", "survey", 2, "bind::rimay:keep")]


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        (b"| | integer | a | A | age |", 2),
        (b"| | select_multiple l | a | A | situation |", 2),
        (b"| | begin_repeat | r | R | |\n| | select_one l | a | A | canton |\n| | end_repeat | | | |", 3),
        (b"| | select_one l | a | A | gender |", None),
        (b"| | select_multiple l | a | A | needs |", None),
    ],
)
def test_a_person_is_in_one_band_of_the_profile(rows: bytes, row: int | None) -> None:
    choices = b"\n| choices |\n| | list_name | name | label |\n| | l | x | X |"
    content = b"| survey |\n| | type | name | label | bind::rimay:keep |\n" + rows + choices
    expected = [("keep_not_one_choice", "survey", row, "bind::rimay:keep")] if row else []
    assert faults_in(content) == expected


@pytest.mark.parametrize(
    "survey",
    [
        ("integer | a | A | | . > 3 and ${a} < 9",),
        ("calculate | a | | | | once(random())", "note | n | N"),
        ("calculate | a | | | | if(. = '', 1, .)", "note | n | N"),
        ("begin_repeat | r | R", "integer | a | A", "calculate | s | | | | sum(${a})", "end_repeat"),
        ("integer | a | A | ${b} = 1", "integer | b | B", "note | n | N | ${a} = ${b}"),
    ],
)
def test_looking_at_itself_is_no_circle(survey: Survey) -> None:
    assert faults_in(form(survey)) == []


def test_a_long_list_of_faults_ends_somewhere() -> None:
    """Nobody reads more than some hundreds."""
    found = faults_in(form(tuple(f"text | | {number}" for number in range(2_000))))
    assert len(found) == MOST_FAULTS + 1
    assert found[-1][0] == "more_faults"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("text | | A", "name_missing"),
        ("txt{n} | q{n} | A", "type_unknown"),
        ("select_one nope{n} | q{n} | A", "list_unknown"),
        ("text | q{n} | ${{zz{n}}}", "reference_unknown"),
        ("text | q{n} |", "label_missing"),
    ],
)
def test_a_fault_in_many_rows_is_found_in_all_of_them_at_once(
    row: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyxform stops at the first: to ask it a hundred times would take a minute."""
    asked: list[Workbook] = []

    def counted(workbook: Workbook) -> Conversion:
        asked.append(workbook)
        return to_xform(workbook)

    monkeypatch.setattr(judging, "to_xform", counted)
    found = faults_in(form(("note | n | N", *(row.format(n=number) for number in range(100)))))
    assert [(fault[0], fault[2]) for fault in found] == [(code, number + 3) for number in range(100)]
    assert len(asked) <= 2


def test_every_sentence_can_be_written() -> None:
    translator = Translator()
    for survey, _ in SEEDED.values():
        with pytest.raises(InvalidInput) as refused:
            read_questionnaire(form(survey), "form.md")
        for fault in refused.value.faults:
            for language in translator.languages:
                assert translator.text("faults." + fault.code, language, **fault.params)
