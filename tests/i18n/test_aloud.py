"""Texts as they are read aloud: words only, in pieces that one can listen to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.aloud import LONGEST_PIECE, number_aloud, pieces, speakable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("¿Qué necesita?", "¿Qué necesita?"),
        ("Toque «Listo»", "Toque Listo."),
        ("**Salud** <b>y</b> _agua_", "Salud y agua."),
        ("<script>alert(1)</script> hola", "alert(1) hola."),
        ("Lea [esto](https://example.org/x)", "Lea esto."),
        ("Vaya a https://example.org", "Vaya a."),
        ("🔊 Escuchar 👍🏽", "Escuchar."),
        ("[[f'o]] uno", "f'o uno."),
        ("Fish &amp; chips", "Fish & chips."),
        ("/consultas (/surveys) ver las consultas", "consultas ver las consultas."),
        ("Uno\nDos:\n\n  tres  cuatro", "Uno.\nDos:\ntres cuatro."),
        ("-v en", "-v en."),
        ("← ✅", ""),
        ("العربية", "العربية."),
        ("", ""),
    ],
)
def test_only_words_are_left(written: str, read: str) -> None:
    assert speakable(written) == read


@given(st.text())
def test_whatever_is_written_can_be_read(text: str) -> None:
    read = speakable(text)

    assert "\0" not in read and "[[" not in read
    assert speakable(read) == read
    read.encode()


@given(st.text(max_size=3000), st.integers(20, 100))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str, limit: int) -> None:
    read = speakable(text)
    cut = pieces(read, limit)

    assert all(0 < len(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(read.split())


def test_one_breathes_at_the_end_of_a_sentence() -> None:
    sentence = "Esta frase tiene más o menos cuarenta letras."
    cut = pieces(" ".join([sentence] * 30))

    assert len(cut) == 3
    assert all(piece.endswith("letras.") for piece in cut)
    assert all(len(piece) <= LONGEST_PIECE for piece in cut)


@pytest.mark.parametrize(
    ("number", "kichwa"),
    [(1, "shuk"), (10, "chunka"), (12, "chunka ishkay"), (20, "ishkay chunka"), (24, "ishkay chunka chusku")],
)
def test_numbers_are_said_as_in_ecuador(number: int, kichwa: str) -> None:
    assert number_aloud(number, "qu") == kichwa
    assert number_aloud(number, "es") == str(number)
    assert number_aloud(100, "qu") == "100"
