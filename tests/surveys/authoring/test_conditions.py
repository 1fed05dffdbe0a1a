"""A condition that was picked is written as an expression and read as the same; what cannot be picked stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from surveys.authoring.conditions import (
    ITSELF,
    WITHOUT_VALUE,
    Condition,
    Operator,
    Test,
    expression_of,
    read_condition,
)
from surveys.expressions import evaluate

NAMES = st.one_of(st.just(ITSELF), st.from_regex(r"[a-z_][a-z0-9_.-]{0,8}", fullmatch=True))
WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=12)
NUMBERS = st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,3})?", fullmatch=True)


@st.composite
def written_tests(draw: st.DrawFn) -> Test:
    subject, operator = draw(NAMES), draw(st.sampled_from(Operator))
    if operator in WITHOUT_VALUE:
        return Test(subject, operator)
    number = draw(st.booleans())
    value = draw(NUMBERS if number else WORDS.filter(lambda text: not ('"' in text and "'" in text)))
    return Test(subject, operator, value, number=number)


@given(st.lists(written_tests(), min_size=1, max_size=5), st.booleans())
def test_what_was_picked_is_read_as_it_was_picked(tests: list[Test], any_of: bool) -> None:
    condition = Condition(tuple(tests), any_of=any_of and len(tests) > 1)
    assert read_condition(expression_of(condition)) == condition


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    condition = read_condition(text)
    assert condition is None or read_condition(expression_of(condition)) == condition


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("${edad}>=18", Condition((Test("edad", Operator.AT_LEAST, "18", number=True),))),
        ('selected( ${ needs } , "work" )', Condition((Test("needs", Operator.CHOSEN, "work"),))),
        ("not(selected(${n}, 'a'))", Condition((Test("n", Operator.NOT_CHOSEN, "a"),))),
        ("${a} != ''", Condition((Test("a", Operator.ANSWERED),))),
        (
            ". >= 0 and . <= 120",
            Condition(
                (
                    Test(ITSELF, Operator.AT_LEAST, "0", number=True),
                    Test(ITSELF, Operator.AT_MOST, "120", number=True),
                )
            ),
        ),
        (
            "${a} = 'x' or ${b} = 'y'",
            Condition((Test("a", Operator.IS, "x"), Test("b", Operator.IS, "y")), any_of=True),
        ),
    ],
)
def test_authors_write_it_in_many_ways(expression: str, expected: Condition) -> None:
    assert read_condition(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "count-selected(.) <= 3",
        "${a} = 'x' and ${b} = 'y' or ${c} = 'z'",
        "(${a} = 'x')",
        "${a} = ${b}",
        ". <= today()",
        "${a} = 'x' and",
        "not(selected(${n}, 'a'",
        "'x' = ${a}",
    ],
)
def test_what_takes_more_than_a_list_is_no_condition(expression: str) -> None:
    assert read_condition(expression) is None


@pytest.mark.parametrize(
    ("test", "answer", "holds"),
    [
        (Test("a", Operator.IS, "x"), "x", True),
        (Test("a", Operator.IS_NOT, "x"), "x", False),
        (Test("a", Operator.MORE, "5", number=True), "6", True),
        (Test("a", Operator.AT_LEAST, "5", number=True), "5", True),
        (Test("a", Operator.LESS, "5", number=True), "5", False),
        (Test("a", Operator.AT_MOST, "5", number=True), "5", True),
        (Test("a", Operator.CHOSEN, "y"), "x y", True),
        (Test("a", Operator.NOT_CHOSEN, "y"), "x y", False),
        (Test("a", Operator.ANSWERED), "", False),
        (Test("a", Operator.UNANSWERED), "", True),
        (Test("a", Operator.IS, "it's"), "it's", True),
    ],
)
def test_an_expression_means_what_was_picked(test: Test, answer: str, holds: bool) -> None:
    document = etree.fromstring(f"<data><a>{answer}</a></data>")
    expression = expression_of(Condition((test,))).replace("${a}", "/data/a")
    assert bool(evaluate(expression, document, document)) is holds


def test_a_text_with_both_quotation_marks_cannot_be_said() -> None:
    test = Test("a", Operator.IS, '"it\'s"')
    assert not test.writable
    with pytest.raises(ValueError, match="expression"):
        expression_of(Condition((test,)))
