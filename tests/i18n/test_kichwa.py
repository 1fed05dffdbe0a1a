"""Kichwa words that mean the same are found to be the same, whatever their spelling and their suffixes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.kichwa import fold, stem


@pytest.mark.parametrize(
    ("taught_in_spanish", "unified"),
    [
        ("huasi", "wasi"),
        ("Quillca", "killka"),
        ("ñucanchic", "ñukanchik"),
        ("cunan", "kunan"),
        ("güira", "wira"),
        ("chaquiñan", "chakiñan"),
        ("achca", "achka"),
        ("mañachina", "mañachina"),
        ("jatun", "hatun"),
        ("tandanacuy", "tantanakuy"),
    ],
)
def test_spellings_fold_into_one(taught_in_spanish: str, unified: str) -> None:
    assert fold(taught_in_spanish) == fold(unified) == unified


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("wasi wasikuna wasimanta wasikunamantaka huasipi wasiyuk", "wasi"),
        ("warmi warmikuna warmipash huarmicunapac warmikunatami", "warmi"),
        ("llamkay llamkanata llamkarkanchik llamkashpami llamkanchik", "llamka"),
        ("yanapay yanapana yanapawanki yanapanakunchik", "yanapa"),
        ("yachana yachanichu yachankichikchu yachachikkunapak", "yacha"),
        ("hampi hampita hampikuna hampinkapak", "hampi"),
    ],
)
def test_the_words_of_one_lemma_share_a_stem(words: str, expected: str) -> None:
    assert {stem(word) for word in words.split()} == {expected}


@pytest.mark.parametrize("word", ["ña", "kay", "mana", "warmi", "kama", "tantanaku"])
def test_a_root_that_ends_like_a_suffix_is_not_cut(word: str) -> None:
    assert stem(word) == word


@given(st.text(alphabet="aiuchklmnñpqrstwy", max_size=40))
def test_a_stem_begins_the_word_and_is_never_lost(word: str) -> None:
    assert fold(word).startswith(stem(word))
    assert bool(stem(word)) == bool(word)
