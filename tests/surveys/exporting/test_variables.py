"""What an export may say of a person: what is worked out leaves as far as its sources do."""

from collections.abc import Sequence

import pytest

from surveys.exporting.tables import Style, tables_of
from surveys.exporting.tags import question_tag, tag_of
from surveys.questionnaire import Keep, Kind, Node, Question
from surveys.variables import Variable, variables_of
from surveys.versioning.merging import Version
from tests.surveys.people import calculate, choices, group, integer, question, questionnaire, select, several


def variables(*nodes: Node) -> dict[str, Variable]:
    found = variables_of((Version(1, 1, questionnaire(*nodes)),), None)
    return {variable.name: variable for variable in found}


@pytest.mark.parametrize(
    "nodes",
    [
        (question("story"), calculate("it", "/data/story")),
        (question("story"), calculate("mid", "/data/story"), calculate("it", "string-length(/data/mid)")),
        (question("began", Kind.START), calculate("it", "/data/began")),
        (select("come", "yes", "no", keep=Keep.INVITE), calculate("it", "/data/come")),
        (question("card", Kind.BARCODE), calculate("it", "/data/card")),
        (question("it", Kind.SELECT_ONE, parameters={"itemset": "/data/home"}),),
        (question("it", Kind.TODAY),),
        (calculate("it", "now()"),),
    ],
)
def test_what_tells_of_a_person_is_left_out(nodes: Sequence[Node]) -> None:
    assert "it" not in variables(*nodes)


@pytest.mark.parametrize(
    "nodes",
    [
        (integer("age"), calculate("it", "/data/age * 2")),
        (select("canton", "ibarra"), calculate("it", "concat('a', /data/canton)")),
        (group("home", integer("home/age"), repeats=True), calculate("it", "sum(/data/home/age)")),
        (question("it", Kind.HIDDEN, default="2026"),),
    ],
)
def test_what_is_worked_out_from_harmless_answers_leaves(nodes: Sequence[Node]) -> None:
    assert variables(*nodes)["it"].text("12345") == "12345"


@pytest.mark.parametrize(
    ("value", "leaves"),
    [
        ("34", "34"),
        ("-1", "-1"),
        ("minor", "minor"),
        ("2026-11-23", ""),
        ("20395", ""),
        ("0.3512 -78.1223 0 0", ""),
        ("5 de marzo", ""),
    ],
)
@pytest.mark.parametrize("source", [Kind.DATE, Kind.GEOPOINT])
def test_what_is_worked_out_from_a_date_or_place_leaves_when_it_is_coarse(
    source: Kind, value: str, leaves: str
) -> None:
    assert variables(question("born", source), calculate("it", "/data/born"))["it"].text(value) == leaves


def test_the_day_of_answering_is_not_told() -> None:
    assert "it" not in variables(calculate("it", "string(today())"))
    read = calculate("it", "concat(/data/born, today())")
    assert variables(question("born", Kind.DATE), read)["it"].text("1990-01-01 2026-11-23") == ""


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        (question("canton", Kind.SELECT_ONE, choices=choices("a"), hxl="#loc +x"), "#loc+x"),
        (question("canton", Kind.SELECT_ONE, choices=choices("a"), hxl="nonsense"), "#adm2+name"),
        (select("about/parroquia_actual", "a"), "#adm3+name"),
        (question("canton"), "#indicator+text"),
        (integer("edad"), "#respondee+age"),
        (integer("other"), "#indicator+num"),
        (question("when", Kind.DATE), "#date"),
    ],
)
def test_a_column_finds_its_tag(asked: Question, tag: str) -> None:
    [variable] = variables(asked).values()
    assert question_tag(variable) == tag


def test_the_tag_of_a_choice_is_made_of_letters() -> None:
    form = (several("needs", "Atención médica", "2"),)
    [table] = tables_of(list(variables(*form).values()), Style(split=True))
    assert [tag_of(column, {}) for column in table.columns] == [
        "#sector+needs",
        "#sector+needs+atencion_medica",
        "#sector+needs+c_2",
    ]


def test_repeats_that_end_alike_have_names_of_their_own() -> None:
    form = (
        group("a", group("a/home", integer("a/home/age"), repeats=True)),
        group("b", group("b/home", integer("b/home/age"), repeats=True)),
        group("responses", integer("responses/age"), repeats=True),
    )
    tables = tables_of(list(variables(*form).values()), Style())
    assert [table.name for table in tables] == ["responses", "a.home", "b.home", "responses_"]
