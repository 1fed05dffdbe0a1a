"""What pyxform says in a sentence, or not at all, still gets its sheet, row and column."""

import pytest

from core.errors import Fault, InvalidInput
from i18n.translator import Translator
from surveys.xlsform.reading import Imported, read_questionnaire

CHOICES = ("list_name | name | label", "l | 1 | One", "l | 2 | Two")
Sheet = tuple[str, ...]


def form(**sheets: Sheet) -> bytes:
    """A workbook in markdown; the first line of each sheet holds its columns."""
    return "\n".join(
        line for name, rows in sheets.items() for line in (f"| {name} |", *(f"| | {row} |" for row in rows))
    ).encode()


def refused(content: bytes) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as refusal:
        read_questionnaire(content, "form.md")
    return refusal.value.faults


def survey(*rows: str, columns: str = "type | name | label") -> Sheet:
    return (columns, *rows)


PARAMETERS = "type | name | label | parameters | appearance"
REFUSED: dict[str, tuple[dict[str, Sheet], list[tuple[str, str, int, str | None]]]] = {
    "no survey sheet": (
        {"choices": CHOICES},
        [("survey_sheet_missing", "survey", 1, None)],
    ),
    "a choices sheet under nearly its name, said once": (
        {"survey": survey("select_one l | a | A", "select_one l | b | B"), "choice": CHOICES},
        [("sheet_misspelt", "choice", 1, None)],
    ),
    "a choices sheet without lists": (
        {"survey": survey("select_one l | a | A"), "choices": ("name | label", "1 | One")},
        [("column_missing", "choices", 1, "list_name")],
    ),
    "a cell beyond the columns": (
        {
            "survey": survey("select_one l | a | A"),
            "choices": ("list_name | name | label |", "l | 1 | One | x"),
        },
        [("header_row_missing", "choices", 1, None)],
    ),
    "media of no kind": (
        {"survey": survey("text | a | A | a.png", columns="type | name | label | media::smell")},
        [("media_unknown", "survey", 1, "media::smell")],
    ),
    "a reference in the picture of a choice": (
        {
            "survey": survey("select_one l | a | A"),
            "choices": ("list_name | name | label | image", "l | 1 | One | ${zz}.png"),
        },
        [("reference_unknown", "choices", 2, "image")],
    ),
    "a setting that breaks the reader": (
        {"survey": survey("text | a | A"), "settings": ("form_id | attribute", "x | y")},
        [("column_unusable", "settings", 1, "attribute")],
    ),
    "a column that breaks the reader": (
        {
            "survey": survey("select_one l | a | A"),
            "choices": ("list_name | name | label | a:b", "l | 1 | One | x"),
        },
        [("column_unusable", "choices", 1, "a:b")],
    ),
    "a type that breaks the reader": (
        {"survey": survey("text | a | A", "survey | b | B")},
        [("row_unusable", "survey", 3, None)],
    ),
    "encryption without an id": (
        {
            "survey": survey("text | a | A"),
            "settings": ("form_id | public_key | omit_instanceID", "x | MIIB | yes"),
        },
        [("encrypted_without_id", "settings", 2, "omit_instanceID")],
    ),
    "a list and a file under one name": (
        {"survey": survey("csv-external | l |", "select_one l | a | A"), "choices": CHOICES},
        [("instance_twice", "survey", 3, None)],
    ),
    "two audits": (
        {"survey": survey("audit | |", "audit | |", "text | a | A")},
        [("name_duplicate", "survey", 3, "name")],
    ),
    "a place in the background that also calculates": (
        {
            "survey": survey(
                "text | a | A | |",
                "background-geopoint | b | | ${a} | 1",
                columns="type | name | label | trigger | calculation",
            )
        },
        [("trigger_missing", "survey", 3, "calculation")],
    ),
    "entities: one slip in the survey is told once": (
        {
            "survey": survey("text | a | A | p", "text | b | B | p", columns="type | name | label | save_to"),
            "entities": ("list_name | label", "trees | ${a}"),
        },
        [("entities_invalid", "survey", 3, "save_to")],
    ),
    "entities: one slip in their sheet is told once": (
        {
            "survey": survey("text | a | A | p", columns="type | name | label | save_to"),
            "entities": ("list_name | label", "trees |"),
        },
        [("entities_invalid", "entities", 2, None)],
    ),
}


@pytest.mark.parametrize(("sheets", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_every_refusal_has_its_place(
    sheets: dict[str, Sheet], expected: list[tuple[str, str, int, str | None]]
) -> None:
    found = refused(form(**sheets))
    assert [(fault.code, fault.sheet, fault.row, fault.column) for fault in found] == expected


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("range | a | A | start=x", "parameter_not_a_number"),
        ("text | a | A | rows=x", "parameter_not_a_number"),
        ("geopoint | a | A | capture-accuracy=x", "parameter_not_a_number"),
        ("image | a | A | max-pixels=x", "parameter_not_a_number"),
        ("image | a | A | app=x", "parameter_invalid"),
        ("audit | | | location-priority=balanced", "audit_location"),
        ("audit | | | track-changes=x", "parameter_true_or_false"),
        ("geoshape | a | A | incremental=x", "parameter_true_or_false"),
        ("select_one l | a | A | randomize=x", "parameter_true_or_false"),
        ("select_one l | a | A | seed=1", "parameter_invalid"),
        ("range | a | A | start=1 end=9 step=0", "parameter_does_not_divide"),
        ("range | a | A | start=0 end=9 step=2 tick_interval=3", "parameter_does_not_divide"),
        ("range | a | A | start=1 end=5 placeholder=9", "parameter_out_of_range"),
        ("range | a | A | start=1 end=5 tick_labelset=zz", "parameter_labels"),
        ("audio | a | A | quality=x", "parameter_invalid"),
    ],
)
def test_a_parameter_that_does_not_do_says_why(question: str, code: str) -> None:
    content = form(survey=survey(question, "note | n | N", columns=PARAMETERS), choices=CHOICES)
    assert [(fault.code, fault.sheet, fault.row, fault.column) for fault in refused(content)] == [
        (code, "survey", 2, "parameters")
    ]


def test_every_refusal_is_a_sentence_and_none_is_the_general_one() -> None:
    translator = Translator()
    for sheets, _ in REFUSED.values():
        for fault in refused(form(**sheets)):
            assert fault.code != "refused"
            assert translator.text("faults." + fault.code, "es", **fault.params).endswith(".")


def read(**sheets: Sheet) -> Imported:
    return read_questionnaire(form(**sheets), "form.md")


@pytest.mark.parametrize("column", ["2020", "zone(1)", "my zone"])
def test_a_column_that_nothing_can_read_is_left_out_and_said(column: str) -> None:
    """pyxform takes it, and writes a form that is no XML."""
    imported = read(
        survey=survey("select_one l | a | A", "text | b | B"),
        choices=(f"list_name | name | label | {column}", "l | 1 | One | x"),
    )
    assert [question.path for question in imported.questionnaire.questions()] == ["a", "b"]
    assert [(notice.code, notice.sheet, notice.column) for notice in imported.notices] == [
        ("column_left_out", "choices", column)
    ]


def test_an_attribute_under_a_bad_name_costs_no_question() -> None:
    imported = read(
        survey=survey("text | a | A | x", "text | b | B", columns="type | name | label | body::1x")
    )
    assert [(question.path, question.kind) for question in imported.questionnaire.questions()] == [
        ("a", "text"),
        ("b", "text"),
    ]
    assert [notice.code for notice in imported.notices] == ["column_left_out"]
