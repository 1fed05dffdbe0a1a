"""The code on a printed form is typed by hand: what was mistyped is noticed."""

from random import Random

import pytest

from surveys.entry.form_codes import ALPHABET, make_code, read_code

CODES = [make_code(Random(seed)) for seed in range(40)]


def test_a_code_is_eight_characters_that_nobody_mistakes() -> None:
    for code in CODES:
        assert len(code) == 9
        assert code[4] == "-"
        assert set(code) <= set(ALPHABET) | {"-"}
    assert not set("0O1IL") & set(ALPHABET)
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("code", CODES[:5])
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    plain = code.replace("-", "")
    for written in (code, plain, plain.lower(), f"  {code} ", " ".join(plain), code.replace("-", " \u2014 ")):
        assert read_code(written) == code


@pytest.mark.parametrize("code", CODES)
def test_one_wrong_character_is_noticed(code: str) -> None:
    for place, right in enumerate(code):
        if right != "-":
            for wrong in set(ALPHABET) - {right}:
                assert read_code(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize("code", CODES)
def test_two_characters_that_changed_places_are_noticed(code: str) -> None:
    plain = code.replace("-", "")
    for first in range(len(plain)):
        for second in range(first + 1, len(plain)):
            letters = list(plain)
            letters[first], letters[second] = letters[second], letters[first]
            assert read_code("".join(letters)) in (None, code)
            assert (read_code("".join(letters)) is None) == (plain[first] != plain[second])


@pytest.mark.parametrize(
    "written", ["", "K7M2", "O0O0-1I1L", "ñandu123", f"{CODES[0]}2", "=1+1", CODES[0][1:]]
)
def test_what_is_no_code_is_refused(written: str) -> None:
    assert read_code(written) is None
