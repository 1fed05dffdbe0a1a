"""Spanish is split and reduced as a reader would."""

import pytest

from i18n.spanish import lemma, long_sentences, sentences, stopwords, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No hay agua. Falta luz", ["No hay agua.", "Falta luz"]),
        ("¿Qué falta? ¡Trabajo! Nada más.", ["¿Qué falta?", "¡Trabajo!", "Nada más."]),
        ("La Sra. Ana y el Dr. Paz vinieron.", ["La Sra. Ana y el Dr. Paz vinieron."]),
        ("Cuesta 3.50 dólares. Es caro.", ["Cuesta 3.50 dólares.", "Es caro."]),
        ("Espero… Luego «me voy.» Así es.", ["Espero…", "Luego «me voy.»", "Así es."]),
        ("salud\nvivienda\n\ntrabajo", ["salud", "vivienda", "trabajo"]),
        ("mal. muy mal", ["mal. muy mal"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_splits_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_words_are_without_numbers_and_signs() -> None:
    assert words("¿Y los 3 niños, tío-abuelo?") == ["Y", "los", "niños", "tío-abuelo"]


def test_finds_only_the_sentences_over_the_limit() -> None:
    short, long = "palabra " * 19 + "fin.", "Palabra " * 20 + "fin."
    assert long_sentences(f"{short} {long}", limit=20) == [long]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("necesitamos", "necesitar"), ("Casas", "casa"), ("niñas", "niño"), ("xqwz", "xqwz")],
)
def test_gives_the_dictionary_form(word: str, expected: str) -> None:
    assert lemma(word) == expected


def test_a_need_is_no_stop_word() -> None:
    assert {"de", "para", "también"} <= stopwords()
    assert not {"trabajo", "empleo", "ayuda", "salud"} & stopwords()
