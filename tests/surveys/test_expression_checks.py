"""What is known of an expression before anybody answers."""

import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.expressions import ExpressionError, Problem, Scope, check, references
from surveys.xpath.library import FUNCTIONS
from tests.surveys.asking import LUIS, QUITO, holds, number, text


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("/data/age > 3", None),
        ("position(/data/nobody)", None),
        ("randomize(/data/a, /data/seed)", None),
        ("instance('parishes')/root/item[name = current()/../parish]", None),
        ("regex(., /data/pattern)", None),
        ("digest(., /data/method)", None),
        ("selected(.", Problem("syntax", {"at": 10, "near": ""})),
        ("if(/data/a, nonsense(), 2)", Problem("unknown_function", {"name": "nonsense"})),
        ("/data/a[selected(.)]", Problem("too_few_arguments", {"name": "selected", "given": 1})),
        ("false() and today(1)", Problem("too_many_arguments", {"name": "today", "given": 1})),
        ("count(1)", Problem("needs_nodes", {"name": "count"})),
        ("1 | /data/a", Problem("needs_nodes", {"name": "|"})),
        ("regex(., '[')", Problem("bad_pattern", {"pattern": "["})),
        ("format-date(., '%Q')", Problem("bad_date_format", {"format": "%Q"})),
        ("format-date(., '100%')", Problem("bad_date_format", {"format": "100%"})),
        ("digest(., 'CRC')", Problem("unknown_algorithm", {"name": "CRC"})),
        ("digest(., 'MD5', 'octal')", Problem("bad_encoding", {"name": "octal"})),
        ("randomize(/data/a, 'x')", Problem("bad_seed")),
        ("uuid('x')", Problem("bad_length")),
        ("uuid(/data/nothing)", None),
        ("nobody:age", Problem("unknown_prefix", {"prefix": "nobody"})),
    ],
)
def test_finds_what_can_only_fail(expression: str, problem: Problem | None) -> None:
    assert check(expression) == problem


@pytest.mark.parametrize("expression", ["instance('cantons')/root", "pulldata('cantons', 'a', 'b', .)"])
def test_finds_a_list_that_is_not_there(expression: str) -> None:
    assert check(expression, instances={"parishes"}) == Problem("unknown_instance", {"name": "cantons"})
    assert check(expression, instances={"cantons"}) is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 1", set()),
        (". > 3", {"/data/home/age"}),
        ("/data/a + ../b", {"/data/a", "/data/home/b"}),
        ("sum(/data/home[2]/age) > count(../../c)", {"/data/home/age", "/data/c"}),
        ("/data/home[name = /data/a]/age", {"/data/home/age", "/data/home/name", "/data/a"}),
        ("instance('x')/root/item[k = current()/../p][/data/q]/label", {"/data/home/p", "/data/q"}),
        ("(../a | ../b)[c]", {"/data/home/a", "/data/home/b", "/data/home/a/c", "/data/home/b/c"}),
        ("if(//z, ../@id, preceding-sibling::y)", {"//z", "/data/home", "/data/home/y"}),
    ],
)
def test_names_the_questions_that_an_expression_reads(expression: str, expected: set[str]) -> None:
    assert references(expression, "/data/home[3]/age") == expected


def test_without_a_place_relative_paths_stay_relative() -> None:
    assert references("../a + b + . + /data/c + ../../d/e") == {"../a", "b", ".", "/data/c", "../../d/e"}


# --- nothing but ExpressionError comes out

WORDS = st.sampled_from(
    [f"{name}(" for name in FUNCTIONS]
    + [
        "(",
        ")",
        ")",
        ")",
        "[",
        "]",
        ",",
        ",",
        ".",
        "..",
        "/",
        "//",
        "*",
        "+",
        "-",
        "=",
        "!=",
        "<",
        "<=",
        "and",
        "or",
    ]
    + [
        "div",
        "mod",
        "|",
        "@",
        "::",
        "child::",
        "ancestor::",
        "1",
        "2.5",
        ".5",
        "'a'",
        "'2026-11-23'",
        "'1 2;3 4'",
    ]
    + [
        "/data",
        "age",
        "name",
        "true()",
        "today()",
        "now()",
        "position()",
        "last()",
        "current()",
        "node()",
        "$x",
    ],
)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_no_jumble_of_words_breaks_the_evaluator(expression: str) -> None:
    problem = check(expression)
    assert problem is None or isinstance(problem, Problem)
    for ask in (text, number, holds):
        with suppress(ExpressionError):
            ask(expression, LUIS)


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@settings(deadline=None)
@given(st.sampled_from(["round({}, {})", "pow({}, {})", "substr('abc', {}, {})", "date({}) + {}", "{} mod {}",
                        "format-date({}, '%Y') + {}", "substring('abc', {}, {})", "atan2({}, {}) + log10({})",
                        "selected-at('a b', {} + {})", "string({} * {})"]),
       NUMBERS, NUMBERS)  # fmt: skip
def test_no_number_breaks_a_function(shape: str, one: float, other: float) -> None:
    expression = shape.format(_written(one), _written(other), _written(one))
    assert isinstance(text(expression, None, Scope(zone=QUITO)), str)


def _written(number: float) -> str:
    if math.isnan(number):
        return "(0 div 0)"
    return repr(number) if math.isfinite(number) else f"({'-' if number < 0 else ''}1 div 0)"
