"""Patterns find what Python finds, and never take long over it."""

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.xpath.patterns import accepting
from tests.surveys.asking import holds

PARTS = st.sampled_from(
    "a|b|.|\\d|\\w|\\s|\\D|\\W|\\S|[ab]|[^a]|[a-c1]|[b1-3\\s]|[^\\d.a]|ñ|\\b|\\B|^|$|\\.|\\Z|x?".split("|")
)
REPEATED = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "{0}", ""])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, REPEATED).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
    )


PATTERNS = st.recursive(PARTS, _grown, max_leaves=6)


@settings(deadline=None)
@given(PATTERNS, st.text("ab1 .ñ\nx", max_size=8))
def test_the_same_is_found_as_python_finds(pattern: str, text: str) -> None:
    never_left_to_python = f"(?:{pattern})(?:z*|y*)"
    assert accepting(never_left_to_python)(text) is (re.search(pattern, text, re.ASCII) is not None)


@pytest.mark.parametrize(
    "pattern",
    [
        "^(\\w+ ?)+$",
        "^(a+)+$",
        "^(a|a)*$",
        "^([a-z]+[a-z ]*)*$",
        "(.*)(.*)(.*)(.*)(.*)!!",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
    ],
)
def test_no_pattern_takes_long_over_a_long_text(pattern: str) -> None:
    began = process_time()
    assert not holds(f"regex('{'a' * 4000}!', '{pattern}')")
    assert process_time() - began < 10


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^(?=.*\\d)(?=.*[a-z]).*$", "a1", True),
        ("(a+)(b+)\\1", "aabaa", True),
        ("(?i)^(a+ ?)+$", "A a", True),
        ("^\\p{Lu}\\p{Ll}+( \\p{Lu}\\p{Ll}+)+$", "José Ñato", True),
        ("^\\p{Lu}\\p{Ll}+( \\p{Lu}\\p{Ll}+)+$", "José ñato", False),
        ("^[0-9]{1,3}(,[0-9]{3})*$", "1,200,300", True),
        ("^[0-9]{1,3}(,[0-9]{3})*$", "1,20,300", False),
        ("^(a{1,900}b{1,900}){1,900}$", "ab", True),
    ],
)
def test_what_looks_around_or_back_is_understood_too(pattern: str, text: str, expected: bool) -> None:
    assert holds(f"regex('{text}', '{pattern}')") is expected
