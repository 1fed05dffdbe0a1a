"""What an expression says: its syntax, its values, and what it decides."""

import pytest

from surveys.expressions import ExpressionError, Problem, check, compile_expression, evaluate
from tests.surveys.asking import ANSWERS, ELENA, LUIS, holds, number, text


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 < 2", True),
        ("/data/age + 1", 35.0),
        ("concat('a', 1)", "a1"),
        ("date('2026-11-23')", "2026-11-23"),
        ("/data/@version", ["3"]),
        ("/data/household", [LUIS, ELENA]),
        ("/data/nobody", []),
    ],
)
def test_a_value_comes_out_as_its_own_type(expression: str, expected: object) -> None:
    assert evaluate(expression, ANSWERS) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2", "2"),
        ("2.50", "2.5"),
        ("-0", "0"),
        ("1 div 3", "0.3333333333333333"),
        ("0.0000001", "0.0000001"),
        ("10000000000 * 10000000000000", "100000000000000000000000"),
        ("1 div 0", "Infinity"),
        ("0 div 0", "NaN"),
        ("true()", "true"),
        ("/data/household/name", "Luis"),
        ("/data/nickname", ""),
        ("/data/nobody", ""),
    ],
)
def test_a_number_is_written_without_needless_digits_or_exponent(expression: str, expected: str) -> None:
    assert text(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1div2", 0.5),
        ("7mod4", 3),
        ("1or 0", 1),
        ("'1'and'1'", 1),
        ("5- 4-1--1", 1),
        ("2 + 3 * 4 - 6 div 2", 11),
        ("-(2 + 3)", -5),
        ("1 = 1 = true()", 1),
        ("3 > 2 > 1", 0),
        ("/data/age\u00a0+\n1", 35),
        ("1e3", 1000),
        ("/data/household[1]/age*2", 18),
        ("count(/data/*)", 7),
        ("count(*)", 1),
    ],
)
def test_reads_operators_as_authors_write_them(expression: str, expected: float) -> None:
    assert number(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1 +",
        "selected(",
        "(1",
        "a b",
        "${age}",
        "/data/[1]",
        "'open",
        "1 == 2",
        "a[",
        "sideways::a",
        "x(",
    ],
)
def test_refuses_what_cannot_be_read(expression: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(expression)
    assert caught.value.problem.code == "syntax"


def test_says_where_reading_stopped() -> None:
    assert check("/data/age > > 3") == Problem("syntax", {"at": 12, "near": ">"})


def test_refuses_what_is_nested_too_deeply() -> None:
    assert check("(" * 5000 + "1" + ")" * 5000) == Problem("too_deep")


def test_a_long_condition_is_not_a_deep_one() -> None:
    assert holds(" or ".join(["/data/age = 1"] * 3000 + ["true()"]))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/data/name = 'Rosa'", True),
        ("/data/household/age = 61", True),
        ("/data/household/age != 61", True),
        ("/data/nobody = ''", False),
        ("/data/nobody != ''", False),
        ("/data/nickname = ''", True),
        ("not(/data/nobody)", True),
        ("18 <= /data/age and /data/age < 65", True),
        ("/data/household/age > /data/age", True),
        ("/data/name > 3", False),
        ("'a' < 'b'", False),
        ("boolean('false')", True),
        ("boolean-from-string('false')", False),
        ("boolean-from-string('1')", True),
    ],
)
def test_compares_as_xpath_does(expression: str, expected: bool) -> None:
    assert holds(expression) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("false() and nonsense()", "false"),
        ("true() or substring()", "true"),
        ("if(true(), 'yes', nonsense())", "yes"),
        ("if(false(), nonsense(), 'no')", "no"),
        ("if(/data/age > 17, if(/data/age > 64, 'old', 'grown'), 'minor')", "grown"),
    ],
)
def test_a_branch_that_is_not_taken_cannot_fail(expression: str, expected: str) -> None:
    assert text(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("coalesce(/data/nickname, /data/name)", "Rosa"),
        ("coalesce('', '')", ""),
        ("checklist(2, -1, true(), 1 = 1, false())", "true"),
        ("checklist(-1, 1, true(), 1 = 1, false())", "false"),
        ("weighted-checklist(5, 8, true(), 3, false(), 9, true(), 4)", "true"),
        ("once('new')", "Rosa"),
    ],
)
def test_decides_between_answers(expression: str, expected: str) -> None:
    assert text(expression, ANSWERS.find("name")) == expected


def test_once_fills_only_what_is_empty() -> None:
    assert text("once('new')", ANSWERS.find("nickname")) == "new"
