"""However an expression is written, it is read in bounded time, with bounded recursion, or refused."""

import sys
from time import process_time

import pytest
from lxml import etree

from surveys.expressions import Expression, ExpressionError, check, references

ANSWERS = etree.fromstring("<data><a>1</a></data>")
"""One answer."""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("if(/data/a = 2, 3, " * 90 + "1" + ")" * 90, "1"),
        ("(" * 95 + "1" + ")" * 95, "1"),
        (" + ".join(["/data/a"] * 500), "500"),
        (" and ".join(["/data/a"] * 2000), "true"),
        ("concat(" + ", ".join(["/data/a"] * 2000) + ")", "1" * 2000),
        ("count(/data" + "[a" * 40 + "]" * 40 + ")", "0"),
        ("count(" + "//a[" * 30 + "1" + "]" * 30 + ")", "1"),
        ("-" * 1001 + "1", "-1"),
        ("--1", "1"),
    ],
)
def test_what_a_patient_author_may_write_is_evaluated(expression: str, expected: str) -> None:
    assert Expression(expression, ["/data/a"]).text(ANSWERS) == expected
    assert check(expression) is None


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 9000 + "1" + ")" * 9000,
        "if(1, " * 300 + "1" + ", 2)" * 300,
        "a[" * 300 + "1" + "]" * 300,
        "+".join(["1"] * 3000),
        "|".join(["a"] * 3000),
        "/".join(["a"] * 3000),
        "//*" * 2000,
    ],
)
def test_what_no_author_writes_is_refused_and_breaks_nothing(expression: str) -> None:
    began = process_time()
    with pytest.raises(ExpressionError, match="too_deep"):
        Expression(expression)
    with pytest.raises(ExpressionError, match="too_deep"):
        references(expression)
    problem = check(expression)
    assert problem is not None
    assert problem.code == "too_deep"
    assert process_time() - began < 20


def test_whether_it_is_too_deep_does_not_depend_on_who_asks() -> None:
    deepest = "(" * 40 + "if(a, a + " * 50 + "1" + ", 2)" * 50 + ")" * 40

    def asked_from(depth: int) -> str:
        return asked_from(depth - 1) if depth else Expression(deepest).text(ANSWERS)

    assert asked_from(0) == asked_from(sys.getrecursionlimit() // 4)
